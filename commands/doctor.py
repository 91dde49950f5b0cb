"""`doctor`: is this installation fit, and what should be done about what is not."""

import shutil
import stat
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import typer

from commands.front import Front
from commands.mailing import postman
from commands.output import Exit, UnusableError, local, put_json, put_line
from commands.sources import source_lines
from commands.telegram import account_lines
from commands.world import World, open_world
from crawler.lanes import LONGEST_TURN
from crawler.source import Source
from storage import evidence, outbox
from storage.coverage import ALARM_AFTER
from storage.errors import SealError, StoreError
from storage.outbox import Kind, Sending
from storage.sources import statuses
from storage.store import sqlite_library

_DIGEST_LATE = timedelta(hours=26)  # a day, the hour of a change of clocks, and one to arrive
_TROUBLES = timedelta(days=7)
_LEAST_FREE = 500 * 1024 * 1024  # bytes

Grade = Literal["good", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    what: str
    grade: Grade
    detail: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(context: typer.Context) -> int:
    """Check configuration, store, keys, evidence and sources."""
    front: Front = context.obj
    checks = list(_checks(front))
    for check in checks:
        put_json(asdict(check)) if front.json else put_line(f"{check.grade:8} {check.what}: {check.detail}")
    return Exit.FOUND_WRONG if any(check.grade == "bad" for check in checks) else Exit.DONE


def _checks(front: Front) -> Iterator[Check]:
    try:
        world = open_world(front)
    except (UnusableError, StoreError) as error:
        yield Check("installation", "bad", str(error))
        return
    yield Check("configuration", "good", str(front.config))
    yield Check("SQLite", "good", sqlite_library().sqlite_version)
    yield _store_check(world)
    yield from _key_checks(world)
    yield _watchlist_check(world)
    yield _evidence_check(world)
    yield from _account_checks(world)
    yield from _source_checks(world)
    yield from _mail_checks(world)


def _store_check(world: World) -> Check:
    folder = world.store.folder
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        return Check("store", "bad", f"only {free // 2**20} MiB free at {folder}: make room")
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Check("store", "warning", f"{folder} can be read by others: chmod 700 {folder}")
    return Check("store", "good", f"{folder}, {free // 2**30} GiB free")


def _key_checks(world: World) -> Iterator[Check]:
    try:
        recipients = world.capturing().recipients
        yield Check("public keys", "good", f"captures are sealed to {len(recipients)}")
    except SealError as error:
        yield Check("public keys", "bad", str(error))
    if world.store.private_key.exists():
        detail = f"{world.store.private_key} opens every capture: move it off this machine"
        yield Check("private key", "warning", detail)


def _watchlist_check(world: World) -> Check:
    try:
        return Check("watchlist", "good", f"{len(world.watchlist().entities):,} entities")
    except UnusableError as error:
        return Check("watchlist", "bad", str(error))


def _evidence_check(world: World) -> Check:
    with world.store.reading() as session:
        found = evidence.verify(session, world.store.captures)
    if found.faults:
        return Check("evidence", "bad", f"{len(found.faults)} faults: see `vigifuite evidence verify`")
    return Check("evidence", "good", f"{found.lines} log lines, {found.sealed_files} sealed files")


def _source_checks(world: World) -> Iterator[Check]:
    for line in source_lines(world):
        if not line.is_watched:
            continue
        missed = f"{line.missed} looks missed in a row" if line.missed >= ALARM_AFTER else ""
        said = (line.state, line.status.health.reason, missed, line.what_to_do if line.needs_a_hand else "")
        yield Check(f"source {line.name}", "bad" if line.needs_a_hand else "good", "; ".join(filter(None, said)))
    yield from _pace_checks(world)


def _account_checks(world: World) -> Iterator[Check]:
    """Each Telegram account: its state, and whether it can read all it is to read in time."""
    readers: dict[str | None, list[Source]] = defaultdict(list)
    for source in world.sources():
        if source.kind == "telegram-account" and source.enabled:
            readers[world.account_of(source)].append(source)
    for line in account_lines(world):
        said = "; ".join(filter(None, [line.state, line.reason, line.what_to_do if line.needs_a_hand else ""]))
        yield Check(f"account {line.name}", "bad" if line.needs_a_hand else "good", said)
        mine = readers.pop(line.name, [])
        needed = len(mine) * world.settings.crawler.account_pace
        shortest = min((source.interval for source in mine), default=0)
        if mine and needed > shortest:
            detail = (
                f"{len(mine)} channels at a page in {world.settings.crawler.account_pace:g} s take {needed:.0f} s, and "
                f"one is to be read every {shortest} s: raise its interval, or let another account read some"
            )
            yield Check(f"pace of account {line.name}", "warning", detail)
    for name, orphans in readers.items():
        what = f"account {name} is not configured" if name else "no account reads it: see [[crawler.accounts]]"
        for source in orphans:
            yield Check(f"source {source.name}", "bad", what)


def _mail_checks(world: World) -> Iterator[Check]:
    """Whether mails arrive: what each recipient was last sent, and what was not."""
    mail = world.settings.desk.mail
    if not mail.enabled:
        yield Check("mail", "good", "not enabled: nobody is told of anything, see [desk.mail] in the configuration")
        return
    try:
        postman(world)
    except UnusableError as error:
        yield Check("mail", "bad", str(error))
    now = datetime.now(UTC)
    for recipient in mail.recipients:
        sent = outbox.last_sent(world.store, Kind.DIGEST, recipient.address) if recipient.digest else None
        if recipient.digest:
            late = sent is None or now - sent > _DIGEST_LATE
            detail = f"last digest {local(sent)}" if sent else "no digest was sent yet: see `vigifuite digest --send`"
            yield Check(f"mail to {recipient.address}", "bad" if late else "good", detail)
    for item in outbox.troubles(world.store, now - _TROUBLES):
        what = f"{item.kind.value} {item.key} to {item.recipient}"
        grade: Grade = "warning" if item.state is Sending.WAITING else "bad"
        yield Check(what, grade, f"{item.state.value} after {item.attempts} attempts: {item.reason or 'no reason'}")


def _pace_checks(world: World) -> Iterator[Check]:
    """Whether every source of a host can have its turn within its interval."""
    pace = world.settings.crawler.pace
    by_host: dict[str, list[Source]] = defaultdict(list)
    paused = {name for name, status in statuses(world.store).items() if status.paused}
    for source in world.sources():
        if source.enabled and source.name not in paused and (host := world.host_of(source)):
            by_host[host].append(source)
    for host, sources in by_host.items():
        needed, shortest = len(sources) * pace * LONGEST_TURN, min(source.interval for source in sources)
        if needed > shortest:
            detail = (
                f"{len(sources)} sources at one request in {pace:g} s take {needed:.0f} s, and one is to be read "
                f"every {shortest} s: raise its interval"
            )
            yield Check(f"pace towards {host}", "warning", detail)
