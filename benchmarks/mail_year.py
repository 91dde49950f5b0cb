"""Days of mail under a clock of our own: an outside process sends them, is killed at random, and begins again.

    python -m benchmarks.mail_year FOLDER PORT CA

waits for lines on stdin: from which moment to which, and the seconds its child has to live (0: as long as it needs).
The answer is the moment the child had reached. `tests/desk/test_mail_days.py` and `benchmarks.mail_soak` drive it.
"""

import asyncio
import email
import email.policy
import logging
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time as real_time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from functools import cache
from itertools import count
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from benchmarks.mail_server import PASSWORD, USER
from desk.digest import Watch
from desk.mail import Letterhead, Recipient
from desk.outgoing import MailServer
from desk.postman import Postman
from detectors.model import Entity, EntityKind, Post, Reading, Severity
from detectors.triage import triage
from detectors.watchlist import compile_watchlist
from storage.alerts import Capturing, Step, keep, list_alerts
from storage.coverage import coverage
from storage.filters import AlertFilter
from storage.notices import Rules
from storage.outbox import Sending, listed
from storage.seal import make_keys, read_recipients
from storage.sources import Tally
from storage.store import Store, open_store

PARIS = ZoneInfo("Europe/Paris")
REFUSED = "parti@cert.test"
# One hour that the change of clocks skips and repeats, one in another zone, one at midnight, one that is refused.
RECIPIENTS = (
    Recipient(address="astreinte@cert.test", language="fr", zone=PARIS, at=time(8)),
    Recipient(address="nuit@cert.test", language="fr", zone=PARIS, at=time(2, 30), quiet=(time(22), time(7))),
    Recipient(address="duty@cert.test", language="en", zone=ZoneInfo("America/Montreal"), at=time(0, 0)),
    Recipient(address=REFUSED, language="en", zone=PARIS, at=time(9)),
)
ROOT = Path(__file__).resolve().parent.parent
PATIENCE = timedelta(hours=3)  # between rounds, or until the next thing that waits is due
_HURRY = timedelta(minutes=1)
_TEXT = "Vends base patients Quorvane, 491 840 lignes, jeanne.exemple@courriel.test 255069999999934"
SECRETS = (b"jeanne.exemple", b"255069999999934", b"vendeur_noir")


class Server(Protocol):
    """A mail server that tells what it took."""

    port: int
    ca_file: Path

    def taken(self) -> Sequence[tuple[str, bytes]]: ...


@cache
def a_reading() -> Reading:
    """The reading of the one post there is, made once."""
    post = Post(place="forum.test/leaks", ref="", text=_TEXT, seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    reading = triage(post, compile_watchlist((Entity(id="v:q", kind=EntityKind.VENDOR, name="Quorvane"),)))
    if reading is None:
        raise RuntimeError("the invented post is no alert")
    return reading


def keep_alert(
    store: Store, capturing: Capturing, reading: Reading, ref: str, at: datetime, severity: Severity
) -> None:
    """An alert on another post with the same text; one that is known changes nothing."""
    post = Post(place="forum.test/leaks", ref=ref, text=f"{_TEXT} {ref}", seen_at=at)
    mine = replace(reading, ref=ref, seen_at=at, severity=severity)
    keep(store, post, mine, capturing, Step(source="forum", bookmark=None, tally=Tally(posts=1)))


def postman(store: Store, port: int, ca_file: Path, clock: list[datetime]) -> Postman:
    """A postman whose clock is the first of a list."""
    return Postman(
        store=store,
        head=Letterhead(
            sender="vigifuite@cert.test", desk_url="https://desk.test", version="1.2.3", key=store.fingerprint_key
        ),
        recipients=RECIPIENTS,
        server=MailServer(
            host="localhost",
            port=port,
            security="starttls",
            sender="vigifuite@cert.test",
            username=USER,
            password=PASSWORD,
            ca_file=ca_file,
        ),
        rules=Rules(least=Severity.CRITICAL, window=timedelta(hours=1), repeat=timedelta(hours=2), most_repeats=1),
        watch=lambda now: Watch(coverage=coverage([], now), troubles=()),
        clock=lambda: clock[0],
    )


async def live(folder: Path, port: int, ca_file: Path, start: datetime, end: datetime, told: int) -> None:
    """Rounds from one moment to another, every third by two postmen at once; each moment reached is told."""
    store, other = open_store(folder), open_store(folder)
    capturing = Capturing(mode="extract", recipients=read_recipients(store.public_keys))
    reading, clock, rounds = a_reading(), [start], count()
    pair = [postman(each, port, ca_file, clock) for each in (store, other)]
    while clock[0] < end:
        for ref, at, severity in alerts_between(clock[0] - PATIENCE, clock[0]):
            keep_alert(store, capturing, reading, ref, at, severity)
        await asyncio.gather(*(each.round() for each in pair[: 1 + (next(rounds) % 3 == 0)]))
        due = [item.due_at for item in listed(store) if item.state is Sending.WAITING]
        clock[0] = min([clock[0] + PATIENCE, *(max(moment, clock[0] + _HURRY) for moment in due)])
        os.write(told, f"{clock[0].isoformat()}\n".encode())


def alerts_between(start: datetime, end: datetime) -> Iterator[tuple[str, datetime, Severity]]:
    """The alerts of a time: one each day at nine in the evening (UTC), every fourth of them critical."""
    day = start.date()
    while day <= end.date():
        at = datetime.combine(day, time(21), UTC)
        if start < at <= end:
            yield f"post-{day}", at, Severity.HIGH if day.toordinal() % 4 else Severity.CRITICAL
        day += timedelta(days=1)


def days_due(recipient: Recipient, start: datetime, end: datetime) -> list[date]:
    """The local days whose digest is due by `end`, from the one that was due at the start on."""
    first, last = start.astimezone(recipient.zone).date(), end.astimezone(recipient.zone).date()
    days = [first + timedelta(days=number - 1) for number in range((last - first).days + 2)]
    due = [(day, datetime.combine(day, recipient.at, recipient.zone).astimezone(UTC)) for day in days]
    at_start = max(day for day, moment in due if moment <= start)
    return [day for day, moment in due if day >= at_start and moment <= end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What came of it."""

    kills: int
    problems: list[str]
    mails: int  # taken by the server, doubles included
    doubles: int  # of them with a Message-ID that had come before


def simulate(folder: Path, server: Server, start: datetime, end: datetime, chosen: random.Random, kills: int) -> Days:
    """Send from one moment to another, with so many kills on the way, then look at what arrived."""
    store = open_store(folder, create=True)
    make_keys(store.public_keys.parent)
    store.close()
    command = [sys.executable, "-m", "benchmarks.mail_year", str(folder), str(server.port), str(server.ca_file)]
    killed, at, step = 0, start, (end - start) / (kills + 1)
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None or stdout.readline() != "ready\n":
            raise RuntimeError("the process did not begin")

        def ask(until: datetime, life: float) -> datetime:
            stdin.write(f"{at.isoformat()} {until.isoformat()} {life}\n")
            stdin.flush()
            return datetime.fromisoformat(stdout.readline().strip())

        for number in range(kills):
            # Some days in peace, then a life too short for a day, begun again where it had told to be; now and then
            # the clock is set back by an hour.
            at = max(at, ask(start + step * (number + 1), 0)) if number % 2 else at
            at = ask(end, chosen.uniform(0.05, 0.5))
            killed += 1
            if chosen.random() < 0.2:
                at = max(start, at - timedelta(hours=1))
        ask(end, 0)
        ask(end + timedelta(hours=4), 0)  # what waited for another attempt has had it
        stdin.close()
    taken = server.taken()
    return Days(
        kills=killed,
        problems=problems(folder, taken, start, end),
        mails=len(taken),
        doubles=len(taken) - len({_read(message)["Message-ID"] for _, message in taken}),
    )


def problems(folder: Path, taken: Sequence[tuple[str, bytes]], start: datetime, end: datetime) -> list[str]:
    """Everything that is not as it should be; each in a line."""
    found = [f"{what} in a mail to {to}" for to, message in taken for what in _leaks(message)]
    with closing(open_store(folder)) as store:
        numbers = [alert.number for alert in list_alerts(store, AlertFilter())]
        for recipient in RECIPIENTS:
            read = [_read(message) for to, message in taken if to == recipient.address]
            found += _digest_problems(store, recipient, read, start, end, numbers)
    return found


def _leaks(message: bytes) -> Iterator[str]:
    """What no mail may hold, in its bytes or in its parts as they are read."""
    parts = [part.get_content() for part in _read(message).walk() if not part.is_multipart()]
    whole = message + "".join(parts).encode()
    if any(secret in whole for secret in SECRETS):
        yield "a personal value"
    if re.search(rb"https?://(?!desk\.test/)", whole):
        yield "a link that does not lead to the desk"
    if re.search(rb"(?i)<(script|img|iframe|form|object)|\son\w+=", whole):
        yield "markup that is not ours"


def _digest_problems(
    store: Store,
    recipient: Recipient,
    read: Sequence[EmailMessage],
    start: datetime,
    end: datetime,
    numbers: Sequence[str],
) -> Iterator[str]:
    ids: dict[str, set[str]] = {}
    for message in read:
        match = re.match(r"<digest\.(\d{4}-\d\d-\d\d)\.", message["Message-ID"])
        if match:
            ids.setdefault(match[1], set()).add(message["Message-ID"])
    due = [day.isoformat() for day in days_due(recipient, start, end)]
    if recipient.address == REFUSED:
        yield from (f"{REFUSED} got a mail" for _ in read[:1])
        refused = {item.key for item in listed(store) if item.recipient == REFUSED and item.state is Sending.REFUSED}
        yield from ("no refusal is written down" for _ in range(not refused))
        return
    yield from (f"{recipient.address}: no digest of {day}" for day in due if day not in ids)
    later = end + timedelta(hours=4)
    known = {day.isoformat() for day in days_due(recipient, start, later)}
    yield from (f"{recipient.address}: an unasked digest of {day}" for day in ids if day not in known)
    yield from (f"{recipient.address}: {len(its)} digests of {day}" for day, its in ids.items() if len(its) > 1)
    digests = [m.as_string() for m in read if m["Message-ID"].startswith("<digest.")]
    told = {number for number in numbers if any(number in text for text in digests)}
    yield from (f"{recipient.address}: {number} was never told" for number in numbers if number not in told)


def _read(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, _class=EmailMessage, policy=email.policy.default)


def main(folder: Path, port: int, ca_file: Path) -> None:
    """Do what the lines on stdin ask for."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    _warm_up(ca_file)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        start, end, life = line.split()
        reached = _child(folder, port, ca_file, start, end, float(life))
        sys.stdout.write(f"{reached}\n")
        sys.stdout.flush()


def _warm_up(ca_file: Path) -> None:
    """Import, map and compile everything before the first child, in a store that is thrown away."""
    a_reading()
    with tempfile.TemporaryDirectory() as folder, closing(open_store(Path(folder), create=True)) as store:
        make_keys(store.public_keys.parent)
        capturing = Capturing(mode="extract", recipients=read_recipients(store.public_keys))
        now = datetime.now(UTC)
        keep_alert(store, capturing, a_reading(), "1", now, Severity.CRITICAL)
        postman(store, 0, ca_file, [now]).write()


def _child(folder: Path, port: int, ca_file: Path, start: str, end: str, life: float) -> str:
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            moments = datetime.fromisoformat(start), datetime.fromisoformat(end)
            asyncio.run(live(folder, port, ca_file, *moments, writer))
            code = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writer)
    if life:
        real_time.sleep(life)
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reader) as told:
        moments_told = told.read().split()
    _, status = os.waitpid(pid, 0)
    if not (os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0):
        raise RuntimeError("the child failed")
    return moments_told[-1] if moments_told else start


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
