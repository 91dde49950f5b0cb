"""Personal data in texts. Every number, address and person is invented."""

import sys
from itertools import chain
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.data_patterns import COUNTED
from detectors.model import Finding, FindingKind
from detectors.normalisation import Text, fold
from detectors.personal_data import PATTERNS, count, find_identifiers, find_personal_data, holds_personal_data

CASES = [
    *((pattern.label, example, True) for pattern in PATTERNS for example in pattern.examples),
    *((pattern.label, example, False) for pattern in PATTERNS for example in pattern.counter_examples),
]


def found(raw: str) -> tuple[Finding, ...]:
    return find_personal_data(fold(raw))


def labels(raw: str) -> dict[str, int]:
    return dict(count(found(raw)))


class TestPatterns:
    @pytest.mark.parametrize(("label", "example", "is_one"), CASES)
    def test_proves_itself(self, label: str, example: str, is_one: bool):
        """A pattern counts each of its examples and none of its counter-examples."""
        assert is_one == (label in labels(example))

    def test_has_proofs(self):
        """No pattern goes without counter-examples."""
        assert all(pattern.counter_examples for pattern in PATTERNS)


class TestFindPersonalData:
    def test_says_where(self):
        """A finding tells the exact place of the datum, in the raw text."""
        raw = "mél : jeanne\u200b.exemple@courriel.test, ﬁn"

        (finding,) = found(raw)

        assert "jeanne\u200b.exemple" == raw[finding.start : finding.end]

    def test_says_the_part(self):
        """A finding tells the part of the post it stands in."""
        (finding,) = find_personal_data(fold("0639980011"), "files[0]")

        assert (FindingKind.PERSONAL_DATA, "phone", "files[0]") == (finding.kind, finding.label, finding.part)

    def test_never_holds_the_value(self):
        """No part of a finding is part of what was found."""
        assert all(secret not in repr(found("jeanne@courriel.test 0639980011")) for secret in ("jeanne", "063998"))

    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            ("255069999999934;jeanne@courriel.test;0639980011", {"nir": 1, "email": 1, "phone": 1}),
            ("2 55 06 99 999 999 34 06 39 98 00 11", {"nir": 1, "phone": 1}),
            ("06 39 98 00 11 2 55 06 99 999 999 34", {"nir": 1, "phone": 1}),
            ("0639980011 0639980012\n0639980013", {"phone": 3}),
            ("255069999999934 255069999999934", {"nir": 2}),
            ("12 255069999999934 01/02/1955", {"nir": 1, "birth_date": 1}),
            ("né le 01 02 1955 06 39 98 00 11", {"birth_date": 1, "phone": 1}),
            ("a@b.test,c@d.test", {"email": 2}),
            ("a@b.test@c.test", {"email": 2}),
            ("'Exemple','jeanne@courriel.test','+33639980011'", {"email": 1, "phone": 1}),
            ("rien à voir", {}),
            ("", {}),
        ],
    )
    def test_counts_each(self, raw: str, expected: dict[str, int]):
        """In a row of data each piece is counted once, none hides the next."""
        assert expected == labels(raw)

    @pytest.mark.parametrize("month", ["01", "12", "20", "42", "50", "99"])
    def test_months_of_a_number(self, month: str):
        """Months unknown to the civil register have their own codes."""
        body = f"255{month}99999999"

        assert {"nir": 1} == labels(f"{body}{97 - int(body) % 97:02}")

    @pytest.mark.parametrize("month", ["00", "13", "19", "43", "49"])
    def test_no_month(self, month: str):
        """A right key does not make a number of a month that cannot be."""
        body = f"255{month}99999999"

        assert () == found(f"{body}{97 - int(body) % 97:02}")

    @pytest.mark.parametrize(("letter", "worth"), [("2A", "19"), ("2B", "18")])
    def test_corsica(self, letter: str, worth: str):
        """The departments of Corsica count as 19 and 18 in the key."""
        key = 97 - int(f"25506{worth}990999") % 97

        assert {"nir": 1} == labels(f"25506{letter}990999{key:02}")

    @pytest.mark.parametrize(
        "raw", ["2550699999999", "NIR 2550699999999 35", "+999 1234567", "jeanne at courriel.test"]
    )
    def test_unproven(self, raw: str):
        """What only has the shape of a datum is found but not counted."""
        (finding,) = found(raw)

        assert COUNTED > finding.confidence

    def test_rest_of_an_overlap_is_not_counted(self):
        """Where two readings overlap both are covered, one is counted."""
        raw = "06 39 98 00 11.jeanne@courriel.test"

        assert ({"email": 1}, len("06 39 98 00 11.jeanne")) == (
            labels(raw),
            sum(finding.end - finding.start for finding in found(raw)),
        )

    @settings(deadline=None)
    @given(st.text(st.sampled_from("0123456789ab @.+-()\u200b\ufffdé%4n")))
    def test_in_order_without_overlap(self, raw: str):
        """Findings are in order, not empty, within the text, and never overlap."""
        edges = list(chain.from_iterable((finding.start, finding.end) for finding in found(raw)))

        assert sorted(edges) == edges
        assert all(0 <= finding.start < finding.end <= len(raw) for finding in found(raw))

    @pytest.mark.timeout(15)
    @pytest.mark.parametrize(
        "unit",
        [
            "a",
            "1",
            "1 ",
            "0 1 ",
            "+3",
            "a@",
            "a.",
            "a'",
            "a_at_b_dot_1",
            "a at b dot 1 ",
            "[ at ] ",
            "%20",
            "1\u200b",
            "(",
            "M. Jeanne ",
            "nom:Jeanne;",
            "12 rue A ",
            "12 rue d'",
            "fr76 ",
            "né le 01/02/1955 ",
            "255069999999934;a;b\n",
            "255069999999934,",
            "Jeanne Exemple né le 01/02/1955 sourde, ",
            "CHU Jean ",
            "Jeanne E10 A+ ",
            "ipp 123456 ",
            "http://aaaa|",
            "a@b.test:secret1 ",
            "commentaire: ",
            "jeanne.exemple@courriel.test Jeanne ",
            "EXEMPLE, Jeanne ",
            "aaaapril ",
        ],
        ids=ascii,
    )
    def test_hostile_shapes(self, unit: str):
        """Shapes made to slow a pattern down are read to their end."""
        raw = unit * (50_000 // len(unit)) + "; jeanne@courriel.test"

        assert "email" in labels(raw)

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize(
        "unit",
        [
            "Jeanne Exemple 255069999999934, sourde; CHU Jean Essai\n",
            "nom: Exemple prénom: Jeanne ddn: 01/02/1955 note: seule ",
            "EXEMPLE;Jeanne;01/02/1955;255069999999934;12 rue des Essais\n",
            "Mme Exemple née le 1 mars 1955 ",
        ],
        ids=["prose", "sheet", "rows", "born"],
    )
    def test_work_grows_with_the_length(self, unit: str):
        """Twice the text is at most little more than twice the work, counted in calls."""
        once, twice = (calls_made(fold(unit * times)) for times in (150, 300))

        assert 2.3 * once > twice

    def test_a_watched_name_is_nobodys(self):
        """What is kept is not taken for a person's name; a number in it is found all the same."""
        raw = "255069999999934 QUORVANE Jeanne 0639980011"
        kept = ((16, 31),)

        assert {"nir": 1, "phone": 1} == dict(count(find_personal_data(fold(raw), kept=kept)))
        assert {"nir": 1, "phone": 1, "name": 1} == labels(raw)
        assert {"phone": 1} == dict(count(find_personal_data(fold("Dr 0639980011"), kept=((0, 13),))))


class TestFindIdentifiers:
    @pytest.mark.parametrize("raw", ["Laboratoire du Dr Exemple", "12 rue des Essais", "né le 01/02/1955"])
    def test_finds_no_words(self, raw: str):
        """Doctors' names and addresses of establishments are no identifiers."""
        assert () == find_identifiers(fold(raw))

    def test_finds_numbers(self):
        """Numbers and addresses are."""
        assert ["nir", "email"] == [
            each.label for each in find_identifiers(fold("255069999999934 jeanne@courriel.test"))
        ]


def calls_made(text: Text) -> int:
    """How many functions are called while a text is searched."""
    calls = 0

    def count_call(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count_call)
    try:
        find_personal_data(text)
    finally:
        sys.setprofile(None)
    return calls


class TestHoldsPersonalData:
    @pytest.mark.parametrize("value", ["jeanne@courriel.test", "0639980011", "2550699999999"])
    def test_holds(self, value: str):
        """Whatever would be redacted counts, proven or not."""
        assert holds_personal_data(value)

    @pytest.mark.parametrize("value", ["17", "1601524800", "1390471562", "a1b2c3", "IMG_20201001_120000.jpg", ""])
    def test_holds_none(self, value: str):
        """Identifiers of places and names of files do not."""
        assert not holds_personal_data(value)
