"""Which alerts are asked for, and what that is in the database."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, UnaryExpression, column, select, table, text, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.operators import custom_op

from detectors.model import Severity, State
from storage.schema import AlertRow, InferredRow, MentionRow, RevisionRow

_WORD = re.compile(r"\w+")
_MOST_WORDS = 12
_AS_IT_IS: custom_op[str] = custom_op("+")
WORDS = table("revision_words", column("rowid"))  # full-text index without a copy of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts to list; what is not given is not asked."""

    since: datetime | None = None  # seen since
    until: datetime | None = None  # seen before
    states: Sequence[State] = ()
    severities: Sequence[Severity] = ()
    source: str | None = None
    entity: str | None = None  # an id, or part of a name
    entities: Sequence[str] | None = None  # ids: one of these is named, or inferred
    words: str | None = None  # of text, title, names and files; each may be the beginning of one
    assignee: str | None = None
    limit: int | None = None


def conditions(wanted: AlertFilter) -> Iterator[ColumnElement[bool]]:
    """The filter as conditions on `AlertRow`."""
    if wanted.since:
        yield AlertRow.seen_at >= wanted.since
    if wanted.until:
        yield AlertRow.seen_at < wanted.until
    if wanted.states:
        # Not by the index of states: most alerts are in few of them, and the queue's own order would be lost.
        state: ColumnElement[str] = UnaryExpression(AlertRow.state.expression, operator=_AS_IT_IS, type_=Text())
        yield state.in_([state.value for state in wanted.states])
    if wanted.severities:
        yield AlertRow.severity.in_([int(severity) for severity in wanted.severities])
    if wanted.source:
        yield AlertRow.source == wanted.source
    if wanted.assignee:
        yield AlertRow.assignee == wanted.assignee
    if wanted.entity:
        yield AlertRow.revisions.any(
            RevisionRow.mentions.any(_is_called(MentionRow, wanted.entity))
            | RevisionRow.inferred.any(_is_called(InferredRow, wanted.entity))
        )
    if wanted.entities is not None:
        yield AlertRow.id.in_(union_all(*(_alerts_of(row, wanted.entities) for row in (MentionRow, InferredRow))))
    if wanted.words and (asked := match_of(wanted.words)):
        found = select(WORDS.c.rowid).where(text("revision_words MATCH :asked").bindparams(asked=asked))
        yield AlertRow.id.in_(select(RevisionRow.alert_id).where(RevisionRow.id.in_(found)))


def _is_called(row: type[MentionRow] | type[InferredRow], entity: str) -> ColumnElement[bool]:
    return (row.entity_id == entity) | row.name.icontains(entity, autoescape=True)


def _alerts_of(row: type[MentionRow] | type[InferredRow], entities: Sequence[str]) -> Select[int]:
    alerts: Select[int] = select(RevisionRow.alert_id).join(row, row.revision_id == RevisionRow.id)
    return alerts.where(row.entity_id.in_(entities))


def match_of(words: str) -> str:
    """Words as the index is asked: all of them, each as the beginning of a word.

    >>> match_of('Cabrezol "OR" fich')
    '"Cabrezol"* "OR"* "fich"*'
    """
    return " ".join(f'"{word}"*' for word in _WORD.findall(words)[:_MOST_WORDS])


def note_words(session: Session, revision: RevisionRow) -> None:
    """Put the words of a revision into the index; they were redacted before."""
    session.flush()  # the revision has its id from here on
    said = [revision.title or "", revision.text, *(each.name for each in revision.mentions)]
    said += [each.name for each in revision.inferred]
    said += [file.name for file in revision.files]
    session.execute(
        text("INSERT INTO revision_words(rowid, words) VALUES (:id, :words)"),
        {"id": revision.id, "words": " ".join(said)},
    )
