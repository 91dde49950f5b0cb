"""How many different people, and whether they were seen before: keyed sketches that hold no value.

What goes in is a keyed hash (BLAKE2b as a MAC, 64 bits): without the key nobody can try names or numbers against a
sketch. A sketch is the smallest such hashes (bottom-k), so two sketches of one key tell which share of one file
stands in the other; HyperLogLog (Flajolet et al. 2007) counts the different ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Numbers = TypeVar("Numbers", NDArray[np.uint64], NDArray[np.int64])

KEPT: Final = 65_536  # hashes of a sketch: 512 KB; a tenth of 50 rows of half a million people still meet some
_INDEX_BITS: Final = 16  # of HyperLogLog: 65,536 registers, a standard error of 0.4 %
FEWEST_MET: Final = 4  # hashes in common below which a resemblance may be chance


def keyed_hashes(values: Iterable[str], key: bytes) -> Hashes:
    """A 64-bit MAC of each value."""
    started = blake2b(digest_size=8, key=key)
    digests = []
    for value in values:
        state = started.copy()
        state.update(value.encode("utf-8", "surrogatepass"))
        digests.append(state.digest())
    return np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)


def different(numbers: Numbers) -> Numbers:
    """Each number once, in order."""
    # By sorting: np.unique goes by a hash table, and takes ten times as long.
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if ordered.size else ordered


class DistinctCounter:
    """Counts different hashes in constant memory."""

    def __init__(self) -> None:
        self._registers = np.zeros(1 << _INDEX_BITS, dtype=np.uint8)

    def add(self, hashes: Hashes) -> None:
        """Take in hashes, seen before or not."""
        index = (hashes >> np.uint64(64 - _INDEX_BITS)).astype(np.int64)
        rest = hashes << np.uint64(_INDEX_BITS)
        # The exponent of a float is the place of its first bit; the lowest bit keeps nought away.
        _, exponent = np.frexp((rest | np.uint64(1 << (_INDEX_BITS - 1))).astype(np.float64))
        np.maximum.at(self._registers, index, (65 - np.minimum(exponent, 64)).astype(np.uint8))

    def count(self) -> int:
        """How many different ones, about."""
        size = self._registers.size
        empty = int(np.count_nonzero(self._registers == 0))
        estimate = (
            0.7213 / (1 + 1.079 / size) * size * size / float(np.sum(np.ldexp(1.0, -self._registers.astype(int))))
        )
        return round(size * np.log(size / empty)) if empty and estimate <= 2.5 * size else round(estimate)


class Smallest:
    """The smallest different hashes of a stream."""

    def __init__(self) -> None:
        self._kept: Hashes = np.empty(0, dtype=np.uint64)
        self._waiting: list[Hashes] = []
        self._waiting_size = 0
        self._complete = True

    def add(self, hashes: Hashes) -> None:
        """Take in hashes."""
        if not self._complete:
            hashes = hashes[hashes < self._kept[-1]]
        self._waiting.append(hashes)
        self._waiting_size += hashes.size
        if self._waiting_size > KEPT:
            self._settle()

    def _settle(self) -> None:
        merged = different(np.concatenate([self._kept, *self._waiting]))
        self._complete = self._complete and merged.size <= KEPT
        self._kept, self._waiting, self._waiting_size = merged[:KEPT], [], 0

    def sketch(self, made_of: str) -> "Sketch":
        """What was kept."""
        self._settle()
        return Sketch(made_of=made_of, hashes=self._kept, complete=self._complete)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sketch:
    """The smallest hashes of one kind of a file's rows."""

    made_of: str  # `identity`, `nir`, `email`, `row`: only like is compared with like
    hashes: Hashes  # sorted, different
    complete: bool  # holds all there were


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownSample:
    """An extract seen before: a file by the name an analyst gave it, or an alert's; its size and its sketches."""

    name: str
    rows: int
    people: int
    sketches: tuple[Sketch, ...]
    post: tuple[str, str] | None = None  # place and ref of the post that showed it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownSamples:
    """The extracts seen before, and the key their sketches were made under: what one is recognised by."""

    key: bytes = b""
    samples: tuple[KnownSample, ...] = ()

    def but_of(self, post: tuple[str, str]) -> tuple[KnownSample, ...]:
        """Those another post showed, or a file: a post edited is no copy of itself."""
        if any(sample.post == post for sample in self.samples):
            return tuple(sample for sample in self.samples if sample.post != post)
        return self.samples

    def with_one_more(self, sample: KnownSample) -> "KnownSamples":
        """The same and another."""
        return KnownSamples(key=self.key, samples=(*self.samples, sample))


NO_SAMPLES = KnownSamples()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How much two files share."""

    name: str
    known_rows: int
    new_in_known: float | None  # share of the new file that stands in the known one
    known_in_new: float | None

    @property
    def strongest(self) -> float:
        return max(self.new_in_known or 0.0, self.known_in_new or 0.0)


@lru_cache(maxsize=2)  # the same ones are looked for in every post that shows an extract
def _wanted(known: tuple[KnownSample, ...]) -> Mapping[str, Hashes]:
    """All hashes of known files, by what they are made of."""
    by_kind: dict[str, list[Hashes]] = {}
    for sample in known:
        for sketch in sample.sketches:
            by_kind.setdefault(sketch.made_of, []).append(sketch.hashes)
    return {made_of: different(np.concatenate(hashes)) for made_of, hashes in by_kind.items()}


class SeenBefore:
    """Watches a stream for the hashes of known files.

    A small file's sketch holds all its rows: each is looked for in the whole of a larger file, not in its sketch.
    """

    def __init__(self, known: Sequence[KnownSample]) -> None:
        self._known = known
        self._wanted = _wanted(tuple(known))
        self._met = {made_of: np.zeros(wanted.size, dtype=bool) for made_of, wanted in self._wanted.items()}

    def add(self, made_of: str, hashes: Hashes) -> None:
        """Look at hashes of one kind."""
        wanted = self._wanted.get(made_of)
        if wanted is not None and wanted.size:
            at = np.minimum(np.searchsorted(wanted, hashes), wanted.size - 1)
            self._met[made_of][at[wanted[at] == hashes]] = True

    def overlaps(self, own: Mapping[str, Sketch]) -> tuple[Overlap, ...]:
        """What each known file shares with the stream, the most first; files that share nothing are left out."""
        found = (self._overlap(sample, own) for sample in self._known)
        return tuple(sorted((each for each in found if each), key=lambda each: -each.strongest))

    def _overlap(self, sample: KnownSample, own: Mapping[str, Sketch]) -> Overlap | None:
        best: Overlap | None = None
        for theirs in sample.sketches:
            mine = own.get(theirs.made_of)
            if mine is None or not theirs.hashes.size or not mine.hashes.size:
                continue
            met = self._met[theirs.made_of][np.searchsorted(self._wanted[theirs.made_of], theirs.hashes)]
            overlap = Overlap(
                name=sample.name,
                known_rows=sample.rows,
                new_in_known=_contained(mine, theirs),
                known_in_new=_share(int(met.sum()), met.size),
            )
            if best is None or overlap.strongest > best.strongest:
                best = overlap
        return best if best and best.strongest > 0 else None


def _contained(inner: Sketch, outer: Sketch) -> float | None:
    """The share of one file that stands in another, from what both sketches would have kept."""
    limit = inner.hashes[-1] if outer.complete else min(inner.hashes[-1], outer.hashes[-1])
    comparable = inner.hashes[inner.hashes <= limit]
    return _share(int(np.isin(comparable, outer.hashes, assume_unique=True).sum()), comparable.size)


def _share(met: int, of: int) -> float | None:
    """None where too few were compared to say anything."""
    return None if met < FEWEST_MET and of < 2 * FEWEST_MET else met / of
