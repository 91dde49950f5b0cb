"""Whose data an extract holds, and which software those places share: inferred, never confirmed.

Patients live near the place that treats them, so the postcodes of a site's rows point to a town; the site's code, the
kind of place the columns speak of and the software its neighbours share decide between the places of that town.
A vendor is ranked by how much likelier its customers are among the places found than among all places of its kind.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp, log
from typing import Final, cast

from anyascii import anyascii

from detectors.model import Entity, EntityKind, JsonValue, RedactedText, Role
from detectors.redaction import redact_string
from detectors.sample_checks import department_of
from detectors.sample_columns import tidy_name
from detectors.sample_tally import Traces

_ROWS_OF_A_SITE: Final = 5
_MOST_SITES: Final = 2_000
_POSTCODES_OF_A_SITE: Final = 4  # the ones most its own
_SHARE_OF_A_POSTCODE: Final = 0.03  # of a site's rows
_MOST_CANDIDATES: Final = 20
_SURE: Final = 0.5  # of a candidate, to be counted as found
_USES_ANOTHER: Final = 0.15  # how often a customer's known software is another, or the place found is wrong
_CONVINCING: Final = 2.0  # log10 of a likelihood ratio, to let the vendor decide between places

# Weights of what speaks for a place, in natural logarithms of odds.
_NEAREST: Final = 3.0  # all of the site's own postcode against none of it
_CODE: Final = 6.0  # the site's code is made of the place's name
_KIND: Final = 2.5
_TAKEN: Final = 2.0  # against a place another site's code already names
_LIKE: Final = 0.5  # of a code and a name
_WRITTEN: Final = 12.0  # its own number, or a code its watchlist entry names
_NOWHERE: Final = 0.5  # against a place that is not watched


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
class Software:
    """A vendor the places may share."""

    entity_id: str
    name: str
    likelihood_ratio: float  # log10, against places drawn by chance
    customers: int  # known ones among the places found
    known: int  # of the places found, those whose software is known


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


# ---------------------------------------------------------------- what kind of place the columns speak of

# Words of columns' names → words of the names of such places.
_KINDS = tuple(
    (re.compile(rf"\b(?:{spoken})\b"), re.compile(rf"\b(?:{names})\b"))
    for spoken, names in (
        (r"labo\w*|prel\w*|analyses?|biolog\w*|bilans?|tubes?|echantillon", r"lab\w*|lbm|bio\w*|analyses?|selas"),
        (r"pharma\w*|officine|delivrance", r"pharma\w*"),
        (r"irm|scanner|radio\w*|imagerie|modalite|accession", r"imagerie|radio\w*|scanner|irm"),
        (
            r"chambre|lit|sejour|hospit\w*|service|uf|iep|mouvement",
            r"c ?h ?[uri]?|hopita\w*|hospital\w*|clinique|polyclinique",
        ),
        (r"resident|gir|ehpad|tutelle", r"ehpad|residence|retraite|maison"),
    )
)


def _kind_spoken_of(headers: Sequence[str]) -> re.Pattern[str] | None:
    """What names of such places hold, if the columns' names point to one kind."""
    words = [tidy_name(header) for header in headers]
    votes = [(sum(spoken.search(word) is not None for word in words), names) for spoken, names in _KINDS]
    most, names = max(votes, key=lambda vote: vote[0])
    return names if most else None


# ---------------------------------------------------------------- candidates


@dataclass(frozen=True, slots=True)
class _Candidate:
    entity: Entity
    words: tuple[str, ...]  # of its name and town
    of_kind: bool
    products: frozenset[str]
    numbers: frozenset[str]  # codes that are its own


@dataclass(frozen=True, slots=True)
class _Site:
    code: str
    rows: int
    postcodes: Mapping[str, float]  # its own ones → share of the strongest
    is_shown: bool  # a prescriber's code names a person


def attribute(traces: Traces, entities: Iterable[Entity]) -> Attribution:
    """Rank watched establishments, then vendors, by how well they explain an extract."""
    sites = _sites(traces)
    departments = {department for site in sites for code in site.postcodes if (department := department_of(code))}
    finess = set(traces.finess)
    kind = _kind_spoken_of(traces.headers)
    names: dict[str, Entity] = {}
    at_postcode: dict[str, list[_Candidate]] = defaultdict(list)
    by_number: dict[str, _Candidate] = {}
    pool: list[_Candidate] = []
    market: dict[str, frozenset[str]] = {}
    for entity in entities:
        if entity.kind in (EntityKind.VENDOR, EntityKind.PRODUCT):
            names[entity.id] = entity
        elif entity.kind is EntityKind.ESTABLISHMENT and (
            department_of(entity.postcode or "") in departments or _number(entity) in finess
        ):
            candidate = _candidate(entity, kind)
            at_postcode[entity.postcode or ""].append(candidate)
            by_number.update(dict.fromkeys(candidate.numbers, candidate))
            if candidate.of_kind:
                pool.append(candidate)
        if entity.kind is EntityKind.ESTABLISHMENT and entity.uses and _candidate(entity, kind).of_kind:
            market[entity.id] = frozenset(entity.uses)
    vendors_of = {id_: frozenset(_vendor_of(each, names) for each in uses) for id_, uses in market.items()}
    scored = [_scored(site, at_postcode, by_number, {}) for site in sites]
    taken = frozenset(
        scores[0][1].entity.id for site, scores in zip(sites, scored, strict=True) if _is_named(site, scores)
    )
    scored = [_scored(site, at_postcode, by_number, {}, taken) for site in sites]
    vendors = _vendors(_found(scored), vendors_of, names)
    if vendors and vendors[0].likelihood_ratio >= _CONVINCING:
        # The vendor they share speaks for its customers where two places of one town are as likely.
        favour = _favour(vendors[0], _found(scored), vendors_of)
        scored = [_scored(site, at_postcode, by_number, favour, taken) for site in sites]
        vendors = _vendors(_found(scored), vendors_of, names)
    places = _places(sites, scored, traces)
    return Attribution(
        places=places,
        share_explained=min(1.0, sum(place.share for place in places if place.confidence >= _SURE)),
        vendors=vendors,
        watched=len(pool),
        watched_with_software=sum(bool(candidate.products) for candidate in pool),
    )


def _number(entity: Entity) -> str:
    return entity.id.removeprefix("finess:")


def _candidate(entity: Entity, kind: re.Pattern[str] | None) -> _Candidate:
    folded = anyascii(f"{entity.name} {entity.city or ''}").lower()
    described = f"{folded} {anyascii(entity.notes.get('categorie_lib', '')).lower()}"
    own = "|".join(entity.notes.get(column, "") for column in ("site_codes", "prescriber_codes"))
    numbers = {_number(entity), entity.notes.get("finess_ej", ""), entity.notes.get("siret", "")}
    return _Candidate(
        entity=entity,
        words=tuple(re.findall(r"[a-z0-9]+", folded)),
        of_kind=kind is None or kind.search(described) is not None,
        products=frozenset(entity.uses),
        numbers=frozenset((*filter(None, numbers), *filter(None, map(str.strip, own.split("|"))))),
    )


def _sites(traces: Traces) -> list[_Site]:
    """Each site with the postcodes that are more its own than the others'; without sites, each postcode is one."""
    by_site: dict[str, Counter[str]] = defaultdict(Counter)
    overall: Counter[str] = Counter()
    has_sites = any(site for site, _ in traces.sites)
    # Without sites, the rows of one prescriber are of one place; without prescribers, those of one postcode.
    grouped = traces.sites if has_sites or not any(code for code, _ in traces.prescribers) else traces.prescribers
    for (group, postcode), rows in grouped.items():
        if department_of(postcode):
            by_site[group or postcode][postcode] += rows
            overall[postcode] += rows
    for number, rows in traces.finess.items():
        if number:
            by_site[number][""] += rows
    total = max(1, overall.total())
    sites = []
    for code, postcodes in by_site.items():
        size = postcodes.total()
        if size < _ROWS_OF_A_SITE:
            continue
        own = {
            postcode: rows * log(1 + (rows / size) / (overall[postcode] / total))
            for postcode, rows in postcodes.items()
            if postcode and rows >= _SHARE_OF_A_POSTCODE * size
        }
        strongest = sorted(own, key=lambda postcode: -own[postcode])[:_POSTCODES_OF_A_SITE]
        shares = {postcode: own[postcode] / own[strongest[0]] for postcode in strongest}
        sites.append(_Site(code, size, shares, is_shown=has_sites or code in traces.finess))
    return sorted(sites, key=lambda site: -site.rows)[:_MOST_SITES]


Scores = list[tuple[float, _Candidate, tuple[str, ...]]]  # confidence, who, why; best first


def _scored(
    site: _Site,
    at_postcode: Mapping[str, Sequence[_Candidate]],
    by_number: Mapping[str, _Candidate],
    favour: Mapping[str, float],
    taken: frozenset[str] = frozenset(),
) -> Scores:
    weighed: list[tuple[float, _Candidate, tuple[str, ...]]] = []
    written = by_number.get(site.code)
    if written:
        weighed.append((_WRITTEN, written, ("its own number or code stands in the rows",)))
    for postcode, share in site.postcodes.items():
        for candidate in at_postcode.get(postcode, ()):
            if candidate is written:
                continue
            likeness = code_likeness(site.code, candidate.words)
            weight = _NEAREST * share + _CODE * likeness + _KIND * candidate.of_kind
            weight += favour.get(candidate.entity.id, 0.0) * share * share
            if likeness < _LIKE and candidate.entity.id in taken:
                weight -= _TAKEN
            basis = [f"its postcode is the {'most' if share == 1 else 'next'} common among the patients of a site"]
            basis += ["the site's code is like its name"] if likeness >= _LIKE else []
            basis += ["it is the kind of place the columns speak of"] if candidate.of_kind else []
            basis += ["it uses the software the others share"] if favour.get(candidate.entity.id, 0.0) > 0 else []
            weighed.append((weight, candidate, tuple(basis)))
    weighed.sort(key=lambda item: (-item[0], item[1].entity.id))
    weighed = weighed[:_MOST_CANDIDATES]
    total = exp(_NEAREST + _NOWHERE) + sum(exp(weight) for weight, _, _ in weighed)
    return [(exp(weight) / total, candidate, basis) for weight, candidate, basis in weighed]


def _is_named(site: _Site, scores: Scores) -> bool:
    """The site's code speaks for the best candidate."""
    return bool(scores) and scores[0][0] >= _SURE and code_likeness(site.code, scores[0][1].words) >= _LIKE


def code_likeness(code: str, words: Sequence[str]) -> float:
    """How far a site's code is made of the letters of a name: beginnings of its words, or initials. 0 to 1.

    >>> code_likeness("FONT1", ("laboratoire", "fontareche")), code_likeness("L07", ("laboratoire", "fontareche"))
    (1.0, 0.0)
    """
    letters = re.sub(r"[^a-z]", "", anyascii(code).lower())
    if len(letters) < 3:
        return 0.0
    if any(word.startswith(letters) for word in words):
        return 1.0
    initials = "".join(word[0] for word in words)
    if letters in initials or _beginnings(letters, words):
        return 0.8
    # Consonants kept in order: FNTR for Fontarèche.
    if len(letters) >= 4 and any(
        word[0] == letters[0] and _in_order(letters, word) for word in words if len(word) >= 6
    ):
        return 0.6
    return 0.0


def _beginnings(letters: str, words: Sequence[str]) -> bool:
    """The letters are beginnings of words one after another, two letters of each at least."""
    reached = {0}
    for word in words:
        for at in tuple(reached):
            length = 0
            while at + length < len(letters) and length < len(word) and letters[at + length] == word[length]:
                length += 1
                if length >= 2:
                    reached.add(at + length)
    return len(letters) in reached


def _in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


# ---------------------------------------------------------------- vendors


def _found(scored: Iterable[Scores]) -> dict[str, tuple[float, _Candidate]]:
    """The best place of each site, with how sure it is."""
    best: dict[str, tuple[float, _Candidate]] = {}
    for scores in scored:
        if scores:
            confidence, candidate, _ = scores[0]
            if confidence > best.get(candidate.entity.id, (0.0, None))[0]:
                best[candidate.entity.id] = confidence, candidate
    return best


def _vendor_of(product: str, names: Mapping[str, Entity]) -> str:
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


def _favour(
    vendor: Software, found: Mapping[str, object], vendors_of: Mapping[str, frozenset[str]]
) -> dict[str, float]:
    """What a place's known software adds to its weight once a vendor is."""
    customer, other = _weights(vendor.entity_id, found, vendors_of)
    return {id_: customer if vendor.entity_id in vendors else other for id_, vendors in vendors_of.items()}


def _vendors(
    found: Mapping[str, tuple[float, _Candidate]],
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


# ---------------------------------------------------------------- what comes out


def _places(sites: Sequence[_Site], scored: Sequence[Scores], traces: Traces) -> tuple[Place, ...]:
    """One line a place, the surest and largest first."""
    of_place: dict[str, list[tuple[_Site, Scores]]] = defaultdict(list)
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
                sites=tuple(redact_string(site.code) for site, _ in pairs[:_MOST_CANDIDATES] if site.is_shown),
                basis=basis,
                others=tuple(other for other in others if other != id_)[:_MOST_CANDIDATES],
            )
        )
    return tuple(sorted(places, key=lambda place: (-round(place.confidence, 1), -place.share, place.entity_id)))
