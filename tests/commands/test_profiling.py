import csv
import json
from pathlib import Path

import pytest

import vigifuite
from benchmarks.leaked_file import COLUMNS, make_rows, make_world, write_file

WORLD = make_world(7)
ROWS = list(make_rows(WORLD, 7, 3_000))


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """The command line in a new installation whose watchlist is the leaked world's."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = vigifuite.run_command(list(arguments))
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    assert run("init")[0] == 0
    with Path("world.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("id", "kind", "name", "city", "postcode", "uses", "parent"))
        writer.writerows(
            (e.id, e.kind.value, e.name, e.city or "", e.postcode or "", "|".join(e.uses), e.parent or "")
            for e in WORLD.entities
        )
    assert run("watchlist", "import", "world.csv")[0] == 0
    write_file(Path("leak.csv"), ROWS)
    return run


def profile(run, *arguments: str) -> dict:
    code, out, _ = run("profile", *arguments, "--json")
    assert code == 0
    return json.loads(out)


class TestProfile:
    def test_for_a_person(self, run):
        """Rows, verdict, places and the vendor, in words."""
        code, out, _ = run("profile", "leak.csv")

        assert code == 0
        assert "3,000 rows of 60 columns (csv)" in out
        assert "consistent: 100.0% of the social-security numbers have a right key" in out
        assert "vendor:v17" in out
        assert "watched establishments there" in out

    def test_for_a_program(self, run):
        """The sample of the contract, and who is inferred."""
        told = profile(run, "leak.csv")
        truth = {laboratory.site: laboratory.id for laboratory in WORLD.laboratories}
        places = told["attribution"]["places"]

        assert ("leak.csv", 3_000, "utf-8", "consistent") == (
            told["file"],
            told["rows"],
            told["encoding"],
            told["authenticity"]["verdict"],
        )
        assert "inferred" == told["attribution"]["role"]
        assert 28 <= sum(truth[site] == place["entity_id"] for place in places for site in place["sites"])
        assert "vendor:v17" == told["attribution"]["vendors"][0]["entity_id"]

    def test_remembered(self, run):
        """A file is known again by its sketch, and its own profile is no re-post of itself."""
        assert profile(run, "leak.csv", "--remember")["authenticity"]["verdict"] == "consistent"
        write_file(Path("again.csv"), ROWS[::10])

        assert profile(run, "again.csv")["authenticity"]["verdict"] == "recycled"
        assert profile(run, "leak.csv", "--remember")["authenticity"]["verdict"] == "consistent"

    def test_nothing_is_kept_unasked(self, run):
        """Without --remember no sketch is left."""
        run("profile", "leak.csv")

        assert [] == list(Path("store/sketches").glob("*.sketch"))

    def test_no_value_leaves(self, run):
        """No person's value in any output or file of the store."""
        outputs = "".join(run("profile", "leak.csv", "--remember")[1:]) + json.dumps(profile(run, "leak.csv"))
        kept = b"".join(path.read_bytes() for path in Path("store").rglob("*") if path.is_file())
        names = ("nom_usuel", "num_secu", "adresse1", "portable", "email", "mot_de_passe", "code_prescripteur")
        values = {row[COLUMNS.index(name)] for row in ROWS for name in names}
        values = {value for value in values if len(value) > 5}

        assert len(values) > 10_000
        assert {value for value in values if value in outputs} == set()
        assert {value for value in values if value.encode() in kept} == set()

    @pytest.mark.parametrize(
        ("encoding", "said"),
        [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("iso-8859-1", "cp1252"), ("utf-16", "utf-16")],
    )
    def test_encodings(self, run, encoding, said):
        """What French exports are written in is recognised."""
        Path("f.csv").write_text("prénom;email\n" + "Hélène;h@c.test\n" * 5, encoding=encoding)
        told = profile(run, "f.csv")

        assert (said, "prénom", "first_name") == (
            told["encoding"],
            told["columns"][0]["name"],
            told["columns"][0]["meaning"],
        )

    @pytest.mark.parametrize("content", [b"", b"bonjour\n", b"\xff\x00\x01" * 50])
    def test_not_a_sample(self, run, content):
        """What has no rows is refused in one line that does not quote it."""
        Path("f.bin").write_bytes(content)
        code, out, err = run("profile", "f.bin")

        assert (2, "") == (code, out)
        assert err.startswith("vigifuite: f.bin: ")
        assert "bonjour" not in err

    def test_an_archive(self, run):
        """A packed file is not unpacked, and the way on is told."""
        Path("f.zip").write_bytes(b"PK\x03\x04" + b"x" * 100)
        code, _, err = run("profile", "f.zip")

        assert code == 2
        assert "unpack it" in err

    def test_no_such_file(self, run):
        """A file that is not there is named."""
        code, _, err = run("profile", "nowhere.csv")

        assert code == 2
        assert "cannot read nowhere.csv" in err
