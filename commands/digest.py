"""`digest`: the daily e-mail, shown as it would be sent, sent now, or shown as it was sent."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.front import Front
from commands.mailing import letterhead, postman, recipients, watch
from commands.output import Exit, UnusableError, local, put_json, put_line, say
from commands.world import World, open_world
from desk.mail import Mail, Recipient
from desk.pages.mail import read_back
from desk.postman import digest_now
from storage import outbox
from storage.outbox import Item, Kind, Sending


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(digest)


def digest(
    context: typer.Context,
    day: Annotated[
        str | None, typer.Option("--date", help="Show the digest of a day as it was sent: 2026-11-27.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would be sent now (the default).")] = False,
    send: Annotated[bool, typer.Option("--send", help="Send today's now, unless it was; retry what waits.")] = False,
    to: Annotated[str | None, typer.Option("--to", help="Only this recipient.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the HTML part there.")] = None,
) -> int:
    """The daily e-mail: preview it, send it, or show it as it was sent."""
    front: Front = context.obj
    if preview + send + (day is not None) > 1:
        raise UnusableError("choose one of --preview, --send and --date")
    world = open_world(front)
    try:
        if send:
            return _send(front, world, to)
        shown = _kept(world, day, to) if day else _previews(world, to)
    finally:
        world.store.close()
    if html:
        _write(html, shown[0][1].html)
    for fields, mail in shown:
        if front.json:
            put_json({**fields, "subject": mail.subject, "text": mail.text, "html": mail.html})
        else:
            put_line(f"To: {fields['recipient']}\nSubject: {mail.subject}\n\n{mail.text}")
    return Exit.DONE


def _previews(world: World, to: str | None) -> list[tuple[dict[str, object], Mail]]:
    """What each recipient would get now; without recipients, what one would."""
    now = datetime.now(UTC)
    asked = _asked(world, to) or [Recipient(address="nobody@localhost")]
    head, seen = letterhead(world), watch(world, now)
    shown: list[tuple[dict[str, object], Mail]] = []
    for recipient in asked:
        today = now.astimezone(recipient.zone).date()
        mail, _ = digest_now(world.store, head, recipient, seen, today, now)
        shown.append(({"recipient": recipient.address, "date": today.isoformat(), "state": "preview"}, mail))
    return shown


def _kept(world: World, day: str, to: str | None) -> list[tuple[dict[str, object], Mail]]:
    """The digests of a day as they were sent."""
    try:
        key = date.fromisoformat(day).isoformat()
    except ValueError:
        raise UnusableError(f"--date {day}: give a day such as 2026-11-27") from None
    found = [
        item
        for item in outbox.listed(world.store, kind=Kind.DIGEST, key=key)
        if item.body and (to is None or item.recipient == to)
    ]
    if not found:
        raise UnusableError(f"no digest of {key} is kept: they are for {outbox.KEPT.days} days")
    return [(_fields(item), read_back(item)) for item in reversed(found)]


def _send(front: Front, world: World, to: str | None) -> int:
    """Write today's digest for those who have none yet, and try everything that waits."""
    if not world.settings.desk.mail.enabled:
        raise UnusableError("mail is not enabled: set enabled = true under [desk.mail]")
    asked, sender = _asked(world, to), postman(world)
    for recipient in asked:
        today = datetime.now(UTC).astimezone(recipient.zone).date()
        if not sender.write_digest(recipient, today):
            say(f"{recipient.address}: the digest of {today} was written before; there is one a day")
    asyncio.run(sender.deliver())
    code = Exit.DONE
    for recipient in asked:
        key = datetime.now(UTC).astimezone(recipient.zone).date().isoformat()
        for item in outbox.listed(world.store, kind=Kind.DIGEST, key=key):
            if item.recipient != recipient.address:
                continue
            if front.json:
                put_json(_fields(item))
            else:
                put_line(f"{item.recipient}: {item.state.value}{f' ({item.reason})' if item.reason else ''}")
            if item.state is not Sending.SENT:
                code = Exit.FOUND_WRONG
                if item.state is Sending.WAITING:
                    say(f"{item.recipient}: tried again by `vigifuite run` from {local(item.due_at)} on")
    return code


def _asked(world: World, to: str | None) -> list[Recipient]:
    known = recipients(world)
    if to is None:
        return [each for each in known if each.digest]
    if not any(each.address == to for each in known):
        raise UnusableError(f"--to {to}: no such recipient under [[desk.mail.recipients]]")
    return [each for each in known if each.address == to]


def _fields(item: Item) -> dict[str, object]:
    return {
        "recipient": item.recipient,
        "date": item.key,
        "state": item.state.value,
        "reason": item.reason,
        "attempts": item.attempts,
        "message_id": item.message_id,
        "settled_at": item.settled_at,
    }


def _write(path: Path, html: str) -> None:
    try:
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise UnusableError(f"--html {path}: cannot be written ({error.strerror})") from None
