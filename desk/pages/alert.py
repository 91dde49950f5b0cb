"""One alert: what was posted, what was found in it, how it is proven."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.responses import Response

from desk.asking import Ask
from desk.desk import Desk
from desk.differences import MOST, Part, side_by_side
from desk.directory import Directory
from desk.exports import attachment, json_lines
from desk.highlight import Mark, Segment, marks_of, segments
from desk.pages.queue import COUNTED, wanted_of
from desk.query import Query, read_number, read_query
from desk.rendering import local_time
from desk.telling import Teller
from desk.visible import reach
from detectors.model import Entity, EntityKind, Inferred, Mention, Reading, Role, State, Tlp
from storage import accounts, evidence, queue
from storage.alerts import StoredAlert, StoredRevision, find_alert
from storage.annotations import Annotation
from storage.brief import brief_lines
from storage.decisions import REASONS, Reason

Item = TypeVar("Item")

WINDOW = 20_000  # characters of a text on one page
EXCERPT = 2_000  # characters of what stands beside the text, and of revisions other than the one shown
_CHARACTERS_PER_LABEL = 20  # a text of labels alone is cut sooner: each costs a browser as much as a paragraph
_MOST_CHANGES = 5  # revisions laid out beside the one before; the rest are links
_MOST_CALLS = 5
_LONGEST_LINE = 800  # characters of the brief
_NUMBER = re.compile(r"VF-[0-9]{4}-[0-9]{4,9}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """A part of a reading laid out, or the window of it that fits a page."""

    segments: Sequence[Segment]
    start: int
    end: int
    length: int  # of the whole, characters

    @property
    def is_whole(self) -> bool:
        return (self.start, self.end) == (0, self.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRevision:
    """A revision laid out."""

    revision: StoredRevision
    text: ShownText
    title: ShownText | None
    files: Sequence[ShownText]  # names, in the order of the reading's files
    forwarded_from: ShownText | None  # the name

    @property
    def reading(self) -> Reading:
        return self.revision.reading


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntity:
    """An organisation named in a reading, however often."""

    id: str
    name: str
    kind: EntityKind
    confidence: float  # the best of its mentions
    times: int
    parts: Sequence[str]
    candidates: Sequence[str]  # ids of others the name may mean
    roles: Sequence[Role]
    disguises: Sequence[str]
    confirmed: Annotation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredEntity:
    """An organisation the extract points to, and what an analyst said of it."""

    inferred: Inferred
    confirmed: Annotation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An organisation concerned, and whom to call about it."""

    entity: Entity
    department: str | None
    parents: Sequence[Entity]  # what it belongs to, and whose software it runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two revisions side by side."""

    before: StoredRevision
    after: StoredRevision
    left: Sequence[Part]
    right: Sequence[Part]
    is_whole: bool  # nothing was cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What an analyst was about to say when somebody else decided."""

    state: State | None = None
    reason: Reason | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """An alert and one of its revisions in full."""

    alert: StoredAlert
    query: Query  # the list it was opened from
    shown: ShownRevision
    entities: Sequence[NamedEntity]
    inferred: Sequence[InferredEntity]  # best first
    calls: Sequence[Call]
    changes: Sequence[Change]  # between revisions, the latest first
    previous: str | None  # numbers of the alerts beside it in that list
    next: str | None
    brief: str

    def link(self, number: str, **window: int) -> str:
        """A link to this or another alert that keeps the list it was opened from."""
        link = self.query.link(f"/alerts/{number}")
        asked = "&".join(f"{key}={value}" for key, value in window.items())
        return f"{link}{'&' if '?' in link else '?'}{asked}" if asked else link


def alert_page(desk: Desk, ask: Ask) -> Response:
    """The page of one alert."""
    return show_alert(desk, ask, ask.params["number"], read_query(ask.query))


def show_alert(
    desk: Desk, ask: Ask, number: str, query: Query, *, status: int = 200, conflict: Conflict | None = None
) -> Response:
    """An alert from a character of its text on; revision 0 is the latest. `conflict` is what could not be decided."""
    alert = find_alert(desk.store, number) if _NUMBER.fullmatch(number) else None
    revision = _revision(alert, read_number(ask.query, "revision", 0)) if alert else None
    if alert is None or revision is None:
        return desk.message(ask, 404, "not found")
    wanted = wanted_of(desk, ask, query)
    previous, following = queue.beside(desk.store, alert.number, wanted, query.order, COUNTED)
    entities = list(_named_entities(revision.reading.mentions, alert.annotations))
    page = AlertPage(
        alert=alert,
        query=query,
        shown=_shown(revision, read_number(ask.query, "from", 0), desk.renderer.teller(ask.language)),
        entities=entities,
        inferred=_inferred_entities(revision.reading, alert.annotations),
        calls=_calls(desk.directory(), entities, alert.annotations),
        changes=list(_changes(alert)),
        previous=previous,
        next=following,
        brief="\n".join(line[:_LONGEST_LINE] for line in brief_lines(alert, _clock(desk.zone))),
    )
    return desk.page(
        ask,
        "alert.html",
        status,
        page=page,
        conflict=conflict,
        states=tuple(State),
        reasons=REASONS,
        labels=tuple(Tlp),
        names=[user.name for user in accounts.users(desk.store) if not user.disabled_at],
        undo=ask.query.get("undo", "")[:64],
        done=ask.query.get("done", "")[:6],
        conflicts=[],
        verified=None,
    )


def export(desk: Desk, ask: Ask) -> Response:
    """One alert as a JSON file."""
    number = ask.params["number"]
    alert = find_alert(desk.store, number) if _NUMBER.fullmatch(number) else None
    if alert is None:
        return desk.message(ask, 404, "not found")
    return attachment(json_lines([alert]), f"{alert.number}.json", "application/json")


def verify(desk: Desk, ask: Ask) -> Response:
    """Whether the evidence of an alert is as it was sealed: the whole log is read, and its files are hashed."""
    number = ask.params["number"].upper()
    if not _NUMBER.fullmatch(number) or find_alert(desk.store, number) is None:
        return desk.message(ask, 404, "not found")
    with desk.store.reading() as session:
        found = evidence.verify(session, desk.store.captures, number)
    return desk.page(ask, "verified.html", number=number, found=found)


def _revision(alert: StoredAlert, ordinal: int) -> StoredRevision | None:
    if not ordinal:
        return alert.latest
    return next((revision for revision in alert.revisions if revision.ordinal == ordinal), None)


def _shown(revision: StoredRevision, start: int, teller: Teller) -> ShownRevision:
    reading = revision.reading
    forward = reading.forwarded_from
    return ShownRevision(
        revision=revision,
        text=_laid_out(reading.text, marks_of(reading, "text", teller), start, WINDOW),
        title=_part(reading, "title", reading.title, teller),
        files=[_laid_out(file.name, marks_of(reading, f"files[{i}]", teller)) for i, file in enumerate(reading.files)],
        forwarded_from=_part(reading, "forwarded_from", forward.name if forward else None, teller),
    )


def _part(reading: Reading, part: str, value: str | None, teller: Teller) -> ShownText | None:
    return _laid_out(value, marks_of(reading, part, teller)) if value else None


def _laid_out(text: str, marks: Sequence[Mark], start: int = 0, size: int = EXCERPT) -> ShownText:
    start = start if start < len(text) else 0
    end = reach(text, start, size, size // _CHARACTERS_PER_LABEL)
    return ShownText(segments=list(segments(text, marks, start, end)), start=start, end=end, length=len(text))


def _changes(alert: StoredAlert) -> Iterator[Change]:
    """Each revision beside the one before it, the latest first."""
    pairs = list(pairwise(alert.revisions))[-_MOST_CHANGES:]
    for before, after in reversed(pairs):
        left, right = side_by_side(before.reading.text, after.reading.text)
        is_whole = max(len(before.reading.text), len(after.reading.text)) <= MOST
        yield Change(before=before, after=after, left=left, right=right, is_whole=is_whole)


def _calls(directory: Directory, named: Sequence[NamedEntity], annotations: Sequence[Annotation]) -> list[Call]:
    """Whom to call: those a human confirmed first, then those named, each with what it belongs to."""
    confirmed = [each.entity_id for each in annotations if each.kind == "confirm" and each.entity_id]
    calls = []
    for entity_id in _once([*confirmed, *(each.id for each in named)])[:_MOST_CALLS]:
        entity = directory.find(entity_id)
        if entity is None:
            continue
        above = [directory.find(each) for each in (entity.parent, *entity.uses) if each]
        makers = [directory.find(each.parent) for each in above if each and each.parent]
        parents = [each for each in (*above, *makers) if each is not None]
        calls.append(Call(entity=entity, department=directory.department(entity_id), parents=_unique(parents)))
    return calls


def _unique(entities: Sequence[Entity]) -> list[Entity]:
    return list({each.id: each for each in entities}.values())


def _clock(zone: ZoneInfo) -> Callable[[datetime | None], str]:
    return lambda at: local_time(at, zone) if at else "—"


def _named_entities(mentions: Sequence[Mention], annotations: Sequence[Annotation]) -> Iterator[NamedEntity]:
    """The organisations in the order they are named; of several mentions the surest speaks."""
    confirmed = _confirmed(annotations)
    of_entity: dict[str, list[Mention]] = {}
    for mention in mentions:
        of_entity.setdefault(mention.entity_id, []).append(mention)
    for entity_id, its in of_entity.items():
        best = max(its, key=lambda mention: mention.confidence)
        yield NamedEntity(
            id=entity_id,
            name=best.name,
            kind=best.kind,
            confidence=best.confidence,
            times=len(its),
            parts=_once(mention.part for mention in its),
            candidates=[candidate for candidate in best.candidates if candidate != entity_id],
            roles=_once(role for mention in its for role in mention.roles),
            disguises=_once(mention.disguise for mention in its if mention.disguise),
            confirmed=confirmed.get(entity_id),
        )


def _inferred_entities(reading: Reading, annotations: Sequence[Annotation]) -> list[InferredEntity]:
    confirmed = _confirmed(annotations)
    return [InferredEntity(inferred=each, confirmed=confirmed.get(each.entity_id)) for each in reading.inferred]


def _confirmed(annotations: Sequence[Annotation]) -> dict[str | None, Annotation]:
    return {annotation.entity_id: annotation for annotation in annotations if annotation.kind == "confirm"}


def _once(items: Iterable[Item]) -> list[Item]:
    return list(dict.fromkeys(items))
