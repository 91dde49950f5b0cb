"""What is an alert, and how bad."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.model import Act, Archive, Claim, EntityKind, Quantity, RedactedText, Severity, Sighting
from detectors.scoring import Weighing, weigh

LAB = Sighting(
    entity_id="test:lab-1",
    name="Laboratoire Fontarèche",
    kind=EntityKind.ESTABLISHMENT,
    start=0,
    end=4,
    confidence=1.0,
    candidates=("test:lab-1",),
)
LOW, MEDIUM, HIGH, CRITICAL = Severity


def weighed(
    act: Act | None = None,
    *,
    named: bool = False,
    french: bool = False,
    shown: Mapping[str, int] | None = None,
    records: int = 0,
    link: bool = False,
) -> Weighing:
    claim = act and Claim(
        act=act,
        quantities=(Quantity(value=records, unit="patients"),) if records else (),
        links=(RedactedText("hxxps://drop[.]test/a"),) if link else (),
    )
    return weigh((LAB,) if named else (), claim, shown or {}, french)


class TestWeigh:
    @pytest.mark.parametrize(
        ("severity", "weighing"),
        [
            # nobody we watch
            (None, weighed()),
            (None, weighed(Act.SALE)),
            (None, weighed(Act.FREE, records=491_840, link=True)),
            (None, weighed(french=True)),
            (None, weighed(shown={"nir": 1})),
            (None, weighed(shown={"email": 50, "phone": 50})),
            (None, weighed(Act.REPORT, french=True)),
            (None, weighed(Act.DENIAL, french=True)),
            # a bare mention
            (None, weighed(named=True)),
            (None, weighed(named=True, shown={"email": 5})),
            # French patients, whoever holds them
            (MEDIUM, weighed(Act.SALE, french=True)),
            (HIGH, weighed(Act.FREE, french=True)),
            (HIGH, weighed(Act.SALE, french=True, records=491_840)),
            (LOW, weighed(Act.REQUEST, french=True)),
            (LOW, weighed(shown={"nir": 2})),
            (LOW, weighed(shown={"nir": 40})),
            # a watched name
            (HIGH, weighed(Act.SALE, named=True)),
            (HIGH, weighed(Act.FREE, named=True)),
            (HIGH, weighed(Act.MIRROR, named=True)),
            (MEDIUM, weighed(Act.LEAK, named=True)),
            (MEDIUM, weighed(Act.THREAT, named=True)),
            (MEDIUM, weighed(Act.DISPUTE, named=True)),
            (MEDIUM, weighed(Act.REQUEST, named=True)),
            (LOW, weighed(Act.REPORT, named=True)),
            (LOW, weighed(Act.DENIAL, named=True)),
            (LOW, weighed(Act.REPORT, named=True, records=491_840, link=True)),
            (MEDIUM, weighed(Act.REPORT, named=True, shown={"nir": 3})),
            (MEDIUM, weighed(named=True, shown={"nir": 1})),
            (HIGH, weighed(Act.SALE, named=True, records=5_000)),
            (CRITICAL, weighed(Act.FREE, named=True, shown={"nir": 3})),
            (CRITICAL, weighed(Act.FREE, named=True, shown={"nir": 1})),
            (CRITICAL, weighed(Act.FREE, named=True, records=491_840)),
            (CRITICAL, weighed(Act.SALE, named=True, records=491_840, link=True)),
            (CRITICAL, weighed(Act.SALE, named=True, shown={"nir": 3})),
        ],
    )
    def test_severity(self, severity: Severity | None, weighing: Weighing):
        """What is an alert, and how bad."""
        assert severity is weighing.severity

    def test_reasons(self):
        """An alert says in words why it is one."""
        weighing = weighed(Act.SALE, named=True, shown={"nir": 3, "email": 2, "phone": 1}, records=491_840, link=True)

        assert (
            "names a watched establishment",
            "offers data for sale",
            "speaks of 491,840 patients",
            "gives a link, an archive or a password",
            "shows 3 valid social-security numbers",
            "shows e-mail addresses or telephone numbers",
        ) == weighing.reasons

    def test_one_number_is_said_in_the_singular(self):
        """One number is one number."""
        assert "shows 1 valid social-security number" in weighed(named=True, shown={"nir": 1}).reasons

    def test_reasons_without_alert(self):
        """What weighs too little is said too."""
        assert ("names a watched establishment",) == weighed(named=True).reasons

    def test_patients_of_nobody_named(self):
        """Where nobody is named, French patients are the reason."""
        assert "speaks of the health data of French patients" in weighed(Act.SALE, french=True).reasons

    def test_kinds_are_named_once(self):
        """Two establishments are named in one reason."""
        assert ("names a watched establishment",) == weigh((LAB, LAB), None, {}, False).reasons

    def test_an_unsure_name_weighs_less(self):
        """A name of half the confidence adds half the points."""
        unsure = Sighting(
            entity_id="x", name="x", kind=EntityKind.VENDOR, start=0, end=1,
            confidence=0.5, candidates=("x",),
        )  # fmt: skip

        assert weighed(named=True).score > weigh((unsure,), None, {}, False).score > 0

    def test_archive_is_a_way_to_get_it(self):
        """An archive weighs as a link does."""
        with_archive = Claim(act=Act.SALE, archives=(Archive(name=RedactedText("a.zip"), size=None),))

        assert weighed(Act.SALE, link=True).score == weigh((), with_archive, {}, False).score

    @pytest.mark.parametrize("act", Act)
    def test_every_act_has_a_weight_and_a_reason(self, act: Act):
        """No act is forgotten."""
        assert (1, True) == (len(weighed(act).reasons), weighed(act).score > 0)

    @settings(deadline=None)
    @given(
        st.sampled_from(Act),
        st.booleans(),
        st.booleans(),
        st.dictionaries(st.sampled_from(["nir", "email", "phone"]), st.integers(0, 10**12)),
        st.integers(0, 10**12),
        st.booleans(),
    )
    def test_score_is_a_share(
        self, act: Act, named: bool, french: bool, shown: dict[str, int], records: int, link: bool
    ):
        """A score lies between 0 and 1, whatever is found."""
        weighing = weighed(act, named=named, french=french, shown=shown, records=records, link=link)

        assert 0 <= weighing.score <= 1

    @settings(deadline=None)
    @given(st.sampled_from(Act), st.integers(0, 10))
    def test_more_shown_is_never_less_severe(self, act: Act, numbers: int):
        """One more social-security number never lowers the severity."""
        fewer, more = (weighed(act, named=True, shown={"nir": count}) for count in (numbers, numbers + 1))

        assert (fewer.severity or 0) <= (more.severity or 0)
