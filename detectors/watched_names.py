"""The names an entity may be called by, as sets of words: its own, its aliases, and a kind of place with its town."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from detectors.common_words import common_words
from detectors.index import GroupFlag
from detectors.model import Entity, EntityKind
from detectors.name_words import (
    BROAD_TYPE_WORDS,
    CANONICAL,
    FAMILIES,
    TYPE_WORDS,
    Family,
    families_of_label,
    name_words,
)
from detectors.normalisation import fold
from detectors.spelling import nearest, remnant_index

_CUT_AT = 38  # characters the register cuts names at
_SHORT = 4  # letters of a name that is easily something else
_FEWEST_LETTERS = 2  # of a name beside type words and articles
_WORD = re.compile(r"[^\W_]+")
_BRACKETED = re.compile(r"\(([^()]{3,})\)")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])")  # C.H.U. is one word
_SHORTEST_KIND = 6  # letters of a word for a kind of place whose slips are known again
_MOST_SLIPS = 5  # times a slip is made


@dataclass(frozen=True, slots=True)
class Name:
    """A set of words, the kind of place it names, and what is known of the last word."""

    words: tuple[str, ...]  # sorted
    families: Family
    flags: GroupFlag
    cut: str | None  # the word the register may have cut


def _variants(name: str, kind: EntityKind) -> Iterator[str]:
    """A name; a vendor's also without what stands in brackets, and that alone."""
    yield name
    if kind is not EntityKind.ESTABLISHMENT and (bracketed := _BRACKETED.search(name)):
        parts = (_BRACKETED.sub(" ", name).strip(), bracketed[1].strip())
        yield from (part for part in parts if part and fold(part).folded not in common_words())


def misspelt_kinds(entities: Sequence[Entity]) -> dict[str, str]:
    """The list's own slips in the words for kinds of places: `pharmcie`; a word often written so is none."""
    counted = Counter(word for entity in entities for word in _WORD.findall(fold(entity.name).folded))
    everyday = common_words()
    rare = [
        word
        for word, count in counted.items()
        if count <= _MOST_SLIPS and len(word) >= _SHORTEST_KIND - 1 and word not in everyday and word not in CANONICAL
    ]
    kinds = sorted(word for word in TYPE_WORDS if len(word) >= _SHORTEST_KIND)
    index = remnant_index(kinds, np.arange(len(kinds), dtype=np.int32))
    near = nearest([word for word in rare if word.isascii() and word.isalpha()], index, kinds)
    towns = {word for entity in entities for word in _WORD.findall(fold(entity.city or "").folded)}
    return {
        word: kinds[found[0].code]
        for word, found in near.items()
        if found[0].distance == 1 and word[0] == kinds[found[0].code][0] and word not in kinds and word not in towns
    }


def ambiguity_shared(bearers: Mapping[Name, dict[int, None]]) -> dict[Name, dict[int, None]]:
    """A vendor's and its product's name alike: where it proves nothing for one, it proves nothing for the other."""
    doubtful = {name.words for name in bearers if name.flags & GroupFlag.AMBIGUOUS}
    shared: dict[Name, dict[int, None]] = defaultdict(dict)
    for name, entities in bearers.items():
        if name.words in doubtful and not name.flags & GroupFlag.ESTABLISHMENT:
            name = replace(name, flags=name.flags | GroupFlag.AMBIGUOUS)
        shared[name].update(entities)
    return shared


def merged(entities: Iterable[Entity]) -> Iterator[Entity]:
    """One entity an id, whatever lists it stands in: other lists' names become aliases."""
    by_id: dict[str, Entity] = {}
    for entity in entities:
        known = by_id.get(entity.id)
        by_id[entity.id] = _joined(known, entity) if known else entity
    yield from by_id.values()


def _joined(known: Entity, other: Entity) -> Entity:
    return Entity(
        id=known.id,
        kind=known.kind,
        name=known.name,
        aliases=tuple(dict.fromkeys((*known.aliases, other.name, *other.aliases))),
        city=known.city or other.city,
        postcode=known.postcode or other.postcode,
        department=known.department or other.department,
        domains=tuple(dict.fromkeys((*known.domains, *other.domains))),
        uses=tuple(dict.fromkeys((*known.uses, *other.uses))),
        parent=known.parent or other.parent,
        contact=known.contact or other.contact,
        source=known.source or other.source,
        ambiguous=known.ambiguous or other.ambiguous,
        notes={**other.notes, **known.notes},
    )


def names_of(entity: Entity, town: tuple[str, ...], kinds: Mapping[str, str]) -> Iterator[Name]:
    """Every set of words an entity may be named by."""
    flags = GroupFlag.AMBIGUOUS if entity.ambiguous else GroupFlag.NONE
    if entity.kind is EntityKind.ESTABLISHMENT:
        flags |= GroupFlag.ESTABLISHMENT
    category = families_of_label(_folded_label(entity.notes.get("categorie_lib", "")))
    if category & Family.PHARMACY:
        flags |= GroupFlag.PHARMACY
    for spelled in dict.fromkeys(
        each for name in (entity.name, *entity.aliases) for each in _variants(name, entity.kind)
    ):
        found = tuple(dict.fromkeys(kinds.get(word, word) for word in words_of(spelled)))
        if not found:
            continue
        said = Family(0)
        for word in found:
            if word not in BROAD_TYPE_WORDS:
                said |= FAMILIES.get(word, Family.NONE)
        own = flags | _flags_of(found)
        cut = found[-1] if len(spelled) >= _CUT_AT and len(found) > 1 else None
        yield Name(tuple(sorted(found)), said | category, own, cut)
    for domain in entity.domains:
        yield Name((domain,), category, flags | GroupFlag.DOMAIN, None)
    if town:
        for kind in _implied_kinds(entity):
            yield Name(tuple(sorted(set(town))), kind, flags | GroupFlag.IMPLIED, None)


def _implied_kinds(entity: Entity) -> Iterator[Family]:
    """The kinds of place an entity may be called beside its town alone: its category's, and those it is named by."""
    kinds = [_IMPLIED[category]] if (category := entity.notes.get("categorie", "")) in _IMPLIED else []
    named = (FAMILIES.get(word) for name in (entity.name, *entity.aliases) for word in words_of(name))
    kinds += (kind for kind in named if kind in _NAMED_KINDS)
    yield from dict.fromkeys(kinds)


_NAMED_KINDS = frozenset((Family.HOSPITAL, Family.LABORATORY, Family.PHARMACY, Family.ELDERLY))
# What a place may be called beside its town alone, by its category in the register.
_IMPLIED: dict[str, Family] = {
    **dict.fromkeys(("355", "101", "106", "114", "122", "131", "292", "362"), Family.HOSPITAL),
    **dict.fromkeys(("128", "129", "365", "109", "110", "161"), Family.CLINIC),
    **dict.fromkeys(("500", "501", "502", "202"), Family.ELDERLY),
    **dict.fromkeys(("620", "629", "628"), Family.PHARMACY),
    **dict.fromkeys(("611", "612"), Family.LABORATORY),
    **dict.fromkeys(("124", "603", "156"), Family.CARE_CENTRE),
    **dict.fromkeys(("354", "460", "209"), Family.HOME_CARE),
    **dict.fromkeys(("246", "183", "255", "437"), Family.DISABILITY),
}  # fmt: skip


@lru_cache(maxsize=4096)
def _folded_label(label: str) -> str:
    return fold(label).folded


def _flags_of(words: Sequence[str]) -> GroupFlag:
    flags = GroupFlag.NONE
    if {"ght", "gh"} & set(words):
        flags |= GroupFlag.NETWORK
    if sum(len(word) for word in words if word not in TYPE_WORDS) <= _SHORT:
        flags |= GroupFlag.SHORT
    return flags


def words_of(name: str) -> tuple[str, ...]:
    """The words that identify a name; one of which hardly a letter would be left counts as one word: `D-A-T`."""
    spelled = _WORD.findall(_DOTTED.sub(lambda letters: letters[0].replace(".", ""), fold(name).folded))
    found = name_words(spelled)
    telling = sum(len(word) for word in found if word not in TYPE_WORDS)
    return found if telling > _FEWEST_LETTERS or not found else _glued_short(spelled, found)


def _glued_short(spelled: Sequence[str], found: tuple[str, ...]) -> tuple[str, ...]:
    # A kind of place with a letter or a number is no name; three letters spelled apart are.
    if all(len(word) == 1 for word in spelled) or len(spelled) == 1:
        return ("".join(spelled),)
    return found if len(found) > 1 else ("".join(spelled),)
