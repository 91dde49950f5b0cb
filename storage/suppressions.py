"""Suppression rules: made, listed, removed, and how often each took a mention out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from detectors.model import RedactedText
from detectors.suppression import Rule
from storage.errors import StoreError
from storage.schema import SuppressionRow
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """A rule about to be made; at least one of entity, source and phrase is given."""

    entity_id: str | None
    source: str | None
    phrase: RedactedText | None
    reason: RedactedText
    author: str
    made_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRule:
    """A rule with what it did."""

    rule: Rule
    hits: int  # posts in which it took a mention out, counted each time they are read
    last_hit_at: datetime | None


def add(store: Store, rule: NewRule) -> int:
    """Keep a rule and give its number; StoreError if it says nothing, or the same as one that has not expired."""
    if not (rule.entity_id or rule.source or rule.phrase):
        raise StoreError("a rule needs an entity, a source or a phrase")
    with store.writing() as session:
        for row in session.scalars(select(SuppressionRow)):
            same = (row.entity_id, row.source, row.phrase) == (rule.entity_id, rule.source, rule.phrase)
            if same and (row.expires_at is None or rule.made_at < row.expires_at):
                raise StoreError(f"rule {row.id} says the same: remove it first to change it")
        row = SuppressionRow(
            entity_id=rule.entity_id,
            source=rule.source,
            phrase=rule.phrase,
            reason=rule.reason,
            author=rule.author,
            made_at=rule.made_at,
            expires_at=rule.expires_at,
            hits=0,
            last_hit_at=None,
        )
        session.add(row)
        session.flush()
        return row.id


def remove(store: Store, number: int) -> bool:
    """Forget a rule; whether there was one."""
    with store.writing() as session:
        row = session.get(SuppressionRow, number)
        if row:
            session.delete(row)
        return row is not None


def counted(store: Store) -> tuple[CountedRule, ...]:
    """Every rule, expired ones too, in the order they were made."""
    with store.reading() as session:
        rows = session.scalars(select(SuppressionRow).order_by(SuppressionRow.id))
        return tuple(CountedRule(rule=_rule(row), hits=row.hits, last_hit_at=row.last_hit_at) for row in rows)


def rules(store: Store) -> tuple[Rule, ...]:
    """Every rule, expired ones too; `detectors.suppression.in_force` says which count."""
    return tuple(each.rule for each in counted(store))


def count_hits(session: Session, hits: Mapping[int, int], at: datetime) -> None:
    """Add to the hits of rules by number, in the caller's transaction; one removed meanwhile is passed over."""
    for number, posts in hits.items():
        row = session.get(SuppressionRow, number)
        if row:
            row.hits += posts
            row.last_hit_at = at


def _rule(row: SuppressionRow) -> Rule:
    return Rule(
        id=row.id,
        entity_id=row.entity_id,
        source=row.source,
        phrase=row.phrase,
        reason=row.reason,
        author=row.author,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )
