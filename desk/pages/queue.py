"""The queue: what waits, worst first; filtered, saved, exported."""

from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.responses import Response

from desk.asking import Ask, RefusedError
from desk.desk import Desk
from desk.exports import attachment, csv_table, json_lines
from desk.languages import marked as _
from desk.query import Query, read_query
from detectors.model import Severity, State
from detectors.redaction import redact_string
from detectors.registers import looks_personal
from storage import queue
from storage.alerts import list_alerts
from storage.coverage import coverage
from storage.decisions import REASONS
from storage.filters import AlertFilter
from storage.queue import Order

PAGE_SIZE = 50  # alerts
COUNTED = 500  # alerts: beyond these the list says "more than 500", so that a page costs the same in a full store
_MOST_EXPORTED = 10_000
_MOST_ENTITIES = 2_000


def queue_page(desk: Desk, ask: Ask) -> Response:
    """What waits; or whatever alerts are asked for."""
    query = read_query(ask.query)
    start = (query.page - 1) * PAGE_SIZE
    wanted = wanted_of(desk, ask, query)
    lines = queue.queue_page(desk.store, wanted, query.order, start, PAGE_SIZE, max(COUNTED, start + PAGE_SIZE))
    sources = desk.services.sources()
    names = {line.name for line in sources} | {line.source for line in lines.lines} | {query.source or ""}
    return desk.page(
        ask,
        "queue.html",
        query=query,
        page=lines,
        counts=desk.counts(),
        coverage=coverage(sources, desk.clock()),
        needs_a_hand=[line for line in sources if line.needs_a_hand],
        source_names=sorted(names - {""}),
        saved=queue.saved_filters(desk.store, ask.who.user_id),
        severities=sorted(Severity, reverse=True),
        states=tuple(State),
        orders=tuple(Order),
        reasons=REASONS,
        undo=ask.query.get("undo", "")[:64],
        done=ask.query.get("done", "")[:6],
        conflicts=[part for part in ask.query.get("conflicts", "").split(",") if part][:PAGE_SIZE],
    )


def wanted_of(desk: Desk, ask: Ask, query: Query) -> AlertFilter:
    """A question as the store takes it. A person is not searched for."""
    for words in (query.words, query.entity):
        if words and (looks_personal(words) or redact_string(words) != words):
            raise RefusedError(
                desk.say(ask, _("the desk does not search for people: leave out what identifies somebody"))
            )
    wanted = query.wanted(desk.zone, ask.who.name)
    if query.entity is None and query.department is None:
        return wanted
    ids = [each.entity_id for each in desk.named_like(query.entity)]
    if query.department:
        ids = desk.directory().of_department(query.department, ids)
    return replace(wanted, entities=ids[:_MOST_ENTITIES])


def export(desk: Desk, ask: Ask) -> Response:
    """The alerts asked for as a file."""
    query = read_query(ask.query)
    alerts = list_alerts(desk.store, replace(wanted_of(desk, ask, query), limit=_MOST_EXPORTED))
    day = desk.clock().astimezone(desk.zone).strftime("%Y-%m-%d")
    if ask.params["form"] == "csv":
        return attachment(csv_table(alerts), f"vigifuite-{day}.csv", "text/csv")
    if ask.params["form"] == "jsonl":
        return attachment(json_lines(alerts), f"vigifuite-{day}.jsonl", "application/x-ndjson")
    return desk.message(ask, 404, "not found")


def save_filter(desk: Desk, ask: Ask) -> Response:
    """Keep a question under a name of one's own."""
    query = read_query(dict(parse_qsl(ask.form.one("query", 2_000))))
    wanted_of(desk, ask, query)  # what may not be asked is not kept
    name = ask.form.one("name", 60)
    if not name:
        raise RefusedError(desk.say(ask, _("give the filter a name")))
    asked = redact_string(query.asked)
    queue.save_filter(desk.store, ask.who.user_id, redact_string(name), asked)
    return desk.back(query.link(page=1))


def forget_filter(desk: Desk, ask: Ask) -> Response:
    """Remove a kept question."""
    queue.forget_filter(desk.store, ask.who.user_id, int(ask.params["id"]))
    return desk.back("/")
