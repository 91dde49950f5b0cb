"""`alerts`: the queue, one alert, and what an analyst decides about it."""

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from commands.front import Front
from commands.moments import moment
from commands.output import UnusableError, local, put_json, put_line, put_table
from commands.world import World, open_world
from detectors.model import Inferred, Reading, Severity, State
from detectors.sample_profile import sample_lines
from storage import alerts, decisions
from storage.alerts import StoredAlert
from storage.brief import brief_lines, who
from storage.filters import AlertFilter
from storage.public_form import alert_json

group = typer.Typer(help="The queue of alerts.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="alerts")


@group.command("list")
def list_alerts(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="Seen since: 2026-11-01, or 7d, 12h.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="new, in review, confirmed, …; repeatable.")] = None,
    severity: Annotated[list[str] | None, typer.Option(help="low, medium, high, critical; repeatable.")] = None,
    source: Annotated[str | None, typer.Option(help="The name of a source.")] = None,
    entity: Annotated[str | None, typer.Option(help="An entity's id, or part of its name.")] = None,
    limit: Annotated[int | None, typer.Option(min=1)] = None,
) -> None:
    """The queue: worst first, then newest."""
    front: Front = context.obj
    wanted = AlertFilter(
        since=moment(since, datetime.now(UTC)),
        states=[_state(each) for each in state or ()],
        severities=[_severity(each) for each in severity or ()],
        source=source,
        entity=entity,
        limit=limit,
    )
    found = alerts.list_alerts(open_world(front).store, wanted)
    if front.json:
        for alert in found:
            put_json(alert_json(alert))
        return
    columns = ("alert", "severity", "state", "posted", "seen", "who", "what", "source")
    put_table(columns, map(_row, found), empty="no alerts")


@group.command("show")
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="ID")],
    brief: Annotated[bool, typer.Option("--brief", help="Five defanged lines for a ticket.")] = False,
) -> None:
    """One alert, whole or in five lines."""
    front: Front = context.obj
    alert = _find(open_world(front), number)
    if front.json:
        put_json(alert_json(alert))
        return
    for line in brief_lines(alert, local) if brief else _lines(alert):
        put_line(line)


@group.command("triage")
def triage(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="ID")],
    state: str,
    comment: Annotated[str | None, typer.Option(help="Why.")] = None,
) -> None:
    """Change an alert's state."""
    front: Front = context.obj
    alert = decisions.decide(open_world(front).store, number, _state(state), getpass.getuser(), comment)
    put_json(alert_json(alert)) if front.json else put_line(f"{alert.number} is {alert.state.value}")


@group.command("confirm")
def confirm(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="ID")],
    entity: Annotated[str, typer.Argument(help="The entity that is concerned.")],
    comment: Annotated[str | None, typer.Option(help="On what basis.")] = None,
) -> None:
    """Confirm that an entity is concerned: a human's word, apart from who is named."""
    front: Front = context.obj
    world = open_world(front)
    if not any(each.id == entity for each in world.entities()):
        raise UnusableError(f"no entity {entity}: see `vigifuite watchlist list`")
    alert = decisions.confirm(world.store, number, entity, getpass.getuser(), comment)
    put_json(alert_json(alert)) if front.json else put_line(f"{alert.number}: {entity} is confirmed")


def _lines(alert: StoredAlert) -> list[str]:
    reading = alert.latest.reading
    lines = brief_lines(alert, local)
    lines += ["", *reading.text.splitlines(), ""]
    for mention in reading.mentions:
        disguise = f", written {mention.disguise}" if mention.disguise else ""
        lines.append(f"names {mention.name} ({mention.entity_id}), confidence {mention.confidence:.2f}{disguise}")
    lines += [inferred_in_words(each) for each in reading.inferred]
    lines += _claim_lines(reading)
    lines += [f"file {file.name} ({file.size if file.size is not None else '?'} bytes)" for file in reading.files]
    lines += [f"link {link}" for link in reading.links]
    if reading.views:
        lines.append(f"seen {reading.views} times, as the place counts")
    if reading.is_edited:
        lines.append("edited, says the place")
    lines += [f"resembles {each.number}: {', '.join(each.why)}" for each in alert.resembles]
    if len(alert.revisions) > 1:
        lines.append(f"{len(alert.revisions)} revisions")
    if alert.deleted_at:
        lines.append(f"found deleted at its place {local(alert.deleted_at)}")
    for each in alert.annotations:
        what = f"{each.from_state} → {each.to_state}" if each.to_state else f"{each.kind} {each.entity_id}"
        lines.append(f"{local(each.at)} {each.author}: {what} {each.comment or ''}".rstrip())
    return lines


def inferred_in_words(inferred: Inferred) -> str:
    """Whom the rows point to, how surely, and why: never to be read as a name given."""
    basis = "; ".join(inferred.basis)
    return (
        f"inferred, named by nobody: {inferred.name} ({inferred.entity_id}), "
        f"confidence {inferred.confidence:.2f}: {basis}"
    )


def _claim_lines(reading: Reading) -> Iterator[str]:
    if claim := reading.claim:
        told = {
            "actor named": claim.actor or "",
            "fields": ", ".join(claim.fields),
            "formats": ", ".join(claim.formats),
            "contacts": ", ".join(claim.contacts),
            "archives": ", ".join(archive.name for archive in claim.archives),
        }
        yield from (f"{what}: {value}" for what, value in told.items() if value)
    if reading.sample:
        yield from (f"extract: {line}" for line in sample_lines(reading.sample))


def _row(alert: StoredAlert) -> tuple[object, ...]:
    claim = alert.latest.reading.claim
    return (
        alert.number,
        alert.severity.label,
        alert.state.value,
        alert.posted_at,
        alert.seen_at,
        who(alert),
        claim.act.value if claim else "data shown",
        alert.source,
    )


def _find(world: World, number: str) -> StoredAlert:
    alert = alerts.find_alert(world.store, number)
    if alert is None:
        raise UnusableError(f"no alert {number}: see `vigifuite alerts list`")
    return alert


def _state(word: str) -> State:
    try:
        return State(word.lower().replace("-", " ").replace("_", " "))
    except ValueError:
        known = ", ".join(state.value for state in State)
        raise UnusableError(f"{word!r} is no state: one of {known}") from None


def _severity(word: str) -> Severity:
    try:
        return Severity[word.upper()]
    except KeyError:
        known = ", ".join(severity.label for severity in Severity)
        raise UnusableError(f"{word!r} is no severity: one of {known}") from None
