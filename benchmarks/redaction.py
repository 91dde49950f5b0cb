"""Ten thousand posts of invented patients through the whole program; then every byte it leaves is searched.

    python -m benchmarks.redaction [--posts 10000] [--seed 1]

A new installation imports nothing, sweeps the posts, lists and shows the alerts, serves its desk, scans, verifies, and
is made to fail on broken lines, a broken export, a list of patients given as a watchlist, and a disk that is full.
Searched are the store, the logs, what the commands printed and the pages; nothing invented about a person may be
there, as it was written or as it was meant. Alerts are looked at character by character as well, so that a blood
group of two letters counts too. Prints one JSON object; exit code 1 if anything was read.
"""

import argparse
import html
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.invented_patients import Invented, generator
from storage import accounts, sessions
from storage.accounts import Role
from storage.store import open_store

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = str(Path(sys.executable).with_name("vigifuite"))
NAMED = ["Laboratoire Armelin", "Médivelle", "CH de Kervélan", "Clinique Hespérion", "SELAS Bioquernac", "Orlabys"]
_SHORTEST = 8  # bytes of a value worth searching for: less is found in anything
_SMALL_DISK = 300_000  # bytes of the largest file on the disk that is full
_INPUTS = ("posts.jsonl", "edited/posts.jsonl", "broken.jsonl", "result.json", "patients.csv")
_MOST_PAGES, _MOST_LISTS = 2_000, 50  # of alerts, of the list
COVER = "█"


def main() -> int:
    """Run it; the seed makes the same posts again."""
    parser = argparse.ArgumentParser(description="personal data searched in everything the program leaves")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    posts = generator(asked.seed).posts(asked.posts, NAMED)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as given, tempfile.TemporaryDirectory() as left:
        inputs = write_inputs(Path(given), posts)
        work = Work(Path(left))
        work.do(inputs)
        found = sorted(set(search([path for path in Path(left).rglob("*") if path.is_file()], values_of(posts))))
        shown = Counter(shown_in_alerts(posts, work.alerts()))
        report = {
            "posts": len(posts),
            "secrets": sum(len(post.secrets) for post in posts),
            "values_searched": len(values_of(posts)),
            "alerts": len(work.alerts()),
            "pages": work.pages,
            "megabytes_searched": round(sum(p.stat().st_size for p in Path(left).rglob("*") if p.is_file()) / 1e6, 1),
            "commands": dict(work.codes),
            "found_in_bytes": found[:20],
            "shown_in_alerts": {" ".join(what): times for what, times in shown.most_common(20)},
            "seconds": round(time.monotonic() - started),
        }
    print(json.dumps(report, ensure_ascii=False))
    return 1 if found or shown or not report["alerts"] else 0


# ---------------------------------------------------------------- what goes in


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files that hold personal data in clear; outside the folder that is searched."""

    posts: Path
    edited_posts: Path
    broken_lines: Path
    broken_export: Path
    patients_as_watchlist: Path


def write_inputs(folder: Path, posts: Sequence[Invented]) -> Inputs:
    """The posts, and the same people in files that cannot be read."""
    lines = [json.dumps(post.tree, ensure_ascii=number % 2 == 0) for number, post in enumerate(posts)]
    inputs = Inputs(*(folder / name for name in _INPUTS))
    inputs.edited_posts.parent.mkdir()
    inputs.posts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    edited = [{**post.tree, "text": f"{post.tree['text']}\nMAJ"} for post in posts[::10]]
    inputs.edited_posts.write_text("".join(f"{json.dumps(tree)}\n" for tree in edited), encoding="utf-8")
    some = lines[:: max(1, len(lines) // 200)]
    broken = [line[: len(line) * 2 // 3] for line in some] + [f"[{line}]" for line in some]
    broken += [line.replace('"text": "', '"text": ["', 1) for line in some]
    broken += [json.dumps({"id": {"nir": sorted(post.values)}, "text": 3}) for post in posts[:50]]
    broken += [json.dumps({"id": max(post.values), "text": "vends base"}) for post in posts[:50]]
    inputs.broken_lines.write_text("\n".join(broken) + "\n", encoding="utf-8")
    messages = [
        {"id": n, "type": "message", "date": "2026-03-02T10:00:00", **post.tree} for n, post in enumerate(posts[:99])
    ]
    whole = json.dumps({"name": "Canal", "type": "public_channel", "id": 1, "messages": messages})
    inputs.broken_export.write_text(whole[: len(whole) * 9 // 10], encoding="utf-8")
    people = [f"p{n};{max(post.values)};{'|'.join(sorted(post.values))}" for n, post in enumerate(posts[:50])]
    inputs.patients_as_watchlist.write_text("\n".join(["id;name;aliases", *people]), encoding="utf-8")
    return inputs


# ---------------------------------------------------------------- what is done


class Work:
    """An installation, everything it prints kept beside its store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.codes: Counter[str] = Counter()
        self.pages = 0
        self._printed = folder / "printed"
        self._printed.mkdir()

    def do(self, inputs: Inputs) -> None:
        """Every command that reads a post or shows one, and what makes them fail."""
        self._run("init")
        self._on_port(free_port())
        self._run("sweep", str(inputs.posts), "--json")
        self._run("sweep", str(inputs.edited_posts))  # revisions of known alerts
        self._run("sweep", str(inputs.broken_lines))
        self._run("sweep", str(inputs.broken_export))
        self._run("watchlist", "import", str(inputs.patients_as_watchlist))
        self._run("scan", str(inputs.posts), "--json")
        self._run("scan", str(inputs.broken_lines))
        self._run("profile", str(inputs.posts))
        self._run("alerts", "list", "--json")
        self._run("alerts", "list")
        for number in [alert["alert_id"] for alert in self.alerts()][:5]:
            self._run("alerts", "show", str(number))
            self._run("alerts", "show", str(number), "--brief")
        self._run("evidence", "verify")
        self._run("sources", "list")
        self._run("doctor")
        self._browse()
        self._fill_the_disk(inputs)

    def alerts(self) -> list[dict[str, object]]:
        """As `alerts list --json` gave them."""
        printed = next(self._printed.glob("*alerts-list-json.out"))
        return [json.loads(line) for line in printed.read_text("utf-8").splitlines()]

    def _run(self, *arguments: str, full_disk: bool = False) -> None:
        words = [word.lstrip("-") for word in arguments if "/" not in word]
        name = f"{len(list(self._printed.iterdir())):03}-{'-'.join(words)}"
        with (self._printed / f"{name}.out").open("wb") as out, (self._printed / f"{name}.err").open("wb") as err:
            code = subprocess.run(
                [PROGRAM, *arguments],
                cwd=self.folder,
                stdout=out,
                stderr=err,
                env=self._environment(),
                check=False,
                preexec_fn=_small_disk if full_disk else None,
            ).returncode
        self.codes[f"{words[0]} {code}"] += 1

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}

    def _on_port(self, port: int) -> None:
        config = self.folder / "config.toml"
        config.write_text(re.sub(r"port = \d+", f"port = {port}", config.read_text("utf-8")), encoding="utf-8")
        self._address = f"http://127.0.0.1:{port}"

    def _browse(self) -> None:
        """Pages of the list and of the alerts, of a desk that runs beside its sources."""
        with (self._printed / "run.log").open("wb") as log:
            desk = subprocess.Popen([PROGRAM, "run"], cwd=self.folder, stdout=log, stderr=log, env=self._environment())
        try:
            numbers = sorted({str(alert["alert_id"]) for alert in self.alerts()})
            shown = numbers[:: max(1, len(numbers) // _MOST_PAGES)]
            self._wait_for_desk()
            self._headers = {"Cookie": f"vigifuite={a_session(self.folder / 'store')}"}
            queries = [f"/?state=all&page={page}" for page in range(1, 2 + min(len(numbers) // 20, _MOST_LISTS))]
            for path in [*queries, *(f"/alerts/{number}" for number in shown), "/health", "/alerts/none"]:
                self._keep_page(path)
        finally:
            desk.terminate()
            desk.wait(timeout=30)

    def _wait_for_desk(self) -> None:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{self._address}/health", timeout=5).close()  # noqa: S310 (loopback)
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise RuntimeError("the desk did not come up")

    def _keep_page(self, path: str) -> None:
        try:
            request = urllib.request.Request(f"{self._address}{path}", headers=self._headers)  # noqa: S310 (loopback)
            with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310 (loopback)
                page = answer.read()
        except urllib.error.HTTPError as error:
            page = error.read()
        with (self._printed / "pages.html").open("ab") as file:
            file.write(page)
        self.pages += 1

    def _fill_the_disk(self, inputs: Inputs) -> None:
        """No file may grow any more: whatever is written fails half-way."""
        (self.folder / "store").rename(self.folder / "store-before")
        self._run("init")
        self._run("sweep", str(inputs.posts), full_disk=True)


def a_session(folder: Path) -> str:
    """The cookie of an administrator signed in, made in the store."""
    store, now = open_store(folder), datetime.now(UTC)
    token = accounts.invite(store, Role.ADMIN, "measurement", now)
    user = accounts.accept(store, token, f"measuring-{token[:8].lower().replace('_', '-')}", "no password", 0, now)
    try:
        return sessions.begin(store, user, "127.0.0.1", now)
    finally:
        store.close()


def _small_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (_SMALL_DISK, _SMALL_DISK))


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---------------------------------------------------------------- what is searched


def values_of(posts: Iterable[Invented]) -> dict[bytes, str]:
    """Each way a value may stand in a file → what it is."""
    found: dict[bytes, str] = {}
    for post in posts:
        for value in post.values:
            for written in (value, json.dumps(value)[1:-1], html.escape(value), urllib.parse.quote(value)):
                if len(written.encode()) >= _SHORTEST:
                    found[written.encode()] = f"{post.layout}: {value}"
    return found


def search(paths: Iterable[Path], values: dict[bytes, str]) -> Iterator[str]:
    """Where a value stands in a file: the first eight bytes of each looked up at every place at once."""
    by_head: dict[int, list[bytes]] = {}
    for value in values:
        by_head.setdefault(int.from_bytes(value[:_SHORTEST], "little"), []).append(value)
    heads = np.array(sorted(by_head), dtype=np.uint64)
    for path in paths:
        content = path.read_bytes()
        for place in _places(np.frombuffer(content, dtype=np.uint8), heads):
            head = int.from_bytes(content[place : place + _SHORTEST], "little")
            for value in by_head[head]:
                if content.startswith(value, place):
                    yield f"{path.name}: {values[value]}"


def _places(content: np.ndarray, heads: np.ndarray) -> Iterator[int]:
    """Where any of the heads stands."""
    step = 1 << 20
    for start in range(0, max(0, len(content) - _SHORTEST + 1), step):
        piece = content[start : start + step + _SHORTEST - 1].astype(np.uint64)
        length = len(piece) - _SHORTEST + 1
        windows = np.zeros(length, dtype=np.uint64)
        for byte in range(_SHORTEST):
            windows |= piece[byte : byte + length] << np.uint64(8 * byte)
        at = np.minimum(np.searchsorted(heads, windows), len(heads) - 1)
        yield from (start + int(place) for place in np.flatnonzero(heads[at] == windows))


def shown_in_alerts(posts: Sequence[Invented], alerts: Iterable[dict[str, object]]) -> Iterator[tuple[str, str, str]]:
    """Secrets of which a letter or digit can still be read at its own place: layout, part, kind."""
    by_id = {str(post.tree["id"]): post for post in posts}
    for alert in alerts:
        post = by_id.get(str(alert["ref"]))
        if post is None or alert["source"] == "example":
            continue
        for each in post.secrets:
            raw, shown = _part(post.tree, each.part), _part(alert, each.part)
            if raw is None or shown is None or len(raw) != len(shown):
                continue  # links are defanged: the search of bytes looks at them
            pairs = zip(raw[each.start : each.end], shown[each.start : each.end], strict=True)
            if any(before.isalnum() and after != COVER for before, after in pairs):
                yield post.layout, each.part, each.kind


def _part(tree: dict[str, object], part: str) -> str | None:
    if part == "files[0]":
        files = tree.get("files")
        return str(files[0]["name"]) if isinstance(files, list) and files else None
    value = tree.get(part)
    return value if isinstance(value, str) else None


if __name__ == "__main__":
    sys.exit(main())
