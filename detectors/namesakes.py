"""Who of several that bear a name is meant: the town, the postcode or the department in the text decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
        index = self._index
        bearers = index.bearers[index.bearer_starts[group] : index.bearer_starts[group + 1]]
        return max(self._decides(entity, group, present) for entity in bearers[:_MOST_WEIGHED].tolist())

    def ranked(self, groups: Sequence[tuple[int, float]], present: Present) -> list[int]:
        """The entities that bear these names, best first; where the text decides, only those it decides for.

        With each name its score, without what the text says for its bearers.
        """
        index = self._index
        first, last = index.bearer_starts[groups[0][0]], index.bearer_starts[groups[0][0] + 1]
        if len(groups) == 1 and last - first == 1:
            return [int(index.bearers[first])]
        merits: dict[int, float] = {}
        decided: dict[int, float] = {}
        for group, score in groups:
            bearers = index.bearers[index.bearer_starts[group] : index.bearer_starts[group + 1]]
            for entity in bearers[:_MOST_WEIGHED].tolist():
                if entity not in merits:
                    decided[entity] = self._decides(entity, group, present)
                    merits[entity] = score + decided[entity]
        ranked = sorted(merits, key=lambda entity: -merits[entity])
        if max(decided.values()) >= _DEPARTMENT_SAID and len(ranked) > 1:
            return [
                entity
                for entity in ranked
                if decided[entity] >= _DEPARTMENT_SAID or merits[entity] >= merits[ranked[0]]
            ]
        return ranked

    def _decides(self, entity: int, group: int, present: Present) -> float:
        index = self._index
        merit = 0.0
        own = index.group_words[index.group_starts[group] : index.group_starts[group + 1]].tolist()
        city = int(index.cities[entity])
        if city >= 0:
            words = index.city_words[index.city_starts[city] : index.city_starts[city + 1]].tolist()
            if all(word in present.words for word in words):
                # A town that is in the name is no second witness, but its own place is likelier than another.
                merit += _TOWN if any(word not in own for word in words) else _TOWN_OF_NAME
        postcode = int(index.postcodes[entity])
        if postcode in present.postcodes:
            merit += _POSTCODE_SAID
        if present.departments and f"{postcode:05d}"[:2] in present.departments:
            merit += _DEPARTMENT_SAID
        return merit
