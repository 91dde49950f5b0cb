"""The whole house: published in an invented channel, read on the desk; killed, searched, and opened with age."""

import ast
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest

from storage import accounts, sessions
from storage.accounts import Role
from storage.store import Store

ROOT = Path(__file__).resolve().parents[1]
LEAKS = json.loads((ROOT / "tests/data/example_leaks.json").read_text())["leaks"]
SECRETS = [
    value
    for values in json.loads((ROOT / "tests/data/example_personal_values.json").read_text()).values()
    for value in values
]
ROOMS = ("commands", "crawler", "desk", "detectors", "storage")


def vigifuite(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The program as installed, run to its end."""
    command = [str(Path(sys.executable).with_name("vigifuite")), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`vigifuite run` in a new installation: the desk's address and the process."""
    vigifuite("init", folder=folder)
    config = folder / "config.toml"
    port = free_port()
    config.write_text(re.sub(r"port = \d+", f"port = {port}", config.read_text()))
    with (folder / "log").open("ab") as log:
        command = [str(Path(sys.executable).with_name("vigifuite")), "run"]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()
            process.wait()


def page(address: str, cookie: str = "") -> str:
    request = urllib.request.Request(address, headers={"Cookie": f"vigifuite={cookie}"})  # noqa: S310 (loopback)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 (loopback)
        return str(answer.read().decode())


def signed_in(folder: Path, address: str) -> str:
    """The cookie of the first account, made by the link that `run` prints."""
    link = waited_for_link(folder)
    secret = re.search(r'class="secret"[^>]*>([^<]+)<', page(link))
    assert secret
    code = pyotp.TOTP(re.sub(r"\s", "", secret[1])).now()
    password = "quatre girafes en velours"
    form = urllib.parse.urlencode({"name": "ana", "password": password, "again": password, "code": code}).encode()
    headers = {"Origin": address}
    opener = urllib.request.build_opener(NoRedirect)
    with pytest.raises(urllib.error.HTTPError) as answered:
        opener.open(urllib.request.Request(link, data=form, headers=headers), timeout=10)  # noqa: S310 (loopback)
    assert 303 == answered.value.code
    return answered.value.headers["Set-Cookie"].partition("=")[2].partition(";")[0]


def a_session(store: Store) -> str:
    """The cookie of somebody signed in, made in the store."""
    now = datetime.now(UTC)
    user = accounts.find_user(store, "ana")
    if user is None:
        token = accounts.invite(store, Role.ADMIN, "test", now)
        user = accounts.accept(store, token, "ana", "no password", 0, now)
    return sessions.begin(store, user, "127.0.0.1", now)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Answers as they are."""

    def redirect_request(self, *_: object) -> None:
        return None


def waited_for_link(folder: Path, seconds: float = 30) -> str:
    """The one-time link in what `run` says."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = re.search(r"works once: (http://\S+)", (folder / "log").read_text())
        if found:
            with contextlib.suppress(OSError):
                page(found[1])
                return found[1]
        time.sleep(0.2)
    raise AssertionError("no link was printed")


def numbers_on(address: str, cookie: str) -> set[str]:
    """The alert numbers on every page of the list."""
    found: set[str] = set()
    for number in range(1, 20):
        here = set(re.findall(r"VF-\d{4}-\d{4}", page(f"{address}/?state=all&page={number}", cookie)))
        if here <= found:
            break
        found |= here
    return found


def waited_for(address: str, cookie: str, alerts: int, seconds: float = 30) -> set[str]:
    """The alerts on the desk, once there are so many."""
    found: set[str] = set()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and len(found) < alerts:
        time.sleep(0.3)
        try:
            found = numbers_on(address, cookie)
        except OSError:
            continue  # not up yet
    return found


class TestTheHouse:
    def test_shows_every_leak_of_the_example_within_30_seconds(self, tmp_path):
        """A new installation does its job with nothing configured, and stops cleanly."""
        with running(tmp_path) as (address, process):
            cookie = signed_in(tmp_path, address)
            found = waited_for(address, cookie, len(LEAKS))
            health = json.loads(page(f"{address}/health"))
            pages = "".join(page(f"{address}/alerts/{number}", cookie) for number in found)
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=10)

        assert len(LEAKS) == len(found)
        assert "ok" == health["status"]
        assert [] == [secret for secret in SECRETS if secret in pages]
        assert 0 == code

    def test_a_killed_run_goes_on_where_it_stood(self, tmp_path):
        """No alert is lost, none stands twice, and commands work while it is up."""
        with running(tmp_path) as (address, process):
            cookie = signed_in(tmp_path, address)
            waited_for(address, cookie, 5)
            process.kill()
            process.wait()
        with running(tmp_path) as (address, _):
            found = waited_for(address, cookie, len(LEAKS))
            listed = vigifuite("alerts", "list", "--json", folder=tmp_path).stdout.splitlines()
            sources = vigifuite("sources", "list", folder=tmp_path).stdout
            verified = vigifuite("evidence", "verify", folder=tmp_path)

        refs = sorted(int(json.loads(line)["ref"]) for line in listed)
        assert sorted(LEAKS) == refs
        assert len(LEAKS) == len(found)
        assert "1 of 1 source read in the last hour" in sources
        assert 0 == verified.returncode

    def test_a_taken_port_is_said_in_one_line(self, tmp_path):
        """What, where, how to mend it; exit code 2."""
        vigifuite("init", folder=tmp_path)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            config = tmp_path / "config.toml"
            config.write_text(config.read_text().replace("port = 8737", f"port = {taken.getsockname()[1]}"))
            ended = vigifuite("run", folder=tmp_path)

        assert 2 == ended.returncode
        assert "is taken" in ended.stderr
        assert "Traceback" not in ended.stderr

    def test_a_second_lookout_on_one_store_is_refused(self, tmp_path):
        """It names who holds it."""
        with running(tmp_path) as (address, _):
            signed_in(tmp_path, address)
            second = vigifuite("run", folder=tmp_path)

        assert 2 == second.returncode
        assert re.search(r"the lookout is held by process \d+", second.stderr)

    def test_nothing_personal_is_left_anywhere(self, tmp_path):
        """Every byte of store, log and outputs, searched for every personal value of the example."""
        vigifuite("init", folder=tmp_path)
        outputs = [
            vigifuite(*arguments, folder=tmp_path)
            for arguments in (
                ("sweep", "example", "--json"),
                ("sweep", "example"),
                ("alerts", "list", "--json"),
                ("alerts", "list"),
                ("alerts", "show", "VF-2026-0001"),
                ("sources", "list", "--json"),
                ("doctor",),
            )
        ]
        said = "".join(output.stdout + output.stderr for output in outputs)
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        leaking = [path.name for path in kept for secret in SECRETS if secret.encode() in path.read_bytes()]

        assert len(SECRETS) >= 50
        assert len(LEAKS) <= sum(path.suffix == ".age" for path in kept)
        assert [] == leaking
        assert [] == [secret for secret in SECRETS if secret in said]

    def test_a_sealed_capture_opens_with_age(self, tmp_path):
        """The analysts need no program of ours."""
        vigifuite("init", folder=tmp_path)
        vigifuite("sweep", "example", folder=tmp_path)
        sealed = next((tmp_path / "store/captures").glob("*/*.age"))
        decrypt = ["age", "--decrypt", "--identity", str(tmp_path / "store/keys/analyst.key"), str(sealed)]
        opened = subprocess.run(decrypt, capture_output=True, check=True).stdout
        listed = subprocess.run(["tar", "-t"], input=opened, capture_output=True, check=True).stdout

        assert b"capture.json\nopening.json\n" == listed

    @pytest.mark.timeout(320)
    def test_survives_being_killed(self):
        """Twenty kills at random moments: the same alerts, nothing lost, nothing twice, nothing in clear."""
        command = [sys.executable, "-m", "benchmarks.crash", "--kills", "20", "--seed", str(os.getpid())]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
        report = json.loads(ended.stdout)

        assert [] == report["faults"]
        assert 20 == report["kills"]
        assert report["in_the_middle_of_the_alerts"] > 0


def python_files() -> list[Path]:
    return [path for room in (*ROOMS, "benchmarks", "tests") for path in (ROOT / room).rglob("*.py")]


def calls_of(name: str, path: Path) -> int:
    """How often a file calls something of this name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sum(isinstance(node, ast.Call) and getattr(node.func, "id", "") == name for node in ast.walk(tree))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines()]


class TestTheRepository:
    def test_redacted_text_is_made_in_one_place(self):
        """By `redact` and its neighbours, and by the column that reads it back."""
        makers = {
            str(path.relative_to(ROOT))
            for path in python_files()
            if not path.is_relative_to(ROOT / "tests") and calls_of("RedactedText", path)
        }

        assert {"detectors/redaction.py", "storage/schema.py"} == makers

    def test_names_no_registry_and_no_index(self):
        """Lock files and documents work behind anybody's mirror."""
        # Spelled backwards, or this file would find itself.
        hosts = [backwards[::-1] for backwards in (b"gro.ipyp", b"detsohnohtyp", b".sjmpn", b"lru-xedni")]
        naming = [path.name for path in tracked() if any(host in path.read_bytes() for host in hosts)]

        assert [] == naming

    def test_locks_carry_hashes(self):
        """Every pinned distribution, in both locks."""
        for lock in ("requirements.lock", "requirements-test.lock"):
            entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text())
            pinned = [entry for entry in entries if "==" in entry.splitlines()[0]]

            assert len(pinned) > 20
            assert [] == [entry for entry in pinned if "--hash=sha256:" not in entry]

    def test_templates_never_bypass_escaping(self):
        """Autoescape is on, and nothing steps around it."""
        templates = list((ROOT / "desk/templates").rglob("*.html"))
        code = [path for path in (ROOT / "desk").rglob("*.py") if "Markup" in path.read_text()]

        assert templates
        assert [] == [path.name for path in templates if re.search(r"\|\s*safe|autoescape false", path.read_text())]
        assert [] == code
