"""Real paste servers from the package index, on loopback, each in an environment of its own."""

import base64
import fcntl
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

LOCKS = Path(__file__).parents[1] / "servers"
PASSWORD = "Invented-99"
ADMIN = "invented-admin-secret"


def built(name: str, folder: Path) -> Path:
    """The programs of a server, built once from its hashed lock, however many tests wait for them."""
    locks = [LOCKS / "build.lock", LOCKS / f"{name}.lock"]
    key = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks) + sys.version.encode()).hexdigest()[:16]
    home = folder / f"{name}-{key}"
    with (folder / f"{home.name}.busy").open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        if not (home / "built").exists():
            shutil.rmtree(home, ignore_errors=True)
            # Our own pip installs into it, and leaves to the server's first start what that compiles of it.
            _run(name, [sys.executable, "-m", "venv", "--without-pip", str(home)])
            pip = [sys.executable, "-m", "pip", "--python", str(home / "bin/python"), "install", "--no-compile"]
            pip += ["--quiet", "--no-deps", "--require-hashes"]
            # Old packages that are built here are built with a known setuptools, not with today's.
            for lock, option in zip(locks, ("--only-binary=:all:", "--no-build-isolation"), strict=True):
                _run(name, [*pip, option, "-r", str(lock)])
            (home / "built").touch()
    return home / "bin"


def _run(name: str, command: Sequence[str]) -> None:
    # Without the guard: this alone leaves the machine, for the package index.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        why = ([line for line in done.stderr.splitlines() if "ERROR" in line] or ["no reason given"])[-1]
        pytest.fail(f"the server {name} could not be built from tests/servers/{name}.lock: {why}", pytrace=False)


class PasteServer(ABC):
    """One server with its own folder; it can be stopped and started again."""

    name = ""
    raw = re.compile(r"GET (\S+)")  # in the server's log: a paste that was read

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/"
        self.client = httpx.Client(base_url=self.url, timeout=10, trust_env=False)
        self.prepare()

    def prepare(self) -> None:  # noqa: B027 (some servers need nothing)
        """Write what the server reads at its start."""

    @abstractmethod
    def command(self) -> list[str]: ...

    def environment(self) -> dict[str, str]:
        return {}

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.programs / "python"), *self.command()],
                cwd=self.folder,
                env={**os.environ, **self.environment(), "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=log,
            )
        ends = time.monotonic() + 20
        while True:
            try:
                self.client.get("/favicon.ico")
            except httpx.TransportError:
                if self.process.poll() is not None or time.monotonic() > ends:
                    pytest.fail(f"the server {self.name} does not start: {self.log()[-500:]}", pytrace=False)
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def read_so_far(self) -> list[str]:
        """The refs of the pastes of which somebody asked for the text."""
        return self.raw.findall(self.log())

    @abstractmethod
    def post(self, text: str, title: str, *, closed: bool = False) -> str:
        """Publish, and return the ref; closed: behind a password, locked or burning."""

    @abstractmethod
    def delete(self, ref: str) -> None: ...

    @abstractmethod
    def open_closed(self, ref: str) -> str:
        """The text of a closed paste, by whoever may read it."""


class Pasttle(PasteServer):
    name = "pasttle"
    raw = re.compile(r"GET /(?:raw/)?(\d+) ")
    recent = 60

    def prepare(self) -> None:
        lines = [
            "[main]", "debug: false", "bind: 127.0.0.1", f"port: {self.port}", "title: t",
            f"dsn: sqlite:///{self.folder / 'p.db'}", f"recent_items: {self.recent}",
        ]  # fmt: skip
        (self.folder / "p.ini").write_text("\n".join(lines))

    def environment(self) -> dict[str, str]:
        return {"PASTTLECONF": str(self.folder / "p.ini")}

    def command(self) -> list[str]:
        return [str(self.programs / "pasttle-server.py")]

    def post(self, text: str, title: str, *, closed: bool = False) -> str:
        form = {"upload": text, "filename": title, "syntax": "text", "password": PASSWORD if closed else ""}
        return self.client.post("/post", data=form).raise_for_status().text.rsplit("/", 1)[1]

    def delete(self, ref: str) -> None:
        # It has no way to delete; its operators do it like this.
        with sqlite3.connect(self.folder / "p.db", timeout=10) as database:
            database.execute("DELETE FROM paste WHERE id = ?", [int(ref)])
        database.close()

    def open_closed(self, ref: str) -> str:
        return self.client.post(f"/raw/{ref}", data={"password": PASSWORD}).raise_for_status().text


class Bepasty(PasteServer):
    name = "bepasty"
    raw = re.compile(r"GET /(\w{8})/\+(?:inline|download) ")
    permissions = "create,read,list,delete"

    def prepare(self) -> None:
        (self.folder / "items").mkdir()
        (self.folder / "conf.py").write_text(
            f"SITENAME = 't'\nSTORAGE = 'filesystem'\nSTORAGE_FILESYSTEM_DIRECTORY = {str(self.folder / 'items')!r}\n"
            f"SECRET_KEY = {'x' * 40!r}\nSESSION_COOKIE_SECURE = False\nDEFAULT_PERMISSIONS = {self.permissions!r}\n"
            f"PERMISSIONS = {{{ADMIN!r}: 'admin,list,create,modify,read,delete'}}\n"
        )

    def environment(self) -> dict[str, str]:
        return {"BEPASTY_CONFIG": str(self.folder / "conf.py")}

    def command(self) -> list[str]:
        return [str(self.programs / "bepasty-server"), "--host", "127.0.0.1", "--port", str(self.port)]

    def post(self, text: str, title: str, *, closed: bool = False) -> str:
        return self.post_bytes(text.encode(), title, closed=closed)

    def post_bytes(self, content: bytes, title: str, *, closed: bool = False) -> str:
        size = len(content)
        headers = {"Content-Range": f"bytes 0-{size - 1}/{size}", "Content-Type": "text/plain", "Transaction-ID": ""}
        headers["Content-Filename"] = title.encode("ascii", "ignore").decode()
        answer = self.client.post("/apis/rest/items", content=base64.b64encode(content), headers=headers)
        ref = answer.raise_for_status().headers["Content-Location"].rsplit("/", 1)[1]
        if closed:
            # Its thread that works out the hash would write the paste back unlocked.
            while not self.client.get(f"/apis/rest/items/{ref}").json()["file-meta"]["hash"]:
                time.sleep(0.01)
            self.client.post(f"/apis/rest/items/{ref}/lock", auth=("", ADMIN)).raise_for_status()
        return ref

    def delete(self, ref: str) -> None:
        self.client.post(f"/apis/rest/items/{ref}/delete", auth=("", ADMIN)).raise_for_status()

    def open_closed(self, ref: str) -> str:
        return self.client.get(f"/{ref}/+inline", auth=("", ADMIN)).raise_for_status().text


class QuickPaste(PasteServer):
    name = "quick-paste"
    raw = re.compile(r"GET /(\w{8})(?:/raw)? ")

    def environment(self) -> dict[str, str]:
        return {"PASTE_DATA_DIR": str(self.folder / "d"), "PASTE_BASE_URL": self.url.rstrip("/")}

    def command(self) -> list[str]:
        return ["-m", "uvicorn", "main:app", "--host", "127.0.0.1", "--port", str(self.port)]

    def post(self, text: str, title: str, *, closed: bool = False) -> str:
        paste = {"content": text, "title": title, "burn_after_read": closed}
        return str(self.client.post("/api/paste", json=paste).raise_for_status().json()["id"])

    def delete(self, ref: str) -> None:
        self.client.delete(f"/api/paste/{ref}").raise_for_status()

    def open_closed(self, ref: str) -> str:
        return self.client.get(f"/{ref}/raw").raise_for_status().text


@contextmanager
def running(kind: type[PasteServer], cache: Path, folder: Path) -> Iterator[PasteServer]:
    """A new server of a kind, with nothing published yet."""
    server = kind(built(kind.name, cache), folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.client.close()


Answer = tuple[int, str] | tuple[int, str, Mapping[str, str]]


class FakeSite:
    """A site on loopback that answers each path as it is told."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.otherwise: Answer = (404, "")
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                status, text, *rest = site.answers.get(self.path, site.otherwise)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(text.encode())), **(rest[0] if rest else {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None: ...

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A client that has heard enough hangs up."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> "FakeSite":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
