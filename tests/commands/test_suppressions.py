"""`watchlist suppress` as an analyst meets it."""

import json
import re

import pytest

from tests.commands.test_command_line import Runner, installed, run  # noqa: F401 (fixtures)

NAMED = "Vends base Orlabys, 491 840 lignes"
ENTITY = "product:orlabys"


def add(runner: Runner, *arguments: str) -> int:
    (made,) = runner.json("watchlist", "suppress", "add", "--reason", "noise", *arguments)
    return int(made["rule"])


class TestAdd:
    def test_is_listed(self, installed: Runner):  # noqa: F811
        """Scope, reason, author, expiry and hits, for a person and a program."""
        number = add(installed, "--entity", ENTITY, "--phrase", "offre d'emploi", "--expires", "30d")
        (found,) = installed.json("watchlist", "suppress", "list")
        assert (number, ENTITY, None, "offre d'emploi", "noise", False, 0) == tuple(
            found[key] for key in ("rule", "entity", "source", "phrase", "reason", "expired", "hits")
        )
        assert found["author"]
        code, out, _ = installed("watchlist", "suppress", "list")
        assert 0 == code
        assert ENTITY in out
        assert "offre d'emploi" in out

    def test_says_what_it_does(self, installed: Runner):  # noqa: F811
        """One sentence with the number to remove it by."""
        code, out, _ = installed(
            "watchlist", "suppress", "add", "--source", "example", "--reason", "x", "--expires", "never"
        )
        assert 0 == code
        assert "rule 1 made: any mention in posts of example; it does not expire\n" == out

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "give --entity, --source or --phrase"),
            (["--entity", "nobody"], "no entity nobody"),
            (["--source", "nobody"], "no source named nobody"),
            (["--phrase", "jeanne@courriel.test"], "an e-mail address"),
            (["--phrase", "NIR 2550699999999 34"], "a social-security number"),
            (["--phrase", "x"], "fewer than 3 letters"),
            (["--entity", ENTITY, "--expires", "2020-01-01"], "in the past"),
            (["--entity", ENTITY, "--expires", "soon"], "is no date"),
            (["--entity", ENTITY, "--reason", " "], "--reason is empty"),
        ],
    )
    def test_refusals_are_one_line(self, installed: Runner, arguments: list[str], said: str):  # noqa: F811
        """What is wrong, nothing kept, and no word of a refused phrase."""
        code, out, err = installed("watchlist", "suppress", "add", "--reason", "noise", *arguments)
        assert (2, "") == (code, out)
        assert re.fullmatch(r"vigifuite: .+\n", err)
        assert said in err
        assert "jeanne" not in err
        assert "2550699999999" not in err
        assert [] == installed.json("watchlist", "suppress", "list")

    def test_a_reason_is_redacted(self, installed: Runner):  # noqa: F811
        """Who asked for it may be told by telephone, but not in the store."""
        installed("watchlist", "suppress", "add", "--entity", ENTITY, "--reason", "ask jeanne@courriel.test")
        (found,) = installed.json("watchlist", "suppress", "list")
        assert "jeanne" not in found["reason"]

    def test_same_again(self, installed: Runner):  # noqa: F811
        """The rule that says so already is named."""
        number = add(installed, "--entity", ENTITY)
        code, _, err = installed("watchlist", "suppress", "add", "--reason", "noise", "--entity", ENTITY)
        assert 2 == code
        assert f"rule {number} says the same" in err


class TestEffect:
    def sweep(self, runner: Runner) -> int:
        with open("posts.jsonl", "w", encoding="utf-8") as file:
            file.write(json.dumps({"id": "1", "text": NAMED}) + "\n")
        found = runner.json("sweep", "posts.jsonl")
        return int(found[-1]["new_alerts"])

    def test_a_sweep_is_silenced_and_counted(self, installed: Runner):  # noqa: F811
        """No alert while the rule stands, one after."""
        number = add(installed, "--entity", ENTITY)
        assert 0 == self.sweep(installed)
        (found,) = installed.json("watchlist", "suppress", "list")
        assert 1 == found["hits"]
        assert found["last_hit_at"]

        assert 0 == installed("watchlist", "suppress", "remove", str(number))[0]
        assert 1 == self.sweep(installed)

    def test_shows_in_watchlist_test(self, installed: Runner):  # noqa: F811
        """The mention is found, and the rule that silences it named with its reason."""
        number = add(installed, "--entity", ENTITY)
        (tested,) = installed.json("watchlist", "test", NAMED)
        assert [ENTITY] == [mention["entity_id"] for mention in tested["mentions"]]
        assert [(number, "noise", True)] == [
            (each["rule"], each["reason"], each["suppressed"]) for each in tested["suppressed"]
        ]
        assert f"{ENTITY} does not count: rule {number}, noise" in installed("watchlist", "test", NAMED)[1]

    def test_a_rule_for_one_source_says_so(self, installed: Runner):  # noqa: F811
        """It silences there and nowhere else."""
        number = add(installed, "--entity", ENTITY, "--source", "example")
        out = installed("watchlist", "test", NAMED)[1]
        assert f"{ENTITY} does not count in posts of example: rule {number}, noise" in out


class TestRemove:
    def test_unknown(self, installed: Runner):  # noqa: F811
        """What is not there cannot be removed."""
        code, _, err = installed("watchlist", "suppress", "remove", "9")
        assert 2 == code
        assert "no rule 9" in err
