"""The words of Vigifuite, as types: one meaning each, the same in code, tables, pages and mails.

A `Post` holds raw text and lives in memory only. A `Reading` is what one revision of a post says,
redacted: the only shape the store accepts. Positions are indices of Python `str` characters in the
raw part they belong to; a redaction keeps lengths, so they stay true in the redacted text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it is made of words of this module
    from detectors.sample_profile import SampleProfile


class Severity(IntEnum):
    """How bad an alert is; ordered."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        return self.name.lower()


class State(StrEnum):
    """Where an alert stands in the analysts' work."""

    NEW = "new"
    IN_REVIEW = "in review"
    CONFIRMED = "confirmed"
    FALSE_POSITIVE = "false positive"
    DUPLICATE = "duplicate"
    CLOSED = "closed"


class Tlp(StrEnum):
    """Sharing label, Traffic Light Protocol 2.0 (FIRST)."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"


class EntityKind(StrEnum):
    """What a watched organisation is."""

    VENDOR = "vendor"
    PRODUCT = "product"
    ESTABLISHMENT = "establishment"
    NETWORK = "network"


class Role(StrEnum):
    """Why an entity stands in an alert: three separate facts, each with its own basis."""

    NAMED = "named"
    INFERRED = "inferred"
    CONFIRMED = "confirmed"


class Act(StrEnum):
    """What the poster does with the data he speaks of."""

    SALE = "sale"
    FREE = "free"
    LEAK = "leak"
    MIRROR = "mirror"
    REQUEST = "request"
    THREAT = "threat"
    DISPUTE = "dispute"
    REPORT = "report"
    DENIAL = "denial"


class FindingKind(StrEnum):
    """Which detector speaks."""

    CLAIM = "claim"
    PERSONAL_DATA = "personal_data"


JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

Bookmark = Mapping[str, JsonValue]
"""Where a collector stands: a small JSON object only that collector understands; empty at first sight."""


class RedactedText(str):
    """Text without personal data, made by `detectors.redaction.redact` alone."""

    __slots__ = ()


# ---------------------------------------------------------------- what was published (in memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file beside a post. Its bytes are never fetched."""

    name: str
    size: int | None = None  # bytes
    mime: str | None = None
    file_id: str | None = None  # the place's own id of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Where a forwarded post came from, as far as the place tells."""

    name: str | None = None
    place: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What was published, raw. Never stored, logged or shown as it is."""

    place: str  # `telegram:<channel id>`, `<host>/<board>`, …
    ref: str  # the post's id at its place
    text: str
    seen_at: datetime
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    author_id: str | None = None  # the author's stable id at the place
    files: tuple[Attachment, ...] = ()
    links: tuple[str, ...] = ()  # targets of links, also those hidden behind words
    forwarded_from: Forward | None = None
    reply_to: str | None = None  # the ref answered
    topic: str | None = None
    views: str | None = None  # how often it was seen, as the place says it: `1.2K`
    is_edited: bool = False  # the place says that it was edited, if not when


# ---------------------------------------------------------------- what we watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A watched organisation."""

    id: str
    kind: EntityKind
    name: str
    aliases: tuple[str, ...] = ()
    city: str | None = None
    postcode: str | None = None
    department: str | None = None
    domains: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()  # ids of the products it runs
    parent: str | None = None
    contact: str | None = None
    source: str | None = None  # the public source of this row
    ambiguous: str | None = None  # why the name alone proves nothing; it then needs a health or software context
    notes: Mapping[str, str] = field(default_factory=dict)  # unknown columns of the file it came from


# ---------------------------------------------------------------- what the detectors say


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a detector says about a part of a post. Never holds the value itself."""

    kind: FindingKind
    label: str
    start: int
    end: int
    confidence: float  # 0 to 1
    reason: str
    part: str = "text"  # `text`, `title`, `files[0]`, …


@dataclass(frozen=True, slots=True)
class Decoding:
    """A disguised word of a name: where it stands in the part, raw, and the word it was read as."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where a part of a post names a watched organisation: nothing of what is written there."""

    entity_id: str
    name: str
    kind: EntityKind
    start: int
    end: int
    confidence: float  # 0 to 1
    candidates: tuple[str, ...]  # every entity the name may mean, best first, at most 20
    decoded: tuple[Decoding, ...] = ()
    part: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A sighting as it may be shown."""

    entity_id: str
    name: str
    kind: EntityKind
    start: int
    end: int
    surface: RedactedText  # the name as written
    confidence: float  # 0 to 1
    candidates: tuple[str, ...]  # every entity the name may mean, best first, at most 20
    disguise: RedactedText | None = None  # `h0pit4l → hopital`
    roles: tuple[Role, ...] = (Role.NAMED,)
    part: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """A watched organisation the rows shown point to, though nobody names it: our own conclusion, with its basis."""

    entity_id: str
    name: str
    kind: EntityKind
    confidence: float  # 0 to 1
    share: float | None  # of the rows that point to it; none for a vendor
    basis: tuple[str, ...]
    candidates: tuple[str, ...]  # the entities it may be, itself first, at most 20
    role: Role = Role.INFERRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """How much is claimed."""

    value: int
    unit: str  # `patients`, `people`, `rows`, `records`, `files`, `accounts`, `GB`, `MB`


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What is asked for it; `best offer` has neither value nor currency."""

    value: float | None
    currency: str | None  # ISO 4217 where there is one, else the coin's ticker: BTC, XMR


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive named beside a claim."""

    name: RedactedText
    size: int | None  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the poster asserts."""

    act: Act
    actor: RedactedText | None = None  # who the text says did it
    quantities: tuple[Quantity, ...] = ()
    prices: tuple[Price, ...] = ()
    period: tuple[str, str] | None = None  # first and last year or month of the data: `2015`, `2020-10`
    fields: tuple[str, ...] = ()  # of the vocabulary of `detectors.claim_fields`
    formats: tuple[str, ...] = ()
    contacts: tuple[RedactedText, ...] = ()  # public handles; tokens of e-mail addresses and telephone numbers
    links: tuple[RedactedText, ...] = ()  # defanged
    archives: tuple[Archive, ...] = ()
    password_given: bool = False


# ---------------------------------------------------------------- what is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedFile:
    """An attachment whose name was redacted."""

    name: RedactedText
    size: int | None
    mime: RedactedText | None
    file_id: RedactedText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedForward:
    """A forward origin whose name was redacted."""

    name: RedactedText | None
    place: str | None
    ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one revision of a post says, redacted. With a severity it is an alert, without it is not."""

    place: str
    ref: str
    text: RedactedText
    seen_at: datetime
    posted_at: datetime | None
    edited_at: datetime | None
    url: RedactedText | None  # defanged
    title: RedactedText | None
    author: RedactedText | None
    author_id: RedactedText | None
    files: tuple[RedactedFile, ...]
    links: tuple[RedactedText, ...]  # defanged
    forwarded_from: RedactedForward | None
    reply_to: str | None
    topic: RedactedText | None
    views: RedactedText | None  # as the place says it: `1.2K`
    is_edited: bool  # as the place says
    language: str | None  # ISO 639-1
    mentions: tuple[Mention, ...]
    findings: tuple[Finding, ...]
    claim: Claim | None
    personal_data: Mapping[str, int]  # label → how many shown
    sample: "SampleProfile | None" = None  # the extract shown, as aggregates
    inferred: tuple[Inferred, ...] = ()  # whom the extract points to, best first; never one of those named
    score: float  # 0 to 1
    severity: Severity | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A ref that was there before and, asked for again, is no longer."""

    place: str
    ref: str
    seen_at: datetime  # when its place was found empty


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceKnown:
    """A place known by its name until now has told its lasting id: the two are one."""

    name: str  # `telegram:@name`
    place: str  # `telegram:<channel id>`
