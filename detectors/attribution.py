"""Whose data an extract holds, and which software those places share: inferred, never confirmed.

Patients live near the place that treats them, so the postcodes of a site's rows point to a town; the site's code, the
kind of place the columns speak of and the software its neighbours share decide between the places of that town.
A vendor is ranked by how much likelier its customers are among the places found than among all places of its kind.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import cast

from detectors.attribution_sites import (
    MOST_CANDIDATES,
    SURE,
    Candidate,
    Scores,
    Site,
    candidate_of,
    is_named,
    kind_spoken_of,
    number_of,
    scores_for,
    sites_of,
)
from detectors.attribution_vendors import CONVINCING, Software, favour_of, ranked_vendors, vendor_of
from detectors.model import Entity, EntityKind, JsonValue, RedactedText, Role
from detectors.redaction import redact_string
from detectors.sample_checks import department_of
from detectors.sample_places import Traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A watched establishment the rows point to."""

    entity_id: str
    name: str
    share: float  # of all rows
    confidence: float  # 0 to 1
    sites: tuple[RedactedText, ...]  # codes read as this place's
    basis: tuple[str, ...]
    others: tuple[str, ...]  # ids of what else the same sites may be, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who the rows point to, best first, and how much of them that explains."""

    places: tuple[Place, ...]
    share_explained: float  # of rows
    vendors: tuple[Software, ...]
    watched: int  # establishments of the kind and départements
    watched_with_software: int  # of them, those whose software the watchlist knows

    @property
    def completeness(self) -> str:
        """How far the customer list can be trusted, in words."""
        if not self.watched:
            return "no establishment of these départements is watched"
        share = self.watched_with_software / self.watched
        return (
            f"the software is known of {self.watched_with_software:,} of {self.watched:,} watched establishments "
            f"there ({share:.0%})"
        )


def attribution_json(attribution: Attribution) -> dict[str, JsonValue]:
    """The attribution as JSON values; every place in it has the role `inferred`."""
    tree = cast(dict[str, JsonValue], asdict(attribution))
    return {**tree, "role": Role.INFERRED.value, "completeness": attribution.completeness}


def attribute(traces: Traces, entities: Iterable[Entity]) -> Attribution:
    """Rank watched establishments, then vendors, by how well they explain an extract."""
    sites = sites_of(traces)
    departments = {department for site in sites for code in site.postcodes if (department := department_of(code))}
    finess = set(traces.finess)
    kind = kind_spoken_of(traces.headers)
    names: dict[str, Entity] = {}
    at_postcode: dict[str, list[Candidate]] = defaultdict(list)
    by_number: dict[str, Candidate] = {}
    pool: list[Candidate] = []
    market: dict[str, frozenset[str]] = {}
    for entity in entities:
        if entity.kind in (EntityKind.VENDOR, EntityKind.PRODUCT):
            names[entity.id] = entity
        elif entity.kind is EntityKind.ESTABLISHMENT and (
            department_of(entity.postcode or "") in departments or number_of(entity) in finess
        ):
            candidate = candidate_of(entity, kind)
            at_postcode[entity.postcode or ""].append(candidate)
            by_number.update(dict.fromkeys(candidate.numbers, candidate))
            if candidate.of_kind:
                pool.append(candidate)
        if entity.kind is EntityKind.ESTABLISHMENT and entity.uses and candidate_of(entity, kind).of_kind:
            market[entity.id] = frozenset(entity.uses)
    vendors_of = {id_: frozenset(vendor_of(each, names) for each in uses) for id_, uses in market.items()}
    scored = [scores_for(site, at_postcode, by_number, {}) for site in sites]
    taken = frozenset(
        scores[0][1].entity.id for site, scores in zip(sites, scored, strict=True) if is_named(site, scores)
    )
    scored = [scores_for(site, at_postcode, by_number, {}, taken) for site in sites]
    vendors = ranked_vendors(_found(scored), vendors_of, names)
    if vendors and vendors[0].likelihood_ratio >= CONVINCING:
        # The vendor they share speaks for its customers where two places of one town are as likely.
        favour = favour_of(vendors[0], _found(scored), vendors_of)
        scored = [scores_for(site, at_postcode, by_number, favour, taken) for site in sites]
        vendors = ranked_vendors(_found(scored), vendors_of, names)
    places = _places(sites, scored, traces)
    return Attribution(
        places=places,
        share_explained=min(1.0, sum(place.share for place in places if place.confidence >= SURE)),
        vendors=vendors,
        watched=len(pool),
        watched_with_software=sum(bool(candidate.products) for candidate in pool),
    )


def _found(scored: Iterable[Scores]) -> dict[str, tuple[float, Candidate]]:
    """The best place of each site, with how sure it is."""
    best: dict[str, tuple[float, Candidate]] = {}
    for scores in scored:
        if scores:
            confidence, candidate, _ = scores[0]
            if confidence > best.get(candidate.entity.id, (0.0, None))[0]:
                best[candidate.entity.id] = confidence, candidate
    return best


# ---------------------------------------------------------------- what comes out


def _places(sites: Sequence[Site], scored: Sequence[Scores], traces: Traces) -> tuple[Place, ...]:
    """One line a place, the surest and largest first."""
    of_place: dict[str, list[tuple[Site, Scores]]] = defaultdict(list)
    for site, scores in zip(sites, scored, strict=True):
        if scores:
            of_place[scores[0][1].entity.id].append((site, scores))
    places = []
    for id_, pairs in of_place.items():
        rows = sum(site.rows for site, _ in pairs)
        confidence, candidate, basis = max((scores[0] for _, scores in pairs), key=lambda best: best[0])
        others = dict.fromkeys(other.entity.id for _, scores in pairs for _, other, _ in scores[1:])
        places.append(
            Place(
                entity_id=id_,
                name=candidate.entity.name,
                share=round(rows / traces.rows, 4),
                confidence=round(confidence, 3),
                sites=tuple(redact_string(site.code) for site, _ in pairs[:MOST_CANDIDATES] if site.is_shown),
                basis=basis,
                others=tuple(other for other in others if other != id_)[:MOST_CANDIDATES],
            )
        )
    return tuple(sorted(places, key=lambda place: (-round(place.confidence, 1), -place.share, place.entity_id)))
