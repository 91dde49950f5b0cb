"""The compiled watchlist: names as sets of words, in flat arrays that processes share and a file can hold.

Names of the same words and the same kind of place are one *group*, whoever bears them. A word leads to the groups it
stands in, unless they are too many; a group of such words only is found by a pair of them.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntFlag
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from detectors.model import Entity, EntityKind
from detectors.name_words import (
    PHRASES,
)
from detectors.spelling import (
    HashIndex,
)

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

SOFT = -1  # code of a word passed over: an article, a legal form
COMMON = -2  # code of an everyday word that stands in no name
FAMILY_MARK = 1 << 30  # of a pair's first half that is a family rather than a word
MOST_GROUPS = 450  # a word may stand in and still lead to them


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
    """Everything a text is matched against. Made by `compiling.compile_index`; codes are places in `words`."""

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
    kin_starts: Ints  # rare word → words one slip away
    kin: Ints
    fuzzy: list[str]  # spellings that may be misspelt or written by ear, which `remnants` leads to
    fuzzy_codes: Ints
    remnants: HashIndex
    heard: HashIndex  # bare sounds → rows of the two below
    heard_sounds: list[str]  # all sounds of a spelling, or what else it may be meant to sound like
    heard_spellings: Ints  # and that spelling, a place in `fuzzy`
    said: HashIndex  # what is said by those who write them in other alphabets → places in `fuzzy`
    echoes: NDArray[np.bool_]  # word → whether it sounds like one of many more names
    often_said: NDArray[np.uint64]  # hashes of the words often said anywhere, sorted
    always_said: NDArray[np.uint64]  # the same for those most often said
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
        return KINDS[int(self.kinds[at])]


def _longest_first(phrase: tuple[tuple[int, ...], int]) -> int:
    return -len(phrase[0])


def _string_at(blob: NDArray[np.uint8], ends: NDArray[np.int64], at: int) -> str:
    start = int(ends[at - 1]) if at else 0
    return blob[start : int(ends[at])].tobytes().decode("utf-8", "surrogatepass")


KINDS = tuple(EntityKind)


# ---------------------------------------------------------------- the flat form

_HASHED = ("remnants", "heard", "said", "gluable")
_PLAIN = tuple(
    each.name
    for each in fields(Index)
    if each.name not in ("entities", "words", "codes", "fuzzy", "heard_sounds", *_HASHED)
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
    arrays["sound_blob"] = _blob("\n".join(index.heard_sounds))
    arrays["spelling_blob"] = _blob("\n".join(spelling for spelling, _ in spelled))
    arrays["spelling_codes"] = np.array([code for _, code in spelled], np.int32)
    return arrays


def unflattened(arrays: Mapping[str, NDArray[Any]]) -> Index:
    """The index its arrays were made from; KeyError or ValueError if they are of another shape."""
    words, fuzzy, heard_sounds, spellings = (
        _unblobbed(arrays[f"{name}_blob"]) for name in ("word", "fuzzy", "sound", "spelling")
    )
    hashed: dict[str, Any] = {
        name: HashIndex(*(arrays[f"{name}_{part}"] for part in ("keys", "codes", "bits", "more_bits")))
        for name in _HASHED
    }
    plain: dict[str, Any] = {name: arrays[name] for name in _PLAIN}
    return Index(
        entities=Entities(arrays["entity_blob"], arrays["entity_ends"]),
        words=words,
        fuzzy=fuzzy,
        heard_sounds=heard_sounds,
        codes=dict(zip(spellings, arrays["spelling_codes"].tolist(), strict=True)),
        **plain,
        **hashed,
    )


def _blob(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _unblobbed(blob: NDArray[np.uint8]) -> list[str]:
    return blob.tobytes().decode("utf-8", "surrogatepass").split("\n") if len(blob) else []


_DEFAULTS = {each.name: each.default for each in fields(Entity)}


def stored(entity: Entity) -> bytes:
    row = {name: value for name in _DEFAULTS if (value := getattr(entity, name))}
    if "notes" in row:
        row["notes"] = dict(row["notes"])
    return json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode()


def _entity(row: dict[str, Any]) -> Entity:
    for name in ("aliases", "domains", "uses"):
        if name in row:
            row[name] = tuple(row[name])
    return Entity(**{"id": "", "name": "", **row, "kind": EntityKind(row["kind"])})
