"""Whom the extract shown in a post points to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks.leaked_file import COLUMNS, LeakedWorld, Row, make_rows, make_world
from detectors.inference import MOST_PLACES, MOST_VENDORS
from detectors.model import EntityKind, Inferred, Reading, RedactedText, Role
from detectors.model import Post as Published
from detectors.public_form import findings_json
from detectors.suppression import Rule
from detectors.triage import triage
from detectors.watchlist import Watchlist, compile_watchlist

SHOWN = (
    "code_site", "nom_usuel", "prenom", "sexe", "date_naissance", "num_secu", "code_postal", "code_preleveur",
    "nb_tubes",
)  # fmt: skip
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> LeakedWorld:
    """Thirty laboratories that share one vendor."""
    return make_world(7)


@pytest.fixture(scope="module")
def rows(world: LeakedWorld) -> list[Row]:
    """Rows of all of them."""
    return list(make_rows(world, 7, 3_000))


@pytest.fixture(scope="module")
def watchlist(world: LeakedWorld) -> Watchlist:
    """Everybody of the world."""
    return compile_watchlist(world.entities)


def extract(rows: Sequence[Row], before: str = "Fuite, un extrait :", columns: Sequence[str] = SHOWN) -> str:
    """A post that shows rows."""
    places = [COLUMNS.index(column) for column in columns]
    return "\n".join([before, ";".join(columns), *(";".join(row[place] for place in places) for row in rows)])


def of_site(rows: Sequence[Row], site: str, count: int = 40) -> list[Row]:
    return [row for row in rows if row[COLUMNS.index("code_site")] == site][:count]


def reading(text: str, watchlist: Watchlist, **more: Any) -> Reading:
    found = triage(Published(place="here", ref="1", text=text, seen_at=NOW), watchlist, **more)
    assert found is not None
    return found


def ids(found: Reading, kind: EntityKind = EntityKind.ESTABLISHMENT) -> list[str]:
    return [each.entity_id for each in found.inferred if each.kind is kind]


class TestInferred:
    def test_the_laboratory_of_its_rows(self, world: LeakedWorld, rows: list[Row], watchlist: Watchlist):
        """Forty rows of one site, and no name: its laboratory is among those inferred, with the basis."""
        laboratory = world.laboratories[3]
        found = reading(extract(of_site(rows, laboratory.site)), watchlist)

        (first,) = found.inferred
        assert laboratory.id in first.candidates
        assert (1.0, Role.INFERRED) == (first.share, first.role)
        assert "100% of the rows" == first.basis[0]
        assert "its postcode is the most common among the patients of a site" in first.basis
        assert not [mention for mention in found.mentions if mention.kind is EntityKind.ESTABLISHMENT]

    def test_ranked_and_capped(self, rows: list[Row], watchlist: Watchlist):
        """Rows of thirty sites name no more places than an analyst would read, the surest first."""
        found = reading(extract(rows[:600]), watchlist)
        places = [each.confidence for each in found.inferred if each.kind is EntityKind.ESTABLISHMENT]

        assert MOST_PLACES == len(places)
        assert sorted(places, reverse=True) == places

    def test_the_vendor_they_share(self, rows: list[Row], watchlist: Watchlist):
        """Rows of many laboratories tell whose software they share, behind the places."""
        found = reading(extract(rows[:600]), watchlist)
        vendors = ids(found, EntityKind.VENDOR)

        assert "vendor:v17" == vendors[0]
        assert len(vendors) <= MOST_VENDORS
        assert [EntityKind.ESTABLISHMENT] * MOST_PLACES == [each.kind for each in found.inferred[:MOST_PLACES]]
        vendor = next(each for each in found.inferred if each.entity_id == "vendor:v17")
        assert "times likelier than by chance" in vendor.basis[0]
        assert "the software is known of" in vendor.basis[1]

    def test_counts_for_the_severity(self, rows: list[Row], watchlist: Watchlist):
        """What the rows point to is a reason, in other words than a name given."""
        found = reading(extract(rows[:600]), watchlist)

        assert f"its rows point to {MOST_PLACES} watched establishments, named by nobody" in found.reasons

    def test_an_establishment_named_is_enough(self, world: LeakedWorld, rows: list[Row], watchlist: Watchlist):
        """Where the post names one, nothing is inferred beside it."""
        named = next(each for each in world.entities if each.name.startswith("Laboratoire"))
        text = extract(of_site(rows, world.laboratories[3].site), f"Fuite du {named.name} à {named.city} :")

        assert () == reading(text, watchlist).inferred

    def test_beside_a_vendor_named(self, world: LeakedWorld, rows: list[Row], watchlist: Watchlist):
        """A vendor named is seldom the one breached: the places are inferred, the vendor is not said twice."""
        vendor = next(each for each in world.entities if each.id == "vendor:v17")
        found = reading(extract(rows[:600], f"Fuite de données de santé chez {vendor.name} :"), watchlist)

        assert "vendor:v17" in [mention.entity_id for mention in found.mentions]
        assert ids(found)
        assert "vendor:v17" not in ids(found, EntityKind.VENDOR)

    def test_whom_a_rule_silences(self, rows: list[Row], watchlist: Watchlist):
        """What analysts decided not to hear of is not inferred either."""
        text = extract(rows[:600])
        first = reading(text, watchlist).inferred[0].entity_id
        rule = Rule(id=1, entity_id=first, reason=RedactedText("x"), author="a", made_at=NOW, expires_at=None)

        assert first not in ids(reading(text, watchlist, rules=[rule]))

    def test_a_number_written_in_a_few_rows(self, rows: list[Row], world: LeakedWorld):
        """A FINESS number says who it is in three rows."""
        entity = replace(
            next(each for each in world.entities if each.kind is EntityKind.ESTABLISHMENT), id="finess:990000001"
        )
        lines = extract(rows[:3], columns=("nom_usuel", "prenom", "date_naissance", "num_secu")).split("\n")
        text = "\n".join([lines[0], f"{lines[1]};finess", *(f"{line};990000001" for line in lines[2:])])
        found = reading(text, compile_watchlist([entity]))

        assert ["finess:990000001"] == ids(found)
        assert "its own number or code stands in the rows" in found.inferred[0].basis

    def test_rows_of_nowhere(self, rows: list[Row], watchlist: Watchlist):
        """Rows without places point to nobody."""
        text = extract(rows[:40], columns=("nom_usuel", "prenom", "date_naissance", "num_secu"))

        assert () == reading(text, watchlist).inferred


class TestInTheFindings:
    def test_stands_nowhere_and_says_why(self, rows: list[Row], watchlist: Watchlist):
        """An entity of the findings with its role and basis, without a place in the text."""
        found = reading(extract(rows[:600]), watchlist)
        entities = findings_json(found)["entities"]
        assert isinstance(entities, list)
        first = next(each for each in entities if isinstance(each, dict) and each["roles"] == ["inferred"])

        expected: Inferred = found.inferred[0]
        assert (expected.entity_id, None, None, None) == (first["id"], first["surface"], first["start"], first["end"])
        assert list(expected.basis) == first["basis"]
        assert all(each.get("basis") for each in entities if isinstance(each, dict) and "inferred" in each["roles"])
