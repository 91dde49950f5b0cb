"""`sketches`: listed, forgotten; and an alert's rows named by the profile of a larger file."""

import json
from pathlib import Path

import pytest

import vigifuite
from benchmarks.leaked_file import COLUMNS, make_rows, make_world, write_file

ROWS = list(make_rows(make_world(7), 7, 2_000))
SHOWN = ("nom_usuel", "prenom", "sexe", "date_naissance", "num_secu", "code_postal", "email")


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """The command line in a new installation that has seen a post with 56 rows."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = vigifuite.run_command(list(arguments))
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    assert run("init")[0] == 0
    places = [COLUMNS.index(column) for column in SHOWN]
    rows = [";".join(row[place] for place in places) for row in ROWS[:56]]
    text = "\n".join(["Fuite de données de santé, patients français, extrait :", ";".join(SHOWN), *rows])
    Path("posts.jsonl").write_text(json.dumps({"id": "1", "text": text}) + "\n", encoding="utf-8")
    assert run("sweep", "posts.jsonl")[0] == 0
    return run


class TestSketches:
    def test_the_larger_file_names_the_earlier_alert(self, run):
        """The 56 rows seen before the release are met in it."""
        write_file(Path("release.csv"), ROWS)
        code, out, _ = run("profile", "release.csv", "--json")

        assert code == 0
        judged = json.loads(out)["authenticity"]
        assert "consistent" == judged["verdict"]
        assert "it holds 100% of the 56 rows of VF-2026-0001, seen before" == judged["reasons"][0].replace(
            _year(judged["reasons"][0]), "2026"
        )

    def test_listed(self, run):
        """Alerts and files, with until when."""
        write_file(Path("release.csv"), ROWS)
        run("profile", "release.csv", "--remember")
        listed = [json.loads(line) for line in run("sketches", "list", "--json")[1].splitlines()]

        assert [("release.csv", "file", 2_000), ("0001", "alert", 56)] == [
            (each["name"].rpartition("-")[2] if each["of"] == "alert" else each["name"], each["of"], each["rows"])
            for each in listed
        ]
        assert all(each["until"] > each["kept_at"] for each in listed)
        assert "release.csv" in run("sketches", "list")[1]

    def test_forgotten(self, run):
        """What is forgotten is not met any more; the alert stays."""
        (listed,) = [json.loads(line) for line in run("sketches", "list", "--json")[1].splitlines()]
        write_file(Path("release.csv"), ROWS)

        assert (0, f"{listed['name']} is forgotten\n") == run("sketches", "forget", listed["name"])[:2]
        assert "no extract is remembered" in "".join(run("sketches", "list")[1:])
        assert "seen before" not in run("profile", "release.csv")[1]
        assert 0 == run("alerts", "show", listed["name"])[0]

    def test_no_such_sketch(self, run):
        """A name nobody has is told, with the way on."""
        code, out, err = run("sketches", "forget", "nothing.csv")

        assert (2, "") == (code, out)
        assert "vigifuite: no sketch of nothing.csv: see `vigifuite sketches list`\n" == err


def _year(reason: str) -> str:
    return reason.partition("VF-")[2][:4]
