"""What analysts decide on the desk: one alert or many, taken back, and two at once without either losing a word."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from desk.asking import Ask, RefusedError
from desk.desk import Desk
from desk.languages import marked as _
from desk.pages.alert import Conflict, show_alert
from desk.pages.queue import COUNTED, wanted_of
from desk.query import Query, read_query
from detectors.model import State, Tlp
from detectors.redaction import redact_string
from detectors.suppression import PhraseError, checked_phrase
from storage import accounts, decisions, queue, suppressions
from storage.alerts import find_alert
from storage.decisions import ConflictError, Done, Reason
from storage.suppressions import NewRule

_LONGEST_COMMENT = 2_000  # characters
_MOST_AT_ONCE = 500
_RULE_DAYS = {"30": 30, "90": 90, "180": 180, "365": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the form says."""

    state: State
    reason: Reason | None
    comment: str | None


def decide(desk: Desk, ask: Ask) -> Response:
    """Change the state of an alert, and go on to the next of the list it was opened from."""
    number, decided, batch = ask.params["number"], _decided(desk, ask), _batch()
    leads_to = _next(desk, ask, number)
    try:
        decisions.decide(
            desk.store,
            number,
            decided.state,
            ask.who.name,
            decided.comment,
            reason=decided.reason,
            version=ask.form.number("version"),
            batch=batch,
        )
    except ConflictError:
        said = Conflict(state=decided.state, reason=decided.reason, comment=decided.comment or "")
        return show_alert(desk, ask, number, _question(ask), status=409, conflict=said)
    return desk.back(_told(leads_to, done=1, undo=batch))


def decide_many(desk: Desk, ask: Ask) -> Response:
    """Change the state of the alerts ticked, or say that one looks at them."""
    seen = _ticked(desk, ask)
    batch, query = _batch(), _question(ask)
    if ask.form.one("act") == "take":
        result = _take(desk, ask, seen, batch)
    else:
        decided = _decided(desk, ask)
        result = decisions.decide_many(
            desk.store,
            seen,
            decided.state,
            ask.who.name,
            comment=decided.comment,
            reason=decided.reason,
            batch=batch,
        )
    return desk.back(_told(query.link(), done=len(result.done), undo=batch, conflicts=",".join(result.conflicts)))


def undo(desk: Desk, ask: Ask) -> Response:
    """Take back what one decided in one go."""
    result = decisions.undo(desk.store, ask.form.one("batch", 64), ask.who.name)
    back = _question(ask).link()
    return desk.back(_told(back, undone=len(result.done), conflicts=",".join(result.conflicts)))


def assign(desk: Desk, ask: Ask) -> Response:
    """Say who looks at an alert: oneself, somebody else, nobody."""
    name = ask.form.one("assignee") or None
    if name and accounts.find_user(desk.store, name) is None:
        raise RefusedError(desk.say(ask, _("there is no account of that name")))
    return _on_one(desk, ask, lambda number, version, batch: decisions.assign(
        desk.store, number, name, ask.who.name, version=version, batch=batch
    ))  # fmt: skip


def label(desk: Desk, ask: Ask) -> Response:
    """Set the sharing label."""
    try:
        tlp = Tlp(ask.form.one("tlp"))
    except ValueError:
        raise RefusedError(desk.say(ask, _("choose a sharing label"))) from None
    return _on_one(desk, ask, lambda number, version, batch: decisions.label(
        desk.store, number, tlp, ask.who.name, version=version, batch=batch
    ))  # fmt: skip


def comment(desk: Desk, ask: Ask) -> Response:
    """Say something about an alert."""
    text = ask.form.one("comment", _LONGEST_COMMENT)
    if text:
        decisions.comment_on(desk.store, _known(desk, ask), ask.who.name, text)
    return desk.back(_question(ask).link(f"/alerts/{ask.params['number']}") + "#history")


def confirm(desk: Desk, ask: Ask) -> Response:
    """Say that an organisation is concerned: a human's word."""
    entity_id = ask.form.one("entity")
    if desk.directory().find(entity_id) is None:
        raise RefusedError(desk.say(ask, _("no organisation has this id: look it up in the watchlist")))
    comment = ask.form.one("comment", _LONGEST_COMMENT) or None
    decisions.confirm(desk.store, _known(desk, ask), entity_id, ask.who.name, comment)
    return desk.back(_question(ask).link(f"/alerts/{ask.params['number']}"))


def silence(desk: Desk, ask: Ask) -> Response:
    """A false positive that becomes a scoped rule with an end, in one step."""
    number, who = _known(desk, ask), ask.who.name
    rule = _rule(desk, ask, number)
    batch = _batch()
    leads_to = _next(desk, ask, number)
    try:
        decisions.decide(
            desk.store,
            number,
            State.FALSE_POSITIVE,
            who,
            ask.form.one("comment", _LONGEST_COMMENT) or None,
            reason=_reason(ask),
            version=ask.form.number("version"),
            batch=batch,
        )
    except ConflictError:
        said = Conflict(state=State.FALSE_POSITIVE, reason=_reason(ask), comment=ask.form.one("comment", 2_000))
        return show_alert(desk, ask, number, _question(ask), status=409, conflict=said)
    suppressions.add(desk.store, rule)
    return desk.back(_told(leads_to, done=1, undo=batch))


def _rule(desk: Desk, ask: Ask, number: str) -> NewRule:
    """The rule the form describes."""
    alert = find_alert(desk.store, number)
    phrase = ask.form.one("phrase", 200)
    try:
        kept_phrase = checked_phrase(phrase) if phrase else None
    except PhraseError as error:
        raise RefusedError(str(error)) from None
    entity_id = ask.form.one("entity") or None
    source = alert.source if alert and ask.form.one("source") else None
    if not (entity_id or kept_phrase):
        raise RefusedError(
            desk.say(ask, _("a rule needs an organisation or words: a whole source is not silenced here"))
        )
    days = _RULE_DAYS.get(ask.form.one("days"), 90)
    reason = ask.form.one("comment", 500) or (ask.form.one("reason") or State.FALSE_POSITIVE.value)
    now = desk.clock()
    return NewRule(
        entity_id=entity_id,
        source=source,
        phrase=kept_phrase,
        reason=redact_string(f"{number}: {reason}"),
        author=ask.who.name,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )


def _on_one(desk: Desk, ask: Ask, change: Callable[[str, int | None, str], object]) -> Response:
    number, batch = _known(desk, ask), _batch()
    try:
        change(number, ask.form.number("version"), batch)
    except ConflictError:
        return show_alert(desk, ask, number, _question(ask), status=409, conflict=Conflict())
    return desk.back(_told(_question(ask).link(f"/alerts/{number}"), done=1, undo=batch))


def _take(desk: Desk, ask: Ask, seen: dict[str, int], batch: str) -> Done:
    done, conflicts = [], []
    for number, version in seen.items():
        try:
            decisions.assign(desk.store, number, ask.who.name, ask.who.name, version=version, batch=batch)
            done.append(number)
        except ConflictError:
            conflicts.append(number)
    return Done(done=tuple(done), conflicts=tuple(conflicts))


def _ticked(desk: Desk, ask: Ask) -> dict[str, int]:
    """The alerts ticked, with the version that was shown of each: `VF-2026-0042:3`."""
    seen: dict[str, int] = {}
    for each in ask.form.many("alert")[:_MOST_AT_ONCE]:
        number, _colon, version = each.partition(":")
        if version.isascii() and version.isdigit():
            seen[number] = int(version)
    if not seen:
        raise RefusedError(desk.say(ask, _("tick the alerts first")))
    return seen


def _decided(desk: Desk, ask: Ask) -> Decided:
    try:
        state = State(ask.form.one("state"))
    except ValueError:
        raise RefusedError(desk.say(ask, _("choose a state"))) from None
    return Decided(state=state, reason=_reason(ask), comment=ask.form.one("comment", _LONGEST_COMMENT) or None)


def _reason(ask: Ask) -> Reason | None:
    given = ask.form.one("reason")
    return next((reason for reason in Reason if reason.value == given), None)


def _known(desk: Desk, ask: Ask) -> str:
    if find_alert(desk.store, ask.params["number"]) is None:
        raise RefusedError(desk.say(ask, _("there is no such alert")), 404)
    return ask.params["number"]


def _question(ask: Ask) -> Query:
    """The list the form was sent from."""
    return read_query(dict(parse_qsl(ask.form.one("query", 2_000))))


def _next(desk: Desk, ask: Ask, number: str) -> str:
    """Where to go after a decision: the alert behind this one in its list, or the list."""
    query = _question(ask)
    _before, after = queue.beside(desk.store, number, wanted_of(desk, ask, query), query.order, COUNTED)
    return query.link(f"/alerts/{after}") if after else query.link()


def _told(link: str, **said: object) -> str:
    """A link that also tells what was done."""
    return f"{link}{'&' if '?' in link else '?'}{urlencode({key: value for key, value in said.items() if value})}"


def _batch() -> str:
    return secrets.token_hex(8)
