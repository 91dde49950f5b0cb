"""Sweeps: one pass over a target now, begun, watched, cancelled and begun again from here."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from starlette.responses import Response

from desk.asking import Ask, RefusedError
from desk.desk import Desk
from desk.languages import marked as _
from detectors.redaction import COVER, redact_string
from storage import desk_sweeps
from storage.desk_sweeps import NewSweep, Sweep, SweepState


def sweeps_page(desk: Desk, ask: Ask) -> Response:
    """The latest sweeps, and the form for another."""
    names = sorted(line.name for line in desk.services.sources() if line.enabled)
    known = desk_sweeps.latest(desk.store)
    running = any(each.state is SweepState.RUNNING for each in known)
    target = ask.query.get("target", "")[:500]
    return desk.page(ask, "sweeps.html", sweeps=known, source_names=names, running=running, target=target)


def sweep_page(desk: Desk, ask: Ask) -> Response:
    """One sweep; while it runs the page renews itself."""
    sweep = _found(desk, ask)
    return desk.page(ask, "sweep.html", sweep=sweep, now=desk.clock())


def start(desk: Desk, ask: Ask) -> Response:
    """Begin."""
    target = redact_string(ask.form.one("target"))
    if not target or COVER in target:
        raise RefusedError(desk.say(ask, _("say what to sweep: a source, @channel, a t.me link, or a site")))
    words = ask.form.one("words", 200)
    number = desk.services.start_sweep(
        NewSweep(
            target=target,
            words=redact_string(words) if words else None,
            since=_day(desk, ask, "since"),
            until=_day(desk, ask, "until", days=1),
            most=ask.form.number("most"),
            asked_by=ask.who.name,
            started_at=desk.clock(),
        )
    )
    return desk.back(f"/sweeps/{number}")


def cancel(desk: Desk, ask: Ask) -> Response:
    """Stop; what was taken in is kept."""
    sweep = _found(desk, ask)
    desk.services.cancel_sweep(sweep.id)
    return desk.back(f"/sweeps/{sweep.id}")


def resume(desk: Desk, ask: Ask) -> Response:
    """The same again: what was kept is known, so nothing stands twice."""
    sweep = _found(desk, ask)
    if sweep.state is SweepState.RUNNING:
        raise RefusedError(desk.say(ask, _("it is running")))
    again = replace(sweep.asked, asked_by=ask.who.name, started_at=desk.clock())
    return desk.back(f"/sweeps/{desk.services.start_sweep(again)}")


def _found(desk: Desk, ask: Ask) -> Sweep:
    sweep = desk_sweeps.find(desk.store, int(ask.params["id"]))
    if sweep is None:
        raise RefusedError(desk.say(ask, _("there is no such sweep")), 404)
    return sweep


def _day(desk: Desk, ask: Ask, name: str, days: int = 0) -> datetime | None:
    value = ask.form.one(name, 10)
    if not value:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(value).date() + timedelta(days=days), time(), desk.zone)
    except (ValueError, OverflowError):
        raise RefusedError(desk.say(ask, _("a day is written 2026-11-01"))) from None
