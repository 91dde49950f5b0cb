"""The sites an extract's rows come from, and how well each watched establishment explains one."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

from anyascii import anyascii

from detectors.model import Entity
from detectors.sample_checks import department_of
from detectors.sample_columns import tidy_name
from detectors.sample_places import Traces

MOST_CANDIDATES: Final = 20
SURE: Final = 0.5  # of a candidate, to be counted as found
_ROWS_OF_A_SITE: Final = 5
_SHARE_OF_A_NUMBER: Final = 0.02  # of all rows: in a few rows a FINESS number tells enough
_MOST_SITES: Final = 2_000
_POSTCODES_OF_A_SITE: Final = 4  # the ones most its own
_SHARE_OF_A_POSTCODE: Final = 0.03  # of a site's rows

# Weights of what speaks for a place, in natural logarithms of odds.
_NEAREST: Final = 3.0  # all of the site's own postcode against none of it
_CODE: Final = 6.0  # the site's code is made of the place's name
_KIND: Final = 2.5
_TAKEN: Final = 2.0  # against a place another site's code already names
_LIKE: Final = 0.5  # of a code and a name
_WRITTEN: Final = 12.0  # its own number, or a code its watchlist entry names
_NOWHERE: Final = 0.5  # against a place that is not watched

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


def kind_spoken_of(headers: Sequence[str]) -> re.Pattern[str] | None:
    """What names of such places hold, if the columns' names point to one kind."""
    words = [tidy_name(header) for header in headers]
    votes = [(sum(spoken.search(word) is not None for word in words), names) for spoken, names in _KINDS]
    most, names = max(votes, key=lambda vote: vote[0])
    return names if most else None


# ---------------------------------------------------------------- candidates


@dataclass(frozen=True, slots=True)
class Candidate:
    entity: Entity
    words: tuple[str, ...]  # of its name and town
    of_kind: bool
    products: frozenset[str]
    numbers: frozenset[str]  # codes that are its own


@dataclass(frozen=True, slots=True)
class Site:
    code: str
    rows: int
    postcodes: Mapping[str, float]  # its own ones → share of the strongest
    is_shown: bool  # a prescriber's code names a person


def number_of(entity: Entity) -> str:
    return entity.id.removeprefix("finess:")


def candidate_of(entity: Entity, kind: re.Pattern[str] | None) -> Candidate:
    folded = anyascii(f"{entity.name} {entity.city or ''}").lower()
    described = f"{folded} {anyascii(entity.notes.get('categorie_lib', '')).lower()}"
    own = "|".join(entity.notes.get(column, "") for column in ("site_codes", "prescriber_codes"))
    numbers = {number_of(entity), entity.notes.get("finess_ej", ""), entity.notes.get("siret", "")}
    return Candidate(
        entity=entity,
        words=tuple(re.findall(r"[a-z0-9]+", folded)),
        of_kind=kind is None or kind.search(described) is not None,
        products=frozenset(entity.uses),
        numbers=frozenset((*filter(None, numbers), *filter(None, map(str.strip, own.split("|"))))),
    )


def sites_of(traces: Traces) -> list[Site]:
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
        is_written = code in traces.finess and size >= _SHARE_OF_A_NUMBER * traces.rows
        if size < _ROWS_OF_A_SITE and not is_written:
            continue
        own = {
            postcode: rows * log(1 + (rows / size) / (overall[postcode] / total))
            for postcode, rows in postcodes.items()
            if postcode and rows >= _SHARE_OF_A_POSTCODE * size
        }
        strongest = sorted(own, key=lambda postcode: -own[postcode])[:_POSTCODES_OF_A_SITE]
        shares = {postcode: own[postcode] / own[strongest[0]] for postcode in strongest}
        sites.append(Site(code, size, shares, is_shown=has_sites or code in traces.finess))
    return sorted(sites, key=lambda site: -site.rows)[:_MOST_SITES]


Scores = list[tuple[float, Candidate, tuple[str, ...]]]  # confidence, who, why; best first


def scores_for(
    site: Site,
    at_postcode: Mapping[str, Sequence[Candidate]],
    by_number: Mapping[str, Candidate],
    favour: Mapping[str, float],
    taken: frozenset[str] = frozenset(),
) -> Scores:
    weighed: list[tuple[float, Candidate, tuple[str, ...]]] = []
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
    weighed = weighed[:MOST_CANDIDATES]
    total = exp(_NEAREST + _NOWHERE) + sum(exp(weight) for weight, _, _ in weighed)
    return [(exp(weight) / total, candidate, basis) for weight, candidate, basis in weighed]


def is_named(site: Site, scores: Scores) -> bool:
    """The site's code speaks for the best candidate."""
    return bool(scores) and scores[0][0] >= SURE and code_likeness(site.code, scores[0][1].words) >= _LIKE


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
