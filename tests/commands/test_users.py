"""`user`: accounts from the command line, and the link `init` prints."""

import json
import re
from datetime import UTC, datetime

from storage import accounts
from storage.store import open_store
from vigifuite import run_command

LINK = re.compile(r"http://127\.0\.0\.1:8737/welcome/([\w-]{43})")


class TestUsers:
    def test_init_prints_the_first_link_until_it_is_used(self, tmp_path, monkeypatch, capsys):
        """Then nobody is offered one any more."""
        monkeypatch.chdir(tmp_path)
        run_command(["init"])
        token = LINK.search(capsys.readouterr().out)[1]
        store = open_store(tmp_path / "store")
        accounts.accept(store, token, "ana", "hash", 0, datetime.now(UTC))
        store.close()
        run_command(["init"])

        assert LINK.search(capsys.readouterr().out) is None

    def test_adds_renews_disables_and_lists(self, tmp_path, monkeypatch, capsys):
        """Links are given, never passwords."""
        monkeypatch.chdir(tmp_path)
        run_command(["init"])
        first = LINK.search(capsys.readouterr().out)[1]
        store = open_store(tmp_path / "store")
        accounts.accept(store, first, "ana", "hash", 0, datetime.now(UTC))
        run_command(["user", "add", "--role", "lead"])
        added = LINK.search(capsys.readouterr().out)[1]
        accounts.accept(store, added, "ben", "hash", 0, datetime.now(UTC))
        assert 0 == run_command(["user", "renew", "ben"])
        assert 0 == run_command(["user", "disable", "ben"])
        capsys.readouterr()
        run_command(["user", "list", "--json"])
        listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        store.close()

        assert [("ana", "admin", True), ("ben", "lead", False)] == [
            (user["name"], user["role"], user["disabled_at"] is None) for user in listed
        ]

    def test_says_what_is_wrong(self, tmp_path, monkeypatch, capsys):
        """One line, exit code 2."""
        monkeypatch.chdir(tmp_path)
        run_command(["init"])

        assert 2 == run_command(["user", "add", "--role", "king"])
        assert 2 == run_command(["user", "renew", "nobody"])
        assert "no account named nobody" in capsys.readouterr().err
