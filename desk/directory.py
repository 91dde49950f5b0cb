"""The watched organisations, found by id, by words, by département."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from detectors.model import Entity
from detectors.sample_checks import department_of

_WORD = re.compile(r"\w+")


class Directory:
    """An index over the entities of a compiled watchlist, made once for it."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._entities = entities
        self._places: dict[str, int] = {}
        self._words: list[str] = []
        self._departments: dict[str, str] = {}
        for place, entity in enumerate(entities):
            self._places[entity.id] = place
            self._words.append(plain(" ".join((entity.name, *entity.aliases, entity.city or "", entity.id))))
            if found := entity.department or (entity.postcode and department_of(entity.postcode)):
                self._departments[entity.id] = found

    def __len__(self) -> int:
        return len(self._entities)

    def find(self, entity_id: str) -> Entity | None:
        """An organisation by its id."""
        place = self._places.get(entity_id)
        return None if place is None else self._entities[place]

    def search(self, words: str, most: int) -> Iterator[Entity]:
        """Organisations in whose names, town or id every word stands."""
        asked = _WORD.findall(plain(words))[:12]
        found = (place for place, said in enumerate(self._words) if all(word in said for word in asked))
        for place, _ in zip(found, range(most), strict=False):
            yield self._entities[place]

    def department(self, entity_id: str) -> str | None:
        """The code of its département, where one is known."""
        return self._departments.get(entity_id)

    def of_department(self, code: str, among: Iterable[str]) -> list[str]:
        """Which of these ids lie in a département."""
        return [each for each in among if self._departments.get(each) == code]


def plain(text: str) -> str:
    """Letters without accents or case, for looking up.

    >>> plain("Hôpital É")
    'hopital e'
    """
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))
