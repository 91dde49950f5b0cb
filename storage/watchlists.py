"""Imported watchlists: each register replaced as a whole, in one transaction, with a diff shown before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from detectors.model import Entity, EntityKind
from detectors.registers import Diff, watchlist_diff
from storage.schema import RegisterRow, WatchedRow
from storage.store import Store

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """An imported watchlist as a whole."""

    name: str
    imported_at: datetime
    entities: int


def difference(store: Store, register: str, entities: Iterable[Entity]) -> Diff:
    """What importing these entities would change in a register."""
    return watchlist_diff({e.id: e for e in imported(store, register)}, {e.id: e for e in entities})


def replace(store: Store, register: str, entities: Sequence[Entity]) -> None:
    """Make a register hold exactly these entities."""
    with store.writing() as session:
        session.merge(RegisterRow(name=register, imported_at=datetime.now(UTC), entities=len(entities)))
        session.execute(delete(WatchedRow).where(WatchedRow.register == register))
        rows: list[dict[str, object]] = []
        for position, entity in enumerate(entities):
            rows.append(_row(register, position, entity))
            if len(rows) >= _ROWS_AT_ONCE:
                session.execute(insert(WatchedRow), rows)
                rows.clear()
        if rows:
            session.execute(insert(WatchedRow), rows)


def registers(store: Store) -> tuple[Register, ...]:
    """The imported registers; a change of any shows here."""
    with store.reading() as session:
        rows = session.scalars(select(RegisterRow).order_by(RegisterRow.name))
        return tuple(Register(name=r.name, imported_at=r.imported_at, entities=r.entities) for r in rows)


def imported(store: Store, register: str | None = None) -> Iterator[Entity]:
    """The entities of one register or of all, as they stood in their files."""
    query = select(*_COLUMNS).order_by(WatchedRow.register, WatchedRow.position)
    if register is not None:
        query = query.where(WatchedRow.register == register)
    with store.reading() as session:
        for row in session.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)):
            aliases, domains, uses, notes = (row.rest[name] for name in ("aliases", "domains", "uses", "notes"))
            yield Entity(
                id=row.id,
                kind=EntityKind(row.kind),
                name=row.name,
                aliases=tuple(aliases),
                city=row.city,
                postcode=row.postcode,
                department=row.department,
                domains=tuple(domains),
                uses=tuple(uses),
                parent=row.parent,
                contact=row.contact,
                source=row.source,
                ambiguous=row.ambiguous,
                notes=notes,
            )


# Columns rather than objects: a register has a hundred thousand rows.
_COLUMNS = (
    WatchedRow.id,
    WatchedRow.kind,
    WatchedRow.name,
    WatchedRow.city,
    WatchedRow.postcode,
    WatchedRow.department,
    WatchedRow.parent,
    WatchedRow.contact,
    WatchedRow.source,
    WatchedRow.ambiguous,
    WatchedRow.rest,
)


def _row(register: str, position: int, entity: Entity) -> dict[str, object]:
    return {
        "register": register,
        "id": entity.id,
        "position": position,
        "kind": entity.kind.value,
        "name": entity.name,
        "city": entity.city,
        "postcode": entity.postcode,
        "department": entity.department,
        "parent": entity.parent,
        "contact": entity.contact,
        "source": entity.source,
        "ambiguous": entity.ambiguous,
        "rest": {
            "aliases": entity.aliases,
            "domains": entity.domains,
            "uses": entity.uses,
            "notes": dict(entity.notes),
        },
    }
