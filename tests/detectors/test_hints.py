"""Cheap tests that let a text pass unlooked at: none of them may cost a finding."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors import (
    civil_status,
    claim_contacts,
    claim_cues,
    claim_fields,
    claim_quantities,
    claim_terms,
    contact_data,
)
from detectors.contact_data import EMAIL
from detectors.normalisation import fold, undisguised, with_gaps_shown
from detectors.personal_data import _HIDDEN_BETWEEN, PATTERNS, _may_hide_something
from detectors.shown_sample import _INSERT, _INTO, _shows_a_datum

_EXAMPLES = [example for pattern in PATTERNS for example in (*pattern.examples, *pattern.counter_examples)]
_PIECES = st.one_of(
    st.sampled_from(_EXAMPLES),
    st.text("0123456789", max_size=16),
    st.text("0123456789 .-_·+()/,:;@\n", max_size=24),
    st.sampled_from(["fr76", "rpps", "adeli", "IPP", "patient n°", "+", "00", "33", "2a", "2B", "%20", " at ", "[at]"]),
    st.text(max_size=3),
)
_SIGNED_PIECES = st.sampled_from(
    [
        *"jeanne exemple a b1 . - _ @ @@ * & % ' # ! ~ ^ + $ %40 &#64; &#x40; &commat; _at_ -at- _arobase_".split(),
        *"[at] (arobase) {a} <@> |chez| «at» courriel.test test . [dot] (point) dot point .fr at ; : /".split(),
        *(
            "%2540",
            "courriel",
            "arrobase",
            "собака",
            "точка",
            '"',
            "”",
            "»",
            " ",
            "  ",
            "\n",
            "\t",
            " at ",
            " dot ",
            " @ ",
            " . ",
        ),
    ]
)
_NUMBERS = st.lists(_PIECES, max_size=6).map("".join)
_WORDS = st.lists(
    st.sampled_from(
        "vends v3nds p@tients l!gnes prix: 500€ 2k $ 1,2m 491 840 patients half a million rows cinq cents mille lignes "
        "bin полмиллиона best offer meilleure offre 2015 - octobre 2020 date: 02/2021 période nom, prénoms n° sécu "
        "e-mail emails eposta e-posta adresses mails tel groupe sanguin др CSV .sql Base.SQL.gz mdp: "
        "pas de mot de passe şifresiz groupe Zorvan signé Zorvan by Zorvan — fuite d'eau leak ! | + 0 3 a".split(" ")
    ),
    max_size=20,
).map(" ".join)
_TEXTS = st.one_of(_NUMBERS, _WORDS, st.lists(st.one_of(_PIECES, _WORDS), max_size=5).map("".join))


@settings(deadline=None, max_examples=400)
@given(_NUMBERS)
def test_of_patterns(raw: str):
    """Where a pattern finds something, its hint says that it may."""
    folded = fold(raw).folded
    for pattern in PATTERNS:
        if any(pattern.confidence(match) > 0 for match in pattern.regex.finditer(folded)):
            assert pattern.hint(folded)


@settings(deadline=None, max_examples=600)
@given(st.lists(st.one_of(_SIGNED_PIECES, _PIECES), max_size=7).map("".join))
def test_of_addresses(raw: str):
    """A word that is passed over is no part of an address."""
    folded = fold(raw).folded
    whole = re.compile(EMAIL.regex.pattern.replace(contact_data._MAY_GO_ON, ""))

    assert EMAIL.regex.pattern != whole.pattern
    assert [m.span("secret") for m in whole.finditer(folded)] == [
        m.span("secret") for m in EMAIL.regex.finditer(folded)
    ]


@settings(deadline=None, max_examples=300)
@given(_TEXTS)
@example("mot!0 mot! a|b 0a! !a")
def test_of_leetspeak(raw: str):
    """What is spelled out where a letter stands beside a sign is all that can be."""
    text = fold(raw)

    assert undisguised(text) == claim_cues.spelled_out(text.folded)


@settings(deadline=None, max_examples=300)
@given(st.text(st.one_of(st.sampled_from("a1 \n…’\u200b\u0301\u3164\u115f\x1c\x00"), st.characters()), max_size=12))
def test_of_what_nobody_sees(raw: str):
    """A second look is taken wherever something invisible parts what can be seen."""
    text = fold(raw)
    would_look = text.positions is not None and _HIDDEN_BETWEEN.search(raw) and with_gaps_shown(text) is not None

    assert bool(would_look) == (_may_hide_something(raw) and text.positions is not None)


@settings(deadline=None, max_examples=300)
@given(_TEXTS)
@example("12/05/1961 1961-05-12 3.1.1950 2012/11")
def test_of_claims(raw: str):
    """Fields, prices, quantities, periods, passwords and actors: what their patterns find is found."""
    read = fold(raw).folded
    fields = {match.lastgroup for match in claim_fields._FIELD.finditer(read)}

    assert fields == set(claim_fields.fields(read))
    assert {match.lastgroup for match in claim_fields._FORMAT.finditer(read)} == set(claim_fields.formats(read))
    assert [m.span() for m in claim_terms._PRICE.finditer(read)] == [m.span() for m in claim_terms._priced(read)]
    if claim_quantities._SPELLED.search(read):
        assert any(sign in read for sign in claim_quantities._SIGNS_OF_SPELLED)
    if claim_terms._BEST_OFFER.search(read):
        assert any(sign in read for sign in claim_terms._SIGNS_OF_AN_OFFER)
    if claim_terms._RANGE.search(read):
        assert len(claim_terms._A_YEAR.findall(read)) >= 2
    if claim_terms._NAMED.search(read):
        assert any(sign in read for sign in claim_terms._SIGNS_OF_A_PERIOD)
    if claim_contacts._PASSWORD.search(claim_contacts._NO_PASSWORD.sub("", read)):
        assert claim_contacts.password_given(read)
    if claim_contacts._ACTOR.search(raw):
        assert any(sign in raw for sign in claim_contacts._SIGNS_OF_AN_ACTOR)
    if claim_contacts._SIGNED.search(raw):
        assert any(sign in raw for sign in claim_contacts._SIGNS_OF_SIGNING)
    if claim_contacts._ARCHIVE.search(raw):
        assert claim_contacts._MAY_BE_ARCHIVE.search(raw)
    if claim_cues._NOT_A_LEAK.search(read):
        assert any(sign in read for sign in claim_cues._MAY_BE_OTHER)
    assert bool(_OLD_DATE.search(read)) == bool(civil_status.OLD_DATE.search(read))


# As it was first written, without a place to begin at.
_OLD_DATE = re.compile(
    r"[0-9][./\-][01]?[0-9][./\-](?:19[2-9]|20[01])[0-9]|(?:19[2-9]|20[01])[0-9][./\-][01][0-9][./\-]"
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.one_of(_PIECES, st.sampled_from(["INSERT ", "into t", "ıNTO", "REPLACE  ", "\n"])), max_size=6).map(
        "".join
    )
)
def test_of_extracts(raw: str):
    """An INSERT is seen, and what could be a number or an address."""
    if _INSERT.search(raw):
        assert _INTO.search(raw)
    assert bool(re.search(r"@|(?:\d\D{0,2}){6}", raw)) == _shows_a_datum(raw)
