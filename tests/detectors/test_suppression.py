"""Rules that take mentions out, and what they leave."""

from dataclasses import replace
from datetime import timedelta

import pytest

from detectors.model import RedactedText, Sighting
from detectors.normalisation import Text, fold
from detectors.suppression import PhraseError, Rule, applying, checked_phrase, in_force, suppress
from detectors.triage import examine, triage
from detectors.watchlist import Watchlist
from tests.conftest import NOW

LEAK = "Vends base patients Quorvane, 491 840 lignes"


def rule(number: int = 1, *, phrase: str | None = None, **fields: object) -> Rule:
    """A rule in force for a month, about whatever the test says."""
    given: dict[str, object] = {
        "reason": RedactedText("noise"),
        "author": "ana",
        "made_at": NOW,
        "expires_at": NOW + timedelta(days=30),
        "phrase": None if phrase is None else checked_phrase(phrase),
    }
    return Rule(id=number, **{**given, **fields})  # type: ignore[arg-type]


def named(text: str, watchlist: Watchlist) -> tuple[tuple[Sighting, ...], dict[str, Text]]:
    folded = fold(text)
    return watchlist.sightings_of([folded])[0], {"text": folded}


class TestSuppress:
    def test_nothing_without_rules(self, watchlist: Watchlist):
        """No rule, no change."""
        mentions, parts = named(LEAK, watchlist)
        assert (mentions, ()) == suppress(mentions, parts, ())

    def test_entity(self, watchlist: Watchlist):
        """The entity's mention goes, another's stays."""
        mentions, parts = named("Quorvane et Groupe Brumalis piratés", watchlist)
        assert ["vendor:quorvane", "network:brumalis"] == [mention.entity_id for mention in mentions]

        kept, out = suppress(mentions, parts, [rule(3, entity_id="vendor:quorvane")])

        assert ["network:brumalis"] == [mention.entity_id for mention in kept]
        assert [("vendor:quorvane", (3,))] == [(each.sighting.entity_id, each.rules) for each in out]

    def test_source_alone_takes_every_mention(self, watchlist: Watchlist):
        """In force for this source and about nothing else: everybody."""
        mentions, parts = named("Quorvane et Groupe Brumalis piratés", watchlist)
        kept, out = suppress(mentions, parts, [rule(source="press")])
        assert () == kept
        assert 2 == len(out)

    @pytest.mark.parametrize(
        "text",
        [
            "Quorvane recrute des développeurs",
            "Quorvane R E C R U T E… recrute des dévelоppeurs",  # one Cyrillic letter
            "QUORVANE rec\u200brute des D\u00e9veloppeurs",
            "Quorvane r3crut3 d3s d3v3l0pp3urs",
            "Quorvane recrute\n\ndes   développeurs",
        ],
    )
    def test_phrase_however_disguised(self, watchlist: Watchlist, text: str):
        """Case, accents, look-alikes, invisible letters, digits for letters and blanks do not matter."""
        mentions, parts = named(text, watchlist)
        assert mentions
        assert () == suppress(mentions, parts, [rule(phrase="recrute des développeurs")])[0]

    @pytest.mark.parametrize("text", ["Quorvane recrute des développeuses", "Quorvane prerecrute des développeurs"])
    def test_phrase_is_whole_words(self, watchlist: Watchlist, text: str):
        """A part of a word is another word."""
        mentions, parts = named(text, watchlist)
        assert mentions == suppress(mentions, parts, [rule(phrase="recrute des développeurs")])[0]

    def test_phrase_in_another_part_does_not_count(self, watchlist: Watchlist, make_post):
        """A title's words silence no name in the text."""
        post = make_post(LEAK, title="recrute des développeurs")
        assert examine(post, watchlist, [rule(phrase="recrute des développeurs")]).sightings

    def test_all_that_is_given_must_fit(self, watchlist: Watchlist):
        """Entity and phrase: either alone does nothing."""
        mentions, parts = named("Quorvane recrute", watchlist)
        both = rule(entity_id="vendor:quorvane", phrase="recrute")
        other_entity, other_phrase = (
            replace(both, entity_id="network:brumalis"),
            replace(both, phrase=RedactedText("xyz")),
        )
        assert () == suppress(mentions, parts, [both])[0]
        assert mentions == suppress(mentions, parts, [other_entity])[0]
        assert mentions == suppress(mentions, parts, [other_phrase])[0]

    def test_a_homonym_stays(self, watchlist: Watchlist):
        """A name that may mean two entities goes only when both are silenced."""
        (mention,), parts = named(LEAK, watchlist)
        undecided = replace(mention, candidates=("vendor:quorvane", "vendor:other"))
        one, other = rule(1, entity_id="vendor:quorvane"), rule(2, entity_id="vendor:other")
        assert (undecided,) == suppress([undecided], parts, [one])[0]
        kept, out = suppress([undecided], parts, [one, other])
        assert () == kept
        assert (1, 2) == out[0].rules
        assert (one,) == applying(undecided, parts, [one])


class TestInForce:
    def test_expired_rules_do_nothing(self):
        """From the moment of its expiry on; one without stays."""
        dated, lasting = rule(1), rule(2, expires_at=None)
        assert (dated, lasting) == in_force([dated, lasting], None, NOW + timedelta(days=29))
        assert (lasting,) == in_force([dated, lasting], None, NOW + timedelta(days=30))

    def test_of_this_source(self):
        """A rule for one source counts there; one for none counts everywhere."""
        everywhere, here = rule(1), rule(2, source="press")
        assert (everywhere, here) == in_force([everywhere, here], "press", NOW)
        assert (everywhere,) == in_force([everywhere, here], "forum", NOW)


class TestCheckedPhrase:
    @pytest.mark.parametrize(
        "phrase",
        [
            "2550699999999 34",
            "jeanne@courriel.test",
            "06 39 98 00 11",
            "née le 12/03/1950",
            "FR76 3000 6000 0112 3456 7890 189",
        ],
    )
    def test_refuses_people(self, phrase: str):
        """A rule is kept and shown: it must not hold a person's identifiers, and neither must the refusal."""
        with pytest.raises(PhraseError) as refused:
            checked_phrase(phrase)
        assert phrase not in str(refused.value)

    @pytest.mark.parametrize("phrase", ["", "  ", "a", "--", "a b"])
    def test_refuses_what_stands_everywhere(self, phrase: str):
        """A phrase of hardly a letter would silence everything."""
        with pytest.raises(PhraseError, match="letters"):
            checked_phrase(phrase)

    def test_keeps_the_words(self):
        """Blanks are tidied, nothing else."""
        assert "Offre d'emploi : H/F" == checked_phrase(" Offre  d'emploi :\tH/F ")


class TestExamine:
    def test_a_suppressed_mention_does_not_count(self, watchlist: Watchlist, make_post):
        """What was an alert is none, and the examination says why."""
        post = make_post("Vends base Quorvane, 491 840 lignes")
        assert triage(post, watchlist) is not None

        examination = examine(post, watchlist, [rule(5, entity_id="vendor:quorvane")])

        assert triage(post, watchlist, [rule(5, entity_id="vendor:quorvane")]) is None
        assert () == examination.sightings
        assert [(5,)] == [each.rules for each in examination.suppressed]
        assert not any("names" in reason for reason in examination.weighing.reasons)

    def test_other_mentions_count(self, watchlist: Watchlist, make_post):
        """A second name keeps the alert."""
        reading = triage(
            make_post("Vends base Quorvane et Groupe Brumalis, 491 840 lignes"),
            watchlist,
            [rule(entity_id="vendor:quorvane")],
        )
        assert reading is not None
        assert ["network:brumalis"] == [mention.entity_id for mention in reading.mentions]

    def test_personal_data_shown_count(self, watchlist: Watchlist, make_post):
        """A rule silences a name, never people's numbers."""
        post = make_post("Quorvane\nNIR 2550699999999 34\nNIR 1540699999999 36")
        shown = examine(post, watchlist).findings
        reading = triage(post, watchlist, [rule(entity_id="vendor:quorvane")])
        assert len([finding for finding in shown if finding.label == "nir" and finding.confidence >= 0.5]) >= 2
        assert reading is not None
        assert not reading.mentions
