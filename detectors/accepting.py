"""Which judged names count: a town, a surname or an everyday word proves nothing without what kind of place it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.index import GroupFlag, Index
from detectors.judging import TOWN_SHARE, Array, Cases, Truths

ENOUGH_COVERAGE = 0.55  # share of a name's weight found beside a word for its kind of place
NEARLY_ALL = 0.72
_ALL = 0.93
_WHOLE = 0.96
_ALL_BUT_SLIPS = 0.97
_WITHOUT_KIND = 0.995  # coverage below which a word for the kind of place in the name was not found
_MANY = 3  # everyday words that make a name without a word for its kind of place
BARE = 2.3
_ENOUGH_OTHERS = 0.75  # of vendors, products, networks
_ENOUGH_EVIDENCE = 4.2
_ENOUGH_OF_A_TOWN, _ENOUGH_OF_A_TOWN_APART = 1.2, 4.0
_TOWN_ALL = 0.9
_ENOUGH_EVERYDAY, _ENOUGH_OF_MANY, _ENOUGH_OF_TWO = 6.5, 4.0, 9.5
# Of words side by side without a word for the kind of place: the more they say, the more may be missing or between.
_SIDE_BY_SIDE = (  # coverage, evidence, words at least; other words between at most
    (0.62, 9.0, 2, 0),
    (0.62, 17.0, 2, 2),
    (0.85, 14.0, 3, 1),
    (0.85, 7.5, 2, 0),
)
_EXACT = 0.995
_RARE_ALONE = 8.0
_SURE = 0.955
MOST_HOLES = 2
# How often a mention is right by the share of the name that was found; measured by `make measure`, first seed.
_COVERAGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_SHARES_RIGHT = (0.0, 0.2, 0.6, 0.85, 0.94, 0.975, 1.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A way for a judged name to count, and which cases it lets pass."""

    name: str
    passes: Truths


def rules(cases: Cases, index: Index) -> tuple[Rule, ...]:
    """Every way to count; a case that passes none is rejected."""
    flags = index.group_flags[cases.group]
    place = _has(flags, GroupFlag.ESTABLISHMENT)
    implied = _has(flags, GroupFlag.IMPLIED)
    domain = _has(flags, GroupFlag.DOMAIN)
    told = cases.telling >= 1
    close = cases.holes <= MOST_HOLES
    named = place & ~implied & ~domain & told & close
    # One word said so often names nobody, whatever stands beside it.
    least = np.where(cases.towns_only, BARE * TOWN_SHARE, BARE)
    bare = cases.common_only & (cases.telling == 1) & (cases.evidence < least)
    typed = named & cases.typed & ~bare & (cases.coverage >= ENOUGH_COVERAGE)
    plain = cases.towns_only | cases.common_only
    lacks_kind = (cases.coverage < _WITHOUT_KIND) & ~cases.typed
    return (
        Rule("its words beside its kind of place", typed & ~plain & (cases.evidence >= _ENOUGH_EVIDENCE)),
        Rule(
            "nearly all of it beside its kind of place",
            typed & cases.adjacent & ~cases.common_only & (cases.coverage >= NEARLY_ALL),
        ),
        Rule(
            "all of it, everyday words, beside its kind of place",
            typed & cases.adjacent & (cases.holes <= 1) & (cases.telling_coverage >= _ALL)
            & ((cases.telling >= 2) | ~cases.common_only | ((cases.coverage >= _WHOLE) & (cases.holes == 0))),
        ),
        Rule("its kind of place and its town", implied & cases.adjacent & _is_town_of_a_kind(cases)),
        Rule(
            "its kind of place, words between them, and its town",
            implied & cases.typed & ~cases.adjacent & cases.towns_only & (cases.holes == 0)
            & (cases.coverage >= _TOWN_ALL) & (cases.evidence >= _ENOUGH_OF_A_TOWN_APART),
        ),
        Rule(
            "everyday words of it beside its kind of place",
            typed & cases.adjacent & cases.common_only & (cases.telling >= _MANY) & (cases.holes <= 1)
            & (cases.coverage >= NEARLY_ALL) & (cases.evidence >= _ENOUGH_EVERYDAY),
        ),
        Rule(
            "several words of it side by side",
            named & ~cases.typed & ~cases.mistyped & ~plain & (cases.telling >= 2)
            & _side_by_side(cases),
        ),
        Rule(
            "all of its everyday words side by side",
            named & ~cases.mistyped & ~cases.towns_only & (cases.holes == 0) & (cases.telling_coverage >= _WHOLE)
            & (((cases.telling >= _MANY) & (cases.evidence >= _ENOUGH_OF_MANY))
               | ((cases.telling == 2) & (cases.evidence >= _ENOUGH_OF_TWO))),
        ),
        Rule("exactly its name, an everyday word beside its kind of place", is_bare_name(cases) & named),
        Rule(
            "a rare word that is the whole name",
            named & ~cases.mistyped & ~plain & ~_has(flags, GroupFlag.PHARMACY | GroupFlag.SHORT) & ~lacks_kind
            & (cases.coverage >= 0.9) & (cases.strongest >= _RARE_ALONE) & (cases.surest >= _SURE),
        ),
        Rule("its internet domain", domain & (cases.coverage >= 0.95)),
        Rule(
            "the name of a vendor, product or network",
            ~place & ~domain & told & close
            & ((cases.telling >= 2) | (cases.telling_coverage >= _ALL_BUT_SLIPS * cases.least_sure))
            & (cases.coverage >= np.where(cases.common_only, _WHOLE, _ENOUGH_OTHERS))
            & (
                (~_has(flags, GroupFlag.NETWORK) & (~cases.towns_only | _has(flags, GroupFlag.AMBIGUOUS)))
                | (cases.typed & cases.adjacent)
            ),
        ),
    )  # fmt: skip


def is_bare_name(cases: Cases) -> Truths:
    """Names of one everyday word beside what kind of place it is, written as they are: `EHPAD la Source`."""
    result: Truths = (
        cases.own_kind & cases.adjacent & (cases.telling == 1) & cases.common_only
        & (cases.holes == 0) & (cases.coverage >= _EXACT)
    )  # fmt: skip
    return result


def _side_by_side(cases: Cases) -> Truths:
    enough = np.zeros(len(cases), bool)
    for coverage, evidence, words, holes in _SIDE_BY_SIDE:
        enough |= (
            (cases.coverage >= coverage)
            & (cases.evidence >= evidence)
            & (cases.telling >= words)
            & (cases.holes <= holes)
        )
    return enough


def accepted(cases: Cases, index: Index) -> Truths:
    """Which cases count by themselves; some still need a context only the text gives."""
    passes = np.zeros(len(cases), bool)
    if len(cases):
        for rule in rules(cases, index):
            passes |= rule.passes
    return passes


def _is_town_of_a_kind(cases: Cases) -> Truths:
    result: Truths = (cases.coverage >= NEARLY_ALL) & (cases.holes == 0) & (cases.evidence >= _ENOUGH_OF_A_TOWN)
    return result


def _has(flags: NDArray[np.uint8], flag: GroupFlag) -> Truths:
    result: Truths = (flags & flag) > 0
    return result


def confidences(cases: Cases) -> Array:
    """How sure each case is, 0 to 1: of ten mentions of 0.9, nine name one of their candidates."""
    return np.interp(cases.coverage, _COVERAGES, _SHARES_RIGHT).astype(np.float32)
