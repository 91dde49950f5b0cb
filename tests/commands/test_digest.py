"""`digest` as a user meets it, with a real mail server; and what `doctor` says of mail."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import vigifuite
from benchmarks.mail_server import PASSWORD, USER, MailServer, make_certificate
from storage.store import Store

PARTED = "parti@cert.test"
CONFIG = """
[storage]
folder = "store"
[desk.heartbeat]
after_digest = "alive"
[desk.mail]
enabled = true
host = "localhost"
port = {port}
username = "{user}"
password_file = "password"
ca_file = "mail.pem"
sender = "vigifuite@cert.test"
[[desk.mail.recipients]]
address = "anne@cert.test"
language = "en"
[[desk.mail.recipients]]
address = "parti@cert.test"
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(make_certificate(tmp_path), refused=[PARTED])
    server.start()
    yield server
    server.stop()


@pytest.fixture
def run(
    tmp_path: Path,
    store: Store,
    server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """The command line in a folder with a configuration."""
    assert tmp_path == store.folder.parent
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG.format(port=server.port, user=USER))
    Path("password").write_text(f"{PASSWORD}\n")

    def command(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = vigifuite.run_command(list(arguments))
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return command


class TestSend:
    def test_sends_once_a_day(self, run: Run, server: MailServer):
        """To each, and a second time to nobody; who was refused is told, with exit code 1."""
        first = run("digest", "--send")
        second = run("digest", "--send")

        assert (1, 1) == (first[0], second[0])
        assert "anne@cert.test: sent" in first[1]
        assert f"{PARTED}: refused (recipient refused: 550 5.1.1)" in first[1]
        assert "there is one a day" in second[2]
        assert ["anne@cert.test"] == [to for to, _ in server.taken()]

    def test_heartbeat(self, run: Run):
        """The file is there once a digest was sent."""
        run("digest", "--send", "--to", "anne@cert.test")

        assert Path("alive").read_text().startswith(str(datetime.now(UTC).year))

    def test_server_that_is_away(self, run: Run, server: MailServer):
        """It is written, it waits, and it is said when it is tried again."""
        server.fault = lambda: "greeting"
        code, out, err = run("digest", "--send", "--to", "anne@cert.test")

        assert 1 == code
        assert "anne@cert.test: waiting (" in out
        assert "tried again by `vigifuite run`" in err


class TestShow:
    def test_preview_sends_nothing(self, run: Run, server: MailServer):
        """To the terminal; as JSON with its parts."""
        code, out, _ = run("digest")
        as_json = [json.loads(line) for line in run("digest", "--preview", "--json")[1].splitlines()]

        assert 0 == code
        assert "To: anne@cert.test\nSubject: [TLP:GREEN] Vigifuite" in out
        assert ["anne@cert.test", PARTED] == [each["recipient"] for each in as_json]
        assert "<!doctype html>" in as_json[0]["html"]
        assert () == server.taken()

    def test_html_to_a_file(self, run: Run):
        """For a look in the browser."""
        run("digest", "--preview", "--html", "digest.html")

        assert "Daily digest" in Path("digest.html").read_text()

    def test_as_it_was_sent(self, run: Run):
        """The kept mail of a day; another day's is not there."""
        run("digest", "--send")
        today = datetime.now(UTC).astimezone().date()
        shown = [
            run("digest", "--date", str(today + timedelta(days=n)), "--to", "anne@cert.test")[1] for n in (-1, 0, 1)
        ]
        code, _, err = run("digest", "--date", "2020-01-01")

        assert 1 == sum("Subject: [TLP:GREEN]" in each for each in shown)
        assert (2, True) == (code, "no digest of 2020-01-01 is kept" in err)

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["--date", "yesterday"], "such as 2026-11-27"),
            (["--send", "--preview"], "choose one"),
            (["--to", "nobody@cert.test"], "no such recipient"),
        ],
    )
    def test_wrong_questions(self, run: Run, arguments: list[str], told: str):
        """One line, exit code 2."""
        code, _, err = run("digest", *arguments)

        assert (2, True, 1) == (code, told in err, len(err.splitlines()))

    def test_missing_password(self, run: Run):
        """What, where and how to mend it."""
        Path("password").unlink()
        code, _, err = run("digest", "--send")

        assert 2 == code
        assert "desk.mail.password_file: cannot read" in err


class TestDoctor:
    def checks(self, run: Run) -> dict[str, tuple[str, str]]:
        found = map(json.loads, run("doctor", "--json")[1].splitlines())
        return {each["what"]: (each["grade"], each["detail"]) for each in found}

    def test_tells_refusals(self, run: Run):
        """Who gets his digest, who does not, and the server's code."""
        before = self.checks(run)
        run("digest", "--send")
        after = self.checks(run)
        refused = [detail for what, detail in after.items() if what.endswith(f"to {PARTED}") and "digest" in what]

        assert "bad" == before["mail to anne@cert.test"][0]
        assert "good" == after["mail to anne@cert.test"][0]
        assert [("bad", "refused after 1 attempts: recipient refused: 550 5.1.1")] == refused

    def test_tells_that_nobody_is_told(self, run: Run):
        """A lookout without mail is allowed, and said."""
        Path("config.toml").write_text('[storage]\nfolder = "store"\n')

        assert self.checks(run)["mail"][1].startswith("not enabled")
