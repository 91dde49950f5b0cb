"""Compiles a watchlist: its names' words counted and weighed, gathered in groups, indexed by what leads to them."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from detectors.common_words import common_words
from detectors.foreign import said_index
from detectors.glued_pieces import gluable_words
from detectors.hearing import heard_keys
from detectors.index import (
    COMMON,
    FAMILY_MARK,
    KINDS,
    MOST_GROUPS,
    SOFT,
    Entities,
    Floats,
    GroupFlag,
    Index,
    Ints,
    WordFlag,
    stored,
)
from detectors.model import Entity
from detectors.name_words import BROAD_TYPE_WORDS, CANONICAL, FAMILIES, IGNORED, PHRASE_WORDS, TYPE_WORDS, Family
from detectors.sounds import bare_sounds, respellings, sounds
from detectors.spelling import LONGEST, HashIndex, hash_index, hashes_of, letters_of, nearest, remnant_index
from detectors.watched_names import Name, ambiguity_shared, merged, misspelt_kinds, names_of, words_of

_SAID_EVERY_DAY = 2.6  # evidence below which an everyday word alone leads to no name
_RAREST = 9.0  # weight of the rarest word
_COMMONEST = 1.5  # weight of the commonest word that says more than what a place is
_TYPE_WEIGHT, _BROAD_WEIGHT = 0.8, 0.4
_CUT_WEIGHT = 0.35  # share of its weight a word keeps where the register may have cut it
_TOWN_WEIGHT = 0.6  # the same for a town beside the words that tell the place from others of the town
_FEW_GROUPS, _MOST_KIN = 3, 4  # names of a word that may be a slip of another, and how many others
_TOGETHER = 20_000  # words looked for at once
# Share of all words from which one is said too often to be a rare one written by ear, or any.
_OFTEN, _ALWAYS = 3e-5, 4e-4
_LONG_KIND = 7  # letters of a word for a kind of place that an everyday word may be
_SHORTEST_ECHO = 4  # letters of a word that sounds like a more frequent one
_SHORTEST_BARE = 4  # sounds of words that are alike without those that may be silent at their end
_MUCH_RARER = 2.3  # weight by which a word must be rarer than another of its sound: one tenth as many names
_SHORTEST_PLURAL, _LONG_PLURAL = 4, 8


def compile_index(entities: Iterable[Entity]) -> Index:
    """Index the names and aliases of entities; entities of one id are one, the first given names it."""
    known = tuple(merged(entities))
    bearers: dict[Name, dict[int, None]] = defaultdict(dict)
    towns = [words_of(entity.city or "") for entity in known]
    kinds = misspelt_kinds(known)
    for number, entity in enumerate(known):
        for name in names_of(entity, towns[number], kinds):
            bearers[name][number] = None
    return _assembled(known, towns, ambiguity_shared(bearers))


def _assembled(
    entities: Sequence[Entity], towns: Sequence[tuple[str, ...]], bearers: Mapping[Name, Mapping[int, None]]
) -> Index:
    names = list(bearers)
    town_list = list(dict.fromkeys(town for town in towns if town))
    town_words = frozenset(word for town in town_list for word in town)
    frequency = Counter(word for name in names if not name.flags & GroupFlag.IMPLIED for word in name.words)
    vocabulary = list(dict.fromkeys([*frequency, *sorted(town_words), *sorted(PHRASE_WORDS), *sorted(TYPE_WORDS)]))
    codes = {word: code for code, word in enumerate(vocabulary)}
    everyday = _everyday_words()
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
    own = _spellings(codes, vocabulary, everyday, town_words)
    spellings = {**_everyday_codes(), **own}
    letters = [word for word in vocabulary if word.isascii() and word.isalpha()]
    letter_codes = np.array([codes[word] for word in letters], np.int32)
    sizes = np.fromiter(map(len, letters), np.int64, len(letters))
    by_length = np.argsort(sizes, kind="stable")
    rows_of_letters = letters_of([letters[row] for row in by_length], LONGEST)
    # Other spellings of a word are misspelt, and written by ear, like the word itself.
    spelled = {word: codes[word] for word in letters}
    spelled |= {word: spellings[word] for word in CANONICAL if word.isascii() and word in spellings}
    fuzzy = [word for word in spelled if len(word) <= LONGEST]
    heard = _heard(fuzzy, codes)
    fuzzy_codes = np.array([spelled[word] for word in fuzzy], np.int32)
    remnants = remnant_index(fuzzy, np.arange(len(fuzzy), dtype=np.int32))
    rare = [word for word in letters if frequency[word] <= _FEW_GROUPS and word not in TYPE_WORDS and word in spelled]
    kin = _kin(rare, spelled, remnants, fuzzy, fuzzy_codes, len(vocabulary))
    rows = [stored(entity) for entity in entities]
    ids = [entity.id.encode("utf-8", "surrogatepass") for entity in entities]
    titles = [entity.name.encode("utf-8", "surrogatepass") for entity in entities]
    return Index(
        entities=Entities(
            np.frombuffer(b"".join(rows), np.uint8), np.cumsum([len(row) for row in rows], dtype=np.int64)
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
        postcodes=np.array([_number(entity.postcode) for entity in entities], np.int32),
        remnants=remnants,
        fuzzy=fuzzy,
        fuzzy_codes=fuzzy_codes,
        siblings=_siblings(codes, vocabulary, town_words),
        kin_starts=kin[0],
        kin=kin[1],
        heard=heard.index,
        heard_sounds=heard.sounds,
        heard_spellings=heard.spellings,
        said=said_index(fuzzy),
        echoes=_echoes(heard, fuzzy, fuzzy_codes, weight, flags),
        often_said=_said({word: share for word, share in everyday.items() if word not in codes}, _OFTEN),
        always_said=_said(everyday, _ALWAYS),
        gluable=gluable_words(own, weight, flags),
        spelled=rows_of_letters.ravel(),
        spelled_codes=letter_codes[by_length],
        spelled_starts=np.searchsorted(sizes[by_length], np.arange(LONGEST + 2)).astype(np.int32),
        kinds=np.array([KINDS.index(entity.kind) for entity in entities], np.uint8),
        ids_blob=np.frombuffer(b"".join(ids), np.uint8),
        ids_ends=np.cumsum([len(each) for each in ids], dtype=np.int64),
        names_blob=np.frombuffer(b"".join(titles), np.uint8),
        names_ends=np.cumsum([len(each) for each in titles], dtype=np.int64),
    )


def _number(postcode: str | None) -> int:
    return int(postcode) if postcode and postcode.isascii() and postcode.isdigit() and len(postcode) <= 9 else 0


@cache
def _everyday_words() -> dict[str, float]:
    """Everyday words without those, seldom said, that are a word for a kind of place written by ear: `farmaci`."""
    everyday = common_words()
    spelled = (word for word in (*TYPE_WORDS, *CANONICAL) if word.isascii() and len(word) >= _LONG_KIND)
    kinds = [word for word in spelled if CANONICAL.get(word, word) in TYPE_WORDS]
    of_sound: dict[str, list[str]] = defaultdict(list)
    for word, sound in zip(kinds, sounds(kinds), strict=True):
        of_sound[sound].append(word)
    plain = [word for word, share in everyday.items() if share < _OFTEN and word.isascii() and word.isalpha()]
    by_ear = {
        word
        for word, sound in zip(plain, sounds(plain), strict=True)
        if sound in of_sound and all(OSA.distance(word, kind) > 1 for kind in of_sound[sound])
    }
    return {word: share for word, share in everyday.items() if word not in by_ear}


def _said(everyday: Mapping[str, float], at_least: float) -> NDArray[np.uint64]:
    often = (word for word, share in everyday.items() if share >= at_least)
    return np.sort(hashes_of([word for word in often if word.isascii() and word.isalpha() and len(word) <= LONGEST]))


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
    codes: Mapping[str, int], vocabulary: Sequence[str], everyday: Mapping[str, float], towns: frozenset[str]
) -> dict[str, int]:
    """What leads to a word of names, or is left out of them; every other everyday word is only that."""
    plurals = (
        (word[:-1] if word.endswith("s") else f"{word}s", code) for word, code in codes.items() if word not in towns
    )
    # An everyday word is not the plural of a rare name.
    found = {
        word: code
        for word, code in plurals
        if len(word) >= _SHORTEST_PLURAL
        and word not in TYPE_WORDS
        and (word not in everyday or vocabulary[code] in everyday or len(word) >= _LONG_PLURAL)
    }
    found.update(codes)
    found.update({spelling: codes[word] for spelling, word in CANONICAL.items() if word in codes})
    found.update(dict.fromkeys(IGNORED, SOFT))
    return found


@cache
def _everyday_codes() -> Mapping[str, int]:
    """The codes of everyday words, made once: most lists are short beside them."""
    return dict.fromkeys(_everyday_words(), COMMON)


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


def _kin(
    rare: Sequence[str],
    codes: Mapping[str, int],
    remnants: HashIndex,
    fuzzy: Sequence[str],
    fuzzy_codes: Ints,
    count: int,
) -> tuple[Ints, Ints]:
    """For each rare word the words one slip away: as likely as not the list, or who copied it, slipped."""
    near: dict[int, list[int]] = {}
    for at in range(0, len(rare), _TOGETHER):
        words = rare[at : at + _TOGETHER]
        for word, found in nearest(words, remnants, fuzzy, itself=False).items():
            others = {int(fuzzy_codes[each.code]) for each in found if each.distance == 1} - {codes[word]}
            near[codes[word]] = sorted(others)[:_MOST_KIN]
    return (
        _starts(len(near.get(code, ())) for code in range(count)),
        np.fromiter((each for code in range(count) for each in near.get(code, ())), np.int32),
    )


def _echoes(
    heard: "_Heard", spelled: Sequence[str], fuzzy_codes: Ints, weight: Floats, flags: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Words of few names that sound like one of many more: whoever writes by ear writes these.

    An everyday word is one only if it sounds like a word for a kind of place, as that is usually said, and is not its
    plural.
    """
    bare = bare_sounds(heard.sounds)
    alike = [short if len(short) >= _SHORTEST_BARE else whole for short, whole in zip(bare, heard.sounds, strict=True)]
    rows = heard.spellings.tolist()
    lightest: dict[str, int] = {}
    for sound, spelling in zip(alike, rows, strict=True):
        known = lightest.setdefault(sound, spelling)
        if weight[fuzzy_codes[spelling]] < weight[fuzzy_codes[known]]:
            lightest[sound] = spelling
    usual = dict(zip(reversed(rows), reversed(alike), strict=True))  # the first of each
    echoes = np.zeros(len(weight), bool)
    for sound, spelling in zip(alike, rows, strict=True):
        code, other = fuzzy_codes[spelling], lightest[sound]
        if len(spelled[spelling]) >= _SHORTEST_ECHO and weight[fuzzy_codes[other]] <= weight[code] - _MUCH_RARER:
            is_kind = weight[fuzzy_codes[other]] <= _TYPE_WEIGHT and usual[other] == sound
            by_ear = is_kind and OSA.distance(spelled[spelling], spelled[other]) > 1
            echoes[code] |= by_ear or not flags[code] & WordFlag.COMMON
    return echoes


@dataclass(frozen=True, slots=True)
class _Heard:
    index: HashIndex
    sounds: list[str]
    spellings: Ints


def _heard(spelled: Sequence[str], codes: Mapping[str, int]) -> _Heard:
    """Spellings by their bare sounds; words of names also by those of what else they may be meant to sound like."""
    others = ((word, *respellings(word)) if word in codes else (word,) for word in spelled)
    variants = [(other, at) for at, each in enumerate(others) for other in each]
    spoken = sounds([word for word, _ in variants])
    keys = heard_keys(spoken)
    rows = np.flatnonzero(keys).astype(np.int32)
    return _Heard(hash_index(keys[rows], rows), spoken, np.array([at for _, at in variants], np.int32))


# ---------------------------------------------------------------- groups


@dataclass(frozen=True, slots=True)
class _Groups:
    starts: Ints
    words: Ints
    weights: Floats


def _groups(names: Sequence[Name], codes: Mapping[str, int], weight: Floats, flags: NDArray[np.uint8]) -> _Groups:
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
    names: Sequence[Name],
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
    leads |= (
        alone & ((kinds & WordFlag.DIGITS) == 0) & ((kinds & (WordFlag.EVERYDAY | WordFlag.WHOLE)) != WordFlag.EVERYDAY)
    )
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
