from hypothesis import given, settings
from hypothesis import strategies as st

from desk.highlight import Mark, MarkKind, marks_of, segments
from detectors.model import Attachment, Reading
from storage.alerts import find_alert
from tests.desk.house import House

MARKS = st.lists(
    st.builds(
        Mark,
        start=st.integers(-5, 60),
        end=st.integers(-5, 60),
        kind=st.sampled_from(MarkKind),
        note=st.sampled_from(["a", "b"]),
    ),
    max_size=12,
)


def mark(start: int, end: int, kind: MarkKind = MarkKind.NAMED, note: str = "") -> Mark:
    return Mark(start=start, end=end, kind=kind, note=note)


class TestSegments:
    @settings(deadline=None)
    @given(st.text(max_size=50), MARKS)
    def test_joined_are_the_text(self, text, marks):
        """Whatever the marks, nothing of the text is lost, doubled or moved."""
        assert text == "".join(segment.text for segment in segments(text, marks))

    @settings(deadline=None)
    @given(st.text(max_size=50), MARKS, st.integers(0, 60), st.integers(0, 60))
    def test_joined_are_the_window(self, text, marks, start, size):
        """A window is cut at its own edges."""
        assert text[start : start + size] == "".join(s.text for s in segments(text, marks, start, start + size))

    @settings(deadline=None)
    @given(st.text(max_size=50), MARKS)
    def test_every_character_lies_under_its_marks(self, text, marks):
        """A segment carries exactly the marks that cover each of its characters."""
        place = 0
        for segment in segments(text, marks):
            for position in range(place, place + len(segment.text)):
                assert {m for m in marks if m.start <= position < m.end} == set(segment.marks)
            place += len(segment.text)

    def test_says_each_reason_once(self):
        """Two marks that say the same are one note."""
        (segment,) = segments("abc", [mark(0, 3, note="why"), mark(0, 3, MarkKind.CLAIM, "why")])

        assert ("named claim", "why") == (segment.kinds, segment.note)

    def test_many_marks_cost_little(self):
        """A dump with a hundred thousand addresses is laid out at once."""
        marks = [mark(at, at + 5) for at in range(0, 1_000_000, 10)]

        assert 200_000 == len(list(segments("x" * 1_000_000, marks)))


class TestMarksOf:
    def test_marks_name_claim_and_personal_data(self, house: House):
        """Each detector's finding is laid over the words it speaks of."""
        reading = reading_of(house, "Vends base de la Clinique Hespérion, tél 06 39 98 00 11")
        shown = {s.kinds: s.text for s in segments(reading.text, marks_of(reading, "text")) if s.marks}

        assert {"claim": "Vends", "named": "Clinique Hespérion", "covered": "█" * 14} == shown

    def test_says_what_a_disguise_hides(self, house: House):
        """The note of a disguised name decodes it."""
        reading = reading_of(house, "Vends base patients M3d1vell3")
        notes = [m.note for m in marks_of(reading, "text") if m.kind is MarkKind.NAMED]

        assert ["Médivelle Informatique (vendor)", "disguised: M3d1vell3 → medivelle"] == [
            part for note in notes for part in note.split(", ") if "sure" not in part
        ]

    def test_keeps_parts_apart(self, house: House):
        """What stands in a file's name is not marked in the text."""
        reading = reading_of(house, "Vends base patients", files=(Attachment(name="Clinique Hespérion.zip"),))

        assert ([MarkKind.CLAIM], [MarkKind.NAMED]) == (
            [m.kind for m in marks_of(reading, "text")],
            [m.kind for m in marks_of(reading, "files[0]")],
        )


def reading_of(house: House, text: str, **fields: object) -> Reading:
    alert = find_alert(house.store, house.publish(text, **fields))
    assert alert is not None
    return alert.latest.reading
