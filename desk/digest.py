"""The daily digest: what there is to tell → one mail that is read in two minutes on a telephone.

Always the same order: what is new, what changed, what waits, what was decided, the figures, what was read. However
much there is, each part tells the worst and counts the rest, so the mail stays under 100 KB.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from desk.mail import (
    Letterhead,
    Mail,
    Recipient,
    highest,
    names,
    quiet_name,
    render,
    severity_counts,
    state_word,
    what_is_claimed,
)
from desk.mail_words import Words
from detectors.model import Severity
from storage.changes import ChangeKind
from storage.coverage import Coverage
from storage.sources import HealthState
from storage.standing import UNDECIDED, Line, Standing, by_severity

BIGGEST = 95_000  # bytes of the mail's two parts together, as text
_DAY = timedelta(days=1)
_LINES = 3  # of an entry
_HEAD_DIGITS = 16
_SOURCES = 12
_ENTRIES = {"new": 20, "changed": 8, "waiting": 8, "decided": 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrouble:
    """A source that is not read as it should be. Its name is the operator's, its reason our own words."""

    name: str
    state: HealthState
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How much of what is watched is really looked at."""

    coverage: Coverage
    troubles: Sequence[SourceTrouble]
    mail_troubles: int = 0  # mails of the last days that did not arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Alerts that resemble each other, in one line."""

    severity: Severity
    what: str
    number: str
    link: str
    when: str
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody concerned, and what is told of him."""

    title: str
    severity: Severity
    severity_word: str
    told: Sequence[Told]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the digest."""

    title: str
    count: int
    empty: str
    entries: Sequence[Entry]
    more: str  # how many are not told one by one
    link: str


def last_due(recipient: Recipient, now: datetime) -> date:
    """The local day of the last digest that was due by now.

    An hour that a change of clocks skips comes when it would have come; one that it repeats counts the first time.
    """
    today = now.astimezone(recipient.zone).date()
    return today if due_at(recipient, today) <= now else today - _DAY


def due_at(recipient: Recipient, day: date) -> datetime:
    """When the digest of a local day is due."""
    return datetime.combine(day, recipient.at, recipient.zone).astimezone(UTC)


def make_digest(
    told: Standing,
    watch: Watch,
    head: Letterhead,
    recipient: Recipient,
    day: date,
    now: datetime,
    since: datetime | None,
) -> Mail:
    """The digest of a recipient's day."""
    words = recipient.words()
    told, above = _cleared(told, recipient)
    label = highest(line.tlp for line in _all_lines(told))
    shown = {
        "words": words,
        "tlp": label.value,
        "tlp_class": label.name.lower(),
        "day": words.day(day),
        "since": words("digest.since", since=words.moment(since)) if since else words("digest.first"),
        "summary": _summary(told, words),
        "above": words("digest.above", n=above) if above else "",
        "figures": _figures(told, words),
        "waiting": _waiting_in_words(told, words),
        "coverage": coverage_in_words(watch.coverage, words),
        "sources": _sources(watch, words),
        "mail_troubles": words("mail.troubles", n=watch.mail_troubles) if watch.mail_troubles else "",
        "evidence": words("evidence", lines=told.log_lines, head=told.log_head[:_HEAD_DIGITS] or "—"),
        "footer": words("footer", version=head.version),
        "desk": head.link(),
    }
    subject = words("subject.digest", tlp=label.value, day=words.short_day(day), counts=_subject_counts(told, words))
    mail = Mail(subject=subject, text="", html="")
    for share in (1.0, 0.5, 0.25, 0.0):
        parts = _sections(told, words, head, words.today(now), share)
        mail = Mail(
            subject=subject,
            text=render("digest.txt", sections=parts, **shown),
            html=render("digest.html", sections=parts, **shown),
        )
        if len(mail.html.encode()) + len(mail.text.encode()) <= BIGGEST:
            break
    return mail


def coverage_in_words(found: Coverage, words: Words) -> str:
    """The sentence of `sources list` in the recipient's language."""
    parts = [words("coverage.read", read=found.read, n=found.watched) if found.watched else words("coverage.none")]
    parts += [words(f"coverage.{state.value}", n=count) for state, count in found.failed.items()]
    if found.silent:
        hours = int(found.silent_for / timedelta(hours=1))
        unit, number = ("hours", hours) if hours < 48 else ("days", hours // 24)
        parts.append(words("coverage.silent", n=found.silent, time=words(f"coverage.{unit}", n=number)))
    for key, number in (
        ("not_read", found.not_read),
        ("paused", found.paused),
        ("not_enabled", found.not_enabled),
    ):
        if number:
            parts.append(words(f"coverage.{key}", n=number))
    return (" ; " if words.language == "fr" else "; ").join(parts) + "."


def _cleared(told: Standing, recipient: Recipient) -> tuple[Standing, int]:
    """What the recipient may see, and how many alerts he may not."""
    hidden: set[int] = set()

    def seen(found: Iterable[Line]) -> list[Line]:
        kept = []
        for line in found:
            if recipient.may_see(line.tlp):
                kept.append(line)
            else:
                hidden.add(line.id)
        return kept

    new = [its for group in told.new if (its := seen(group))]
    changed, waiting, decided = seen(told.changed), seen(told.waiting), seen(told.decided)
    return replace(told, new=new, changed=changed, waiting=waiting, decided=decided), len(hidden)


def _all_lines(told: Standing) -> list[Line]:
    return [*(line for group in told.new for line in group), *told.changed, *told.waiting, *told.decided]


def _summary(told: Standing, words: Words) -> str:
    new = [line for group in told.new for line in group]
    return severity_counts(dict(by_severity(new)), words) if new else words("digest.nothing_new")


def _subject_counts(told: Standing, words: Words) -> str:
    """`2 critical, 12 new, 5 waiting`: the worst in front, where a telephone cuts."""
    new = [line for group in told.new for line in group]
    counted = by_severity(new)
    worst = {level: counted[level] for level in (Severity.CRITICAL, Severity.HIGH) if counted.get(level)}
    waiting = sum(told.figures.waiting.values())
    return ", ".join(
        filter(
            None,
            (
                severity_counts(worst, words),
                words("subject.new", n=len(new)) if new else words("subject.none"),
                words("subject.waiting", n=waiting) if waiting else "",
            ),
        )
    )


def _sections(told: Standing, words: Words, head: Letterhead, today: date, share: float) -> list[Section]:
    """The four parts of the digest; of each so many entries as the share of what fits allows."""
    waits = sum(told.figures.waiting.values()) > 0  # though what waits may be told among the new

    def section(
        name: str, groups: Sequence[Sequence[Line]], notes: Callable[[Line], list[str]], count: int, **asked: str
    ) -> Section:
        most = max(1, int(_ENTRIES[name] * share))
        shown = _entries(groups, words, head, today, notes)
        missing = count - sum(len(group) for its in shown[:most] for group in its[1])
        return Section(
            title=words(f"digest.{name}"),
            count=count,
            empty=words("digest.nothing_else_waiting" if name == "waiting" and waits else f"digest.nothing_{name}"),
            entries=[entry for entry, _ in shown[:most]],
            more=words("digest.more", n=missing) if missing > 0 else "",
            link=head.link("/", **asked),
        )

    return [
        section("new", told.new, lambda line: _group_notes(line, words), sum(map(len, told.new)), state="new"),
        section("changed", [[line] for line in told.changed], lambda line: _changes(line, words), len(told.changed)),
        section(
            "waiting",
            [[line] for line in told.waiting],
            lambda line: [state_word(line.state, words)],
            max(len(told.waiting), _waiting_only(told)),
            state="new",
        ),
        section(
            "decided",
            [[line] for line in told.decided],
            lambda line: [state_word(line.state, words)],
            len(told.decided),
        ),
    ]


def _waiting_only(told: Standing) -> int:
    """How many wait that no other part tells."""
    elsewhere = [line for group in told.new for line in group] + list(told.changed)
    return sum(told.figures.waiting.values()) - sum(line.state in UNDECIDED for line in elsewhere)


def _entries(
    groups: Sequence[Sequence[Line]],
    words: Words,
    head: Letterhead,
    today: date,
    notes: Callable[[Line], list[str]],
) -> list[tuple[Entry, list[Sequence[Line]]]]:
    """Groups of alerts by whom they concern, severity first; with the groups each entry speaks of."""
    by_name: defaultdict[tuple[bool, str], list[Sequence[Line]]] = defaultdict(list)
    for group in groups:
        worst = group[0]
        by_name[bool(worst.entities), next(iter(worst.entities or worst.inferred), "")].append(group)
    made = []
    for its in by_name.values():
        worst = its[0][0]
        told = [_told(group, words, head, today, notes) for group in its[:_LINES]]
        more = sum(map(len, its[_LINES:]))
        entry = Entry(
            title=names(worst, words),
            severity=worst.severity,
            severity_word=words(f"severity.{worst.severity.label}"),
            told=told,
            more=words("digest.more", n=more) if more else "",
        )
        made.append((entry, its))
    return made


def _told(
    group: Sequence[Line], words: Words, head: Letterhead, today: date, notes: Callable[[Line], list[str]]
) -> Told:
    worst = group[0]
    first = min(line.seen_at for line in group)
    said = [*notes(worst)]
    if len(group) > 1:
        said.insert(0, words("digest.alerts", n=len(group)))
    return Told(
        severity=worst.severity,
        what=what_is_claimed(worst, words),
        number=worst.number,
        link=head.alert_link(worst.number),
        when=words.moment(first, today),
        notes=said,
    )


def _group_notes(line: Line, words: Words) -> list[str]:
    known = [words("digest.seen_before", number=line.known_before)] if line.known_before else []
    return [*known, *_changes(line, words)]


def _changes(line: Line, words: Words) -> list[str]:
    kinds = [kind for kind in line.changes if kind is not ChangeKind.NEW]
    return [words(f"change.{kind.value}") for kind in kinds]


def _figures(told: Standing, words: Words) -> list[tuple[str, str, str, str]]:
    """Rows of: what, in the last 24 hours, the day before, the weekly mean."""
    figures = told.figures
    return [
        (words("figures.new"), *_row(words, figures.new, figures.new_before, figures.new_mean)),
        (words("figures.posts"), *_row(words, figures.posts, figures.posts_before, figures.posts_mean)),
    ]


def _waiting_in_words(told: Standing, words: Words) -> str:
    waiting = {level: count for level, count in told.figures.waiting.items() if count}
    if not waiting:
        return words("digest.nothing_waiting")
    return words("figures.waiting", n=sum(waiting.values()), counts=severity_counts(waiting, words))


def _row(words: Words, today: int, before: int, mean: float) -> tuple[str, str, str]:
    return words.number(today), words.number(before), words.number(mean, 1 if mean < 100 else 0)


def _sources(watch: Watch, words: Words) -> list[str]:
    """Each source that is not read as it should be, in a line."""

    def line(source: SourceTrouble) -> str:
        last = words("coverage.last_read", when=words.moment(source.read_at)) if source.read_at else ""
        state = words(f"health.{source.state.value}")
        return f"{quiet_name(source.name)}{words('colon')}{state}, {last or words('coverage.never_read')}"

    lines = [line(source) for source in watch.troubles[:_SOURCES]]
    rest = len(watch.troubles) - _SOURCES
    return [*lines, words("digest.more", n=rest)] if rest > 0 else lines
