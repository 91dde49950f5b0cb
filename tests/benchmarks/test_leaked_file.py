import csv
from collections import Counter
from pathlib import Path

from benchmarks.leaked_file import (
    COLUMNS,
    LABORATORIES,
    LEAKED_DEPARTMENTS,
    SHARED_VENDOR,
    VENDORS,
    make_rows,
    make_world,
    people_in,
    write_file,
)
from detectors.model import EntityKind

WORLD = make_world(3)
ROWS = list(make_rows(WORLD, 3, 2_000))


class TestWorld:
    def test_its_shape(self):
        """Thirty laboratories of five départements among many others, and more than twenty vendors."""
        kinds = Counter(entity.kind for entity in WORLD.entities)

        assert LABORATORIES == len(WORLD.laboratories)
        assert set(LEAKED_DEPARTMENTS) == {each.towns[0].postcode[:2] for each in WORLD.laboratories}
        assert VENDORS == kinds[EntityKind.VENDOR] >= 20
        assert kinds[EntityKind.ESTABLISHMENT] > 10 * LABORATORIES

    def test_the_customer_list_is_incomplete(self):
        """Of the leaked laboratories some are known customers, some seem another's, some are unknown."""
        leaked = {each.id for each in WORLD.laboratories}
        uses = [entity.uses for entity in WORLD.entities if entity.id in leaked]
        shared = (SHARED_VENDOR.replace("vendor:v", "product:p"),)

        assert 0 < sum(each == shared for each in uses) < LABORATORIES
        assert 0 < sum(not each for each in uses) < LABORATORIES

    def test_the_same_seed_the_same_world(self):
        """A figure can be measured again."""
        assert make_world(3) == WORLD
        assert list(make_rows(WORLD, 3, 2_000)) == ROWS


class TestFile:
    def test_no_laboratory_is_named(self, tmp_path: Path):
        """Neither a name nor an identifier of any establishment, vendor or product stands in it."""
        write_file(tmp_path / "leak.csv", ROWS)
        text = (tmp_path / "leak.csv").read_text(encoding="iso-8859-1").lower()

        assert [] == [entity.name for entity in WORLD.entities if entity.name.lower() in text]
        assert [] == [entity.id for entity in WORLD.entities if f";{entity.id.lower()};" in text]

    def test_its_rows(self, tmp_path: Path):
        """Sixty columns, read back as written; some people come twice."""
        assert len(ROWS) == write_file(tmp_path / "leak.csv", ROWS)
        with (tmp_path / "leak.csv").open(encoding="iso-8859-1", newline="") as file:
            header, *rows = csv.reader(file, delimiter=";")

        assert (list(COLUMNS), ROWS) == (header, rows)
        assert 60 == len(COLUMNS)
        assert 0.85 * len(ROWS) < people_in(ROWS) < 0.97 * len(ROWS)

    def test_numbers_of_no_commune(self):
        """Every social-security number is of an invented commune."""
        at = COLUMNS.index("num_secu")

        assert all(990 <= int(row[at][7:10]) <= 999 for row in ROWS)
