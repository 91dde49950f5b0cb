"""Whom the extract shown in a post points to, where the post names no establishment: for alerts, in a few lines.

Attribution goes through a whole watchlist; a post cannot wait for that. What it needs of one is looked up here by
département and by number, and gone through once for each watchlist.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from detectors.attribution import Attribution, attribute
from detectors.attribution_sites import MOST_CANDIDATES, number_of, sites_of
from detectors.attribution_vendors import CONVINCING, Software
from detectors.model import Entity, EntityKind, Inferred
from detectors.sample_checks import department_of
from detectors.sample_places import Traces

MOST_PLACES: Final = 10
MOST_VENDORS: Final = 3
_SUREST: Final = 0.95  # no list of customers is complete
_FEWEST: Final = 0.3  # below, anybody of the town is as likely


class Whereabouts:
    """Which entities of a watchlist may explain an extract."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._entities = entities
        self._always: list[int] = []  # vendors, products, and places whose software is known
        self._of_department: defaultdict[str, list[int]] = defaultdict(list)
        self._of_number: dict[int, int] = {}  # by its hash: a hundred thousand numbers weigh more
        for at, entity in enumerate(entities):
            is_place = entity.kind is EntityKind.ESTABLISHMENT
            if entity.kind in (EntityKind.VENDOR, EntityKind.PRODUCT) or (is_place and entity.uses):
                self._always.append(at)
            if is_place:
                self._of_number[hash(number_of(entity))] = at
                if department := department_of(entity.postcode or ""):
                    self._of_department[department].append(at)

    def of(self, traces: Traces) -> Iterator[Entity]:
        """Those that may explain these traces, each once, in the watchlist's order."""
        postcodes = {postcode for site in sites_of(traces) for postcode in site.postcodes}
        found = set(self._always)
        for department in {department_of(postcode) for postcode in postcodes} - {None}:
            found.update(self._of_department.get(department or "", ()))
        found.update(at for number in traces.finess if (at := self._of_number.get(hash(number))) is not None)
        return map(self._entities.__getitem__, sorted(found))


# Of the watchlist in force: it is gone through at the first extract, about a second for the French register.
_whereabouts = lru_cache(maxsize=1)(Whereabouts)


def infer(traces: Traces, entities: Sequence[Entity], named: frozenset[str]) -> tuple[Inferred, ...]:
    """The places, then the vendors that an extract points to, best first; none of those named."""
    if not sites_of(traces):
        return ()
    found = attribute(traces, _whereabouts(entities).of(traces))
    return (*_places(found, named), *_vendors(found, named))


def _places(found: Attribution, named: frozenset[str]) -> Iterator[Inferred]:
    likely = [place for place in found.places if place.confidence >= _FEWEST and place.entity_id not in named]
    for place in sorted(likely, key=lambda place: (-place.confidence, -place.share))[:MOST_PLACES]:
        yield Inferred(
            entity_id=place.entity_id,
            name=place.name,
            kind=EntityKind.ESTABLISHMENT,
            confidence=place.confidence,
            share=place.share,
            basis=(f"{place.share:.0%} of the rows", *place.basis),
            candidates=(place.entity_id, *place.others)[:MOST_CANDIDATES],
        )


def _vendors(found: Attribution, named: frozenset[str]) -> Iterator[Inferred]:
    convincing = [each for each in found.vendors if each.likelihood_ratio >= CONVINCING]
    for software in [each for each in convincing if each.entity_id not in named][:MOST_VENDORS]:
        yield Inferred(
            entity_id=software.entity_id,
            name=software.name,
            kind=EntityKind.VENDOR,
            confidence=round(min(_SUREST, 1 - 10**-software.likelihood_ratio), 2),
            share=None,
            basis=(_shared(software), found.completeness),
            candidates=(software.entity_id,),
        )


def _shared(software: Software) -> str:
    return (
        f"{software.customers} of the {software.known} places found whose software is known are its customers, "
        f"10^{software.likelihood_ratio:.1f} times likelier than by chance"
    )
