"""The tables, typed. Text that came from outside goes into `Redacted` columns, which take nothing else.

Everything a later reader cannot rebuild is kept from the start: stable author ids, forward origins, file
names, sizes and ids, defanged links, each claim of each revision, the three clocks.
"""

import json
from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import REAL, ForeignKey, Index, Integer, LargeBinary, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from detectors.model import JsonValue, RedactedText

Document = list[str] | dict[str, int] | dict[str, JsonValue]

_BIGGEST = 2**63 - 1  # what SQLite can hold


class Redacted(TypeDecorator[RedactedText]):
    """Foreign text, redacted. Anything but a `RedactedText` is refused: raw text cannot reach the disk."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: RedactedText | None, _: Dialect) -> str | None:
        if value is not None and type(value) is not RedactedText:
            raise TypeError("this column takes RedactedText only")
        return value

    def process_result_value(self, value: str | None, _: Dialect) -> RedactedText | None:
        return None if value is None else RedactedText(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment, as RFC 3339 text in UTC to the microsecond: sorts as text, reads the same everywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a time without a zone is no moment")
        # Not strftime: it writes the year 1 as `1`, which sorts wrong and cannot be read back.
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: str | None, _: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Document]):
    """Our own words and numbers as JSON text: ids, counts, reasons. Never foreign text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Document | None, _: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, _: Dialect) -> Document | None:
        document: Document | None = None if value is None else json.loads(value)
        return document


class Number(TypeDecorator[int]):
    """A number somebody else wrote. One too big for SQLite is kept as the biggest: it must not stop an alert."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: int | None, _: Dialect) -> int | None:
        return None if value is None else min(value, _BIGGEST)


class Flag(TypeDecorator[bool]):
    """Yes or no as 1 or 0: strict tables know no boolean."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, _: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, _: Dialect) -> bool | None:
        return None if value is None else bool(value)


Key = Annotated[int, mapped_column(primary_key=True)]
OfRevision = Annotated[int, mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), index=True)]
Foreign = Annotated[RedactedText, mapped_column(Redacted)]
Moment = Annotated[datetime, mapped_column(UtcTime)]
Claimed = Annotated[int, mapped_column(Number)]
Words = Annotated[list[str], mapped_column(Json)]
Counts = Annotated[dict[str, int], mapped_column(Json)]
Detail = Annotated[dict[str, JsonValue], mapped_column(Json)]


class Table(DeclarativeBase):
    """Every table is strict: SQLite then refuses a value of another type instead of keeping it."""

    __table_args__: tuple[object, ...] = ({"sqlite_strict": True},)
    type_annotation_map = {str: Text, float: REAL, bool: Flag, bytes: LargeBinary}  # noqa: RUF012 (SQLAlchemy's own form)


class AlertRow(Table):
    """One alert per (place, ref). Its state changes; what was found does not."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("place", "ref"),
        # The queue is read along it: worst first, then newest, with what filters ask for beside it.
        Index("ix_alert_risk", "severity", "id", "state", "source"),
        *Table.__table_args__,
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)  # VF-2026-0042
    place: Mapped[str]
    ref: Mapped[str]
    source: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    tlp: Mapped[str]
    severity: Mapped[int]  # the highest of its revisions
    score: Mapped[float]
    posted_at: Mapped[Moment | None]
    seen_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]
    deleted_at: Mapped[Moment | None]  # when the post was found gone
    version: Mapped[int] = mapped_column(default=0, server_default="0")  # one more with each decision
    assignee: Mapped[str | None]  # an account's name

    revisions: Mapped[list["RevisionRow"]] = relationship(order_by="RevisionRow.ordinal", back_populates="alert")
    annotations: Mapped[list["AnnotationRow"]] = relationship(order_by="AnnotationRow.id")


class RevisionRow(Table):
    """One content of an alerted post, with what was found in it."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("alert_id", "ordinal"), *Table.__table_args__)

    id: Mapped[Key]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    fingerprint: Mapped[str]  # HMAC of the content under the store's key: tells contents apart, cannot be guessed
    seen_at: Mapped[Moment]
    posted_at: Mapped[Moment | None]
    edited_at: Mapped[Moment | None]
    text: Mapped[Foreign]
    url: Mapped[Foreign | None]
    title: Mapped[Foreign | None]
    author: Mapped[Foreign | None]
    author_id: Mapped[Foreign | None]
    forward_name: Mapped[Foreign | None]
    forward_place: Mapped[str | None]
    forward_ref: Mapped[str | None]
    is_forward: Mapped[bool]
    reply_to: Mapped[str | None]
    topic: Mapped[Foreign | None]
    views: Mapped[Foreign | None]  # as the place says it: 1.2K
    is_edited: Mapped[bool] = mapped_column(server_default="0")  # as the place says
    language: Mapped[str | None]
    score: Mapped[float]
    severity: Mapped[int | None]  # none: this revision alone would be no alert
    reasons: Mapped[Words]
    personal_data: Mapped[Counts]
    sample: Mapped[Detail | None]  # the extract shown, as aggregates
    log_line: Mapped[int] = mapped_column(ForeignKey("log.line"))
    sealed_sha256: Mapped[str] = mapped_column(unique=True)

    alert: Mapped[AlertRow] = relationship(back_populates="revisions")
    mentions: Mapped[list["MentionRow"]] = relationship(order_by="MentionRow.id")
    inferred: Mapped[list["InferredRow"]] = relationship(order_by="InferredRow.id")
    findings: Mapped[list["FindingRow"]] = relationship(order_by="FindingRow.id")
    claim: Mapped["ClaimRow | None"] = relationship()
    files: Mapped[list["FileRow"]] = relationship(order_by="FileRow.id")
    links: Mapped[list["LinkRow"]] = relationship(order_by="LinkRow.id")


class MentionRow(Table):
    """A watched organisation named in a revision."""

    __tablename__ = "mention"

    id: Mapped[Key]
    revision_id: Mapped[OfRevision]
    entity_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    part: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    surface: Mapped[Foreign]
    confidence: Mapped[float]
    candidates: Mapped[Words]
    disguise: Mapped[Foreign | None]
    roles: Mapped[Words]


class InferredRow(Table):
    """A watched organisation that the extract a revision shows points to; named by nobody."""

    __tablename__ = "inferred"

    id: Mapped[Key]
    revision_id: Mapped[OfRevision]
    entity_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    confidence: Mapped[float]
    share: Mapped[float | None]  # of the rows; none for a vendor
    basis: Mapped[Words]
    candidates: Mapped[Words]


class FindingRow(Table):
    """A word of a claim or a piece of personal data: where it is, never what it is."""

    __tablename__ = "finding"

    id: Mapped[Key]
    revision_id: Mapped[OfRevision]
    kind: Mapped[str]
    label: Mapped[str]
    part: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    confidence: Mapped[float]
    reason: Mapped[str]


class ClaimRow(Table):
    """What a revision asserts."""

    __tablename__ = "claim"

    id: Mapped[Key]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), unique=True)
    act: Mapped[str]
    actor: Mapped[Foreign | None]
    period_first: Mapped[str | None]  # a year or a month: 2015, 2020-10
    period_last: Mapped[str | None]
    fields: Mapped[Words] = mapped_column(default=list, server_default="[]")
    formats: Mapped[Words] = mapped_column(default=list, server_default="[]")
    password_given: Mapped[bool]

    quantities: Mapped[list["QuantityRow"]] = relationship(order_by="QuantityRow.id")
    prices: Mapped[list["PriceRow"]] = relationship(order_by="PriceRow.id")
    details: Mapped[list["ClaimDetailRow"]] = relationship(order_by="ClaimDetailRow.id")


class QuantityRow(Table):
    """A number a claim gives."""

    __tablename__ = "quantity"

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    value: Mapped[Claimed]
    unit: Mapped[str]


class PriceRow(Table):
    """What a claim asks for; `best offer` has neither value nor currency."""

    __tablename__ = "price"

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    value: Mapped[float | None]
    currency: Mapped[str | None]


class ClaimDetailRow(Table):
    """A contact, link or archive a claim gives."""

    __tablename__ = "claim_detail"

    id: Mapped[Key]
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]  # contact, link, archive
    value: Mapped[Foreign]
    size: Mapped[Claimed | None]  # bytes


class TraitRow(Table):
    """Something an alert can be recognised by, as a number (detectors.resemblance)."""

    __tablename__ = "trait"

    trait: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True, index=True)


class SketchRow(Table):
    """Keyed hashes of the rows an alert shows, to know them again (detectors.sample_sketches); kept for a year."""

    __tablename__ = "sketch"

    id: Mapped[Key]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    kept_at: Mapped[Moment]
    rows: Mapped[int]
    people: Mapped[int]
    made_of: Mapped[str]  # identity, nir, email, row
    complete: Mapped[bool]
    hashes: Mapped[bytes]  # sorted numbers of 64 bits, the lowest byte first

    alert: Mapped[AlertRow] = relationship()


class ResemblanceRow(Table):
    """Two alerts that may speak of one thing; the other was kept before."""

    __tablename__ = "resemblance"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True, index=True)
    why: Mapped[Words]


class FileRow(Table):
    """A file beside a revision: what it is called, never what it holds."""

    __tablename__ = "file"

    id: Mapped[Key]
    revision_id: Mapped[OfRevision]
    name: Mapped[Foreign]
    size: Mapped[Claimed | None]  # bytes
    mime: Mapped[Foreign | None]
    file_id: Mapped[Foreign | None]


class LinkRow(Table):
    """Where a link of a revision points, defanged."""

    __tablename__ = "link"

    id: Mapped[Key]
    revision_id: Mapped[OfRevision]
    url: Mapped[Foreign]


class AnnotationRow(Table):
    """What an analyst said or decided about an alert."""

    __tablename__ = "annotation"

    id: Mapped[Key]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), index=True)
    at: Mapped[Moment]
    author: Mapped[str]
    kind: Mapped[str]  # state, confirm, comment, assign, tlp, undo
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    entity_id: Mapped[str | None]
    comment: Mapped[Foreign | None]
    reason: Mapped[str | None]  # a word of `storage.decisions.Reason`
    from_value: Mapped[str | None]  # a sharing label or an account's name, before
    to_value: Mapped[str | None]  # and after
    batch: Mapped[str | None] = mapped_column(index=True)  # what was decided in one go, to be undone in one go


class LogRow(Table):
    """One line of the evidence log; `storage.evidence` alone writes and reads it."""

    __tablename__ = "log"

    line: Mapped[Key]
    body: Mapped[str]  # RFC 8785 JSON, the previous line's sha256 within
    sha256: Mapped[str]


class YearRow(Table):
    """The last alert number given in a year."""

    __tablename__ = "alert_year"

    year: Mapped[Key]
    last: Mapped[int]


class SourceRow(Table):
    """A source added by command; those of the configuration are not here."""

    __tablename__ = "source"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    target: Mapped[str]
    interval: Mapped[int]  # seconds
    proxy: Mapped[str | None]  # socks5://host:port, without credentials
    allow: Mapped[Words] = mapped_column(server_default="[]")  # inner networks it may be read from
    comments: Mapped[bool] = mapped_column(server_default="0")  # those of a channel's linked group too
    added_at: Mapped[Moment]


class SourceStateRow(Table):
    """Where a source stands: bookmark, health, clocks."""

    __tablename__ = "source_state"

    name: Mapped[str] = mapped_column(primary_key=True)
    bookmark: Mapped[Detail]
    state: Mapped[str]
    reason: Mapped[str]
    until: Mapped[Moment | None]
    attempted_at: Mapped[Moment | None]
    read_at: Mapped[Moment | None]  # last time it could be read to its end
    watched_since: Mapped[Moment | None]  # when the lookout last began to look at it
    last_post_at: Mapped[Moment | None]  # last time it gave a post
    paused: Mapped[bool]


class TallyRow(Table):
    """Posts read, alerts raised and items skipped, by source and day: all that is kept of ordinary posts."""

    __tablename__ = "tally"

    source: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)  # UTC, 2026-11-22
    posts: Mapped[int]
    alerts: Mapped[int]
    skipped: Mapped[int]


class RegisterRow(Table):
    """An imported watchlist as a whole."""

    __tablename__ = "register"

    name: Mapped[str] = mapped_column(primary_key=True)
    imported_at: Mapped[Moment]
    entities: Mapped[int]


class WatchedRow(Table):
    """An entity of an imported watchlist."""

    __tablename__ = "watched"

    register: Mapped[str] = mapped_column(primary_key=True)  # which import it belongs to
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]  # its row in the file
    kind: Mapped[str]
    name: Mapped[str]
    city: Mapped[str | None]
    postcode: Mapped[str | None]
    department: Mapped[str | None]
    parent: Mapped[str | None]
    contact: Mapped[str | None]
    source: Mapped[str | None]
    ambiguous: Mapped[str | None]
    rest: Mapped[Detail]  # aliases, domains, uses, notes


class SuppressionRow(Table):
    """A decision not to be alerted about an entity, a source, a phrase, or several of them at once."""

    __tablename__ = "suppression"

    id: Mapped[Key]
    entity_id: Mapped[str | None]
    source: Mapped[str | None]
    phrase: Mapped[Foreign | None]
    reason: Mapped[Foreign]
    author: Mapped[str]
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment | None]
    hits: Mapped[int]  # posts in which it took a mention out
    last_hit_at: Mapped[Moment | None]


class TelegramChannelRow(Table):
    """A Telegram channel as one account knows it: asked for by name once, by number and hash ever after."""

    __tablename__ = "telegram_channel"

    account: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    access_hash: Mapped[int]  # counts for this account alone
    resolved_as: Mapped[str]  # the name it was asked for by
    username: Mapped[str | None] = mapped_column(index=True)  # the name it has now
    seen_at: Mapped[Moment]


class TelegramNameRow(Table):
    """A name a Telegram channel had, and when."""

    __tablename__ = "telegram_name"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    first_seen: Mapped[Moment]
    last_seen: Mapped[Moment]


class TelegramSourceRow(Table):
    """Which account reads a source; only an operator's command changes it."""

    __tablename__ = "telegram_source"

    source: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(index=True)


class TelegramAccountRow(Table):
    """How a Telegram account is, and until when which of its methods must not be called."""

    __tablename__ = "telegram_account"

    name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    at: Mapped[Moment]
    parked: Mapped[Detail]  # method → moment


class SweepRow(Table):
    """How far a sweep that was not finished came."""

    __tablename__ = "sweep"

    name: Mapped[str] = mapped_column(primary_key=True)
    bookmark: Mapped[Detail]
    at: Mapped[Moment]


class SuggestionRow(Table):
    """How often posts of a watched place point to another channel, and how often such a post was an alert."""

    __tablename__ = "suggestion"

    target: Mapped[str] = mapped_column(primary_key=True)  # telegram:<channel id> or telegram:@name
    via: Mapped[str] = mapped_column(primary_key=True)  # the source whose posts point there
    why: Mapped[str] = mapped_column(primary_key=True)  # forward, link, successor
    posts: Mapped[int]
    matched: Mapped[int]
    last_seen: Mapped[Moment]


class ChangeRow(Table):
    """Something that happened to an alert, written in the alert's own transaction: mails are made from it.

    A change outlives its alert, so that its id is never given twice: digests go by it.
    """

    __tablename__ = "change"

    id: Mapped[Key]
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id", ondelete="SET NULL"), index=True)
    at: Mapped[Moment] = mapped_column(index=True)
    kind: Mapped[str]  # new, worse, revised, deleted
    severity: Mapped[int]  # the alert's, after it
    noticed_at: Mapped[Moment | None]  # when it was taken into an immediate notice, or found none was due


class NoticeRow(Table):
    """An immediate notice about alerts that resemble each other, told until somebody acknowledges it."""

    __tablename__ = "notice"

    id: Mapped[Key]
    made_at: Mapped[Moment] = mapped_column(index=True)
    severity: Mapped[int]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"))  # more of the same
    told: Mapped[int]  # how often, the first time included
    told_at: Mapped[Moment]
    acknowledged_at: Mapped[Moment | None]
    acknowledged_by: Mapped[str | None]  # a recipient of the configuration


class NoticeAlertRow(Table):
    """An alert a notice is about."""

    __tablename__ = "notice_alert"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True, index=True)
    severity: Mapped[int]  # as it was told


class OutboxRow(Table):
    """Something to be sent, as it is sent: our own words, the names of the watchlist, never a post's text."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("kind", "recipient", "key"), *Table.__table_args__)

    id: Mapped[Key]
    kind: Mapped[str]  # digest, notice, webhook
    recipient: Mapped[str]  # an address, or a webhook's name, of the configuration
    key: Mapped[str]  # what there is one of: the local day of a digest, a notice and how often it was told
    message_id: Mapped[str] = mapped_column(unique=True)  # the same at every attempt
    body: Mapped[str | None]  # the whole message; none once it was kept long enough
    made_at: Mapped[Moment]
    due_at: Mapped[Moment]  # not before
    attempts: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)  # waiting, sent, refused, given up, not needed
    reason: Mapped[str | None]  # why not, as a code and our own words
    settled_at: Mapped[Moment | None]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id", ondelete="SET NULL"), index=True)
    upto_change: Mapped[int | None]  # the last change a digest speaks of
    upto_annotation: Mapped[int | None]  # the last decision


class UserRow(Table):
    """A person with an account on the desk."""

    __tablename__ = "user"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    language: Mapped[str | None]  # fr, en; none: as the browser says
    password_hash: Mapped[str]  # argon2id, with its parameters
    totp_sealed: Mapped[str]  # the second factor's key, encrypted to a key beside the database (age, base64)
    totp_step: Mapped[int]  # the last step used: a code counts once
    made_at: Mapped[Moment]
    disabled_at: Mapped[Moment | None]


class InvitationRow(Table):
    """A link by which somebody sets a password and a second factor, once."""

    __tablename__ = "invitation"

    sha256: Mapped[str] = mapped_column(primary_key=True)  # of the token in the link
    role: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))  # none: somebody new
    made_by: Mapped[str]
    expires_at: Mapped[Moment]


class SessionRow(Table):
    """Somebody signed in."""

    __tablename__ = "session"

    sha256: Mapped[str] = mapped_column(primary_key=True)  # of the token in the cookie
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    address: Mapped[str]  # the network address it was begun from


class LoginFailureRow(Table):
    """A sign-in that failed, for as long as it slows others down."""

    __tablename__ = "login_failure"
    __table_args__ = (
        Index("ix_login_failure_account", "account", "at"),
        Index("ix_login_failure_address", "address", "at"),
        *Table.__table_args__,
    )

    id: Mapped[Key]
    at: Mapped[Moment]
    account: Mapped[str]  # a keyed digest of the name given: it may be a password typed into the wrong field
    address: Mapped[str]


class SavedFilterRow(Table):
    """A question to the queue somebody asks often."""

    __tablename__ = "saved_filter"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[Foreign]
    query: Mapped[Foreign]  # as in the page's address


class DeskSweepRow(Table):
    """A sweep asked for on the desk."""

    __tablename__ = "desk_sweep"

    id: Mapped[Key]
    target: Mapped[Foreign]
    words: Mapped[Foreign | None]
    since: Mapped[Moment | None]
    until: Mapped[Moment | None]
    most: Mapped[int | None]  # posts
    asked_by: Mapped[str]
    state: Mapped[str]  # running, done, failed, cancelled, interrupted
    reason: Mapped[str | None]  # why it failed
    posts: Mapped[int]
    alerts: Mapped[int]
    revisions: Mapped[int]
    known: Mapped[int]
    skipped: Mapped[int]
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
