"""Which software the places found share: vendors ranked by how much likelier that is than chance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log
from typing import Final

from detectors.model import Entity

CONVINCING: Final = 2.0  # log10 of a likelihood ratio, to let the vendor decide between places
_USES_ANOTHER: Final = 0.15  # how often a customer's known software is another, or the place found is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """A vendor the places may share."""

    entity_id: str
    name: str
    likelihood_ratio: float  # log10, against places drawn by chance
    customers: int  # known ones among the places found
    known: int  # of the places found, those whose software is known


def vendor_of(product: str, names: Mapping[str, Entity]) -> str:
    entity = names.get(product)
    return entity.parent if entity and entity.parent else product


def _market_share(vendor: str, found: Iterable[str], vendors_of: Mapping[str, frozenset[str]]) -> float:
    """How often a place that was not found uses the vendor's software: what chance would give."""
    outside = vendors_of.keys() - set(found)
    users = sum(vendor in vendors_of[id_] for id_ in outside)
    return (users + 0.5) / (len(outside) + 1)


def _weights(vendor: str, found: Iterable[str], vendors_of: Mapping[str, frozenset[str]]) -> tuple[float, float]:
    """Logarithms of what a customer and a place that uses something else say for the vendor."""
    chance = _market_share(vendor, found, vendors_of)
    # Where all the market uses it, its customers prove nothing.
    shared = max(1 - _USES_ANOTHER, chance)
    return log(shared / chance), log((1 - shared) / (1 - chance))


def favour_of(
    vendor: Software, found: Mapping[str, object], vendors_of: Mapping[str, frozenset[str]]
) -> dict[str, float]:
    """What a place's known software adds to its weight once a vendor is."""
    customer, other = _weights(vendor.entity_id, found, vendors_of)
    return {id_: customer if vendor.entity_id in vendors else other for id_, vendors in vendors_of.items()}


def ranked_vendors(
    found: Mapping[str, tuple[float, object]],
    vendors_of: Mapping[str, frozenset[str]],
    names: Mapping[str, Entity],
) -> tuple[Software, ...]:
    """Vendors by likelihood ratio: places whose software is unknown say nothing for or against any."""
    telling = {id_: confidence for id_, (confidence, _) in found.items() if id_ in vendors_of}
    ranked = []
    for vendor in {vendor for id_ in telling for vendor in vendors_of[id_]}:
        customer, other = _weights(vendor, telling, vendors_of)
        customers = {id_ for id_ in telling if vendor in vendors_of[id_]}
        entity = names.get(vendor)
        ranked.append(
            Software(
                entity_id=vendor,
                name=entity.name if entity else vendor,
                likelihood_ratio=round(
                    sum(sure * (customer if id_ in customers else other) for id_, sure in telling.items()) / log(10), 2
                ),
                customers=len(customers),
                known=len(telling),
            )
        )
    return tuple(sorted(ranked, key=lambda software: (-software.likelihood_ratio, software.entity_id)))
