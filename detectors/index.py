"""The compiled watchlist: names as sets of words, in flat arrays that processes share and a file can hold.

Names of the same words and the same kind of place are one *group*, whoever bears them. A word leads to the groups it
stands in, unless they are too many; a group of such words only is found by a pair of them.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntFlag
from functools import cached_property, lru_cache
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from detectors.common_words import common_words
from detectors.model import Entity, EntityKind
from detectors.name_words import (
    BROAD_TYPE_WORDS,
    CANONICAL,
    FAMILIES,
    IGNORED,
    PHRASE_WORDS,
    PHRASES,
    TYPE_WORDS,
    Family,
    canonical,
    families_of_label,
    name_words,
)
from detectors.normalisation import fold
from detectors.spelling import (
    LONGEST,
    SHORTEST_FUZZY,
    HashIndex,
    hashes_of,
    letters_of,
    hash_index,
    loose_sounds,
    nearest,
    remnant_index,
    sounds,
)

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

SOFT = -1  # code of a word passed over: an article, a legal form
COMMON = -2  # code of an everyday word that stands in no name
FAMILY_MARK = 1 << 30  # of a pair's first half that is a family rather than a word
_SAID_EVERY_DAY = 2.6  # evidence below which an everyday word alone leads to no name
MOST_GROUPS = 450  # a word may stand in and still lead to them

_CUT_AT = 38  # characters the register cuts names at
_SHORT = 4  # letters of a name that is easily something else
_FEWEST_LETTERS = 2  # of a name beside type words and articles
_WORD = re.compile(r"[^\W_]+")
_BRACKETED = re.compile(r"\(([^()]{3,})\)")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])")  # C.H.U. is one word
_RAREST = 9.0  # weight of the rarest word
_COMMONEST = 1.5  # weight of the commonest word that says more than what a place is
_TYPE_WEIGHT, _BROAD_WEIGHT = 0.8, 0.4
_CUT_WEIGHT = 0.35  # share of its weight a word keeps where the register may have cut it
_TOWN_WEIGHT = 0.6  # the same for a town beside the words that tell the place from others of the town
_SHORTEST_SOUND = 4
_SHORTEST_GLUED = 4  # letters of a piece of a glued word that need not be frequent
_SCRAP = 10.4  # evidence of a word that stands in one or two names only
_SHORTEST_PLURAL, _LONG_PLURAL = 4, 8
_SHORTEST_KIND = 6  # letters of a word for a kind of place whose slips are known again
_MOST_SLIPS = 5  # times a slip is made


class WordFlag(IntFlag):
    """What kind of word it is."""

    NONE = 0
    TYPE = 1  # says what kind of place
    BROAD = 2  # says it too vaguely to prove anything
    TOWN = 4  # is part of a town's name
    COMMON = 8  # an everyday word
    DIGITS = 16
    FREQUENT = 32  # stands in too many groups to lead to them
    WHOLE = 64  # is all the name of a vendor, product or network
    EVERYDAY = 128  # said so often that it leads to names only together with another word


_GLUED_SHORT = int(WordFlag.TYPE | WordFlag.FREQUENT)


class GroupFlag(IntFlag):
    """What kind of name it is."""

    NONE = 0
    ESTABLISHMENT = 1
    AMBIGUOUS = 2  # proves nothing without a health or software context
    IMPLIED = 4  # a kind of place and its town, though the name says more or else
    PHARMACY = 8  # bears a surname more often than not
    NETWORK = 16  # a hospital group: named beside what it is
    DOMAIN = 32  # an internet host
    SHORT = 64  # four letters or less beside the kind of place


class Entities(Sequence[Entity]):
    """The watched organisations, read from their stored form when asked for."""

    def __init__(self, blob: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._blob = blob
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> Entity: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Entity, ...]: ...
    def __getitem__(self, at: int | slice) -> Entity | tuple[Entity, ...]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(*at.indices(len(self))))
        if at < 0:
            at += len(self)
        if not 0 <= at < len(self):
            raise IndexError(at)
        start = int(self._ends[at - 1]) if at else 0
        return _entity(json.loads(self._blob[start : int(self._ends[at])].tobytes()))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays that hold them."""
        return {"entity_blob": self._blob, "entity_ends": self._ends}


@dataclass(frozen=True)
class Index:
    """Everything a text is matched against. Made by `compile_index`; codes are places in `words`."""

    entities: Entities
    words: list[str]
    codes: dict[str, int]  # every spelling of every word, everyday words and articles among them → code
    weight: Floats  # of a word within names: how rare it is there
    evidence: Floats  # of a word in a post: how little it is said anywhere
    flags: NDArray[np.uint8]
    families: NDArray[np.uint16]
    posting_starts: Ints  # word → the groups it leads to
    postings: Ints
    # Two frequent words, lower code first, or a kind of place and a town → the groups they lead to; sorted.
    pair_keys: NDArray[np.int64]
    pair_starts: Ints
    pair_postings: Ints
    group_starts: Ints  # group → its words
    group_words: Ints
    group_word_weights: Floats
    group_weights: Floats
    group_families: NDArray[np.uint16]
    group_flags: NDArray[np.uint8]
    bearer_starts: Ints  # group → the entities that bear the name
    bearers: Ints
    cities: Ints  # entity → its town, -1 for none
    city_starts: Ints  # town → its words
    city_words: Ints
    postcodes: Ints  # entity → postcode as a number, 0 for none
    siblings: Ints  # word → its plural or singular, -1 for none
    fuzzy: list[str]  # spellings that may be misspelt, which `remnants` leads to
    fuzzy_codes: Ints
    remnants: HashIndex
    heard: HashIndex
    heard_loosely: HashIndex
    spelled: NDArray[np.uint8]  # the letters of the words, in rows of 24 in the order of their lengths
    spelled_codes: Ints
    spelled_starts: Ints  # length → its first row
    gluable: HashIndex  # words that others may be made of: the list's own scraps are none
    kinds: NDArray[np.uint8]  # entity → its kind, by its place in `KINDS`
    ids_blob: NDArray[np.uint8]
    ids_ends: NDArray[np.int64]
    names_blob: NDArray[np.uint8]
    names_ends: NDArray[np.int64]

    @cached_property
    def phrases(self) -> dict[int, list[tuple[tuple[int, ...], int]]]:
        """Code of a first word → the phrases that begin with it, longest first, and the word each stands for."""
        found: dict[int, list[tuple[tuple[int, ...], int]]] = defaultdict(list)
        for phrase, word in PHRASES:
            codes = tuple(self.codes.get(each, COMMON) for each in phrase)
            found[codes[0]].append((codes, self.codes[word]))
        return {head: sorted(group, key=_longest_first) for head, group in found.items()}

    def entity_id(self, at: int) -> str:
        """The id of an entity, without reading the rest of it."""
        return _string_at(self.ids_blob, self.ids_ends, at)

    def entity_name(self, at: int) -> str:
        """The name of an entity, without reading the rest of it."""
        return _string_at(self.names_blob, self.names_ends, at)

    def entity_kind(self, at: int) -> EntityKind:
        """The kind of an entity, without reading the rest of it."""
        return KINDS[self.kinds[at]]


def _longest_first(phrase: tuple[tuple[int, ...], int]) -> int:
    return -len(phrase[0])


def _string_at(blob: NDArray[np.uint8], ends: NDArray[np.int64], at: int) -> str:
    start = int(ends[at - 1]) if at else 0
    return blob[start : int(ends[at])].tobytes().decode("utf-8", "surrogatepass")


KINDS = tuple(EntityKind)


# ---------------------------------------------------------------- the flat form

_HASHED = ("remnants", "heard", "heard_loosely", "gluable")
_PLAIN = tuple(
    each.name for each in fields(Index) if each.name not in ("entities", "words", "codes", "fuzzy", *_HASHED)
)


def flattened(index: Index) -> dict[str, NDArray[Any]]:
    """The index as arrays by name."""
    spelled = sorted(index.codes.items(), key=lambda item: item[1])
    arrays: dict[str, NDArray[Any]] = {name: getattr(index, name) for name in _PLAIN}
    arrays |= index.entities.arrays()
    for name in _HASHED:
        hashed: HashIndex = getattr(index, name)
        arrays |= {f"{name}_keys": hashed.keys, f"{name}_codes": hashed.codes, f"{name}_bits": hashed.bits}
        arrays[f"{name}_more_bits"] = hashed.more_bits
    arrays["word_blob"] = _blob("\n".join(index.words))
    arrays["fuzzy_blob"] = _blob("\n".join(index.fuzzy))
    arrays["spelling_blob"] = _blob("\n".join(spelling for spelling, _ in spelled))
    arrays["spelling_codes"] = np.array([code for _, code in spelled], np.int32)
    return arrays


def unflattened(arrays: Mapping[str, NDArray[Any]]) -> Index:
    """The index its arrays were made from; KeyError or ValueError if they are of another shape."""
    words, fuzzy, spellings = (_unblobbed(arrays[name]) for name in ("word_blob", "fuzzy_blob", "spelling_blob"))
    hashed = {
        name: HashIndex(*(arrays[f"{name}_{part}"] for part in ("keys", "codes", "bits", "more_bits"))) for name in _HASHED
    }
    return Index(
        entities=Entities(arrays["entity_blob"], arrays["entity_ends"]),
        words=words,
        fuzzy=fuzzy,
        codes=dict(zip(spellings, arrays["spelling_codes"].tolist(), strict=True)),
        **{name: arrays[name] for name in _PLAIN},
        **hashed,
    )


def _blob(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _unblobbed(blob: NDArray[np.uint8]) -> list[str]:
    return blob.tobytes().decode("utf-8", "surrogatepass").split("\n") if len(blob) else []


_DEFAULTS = {each.name: each.default for each in fields(Entity)}


def _stored(entity: Entity) -> bytes:
    row = {name: value for name in _DEFAULTS if (value := getattr(entity, name))}
    if "notes" in row:
        row["notes"] = dict(row["notes"])
    return json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode()


def _entity(row: dict[str, Any]) -> Entity:
    for name in ("aliases", "domains", "uses"):
        if name in row:
            row[name] = tuple(row[name])
    return Entity(**{"id": "", "name": "", **row, "kind": EntityKind(row["kind"])})


# ---------------------------------------------------------------- compiling


@dataclass(frozen=True, slots=True)
class _Name:
    """A set of words, the kind of place it names, and what is known of the last word."""

    words: tuple[str, ...]  # sorted
    families: Family
    flags: GroupFlag
    cut: str | None  # the word the register may have cut


@dataclass(slots=True)
class _Names:
    """Names gathered, by what they are."""

    bearers: dict[_Name, dict[int, None]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, name: _Name, entity: int) -> None:
        self.bearers[name][entity] = None


def compile_index(entities: Iterable[Entity]) -> Index:
    """Index the names and aliases of entities; entities of one id are one, the first given names it."""
    merged = tuple(_merge(entities))
    names = _Names()
    towns = [_words_of(entity.city or "") for entity in merged]
    kinds = _misspelt_kinds(merged)
    for number, entity in enumerate(merged):
        for name in _names_of(entity, towns[number], kinds):
            names.add(name, number)
    return _assembled(merged, towns, _ambiguity_shared(names.bearers))


def _variants(name: str, kind: EntityKind) -> Iterator[str]:
    """A name; a vendor's also without what stands in brackets, and that alone."""
    yield name
    if kind is not EntityKind.ESTABLISHMENT and (bracketed := _BRACKETED.search(name)):
        parts = (_BRACKETED.sub(" ", name).strip(), bracketed[1].strip())
        yield from (part for part in parts if part and fold(part).folded not in common_words())


def _misspelt_kinds(entities: Sequence[Entity]) -> dict[str, str]:
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


def _ambiguity_shared(bearers: Mapping[_Name, dict[int, None]]) -> dict[_Name, dict[int, None]]:
    """A vendor's and its product's name alike: where it proves nothing for one, it proves nothing for the other."""
    doubtful = {name.words for name in bearers if name.flags & GroupFlag.AMBIGUOUS}
    shared: dict[_Name, dict[int, None]] = defaultdict(dict)
    for name, entities in bearers.items():
        if name.words in doubtful and not name.flags & GroupFlag.ESTABLISHMENT:
            name = replace(name, flags=name.flags | GroupFlag.AMBIGUOUS)  # noqa: PLW2901
        shared[name].update(entities)
    return shared


def _merge(entities: Iterable[Entity]) -> Iterator[Entity]:
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


def _names_of(entity: Entity, town: tuple[str, ...], kinds: Mapping[str, str]) -> Iterator[_Name]:
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
        found = tuple(dict.fromkeys(kinds.get(word, word) for word in _words_of(spelled)))
        if not found:
            continue
        said = Family(0)
        for word in found:
            if word not in BROAD_TYPE_WORDS:
                said |= FAMILIES.get(word, Family.NONE)
        own = flags | _flags_of(found)
        cut = found[-1] if len(spelled) >= _CUT_AT and len(found) > 1 else None
        yield _Name(tuple(sorted(found)), said | category, own, cut)
    for domain in entity.domains:
        yield _Name((domain,), category, flags | GroupFlag.DOMAIN, None)
    if town:
        for kind in _implied_kinds(entity):
            yield _Name(tuple(sorted(set(town))), kind, flags | GroupFlag.IMPLIED, None)


def _implied_kinds(entity: Entity) -> Iterator[Family]:
    """The kinds of place an entity may be called beside its town alone: its category's, and those it is named by."""
    kinds = [_IMPLIED[category]] if (category := entity.notes.get("categorie", "")) in _IMPLIED else []
    named = (FAMILIES.get(word) for name in (entity.name, *entity.aliases) for word in _words_of(name))
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


def _words_of(name: str) -> tuple[str, ...]:
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


def _assembled(
    merged: Sequence[Entity], towns: Sequence[tuple[str, ...]], bearers: Mapping[_Name, Mapping[int, None]]
) -> Index:
    names = list(bearers)
    town_list = list(dict.fromkeys(town for town in towns if town))
    town_words = frozenset(word for town in town_list for word in town)
    frequency = Counter(word for name in names if not name.flags & GroupFlag.IMPLIED for word in name.words)
    vocabulary = list(dict.fromkeys([*frequency, *sorted(town_words), *sorted(PHRASE_WORDS), *sorted(TYPE_WORDS)]))
    codes = {word: code for code, word in enumerate(vocabulary)}
    everyday = common_words()
    whole = frozenset(
        name.words[0] for name in names if len(name.words) == 1 and not name.flags & GroupFlag.ESTABLISHMENT
    )
    flags = np.array([_word_flags(word, frequency[word], town_words, everyday) for word in vocabulary], np.uint8)
    flags[[codes[word] for word in sorted(whole)]] |= np.uint8(WordFlag.WHOLE)
    evidence = np.array([_evidence(word, frequency[word], len(names), everyday) for word in vocabulary], np.float32)
    flags[(evidence < _SAID_EVERY_DAY) & ((flags & WordFlag.COMMON) > 0)] |= np.uint8(WordFlag.EVERYDAY)
    weight = np.array([_weight(word, frequency[word], len(names)) for word in vocabulary], np.float32)
    groups = _groups(names, codes, weight, flags)
    postings, pairs = _postings(groups, names, flags, frequency, vocabulary)
    city_codes = {town: number for number, town in enumerate(town_list)}
    spellings = _spellings(codes, vocabulary, everyday, town_words)
    letters = [word for word in vocabulary if word.isascii() and word.isalpha()]
    letter_codes = np.array([codes[word] for word in letters], np.int32)
    sizes = np.fromiter(map(len, letters), np.int64, len(letters))
    by_length = np.argsort(sizes, kind="stable")
    rows_of_letters = letters_of([letters[row] for row in by_length], LONGEST)
    heard, heard_loosely = _heard(letters, letter_codes, everyday)
    # Other spellings of a word are misspelt like the word itself.
    spelled = {word: codes[word] for word in letters}
    spelled |= {word: spellings[word] for word in CANONICAL if word.isascii() and word in spellings}
    fuzzy = [word for word in spelled if len(word) >= SHORTEST_FUZZY]
    fuzzy_codes = np.array([spelled[word] for word in fuzzy], np.int32)
    stored = [_stored(entity) for entity in merged]
    ids = [entity.id.encode("utf-8", "surrogatepass") for entity in merged]
    titles = [entity.name.encode("utf-8", "surrogatepass") for entity in merged]
    return Index(
        entities=Entities(
            np.frombuffer(b"".join(stored), np.uint8), np.cumsum([len(e) for e in stored], dtype=np.int64)
        ),
        words=vocabulary,
        codes=spellings,
        weight=weight,
        evidence=evidence,
        flags=flags,
        families=np.array([int(FAMILIES.get(word, 0)) for word in vocabulary], np.uint16),
        posting_starts=postings[0],
        postings=postings[1],
        pair_keys=pairs[0],
        pair_starts=pairs[1],
        pair_postings=pairs[2],
        group_starts=groups.starts,
        group_words=groups.words,
        group_word_weights=groups.weights,
        group_weights=_sums(groups.weights, groups.starts),
        group_families=np.array([int(name.families) for name in names], np.uint16),
        group_flags=np.array([int(name.flags) for name in names], np.uint8),
        bearer_starts=_starts(len(each) for each in bearers.values()),
        bearers=np.fromiter((entity for each in bearers.values() for entity in each), np.int32),
        cities=np.array([city_codes.get(town, -1) for town in towns], np.int32),
        city_starts=_starts(map(len, town_list)),
        city_words=np.array([codes[word] for town in town_list for word in town], np.int32),
        postcodes=np.array([_number(entity.postcode) for entity in merged], np.int32),
        remnants=remnant_index(fuzzy, np.arange(len(fuzzy), dtype=np.int32)),
        fuzzy=fuzzy,
        fuzzy_codes=fuzzy_codes,
        siblings=_siblings(codes, vocabulary, town_words),
        heard=heard,
        heard_loosely=heard_loosely,
        gluable=_gluable(spellings, flags, evidence),
        spelled=rows_of_letters.ravel(),
        spelled_codes=letter_codes[by_length],
        spelled_starts=np.searchsorted(sizes[by_length], np.arange(LONGEST + 2)).astype(np.int32),
        kinds=np.array([KINDS.index(entity.kind) for entity in merged], np.uint8),
        ids_blob=np.frombuffer(b"".join(ids), np.uint8),
        ids_ends=np.cumsum([len(each) for each in ids], dtype=np.int64),
        names_blob=np.frombuffer(b"".join(titles), np.uint8),
        names_ends=np.cumsum([len(each) for each in titles], dtype=np.int64),
    )


def _number(postcode: str | None) -> int:
    return int(postcode) if postcode and postcode.isascii() and postcode.isdigit() and len(postcode) <= 9 else 0


def _starts(counts: Iterable[int]) -> Ints:
    counted = np.fromiter(counts, np.int64)
    return np.concatenate(([0], np.cumsum(counted))).astype(np.int32)


def _sums(values: Floats, starts: Ints) -> Floats:
    running = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    return (running[starts[1:]] - running[starts[:-1]]).astype(np.float32)


# ---------------------------------------------------------------- words


def _word_flags(word: str, groups: int, towns: frozenset[str], everyday: Mapping[str, float]) -> int:
    flags = WordFlag.NONE
    if word in TYPE_WORDS:
        flags |= WordFlag.TYPE
    if word in BROAD_TYPE_WORDS:
        flags |= WordFlag.BROAD
    if word in towns:
        flags |= WordFlag.TOWN
    if word in everyday:
        flags |= WordFlag.COMMON
    if word.isdigit():
        flags |= WordFlag.DIGITS
    if groups > MOST_GROUPS:
        flags |= WordFlag.FREQUENT
    return int(flags)


def _weight(word: str, groups: int, total: int) -> float:
    """Inverse document frequency; what a place is counts little however rare the word is in this list."""
    if word in TYPE_WORDS:
        return _BROAD_WEIGHT if word in BROAD_TYPE_WORDS else _TYPE_WEIGHT
    if word.isdigit():
        return 1.0
    return min(max(math.log(1 + total / max(groups, 1)), _COMMONEST), _RAREST)


def _evidence(word: str, groups: int, total: int, everyday: Mapping[str, float]) -> float:
    """How much the word says where it is met: rare among names, and rare anywhere."""
    if word in TYPE_WORDS or word.isdigit():
        return 0.3
    share = everyday.get(word)
    anywhere = _RAREST + 2 if share is None else max(0.0, -7.0 - math.log(share))
    # A short list makes every word look rare, and a long one hides how rare it is anywhere.
    among_names = math.log(1 + max(total, 100_000) / max(groups, 1))
    return min(among_names, anywhere, _RAREST + 2)


def _spellings(
    codes: Mapping[str, int], vocabulary: Sequence[str], everyday: Iterable[str], towns: frozenset[str]
) -> dict[str, int]:
    found = dict.fromkeys(everyday, COMMON)
    plurals = (
        (word[:-1] if word.endswith("s") else f"{word}s", code) for word, code in codes.items() if word not in towns
    )
    # An everyday word is not the plural of a rare name.
    found.update(
        {
            word: code
            for word, code in plurals
            if len(word) >= _SHORTEST_PLURAL
            and word not in TYPE_WORDS
            and (word not in found or vocabulary[code] in found or len(word) >= _LONG_PLURAL)
        }
    )
    found.update(codes)
    found.update({spelling: codes[word] for spelling, word in CANONICAL.items() if word in codes})
    found.update(dict.fromkeys(IGNORED, SOFT))
    return found


def _gluable(spellings: Mapping[str, int], flags: NDArray[np.uint8], evidence: Floats) -> HashIndex:
    """The words a glued one may be made of; short ones only where they are frequent or say what kind of place it is."""
    long_enough = [
        (word, code)
        for word, code in spellings.items()
        if 2 <= len(word) <= LONGEST and word.isascii() and word.isalpha() and _may_be_glued(word, code, flags, evidence)
    ]
    words = [word for word, _ in long_enough]
    return hash_index(hashes_of(words), np.array([code for _, code in long_enough], np.int32))


def _may_be_glued(word: str, code: int, flags: NDArray[np.uint8], evidence: Floats) -> bool:
    if code == SOFT:
        return True
    if len(word) < _SHORTEST_GLUED:
        return code >= 0 and bool(flags[code] & _GLUED_SHORT)
    return code < 0 or bool(evidence[code] < _SCRAP) or len(word) > _SHORTEST_GLUED


def _siblings(codes: Mapping[str, int], vocabulary: Sequence[str], towns: frozenset[str]) -> Ints:
    """For each word its plural or singular, where that is a word of names too."""
    other = (codes.get(word[:-1] if word.endswith("s") else f"{word}s", -1) for word in vocabulary)
    return np.array(
        [
            code if len(word) >= _SHORTEST_PLURAL and word not in towns and vocabulary[code] not in towns else -1
            for word, code in zip(vocabulary, other, strict=True)
        ],
        np.int32,
    )


def _heard(letters: Sequence[str], codes: Ints, everyday: Mapping[str, float]) -> tuple[HashIndex, HashIndex]:
    """The vocabulary by its sound, and by the consonants alone."""
    if not letters:
        nothing = hash_index(np.empty(0, np.uint64), np.empty(0, np.int32))
        return nothing, nothing
    long = np.array([len(word) >= _SHORTEST_SOUND for word in letters])
    loose = loose_sounds(letters)
    return hash_index(sounds(letters)[long], codes[long]), hash_index(loose[loose > 0], codes[loose > 0])


# ---------------------------------------------------------------- groups


@dataclass(frozen=True, slots=True)
class _Groups:
    starts: Ints
    words: Ints
    weights: Floats


def _groups(names: Sequence[_Name], codes: Mapping[str, int], weight: Floats, flags: NDArray[np.uint8]) -> _Groups:
    starts = _starts(len(name.words) for name in names)
    words = np.fromiter((codes[word] for name in names for word in name.words), np.int32)
    weights = weight[words].copy()
    owner = np.repeat(np.arange(len(names)), np.diff(starts))
    kinds = flags[words]
    # A town is often left out, but where nothing else tells the place it is the name.
    telling = (kinds & (WordFlag.TYPE | WordFlag.TOWN | WordFlag.DIGITS)) == 0
    has_telling = np.bincount(owner[telling], minlength=len(names)) > 0
    weights[((kinds & WordFlag.TOWN) > 0) & ((kinds & WordFlag.TYPE) == 0) & has_telling[owner]] *= _TOWN_WEIGHT
    for number, name in enumerate(names):
        if name.cut:
            at = starts[number] + name.words.index(name.cut)
            weights[at] *= _CUT_WEIGHT
    return _Groups(starts, words, weights)


def _postings(
    groups: _Groups,
    names: Sequence[_Name],
    flags: NDArray[np.uint8],
    frequency: Mapping[str, int],
    vocabulary: Sequence[str],
) -> tuple[tuple[Ints, Ints], tuple[NDArray[np.int64], Ints, Ints]]:
    """The groups each word leads to; and each pair of frequent words, for groups that hold no other."""
    count = len(groups.starts) - 1
    implied = np.array([bool(name.flags & GroupFlag.IMPLIED) for name in names], bool)
    families = [name.families for name in names]
    owner = np.repeat(np.arange(count, dtype=np.int32), np.diff(groups.starts))
    too_many = (flags & (WordFlag.FREQUENT | WordFlag.TYPE | WordFlag.DIGITS | WordFlag.EVERYDAY)) > 0
    leads = ~too_many[groups.words]
    alone = np.diff(groups.starts)[owner] == 1
    kinds = flags[groups.words]
    leads |= alone & ((kinds & WordFlag.DIGITS) == 0) & ((kinds & (WordFlag.EVERYDAY | WordFlag.WHOLE)) != WordFlag.EVERYDAY)
    leads &= ~implied[owner]
    kept_words, kept_owner = groups.words[leads], owner[leads]
    order = np.argsort(kept_words, kind="stable")
    starts = np.searchsorted(kept_words[order], np.arange(len(vocabulary) + 1)).astype(np.int32)
    reached = np.bincount(kept_owner, minlength=count) > 0
    keys, numbers = _pairs(groups, np.flatnonzero(~reached & ~implied), families, frequency, vocabulary)
    implied_keys, implied_numbers = _implied_pairs(groups, np.flatnonzero(implied), families, frequency, vocabulary)
    keys, numbers = np.concatenate((keys, implied_keys)), np.concatenate((numbers, implied_numbers))
    pair_order = np.lexsort((numbers, keys))
    unique, first = np.unique(keys[pair_order], return_index=True)
    pair_starts = np.append(first, len(keys)).astype(np.int32)
    return (starts, kept_owner[order]), (unique, pair_starts, numbers[pair_order])


def _pairs(
    groups: _Groups,
    unreached: NDArray[np.int64],
    families: Sequence[Family],
    frequency: Mapping[str, int],
    vocabulary: Sequence[str],
) -> tuple[NDArray[np.int64], Ints]:
    """For each group that no word leads to its two rarest words as one number; or one with each kind of its places."""
    keys: list[int] = []
    numbers: list[int] = []
    for number in unreached.tolist():
        words = groups.words[groups.starts[number] : groups.starts[number + 1]].tolist()
        telling = [code for code in words if vocabulary[code] not in TYPE_WORDS]
        rarest = sorted(telling, key=lambda code: frequency[vocabulary[code]])[:2]
        if len(rarest) == 2:
            low, high = sorted(rarest)
            keys.append(low << 32 | high)
            numbers.append(number)
        elif rarest:
            kinds = [family_key(family, rarest[0]) for family in Family if family & families[number]]
            keys += kinds
            numbers += [number] * len(kinds)
    return np.array(keys, np.int64), np.array(numbers, np.int32)


def _implied_pairs(
    groups: _Groups,
    implied: NDArray[np.int64],
    families: Sequence[Family],
    frequency: Mapping[str, int],
    vocabulary: Sequence[str],
) -> tuple[NDArray[np.int64], Ints]:
    """For each group that is a kind of place and its town, that kind and the town's rarest word as one number."""
    keys: list[int] = []
    for number in implied.tolist():
        words = groups.words[groups.starts[number] : groups.starts[number + 1]].tolist()
        rarest = min(words, key=lambda code: frequency[vocabulary[code]])
        keys.append(family_key(families[number], rarest))
    return np.array(keys, np.int64), implied.astype(np.int32)


def family_key(family: int, town_word: int) -> int:
    """The pair of a single family and a word of a town; no pair of words is as high."""
    return (int(family) | FAMILY_MARK) << 32 | town_word


def canonical_words(text: str) -> tuple[str, ...]:
    """The canonical words of a short text, for comparing it with names."""
    return tuple(canonical(word) for word in _WORD.findall(fold(text).folded) if word not in IGNORED)
