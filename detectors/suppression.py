"""What analysts decided not to be alerted about: rules over an entity, a source, a phrase, or several of them at once.

A rule takes a mention out before a post is weighed; the post's other mentions, its claim and the personal data it shows
count as ever. A name that may mean several entities falls away only when every one of them is silenced: a homonym
nobody decided about is not lost with the other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from detectors.model import RedactedText, Sighting
from detectors.normalisation import Text, fold, undisguised
from detectors.redaction import redact_string
from detectors.registers import looks_personal

_WORD = re.compile(r"[^\W_]+")
_FEWEST_LETTERS = 3  # of a phrase: shorter ones stand in every post


class PhraseError(ValueError):
    """A phrase no rule can be made of: what is wrong with it and how to mend it, without its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A decision not to be alerted; at least one of entity, source and phrase is given, and all given must fit."""

    id: int
    entity_id: str | None = None
    source: str | None = None  # the name of a source
    phrase: RedactedText | None = None
    reason: RedactedText
    author: str
    made_at: datetime
    expires_at: datetime | None  # from then on it does nothing; none: it stays


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A sighting that does not count, and the rules that say so."""

    sighting: Sighting
    rules: tuple[int, ...]


def checked_phrase(phrase: str) -> RedactedText:
    """The phrase as a rule may hold it; PhraseError for one without words or that looks like a person's identifier.

    >>> checked_phrase("tarif  des\\tconsultations")
    'tarif des consultations'
    """
    tidy = " ".join(phrase.split())
    if what := looks_personal(tidy):
        raise PhraseError(f"the phrase looks like {what}; a rule holds words, not people: leave it out")
    redacted = redact_string(tidy)
    if redacted != tidy:
        raise PhraseError("the phrase looks like personal data; a rule holds words, not people: leave it out")
    if len(_spelled(fold(tidy)).replace(" ", "")) < _FEWEST_LETTERS:
        raise PhraseError(f"the phrase has fewer than {_FEWEST_LETTERS} letters; give more of it")
    return redacted


def in_force(rules: Iterable[Rule], source: str | None, at: datetime) -> tuple[Rule, ...]:
    """The rules that have not expired and that this source's posts are subject to."""
    return tuple(
        rule
        for rule in rules
        if (rule.expires_at is None or at < rule.expires_at) and (rule.source is None or rule.source == source)
    )


def suppress(
    sightings: Sequence[Sighting], parts: Mapping[str, Text], rules: Sequence[Rule]
) -> tuple[tuple[Sighting, ...], tuple[Suppressed, ...]]:
    """The sightings that count, and those the rules take out; `rules` are those in force."""
    if not rules or not sightings:
        return tuple(sightings), ()
    spelled: dict[str, str] = {}  # by part, for phrases
    kept: list[Sighting] = []
    taken_out: list[Suppressed] = []
    for sighting in sightings:
        silencing = _silencing(sighting, parts, rules, spelled)
        if silencing:
            taken_out.append(Suppressed(sighting, silencing))
        else:
            kept.append(sighting)
    return tuple(kept), tuple(taken_out)


def applying(sighting: Sighting, parts: Mapping[str, Text], rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules that speak of this sighting, whether or not together they take it out."""
    return _fitting(sighting, parts, rules, {})


def _silencing(
    sighting: Sighting, parts: Mapping[str, Text], rules: Sequence[Rule], spelled: dict[str, str]
) -> tuple[int, ...]:
    fitting = _fitting(sighting, parts, rules, spelled)
    whoever = tuple(rule.id for rule in fitting if rule.entity_id is None)
    silenced = {rule.entity_id for rule in fitting}
    if whoever or silenced.issuperset(sighting.candidates or (sighting.entity_id,)):
        return tuple(rule.id for rule in fitting)
    return ()


def _fitting(
    sighting: Sighting, parts: Mapping[str, Text], rules: Sequence[Rule], spelled: dict[str, str]
) -> tuple[Rule, ...]:
    """The rules whose entity may be meant and whose phrase stands in the same part of the post."""
    found = []
    for rule in rules:
        if rule.entity_id is not None and rule.entity_id not in (sighting.entity_id, *sighting.candidates):
            continue
        if rule.phrase is not None:
            if sighting.part not in spelled:
                spelled[sighting.part] = _spelled(parts[sighting.part])
            if _spelled(fold(rule.phrase)) not in spelled[sighting.part]:
                continue
        found.append(rule)
    return tuple(found)


def _spelled(text: Text) -> str:
    """The words of a text, leetspeak undone, each between blanks: a phrase is found as whole words or not at all."""
    return f" {' '.join(_WORD.findall(undisguised(text)))} "
