"""Imported watchlists: replaced whole, the same when read back."""

from dataclasses import replace as changed
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from detectors.model import Entity, EntityKind
from detectors.registers import Diff, read_register
from storage.store import Store
from storage.watchlists import difference, imported, registers, replace

LAB = Entity(
    id="test:lab",
    kind=EntityKind.ESTABLISHMENT,
    name="Laboratoire Fontarèche",
    aliases=("Labo Fontarèche", "LABM F."),
    city="Valdorges",
    postcode="99110",
    department="991",
    domains=("fontareche.test", "labo.test"),
    uses=("product:b", "product:a"),
    parent="network:brumalis",
    contact="securite@fontareche.test",
    source="invented",
    ambiguous="also a village",
    notes={"étages": "2|3", "": "no header", "id": "not the id", "null": "null"},
)
BARE = Entity(id="test:bare", kind=EntityKind.NETWORK, name="Brumalis")


class TestImported:
    def test_gives_back(self, store: Store):
        """Every field is the same when read back, notes, order and missing ones included."""
        replace(store, "ours.csv", (LAB, BARE))

        assert (LAB, BARE) == tuple(imported(store, "ours.csv"))

    def test_none(self, store: Store):
        """A register never imported has no entities."""
        assert [] == list(imported(store, "ours.csv"))
        assert [] == list(imported(store))

    def test_all(self, store: Store):
        """Without a name those of every register come, the registers by name, rows as in their files."""
        replace(store, "z", (BARE, LAB))
        replace(store, "a", (changed(LAB, id="b"), changed(LAB, id="a")))

        assert ["b", "a", "test:bare", "test:lab"] == [entity.id for entity in imported(store)]

    def test_same_id_in_two(self, store: Store):
        """Two registers may speak of one entity, each in its own words."""
        replace(store, "a", (LAB,))
        replace(store, "b", (changed(LAB, name="Other"),))

        assert ["Laboratoire Fontarèche", "Other"] == [entity.name for entity in imported(store)]

    @pytest.mark.parametrize("name", ["watchlist.csv", "official.csv", "headed.csv", "flow.json"])
    def test_files(self, store: Store, name: str):
        """What each kind of register file gives is the same after it was imported."""
        path = Path(__file__).parents[1] / "data/registers" / name
        with path.open("rb") as file:
            read = tuple(read_register(file))
        replace(store, name, read)

        assert read
        assert read == tuple(imported(store, name))


class TestReplace:
    def test_takes_away(self, store: Store):
        """A register holds exactly what was imported last; the others are untouched."""
        replace(store, "a", (LAB, BARE))
        replace(store, "b", (LAB,))
        replace(store, "a", (changed(BARE, name="Groupe Brumalis"),))

        assert [changed(BARE, name="Groupe Brumalis")] == list(imported(store, "a"))
        assert [LAB] == list(imported(store, "b"))

    def test_with_nothing(self, store: Store):
        """An empty import empties the register."""
        replace(store, "a", (LAB,))
        replace(store, "a", ())

        assert [] == list(imported(store, "a"))
        assert [0] == [register.entities for register in registers(store)]

    @pytest.mark.parametrize("place", [0, 1, 2_500])
    def test_atomic(self, store: Store, place: int):
        """An import that fails, early or late, leaves the register and its date as they were."""
        replace(store, "a", (LAB, BARE))
        before = registers(store)
        many = [changed(BARE, id=str(number)) for number in range(3_000)]
        many.insert(place, changed(BARE, id="2999"))

        with pytest.raises(IntegrityError, match="UNIQUE"):
            replace(store, "a", many)

        assert before == registers(store)
        assert (LAB, BARE) == tuple(imported(store, "a"))

    def test_big(self, store: Store):
        """A register of tens of thousands of rows is kept whole and in its order."""
        many = [changed(LAB, id=f"finess:{number:09}", name=f"Clinique {number}") for number in range(20_000)]
        replace(store, "finess", many)

        assert many == list(imported(store, "finess"))
        assert [20_000] == [register.entities for register in registers(store)]

    def test_half_read(self, store: Store):
        """Who is still reading a register sees it as it was, and holds nobody up."""
        many = [changed(BARE, id=str(number)) for number in range(5_000)]
        replace(store, "a", many)
        reading = imported(store, "a")
        first = list(islice(reading, 10))
        replace(store, "a", (LAB,))

        assert many == [*first, *reading]
        assert [LAB] == list(imported(store, "a"))


class TestRegisters:
    def test_none(self, store: Store):
        """A new store has no registers."""
        assert () == registers(store)

    def test_by_name(self, store: Store):
        """Registers come by name, with their size and the moment of their import."""
        before = datetime.now(UTC)
        replace(store, "b", (LAB,))
        replace(store, "a", (LAB, BARE))
        found = registers(store)

        assert [("a", 2), ("b", 1)] == [(register.name, register.entities) for register in found]
        assert all(before <= register.imported_at <= datetime.now(UTC) for register in found)

    def test_changes_with_every_import(self, store: Store):
        """An import shows here even where it changes nothing: what is compiled from it is made anew."""
        seen = set()
        for _ in range(3):
            replace(store, "a", (LAB,))
            seen.add(registers(store))

        assert 3 == len(seen)


class TestDifference:
    def test_first_import(self, store: Store):
        """At first all is added; nothing is kept by looking."""
        assert Diff(added=("test:lab", "test:bare"), changed={}, removed=()) == difference(store, "a", (LAB, BARE))
        assert () == registers(store)

    def test_nothing(self, store: Store):
        """The same entities again, in whatever order, change nothing."""
        replace(store, "a", (LAB, BARE))

        assert Diff(added=(), changed={}, removed=()) == difference(store, "a", (BARE, LAB))

    def test_all_three(self, store: Store):
        """What is new, what goes, and the fields that change are told by id."""
        replace(store, "a", (LAB, BARE))
        new = Entity(id="test:new", kind=EntityKind.VENDOR, name="Quorvane")
        other = changed(LAB, name="Laboratoire F.", notes={"étages": "4"})

        expected = Diff(added=("test:new",), changed={"test:lab": ("name", "notes")}, removed=("test:bare",))
        assert expected == difference(store, "a", (other, new))

    def test_of_one_register(self, store: Store):
        """Other registers do not count."""
        replace(store, "b", (LAB,))

        assert ("test:lab",) == difference(store, "a", (LAB,)).added
