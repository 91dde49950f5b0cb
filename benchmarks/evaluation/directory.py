"""The register as a reader knows it: which entities a written name can mean."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.evaluation.name_parts import CATEGORY_FAMILIES, Parts, is_telling, parts, town_key
from detectors.model import Entity, EntityKind

_MOST_NAMES = 600  # a word that stands in more tells nothing
MOST_HOMONYMS = 20  # a name shared by more is not written without its town


@dataclass(frozen=True, slots=True)
class Known:
    """An entity with its names taken apart."""

    entity: Entity
    names: tuple[Parts, ...]  # of the name, then of the aliases
    families: frozenset[str]  # that its names or its category say
    town: str


@dataclass(frozen=True, slots=True)
class Directory:
    """Every watched entity, to be asked whom a written form means. Made by `directory_of`."""

    known: tuple[Known, ...]
    by_telling: dict[frozenset[str], list[int]]
    by_word: dict[str, list[int]]
    by_town: dict[str, list[int]]
    frequency: Counter[str]  # in how many names a word stands
    town_words: frozenset[str]
    _holders: dict[frozenset[str], list[int]] = field(default_factory=dict, repr=False)

    def meaning(self, written: Parts, town: str | None = None) -> frozenset[str]:
        """The ids a written form can mean: the names that are just these words, else the names that hold them.

        With a town, those in it where there are any: a town may also be the name's own.
        """
        found = self._just(written) or self._holding(written)
        if town:
            found = [index for index in found if town == self.known[index].town] or found
        return self._ids(found)

    def in_town(self, families: frozenset[str], town: str) -> frozenset[str]:
        """The ids of all places of a kind in a town, or that bear its name."""
        here = [index for index in self.by_town.get(town, ()) if self.known[index].families & families]
        named = [
            index for index in self.by_telling.get(frozenset(town.split()), ()) if self.known[index].families & families
        ]
        return self._ids({*here, *named})

    def bearing(self, word: str, town: str = "") -> frozenset[str]:
        """The ids of names that hold a word, those in or with a town, and of networks that are called just so."""
        holders = self.by_word.get(word, ())
        here = [
            index
            for index in holders
            if not town
            or self.known[index].town == town
            or any(set(town.split()) <= name.telling for name in self.known[index].names)
        ]
        called = [index for index in self.by_telling.get(frozenset({word}), ()) if not self.known[index].town]
        return self._ids({*here, *called})

    def within(self, written: Parts, town: str = "") -> frozenset[str]:
        """The ids of entities whose whole name lies within the written one: named as well, though not meant."""
        words = written.telling | set(town.split())
        found = {
            index for word in words for index in self.by_word.get(word, ()) if self._lies_within(index, written, words)
        }
        return self._ids(found)

    def _lies_within(self, index: int, written: Parts, words: frozenset[str]) -> bool:
        return any(
            name.telling <= words
            and (name.families & written.families or (not name.families and name.telling < written.telling))
            for name in self.known[index].names
            if any(is_telling(word) for word in name.telling)
        )

    def is_nameable(self, written: Parts) -> bool:
        """Whether the words tell anything: a bare kind of place or an everyday word names nobody."""
        return any(
            is_telling(word) and len(word) > 2 and self.frequency[word] <= _MOST_NAMES for word in written.telling
        )

    def _just(self, written: Parts) -> list[int]:
        return self._compatible(self.by_telling.get(written.telling, ()), written)

    def _holding(self, written: Parts) -> list[int]:
        if written.telling not in self._holders:
            lists = sorted((self.by_word.get(word, []) for word in written.telling), key=len)
            kept = set(lists[0]).intersection(*lists[1:]) if lists else set()
            self._holders[written.telling] = sorted(kept)
        return self._compatible(self._holders[written.telling], written)

    def _compatible(self, indices: Iterable[int], written: Parts) -> list[int]:
        wanted = written.families
        return [
            index
            for index in indices
            if not wanted or not self.known[index].families or wanted & self.known[index].families
        ]

    def _ids(self, indices: Iterable[int]) -> frozenset[str]:
        return frozenset(self.known[index].entity.id for index in indices)


def directory_of(entities: Iterable[Entity]) -> Directory:
    """Take every name apart."""
    known = tuple(_known(entity) for entity in _merged(entities))
    by_telling: dict[frozenset[str], list[int]] = defaultdict(list)
    by_word: dict[str, list[int]] = defaultdict(list)
    by_town: dict[str, list[int]] = defaultdict(list)
    frequency: Counter[str] = Counter()
    for index, each in enumerate(known):
        for telling in {name.telling for name in each.names}:
            by_telling[telling].append(index)
        words = {word for name in each.names for word in name.telling}
        frequency.update(words)
        for word in words:
            by_word[word].append(index)
        if each.town:
            by_town[each.town].append(index)
    town_words = frozenset(word for town in by_town for word in town.split())
    return Directory(known, dict(by_telling), dict(by_word), dict(by_town), frequency, town_words)


def _merged(entities: Iterable[Entity]) -> Iterator[Entity]:
    seen = set()
    for entity in entities:
        if entity.id not in seen:
            seen.add(entity.id)
            yield entity


def _known(entity: Entity) -> Known:
    names = tuple(parts(name) for name in (entity.name, *entity.aliases))
    families = frozenset(family for name in names for family in name.families)
    category = CATEGORY_FAMILIES.get(entity.notes.get("categorie", ""))
    if category and entity.kind is EntityKind.ESTABLISHMENT:
        families |= {category}
    return Known(entity, names, families, town_key(entity.city or ""))
