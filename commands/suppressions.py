"""`watchlist suppress`: what analysts decided not to be alerted about."""

import getpass
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from commands.durations import seconds
from commands.front import Front
from commands.moments import moment
from commands.output import UnusableError, local, put_json, put_line, put_table
from commands.world import World, open_world
from detectors.model import RedactedText, Sighting
from detectors.normalisation import Text
from detectors.redaction import redact_string
from detectors.suppression import PhraseError, Rule, applying, checked_phrase, in_force, suppress
from storage import suppressions
from storage.suppressions import CountedRule, NewRule

group = typer.Typer(help="What not to be alerted about.", no_args_is_help=True)

_NEVER = "never"
_OF_A_SWEEP = "sweep:"  # how the source of a file swept by its path is called


@group.command("add")
def add(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why, for whoever reads it later.")],
    entity: Annotated[str | None, typer.Option(help="Only mentions of this organisation, by its id.")] = None,
    source: Annotated[str | None, typer.Option(help="Only posts of this source, by its name.")] = None,
    phrase: Annotated[str | None, typer.Option(help="Only where these words stand, however disguised.")] = None,
    expires: Annotated[str, typer.Option(help="After 90d, 12h; on a date; or never.")] = "90d",
) -> None:
    """Make a rule: mentions that fit all of what is given no longer count towards an alert."""
    front: Front = context.obj
    world = open_world(front)
    if not (entity or source or phrase):
        raise UnusableError("give --entity, --source or --phrase, or several: a rule about everything is no rule")
    if not reason.strip():
        raise UnusableError("--reason is empty: say why, for whoever reads it later")
    now = datetime.now(UTC)
    rule = NewRule(
        entity_id=_known_entity(world, entity),
        source=_known_source(world, source),
        phrase=_phrase(phrase),
        reason=redact_string(reason.strip()),
        author=getpass.getuser(),
        made_at=now,
        expires_at=_expiry(expires, now),
    )
    number = suppressions.add(world.store, rule)
    if front.json:
        put_json({"rule": number, "expires_at": rule.expires_at})
    else:
        put_line(f"rule {number} made: {_scope(rule.entity_id, rule.source, rule.phrase)}; {_until(rule.expires_at)}")


def _known_entity(world: World, entity_id: str | None) -> str | None:
    if entity_id is None or any(entity.id == entity_id for entity in world.entities()):
        return entity_id
    raise UnusableError(f"no entity {entity_id}: see `vigifuite watchlist list`")


def _known_source(world: World, name: str | None) -> str | None:
    if name is None or name.startswith(_OF_A_SWEEP) or any(source.name == name for source in world.sources()):
        return name
    raise UnusableError(f"no source named {name}: see `vigifuite sources list`")


def _phrase(phrase: str | None) -> RedactedText | None:
    try:
        return None if phrase is None else checked_phrase(phrase)
    except PhraseError as error:
        raise UnusableError(f"--phrase: {error}") from None


def _expiry(expires: str, now: datetime) -> datetime | None:
    if expires == _NEVER:
        return None
    try:
        at: datetime | None = now + timedelta(seconds=seconds(expires))
    except ValueError:
        at = moment(expires, now)
    if at is None or at <= now:
        raise UnusableError(f"--expires {expires} lies in the past: give 90d, a date to come, or never")
    return at


@group.command("list")
def list_rules(context: typer.Context) -> None:
    """Every rule, with what it did; expired ones are kept for the record."""
    front: Front = context.obj
    now = datetime.now(UTC)
    rules = suppressions.counted(open_world(front).store)
    if front.json:
        for each in rules:
            put_json(_as_json(each, now))
        return
    columns = ("rule", "entity", "source", "phrase", "reason", "author", "made", "expires", "hits", "last hit")
    put_table(columns, [_as_row(each, now) for each in rules], empty="no rules: see `watchlist suppress add --help`")


def _as_row(each: CountedRule, now: datetime) -> tuple[object, ...]:
    rule = each.rule
    expires = "never" if rule.expires_at is None else local(rule.expires_at)
    return (
        rule.id,
        rule.entity_id or "any",
        rule.source or "any",
        rule.phrase or "any",
        rule.reason,
        rule.author,
        rule.made_at,
        f"{expires} (expired)" if _is_expired(rule, now) else expires,
        each.hits,
        each.last_hit_at or "never",
    )


def _as_json(each: CountedRule, now: datetime) -> dict[str, object]:
    rule = each.rule
    return {
        "rule": rule.id,
        "entity": rule.entity_id,
        "source": rule.source,
        "phrase": rule.phrase,
        "reason": rule.reason,
        "author": rule.author,
        "made_at": rule.made_at,
        "expires_at": rule.expires_at,
        "expired": _is_expired(rule, now),
        "hits": each.hits,
        "last_hit_at": each.last_hit_at,
    }


def _is_expired(rule: Rule, now: datetime) -> bool:
    return rule.expires_at is not None and rule.expires_at <= now


@group.command("remove")
def remove(context: typer.Context, number: Annotated[int, typer.Argument(metavar="RULE")]) -> None:
    """Forget a rule: what it silenced counts again."""
    front: Front = context.obj
    if not suppressions.remove(open_world(front).store, number):
        raise UnusableError(f"no rule {number}: see `vigifuite watchlist suppress list`")
    put_json({"rule": number, "removed": True}) if front.json else put_line(f"rule {number} removed")


# ---------------------------------------------------------------- for `watchlist test`


def silenced(world: World, text: Text, sightings: Sequence[Sighting]) -> list[dict[str, object]]:
    """Every rule not expired that speaks of a mention in a text, whatever source it is for, and whether it silences."""
    now = datetime.now(UTC)
    rules = [rule for rule in suppressions.rules(world.store) if not _is_expired(rule, now)]
    parts: Mapping[str, Text] = {"text": text}
    return [
        {
            "start": sighting.start,
            "entity": sighting.entity_id,
            "rule": rule.id,
            "source": rule.source,
            "reason": rule.reason,
            "suppressed": bool(suppress((sighting,), parts, in_force(rules, rule.source, now))[1]),
        }
        for sighting in sightings
        for rule in applying(sighting, parts, rules)
    ]


def silenced_line(found: Mapping[str, object]) -> str:
    """One such rule for a person."""
    where = f" in posts of {found['source']}" if found["source"] else ""
    if found["suppressed"]:
        return f"{found['entity']} does not count{where}: rule {found['rule']}, {found['reason']}"
    return f"{found['entity']} counts all the same, others may be meant: rule {found['rule']}, {found['reason']}"


def _scope(entity_id: str | None, source: str | None, phrase: str | None) -> str:
    said = [
        f"mentions of {entity_id}" if entity_id else "any mention",
        f"in posts of {source}" if source else "",
        f"with the words “{phrase}”" if phrase else "",
    ]
    return " ".join(filter(None, said))


def _until(expires_at: datetime | None) -> str:
    return "it does not expire" if expires_at is None else f"it expires {local(expires_at)}"
