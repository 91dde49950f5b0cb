"""One alert: what was posted, what was found in it, how it is proven."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desk.highlight import Mark, Segment, marks_of, segments
from desk.pages.alerts import COUNTED
from desk.query import Query
from desk.rendering import render
from desk.visible import reach
from detectors.model import EntityKind, Mention, Reading, Role
from storage.alerts import StoredAlert, StoredRevision, find_alert, list_alerts
from storage.annotations import Annotation
from storage.store import Store

Item = TypeVar("Item")

WINDOW = 20_000  # characters of a text on one page
EXCERPT = 2_000  # characters of what stands beside the text, and of revisions other than the one shown
_CHARACTERS_PER_LABEL = 20  # a text of labels alone is cut sooner: each costs a browser as much as a paragraph
_OTHERS = 20  # revisions other than the one shown that are laid out; the rest are links


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
class AlertPage:
    """An alert and one of its revisions in full."""

    alert: StoredAlert
    query: Query  # the list it was opened from
    shown: ShownRevision
    entities: Sequence[NamedEntity]
    others: Sequence[ShownRevision]  # latest first
    more_others: Sequence[StoredRevision]  # those before them
    previous: str | None  # numbers of the alerts beside it in that list
    next: str | None

    def link(self, number: str, **window: int) -> str:
        """A link to this or another alert that keeps the list it was opened from."""
        link = self.query.link(f"/alerts/{number}")
        asked = "&".join(f"{key}={value}" for key, value in window.items())
        return f"{link}{'&' if '?' in link else '?'}{asked}" if asked else link


def alert_page(store: Store, number: str, query: Query, ordinal: int, start: int, version: str) -> str | None:
    """An alert from a character of its text on; ordinal 0 is the latest revision. Nothing if there is none such."""
    alert = find_alert(store, number)
    revision = _revision(alert, ordinal) if alert else None
    if alert is None or revision is None:
        return None
    previous, following = _beside(store, alert.number, query)
    others = [each for each in reversed(alert.revisions) if each is not revision]
    page = AlertPage(
        alert=alert,
        query=query,
        shown=_shown(revision, start, WINDOW),
        entities=list(_named_entities(revision.reading.mentions, alert.annotations)),
        others=[_shown(each, 0, EXCERPT) for each in others[:_OTHERS]],
        more_others=others[_OTHERS:],
        previous=previous,
        next=following,
    )
    return render("alert.html", page=page, version=version)


def _revision(alert: StoredAlert, ordinal: int) -> StoredRevision | None:
    if not ordinal:
        return alert.latest
    return next((revision for revision in alert.revisions if revision.ordinal == ordinal), None)


def _beside(store: Store, number: str, query: Query) -> tuple[str | None, str | None]:
    """The alerts before and after one in the list it was opened from, as far as that list is counted."""
    before = None
    listed = list_alerts(store, query.wanted(COUNTED))
    for alert in listed:
        if alert.number == number:
            after = next(listed, None)
            return before, after.number if after else None
        before = alert.number
    return None, None


def _shown(revision: StoredRevision, start: int, size: int) -> ShownRevision:
    reading = revision.reading
    forward = reading.forwarded_from
    return ShownRevision(
        revision=revision,
        text=_laid_out(reading.text, marks_of(reading, "text"), start, size),
        title=_part(reading, "title", reading.title),
        files=[_laid_out(file.name, marks_of(reading, f"files[{i}]")) for i, file in enumerate(reading.files)],
        forwarded_from=_part(reading, "forwarded_from", forward.name if forward else None),
    )


def _part(reading: Reading, part: str, value: str | None) -> ShownText | None:
    return _laid_out(value, marks_of(reading, part)) if value else None


def _laid_out(text: str, marks: Sequence[Mark], start: int = 0, size: int = EXCERPT) -> ShownText:
    start = start if start < len(text) else 0
    end = reach(text, start, size, size // _CHARACTERS_PER_LABEL)
    return ShownText(segments=list(segments(text, marks, start, end)), start=start, end=end, length=len(text))


def _named_entities(mentions: Sequence[Mention], annotations: Sequence[Annotation]) -> Iterator[NamedEntity]:
    """The organisations in the order they are named; of several mentions the surest speaks."""
    confirmed = {annotation.entity_id: annotation for annotation in annotations if annotation.kind == "confirm"}
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


def _once(items: Iterable[Item]) -> list[Item]:
    return list(dict.fromkeys(items))
