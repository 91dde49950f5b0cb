"""Who of several that bear a name is meant: the town, the postcode or the department in the text decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from detectors.batches import Batch
from detectors.index import Index
from detectors.normalisation import Text

_MOST_WEIGHED = 400  # bearers of one name
_SURE_ENOUGH = 0.85  # confidence in a word of a town
_POSTCODE = re.compile(r"(?<![0-9])[0-9]{5}(?![0-9])")
_DEPARTMENT = re.compile(r"\(\s*([0-9]{2,3}|2[ab])\s*\)", re.IGNORECASE)
_TOWN, _TOWN_OF_NAME, _POSTCODE_SAID, _DEPARTMENT_SAID = 4.0, 1.0, 6.0, 2.0


@dataclass(frozen=True, slots=True)
class Present:
    """What a text says that may tell namesakes apart."""

    words: frozenset[int]
    postcodes: frozenset[int]
    departments: frozenset[str]


class Decider:
    """Ranks the bearers of names by what a text says."""

    def __init__(self, index: Index) -> None:
        self._index = index
        # A number of an array costs ten times one of a list.
        self._cities: list[int] = index.cities.tolist()
        self._postcodes: list[int] = index.postcodes.tolist()
        self._first_bearers: list[int] = index.bearer_starts.tolist()

    def _bearers(self, group: int) -> list[int]:
        bearers = self._index.bearers[self._first_bearers[group] : self._first_bearers[group + 1]]
        few: list[int] = bearers[:_MOST_WEIGHED].tolist()
        return few

    @lru_cache(maxsize=8192)  # noqa: B019 - one decider lives as long as its watchlist
    def _city_words(self, city: int) -> frozenset[int]:
        index = self._index
        return frozenset(index.city_words[index.city_starts[city] : index.city_starts[city + 1]].tolist())

    def present(self, batch: Batch, number: int, text: Text) -> Present:
        """What a text of a batch says."""
        tokens = batch.tokens
        first = np.searchsorted(tokens.place, batch.bases[number])
        last = (
            np.searchsorted(tokens.place, batch.bases[number + 1])
            if number + 1 < len(batch.bases)
            else len(tokens.place)
        )
        sure = tokens.confidence[first:last] >= _SURE_ENOUGH
        return Present(
            words=frozenset(tokens.code[first:last][sure].tolist()),
            postcodes=frozenset(map(int, _POSTCODE.findall(text.raw))),
            departments=frozenset(each.upper() for each in _DEPARTMENT.findall(text.raw)),
        )

    def backing(self, group: int, present: Present) -> float:
        """How much a text says, beside the name itself, for the bearer of a name that it says most for."""
        own = self._words(group)
        return max(self._decides(entity, own, present) for entity in self._bearers(group))

    def _words(self, group: int) -> frozenset[int]:
        index = self._index
        return frozenset(index.group_words[index.group_starts[group] : index.group_starts[group + 1]].tolist())

    def ranked(self, groups: Sequence[tuple[int, float]], present: Present) -> list[int]:
        """The entities that bear these names, best first; where the text decides, only those it decides for.

        With each name its score, without what the text says for its bearers.
        """
        bearers = self._bearers(groups[0][0])
        if len(groups) == 1 and len(bearers) == 1:
            return bearers
        merits: dict[int, float] = {}
        decided: dict[int, float] = {}
        for group, score in groups:
            own = self._words(group)
            for entity in self._bearers(group):
                if entity not in merits:
                    decided[entity] = self._decides(entity, own, present)
                    merits[entity] = score + decided[entity]
        ranked = sorted(merits, key=lambda entity: -merits[entity])
        if max(decided.values()) >= _DEPARTMENT_SAID and len(ranked) > 1:
            return [
                entity
                for entity in ranked
                if decided[entity] >= _DEPARTMENT_SAID or merits[entity] >= merits[ranked[0]]
            ]
        return ranked

    def _decides(self, entity: int, own: frozenset[int], present: Present) -> float:
        merit = 0.0
        city = self._cities[entity]
        if city >= 0 and (words := self._city_words(city)) <= present.words:
            # A town that is in the name is no second witness, but its own place is likelier than another.
            merit += _TOWN_OF_NAME if words <= own else _TOWN
        postcode = self._postcodes[entity]
        if postcode in present.postcodes:
            merit += _POSTCODE_SAID
        if present.departments and f"{postcode:05d}"[:2] in present.departments:
            merit += _DEPARTMENT_SAID
        return merit
