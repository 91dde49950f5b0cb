"""The watched places: how each is, and what can be done about it."""

from starlette.responses import Response

from desk.asking import Ask, RefusedError
from desk.desk import Desk
from desk.languages import marked as _
from desk.services import Look, ServiceError, SourceLine
from detectors.redaction import redact_string
from storage import sources
from storage.coverage import coverage


def sources_page(desk: Desk, ask: Ask) -> Response:
    """The list."""
    return _page(desk, ask)


def look_at(desk: Desk, ask: Ask) -> Response:
    """Look at a source or a target without keeping anything."""
    target = _target(desk, ask)
    try:
        return _page(desk, ask, look=desk.services.look_at(target), target=target)
    except ServiceError as error:
        return _page(desk, ask, wrong=str(error), target=target)


def add(desk: Desk, ask: Ask) -> Response:
    """Watch another place; it is looked at once before."""
    target = _target(desk, ask)
    try:
        name = desk.services.add_source(target, ask.form.one("name", 64), ask.form.one("interval", 10) or "5m")
    except ServiceError as error:
        return _page(desk, ask, wrong=str(error), target=target)
    return _page(desk, ask, added=name)


def pause(desk: Desk, ask: Ask) -> Response:
    """Stop looking at a source for now."""
    sources.set_paused(desk.store, _known(desk, ask).name, True)
    return desk.back("/sources")


def resume(desk: Desk, ask: Ask) -> Response:
    """Look at a paused source again."""
    sources.set_paused(desk.store, _known(desk, ask).name, False)
    return desk.back("/sources")


def remove(desk: Desk, ask: Ask) -> Response:
    """Forget a source added by command; its alerts stay."""
    desk.services.remove_source(_known(desk, ask).name)
    return desk.back("/sources")


def _known(desk: Desk, ask: Ask) -> SourceLine:
    for line in desk.services.sources():
        if line.name == ask.params["name"]:
            return line
    raise RefusedError(desk.say(ask, _("there is no source of that name")), 404)


def _target(desk: Desk, ask: Ask) -> str:
    target = ask.form.one("target")
    if not target:
        raise RefusedError(desk.say(ask, _("say where: @channel, a t.me link, or the address of a site")))
    return target


def _page(
    desk: Desk,
    ask: Ask,
    *,
    look: Look | None = None,
    wrong: str = "",
    target: str = "",
    added: str = "",
) -> Response:
    lines = sorted(desk.services.sources(), key=lambda line: (line.is_well, not line.is_watched, line.name))
    return desk.page(
        ask,
        "sources.html",
        400 if wrong else 200,
        lines=lines,
        coverage=coverage(lines, desk.clock()),
        look=look,
        wrong=redact_string(wrong),
        target=target,
        added=added,
    )
