"""The desk with 100,000 alerts and 50 sources: twenty analysts at once, one core to serve them.

    python -m benchmarks.desk [--alerts N]

Analysts read: each asks for his next page a second after the last came, which is faster than anybody works. The server
is held to one core; its time for a page with nothing on it, in the same run, says what the machine alone costs.
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import insert, text

from benchmarks.row import Row
from desk.services import Look, Services, SourceLine
from desk.web import make_app, serve
from detectors.model import Entity, EntityKind, Severity, State
from detectors.redaction import redact_string
from detectors.watchlist import compile_watchlist
from storage import accounts, sessions
from storage.accounts import Role
from storage.schema import (
    AlertRow,
    ClaimRow,
    FindingRow,
    LogRow,
    MentionRow,
    QuantityRow,
    ResemblanceRow,
    RevisionRow,
    Table,
)
from storage.sources import Health, HealthState, unknown_status
from storage.store import Store, open_store

ALERTS, SOURCES, ENTITIES, ANALYSTS = 100_000, 50, 3_000, 20
SECONDS = 20.0
THINKING = 1.0  # seconds between two pages of one analyst
_AT_ONCE = 5_000
_EMPTY = "/health"
_STATES = (*[State.NEW] * 12, *[State.IN_REVIEW] * 3, *[State.FALSE_POSITIVE] * 50, *[State.CONFIRMED] * 15,
           *[State.DUPLICATE] * 10, *[State.CLOSED] * 10)  # fmt: skip


def entities() -> list[Entity]:
    """Invented organisations, spread over every département."""
    return [
        Entity(
            id=f"bench:{number}",
            kind=EntityKind.ESTABLISHMENT,
            name=f"Clinique {_name(number)} {_name(number * 7 + 3)}",
            city=_name(number * 3 + 1),
            department=f"{1 + number % 95:02}",
            contact="rssi@clinique.test",
        )
        for number in range(ENTITIES)
    ]


def _name(number: int) -> str:
    """A word nobody is called by."""
    letters = "".join("bdfglmnprtvz"[number // 12**place % 12] + "aeiou"[number // 5**place % 5] for place in range(3))
    return letters.capitalize() + "ec"


def fill(store: Store, alerts: int) -> None:
    """So many alerts over a year, with all that hangs on them."""
    chance, now = random.Random(7), datetime.now(UTC)
    known = entities()
    texts = [
        redact_string(f"Vends base patients {_name(n)}, {n * 37 + 1000} lignes, NIR 2550699999999 34, @vendeur{n}\n"
                      + "tres complet, dossiers, ordonnances, comptes rendus. " * (2 + n % 6))
        for n in range(200)
    ]  # fmt: skip
    url = redact_string("hxxps://t[.]me/canal/1")
    with store.writing() as session:
        for start in range(1, alerts + 1, _AT_ONCE):
            rows: dict[type[Table], list[dict[str, object]]] = {}
            for at in range(start, min(start + _AT_ONCE, alerts + 1)):
                seen_at = now - timedelta(minutes=(alerts - at) * 525_600 / alerts)
                state, severity = chance.choice(_STATES), chance.choice(list(Severity))
                decided = seen_at + timedelta(minutes=chance.randrange(5, 900))
                source, entity = f"source-{at % SOURCES:02}", chance.choice(known)
                _add(rows, AlertRow, id=at, number=f"VF-2026-{at:04}", place=f"telegram:{at % 90}", ref=str(at),
                     source=source, state=state.value, tlp="TLP:AMBER", severity=int(severity), score=0.7,
                     posted_at=seen_at - timedelta(minutes=2), seen_at=seen_at,
                     decided_at=None if state in _STATES[:13] else decided, version=0)  # fmt: skip
                _add(rows, LogRow, line=at, body="{}", sha256="0" * 64)
                _add(rows, RevisionRow, id=at, alert_id=at, ordinal=1, fingerprint=str(at), seen_at=seen_at,
                     text=texts[at % len(texts)], url=url, is_forward=False, is_edited=False, score=0.7,
                     severity=int(severity), reasons=["names a watched establishment", "offers data for sale"],
                     personal_data={"nir": 1}, log_line=at, sealed_sha256=f"{at:064x}")  # fmt: skip
                for other in (entity, chance.choice(known))[: 1 + at % 2]:
                    _add(rows, MentionRow, revision_id=at, entity_id=other.id, name=other.name, kind="establishment",
                         part="text", start=0, end=5, surface=redact_string("Vends"), confidence=0.9,
                         candidates=[other.id], roles=["named"])  # fmt: skip
                _add(rows, FindingRow, revision_id=at, kind="claim", label="sale", part="text", start=0, end=5,
                     confidence=1.0, reason="a word of a sale")  # fmt: skip
                _add(rows, ClaimRow, id=at, revision_id=at, act="sale", fields=[], formats=[], password_given=False)
                _add(rows, QuantityRow, claim_id=at, value=at * 3, unit="patients")
                if at % 4 == 0:
                    _add(rows, ResemblanceRow, alert_id=at, other_id=at - 1, why=["same text"])
            for table, values in rows.items():
                session.execute(insert(table), values)
        session.execute(
            text(
                "INSERT INTO revision_words(rowid, words) SELECT r.id, r.text || ' ' || "
                "(SELECT group_concat(m.name, ' ') FROM mention m WHERE m.revision_id = r.id) FROM revision r"
            )
        )
        session.execute(text("ANALYZE"))


def _add(rows: dict[type[Table], list[dict[str, object]]], table: type[Table], **values: object) -> None:
    rows.setdefault(table, []).append(values)


def serve_one(folder: Path, port: int) -> None:
    """The desk, on one core, until it is killed."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    store, now = open_store(folder), datetime.now(UTC)
    watchlist = compile_watchlist(entities())
    health = Health(state=HealthState.OK)
    lines = [
        SourceLine(name=f"source-{n:02}", kind="telegram", enabled=True, what_to_do="", missed=0, interval=120,
                   status=replace(unknown_status(f"source-{n:02}"), health=health, read_at=now, posts=n * 999))
        for n in range(SOURCES)
    ]  # fmt: skip

    def nothing(*_: object) -> Look:
        raise NotImplementedError

    services = Services(
        sources=lambda: lines, watchlist=lambda: watchlist, look_at=nothing, add_source=lambda *_: "",
        remove_source=lambda _: None, start_sweep=lambda _: 0, cancel_sweep=lambda _: None,
    )  # fmt: skip
    asyncio.run(serve(make_app(store, services, "bench"), "127.0.0.1", port))


async def ask(port: int, path: str, cookie: str) -> tuple[float, int, bytes]:
    """How long a page takes, how many bytes come over the wire, and the page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: vigifuite={cookie}\r\n"
    started = time.perf_counter()
    writer.write(f"{asked}Accept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read(-1)
    taken = time.perf_counter() - started
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path}: {head[:60].decode()}")
    # A compressed page comes in chunks; only whole ones matter here.
    return taken, len(answer), zlib.decompress(body, 31) if b"gzip" in head and b"chunked" not in head else body


async def measure(port: int, cookies: Sequence[str], paths: Sequence[str], seconds: float) -> dict[str, list[float]]:
    """The times of each page while all analysts read."""
    taken: dict[str, list[float]] = {path: [] for path in (*paths, _EMPTY)}
    ends = time.monotonic() + seconds

    async def analyst(number: int, cookie: str) -> None:
        chance = random.Random(number)
        await asyncio.sleep(number * THINKING / len(cookies))
        while time.monotonic() < ends:
            path = chance.choice((*paths, _EMPTY))
            taken[path].append((await ask(port, path, cookie))[0])
            await asyncio.sleep(THINKING * chance.uniform(0.5, 1.5))

    await asyncio.gather(*(analyst(number, cookie) for number, cookie in enumerate(cookies)))
    return taken


def desk_rows(folder: Path, alerts: int = ALERTS) -> Iterator[Row]:
    """The rows of `make bench`."""
    made = open_store(folder / "desk-store", create=True)
    fill(made, alerts)
    now = datetime.now(UTC)
    user = accounts.accept(made, accounts.invite(made, Role.ADMIN, "bench", now), "bench", "none", 0, now)
    cookies = [sessions.begin(made, user, "127.0.0.1", now) for _ in range(ANALYSTS)]
    paths = ["/", "/?state=all&page=9", "/?words=dossiers+vendeur7&state=all", "/?entity=bec&state=all",
             "/?department=56", f"/alerts/VF-2026-{alerts // 2:04}", "/sources", "/sweeps", "/watchlist?words=clinique",
             "/overview", "/account", "/people"]  # fmt: skip
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.desk", "--serve", str(folder / "desk-store"), "--port", str(port)]
    server = subprocess.Popen(command, cwd=Path(__file__).resolve().parent.parent)
    try:
        _wait(port)
        for path in paths:  # what is remembered for a minute is counted once
            asyncio.run(ask(port, path, cookies[0]))
        first = sum(asyncio.run(ask(port, path, cookies[0]))[1] for path in ("/", "/style.css", "/desk.js"))
        taken = asyncio.run(measure(port, cookies, paths, SECONDS))
    finally:
        server.kill()
        server.wait()
        made.close()
    empty = _p95(taken[_EMPTY])
    for path in paths:
        slow = _p95(taken[path])
        yield Row(
            what=f"desk, {alerts:,} alerts, {ANALYSTS} analysts: {path}",
            figure=f"p95 {slow * 1000:.0f} ms, median {median(taken[path]) * 1000:.0f} ms",
            peer=f"an empty page: p95 {empty * 1000:.0f} ms",
            ratio=f"{slow / empty:.1f}",
        )
    yield Row(what="desk, first page with its sheet and script", figure=f"{first / 1000:.0f} kB sent", peer="60 kB",
              ratio=f"{first / 60_000:.2f}")  # fmt: skip


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1] if len(times) > 1 else max(times)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the desk did not come up")


def main() -> None:
    """One run, told line by line; or the server of one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alerts", type=int, default=ALERTS)
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    if given.serve:
        serve_one(given.serve, given.port)
        return
    with tempfile.TemporaryDirectory() as folder:
        for row in desk_rows(Path(folder), given.alerts):
            print(f"{row.what:70} {row.figure:32} {row.peer:32} {row.ratio}")


if __name__ == "__main__":
    main()
