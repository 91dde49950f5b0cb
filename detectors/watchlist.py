"""Who is named: posts against the names and aliases of the watchlist, through an index of their words.

A post's words, as folded, decoded or corrected by one edit, vote for the names they occur in; the few names
with enough votes are judged word by word. Words weigh by rarity (inverse document frequency). What proves
nothing by itself — a town, a surname, an everyday word — needs the word that says what kind of place it is,
or a health or software context.
"""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz.distance import OSA

from detectors.model import Entity, EntityKind, Mention, RedactedText
from detectors.name_words import IGNORED, PHRASE_WORDS, TYPE_WORDS, canonical, name_words, phrase_at
from detectors.normalisation import Chunk, Text, Word, chunks, fold, words
from detectors.redaction import cut, redact, redact_string

CUTOFF = 0.72  # a mention below this confidence is none
MOST_CANDIDATES = 20

_MOST_POSTINGS = 450  # names a word may stand in and still vote
_MOST_JUDGED = 12  # names judged around one post's best votes
_SHORTEST_FUZZY = 6  # letters of a word that may be misspelt
_LONGEST_FUZZY = 40  # trying each of its letters costs the square of their number
_ENOUGH_COVERAGE = 0.75  # share of a name's weight that must be found
_WIDEST_GAP = 3  # words that may stand between two words of a name
_FEWEST_LETTERS = 2  # of a name beside type words and articles
_SHORTEST_ALONE = 5  # letters of a name that is one word and needs no context
_CORRECTED = 0.88  # confidence in a word that is one edit away
_MOST_CHUNKS_KEPT = 20_000
_LONGEST_CHUNK_KEPT = 64
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])")  # C.H.U. is one word

_HEALTH_OR_SOFTWARE = re.compile(
    r"\b(?:sante|patient\w*|hopita\w*|hospital\w*|hospitali\w*|clini\w*|medic\w*|medecin\w*|laborato\w*|labo|labos|"
    r"logiciel\w*|software|emr|ehr|dossiers?|health\w*|doctor\w*|nir|secu|mutuelle\w*|ehpad|pharmac\w*|"
    r"пациент\w*|больни\w*|медицин\w*|клини\w*|лаборатор\w*|здоров\w*|hasta\w*|saglik\w*|laboratuvar\w*|klinik\w*)"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name or alias of an entity, as words."""

    entity: int
    words: tuple[str, ...]
    weight: float  # of all its words together


class _Hit(NamedTuple):
    """A word of a post that is a word of some name."""

    word: str
    ordinal: int
    start: int
    end: int
    confidence: float
    disguised: bool  # decoded or corrected, or dressed up in odd characters


@dataclass(frozen=True, slots=True)
class _Match:
    """A name found in a post."""

    name: Name
    hits: tuple[_Hit, ...]
    confidence: float

    @property
    def start(self) -> int:
        return min(hit.start for hit in self.hits)

    @property
    def end(self) -> int:
        return max(hit.end for hit in self.hits)

    @property
    def weight(self) -> float:
        """How much of the post it explains: what decides between overlapping names."""
        return self.confidence * self.name.weight


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Entities with the index of their names. Made by `compile_watchlist`."""

    entities: tuple[Entity, ...]
    names: tuple[Name, ...]
    postings: dict[str, Sequence[int]]  # word → the names it stands in
    weights: dict[str, float]
    misspellings: dict[str, Sequence[str]]  # a word less one letter → the words it came from
    _chunks_read: dict[tuple[str, str], tuple[int, tuple[_Hit, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def mentions(self, text: Text, part: str = "text") -> tuple[Mention, ...]:
        """The watched organisations named in a text, in order, without overlaps."""
        hits = [hit for hit in _with_phrases(list(self._hits(text))) if hit.word in self.weights]
        if not hits:
            return ()
        places = _by_word(hits)
        matches = [match for name in self._candidates(hits) if (match := self._judge(name, places, text))]
        if not matches:
            return ()
        # A name may be the better part of an e-mail address: what is shown of it comes from the redacted text.
        redacted = redact(text)
        return tuple(self._as_mention(group, hits, text, redacted, part) for group in _best_groups(matches))

    def _hits(self, text: Text) -> Iterator[_Hit]:
        """The words of a text that are words of names, corrected where they are misspelt."""
        ordinal = 0
        for chunk in chunks(text):
            length, found = self._read(chunk)
            for hit in found:
                yield _Hit(hit.word, ordinal + hit.ordinal, chunk.start + hit.start, chunk.start + hit.end, *hit[4:])
            ordinal += length

    def _read(self, chunk: Chunk) -> tuple[int, tuple[_Hit, ...]]:
        """How many words a chunk is, and its hits placed within it; chunks come again and again."""
        key = (chunk.folded, chunk.raw)
        known = self._chunks_read.get(key)
        if known is None:
            found = words(chunk)
            is_plain = _is_plain(chunk.raw)
            hits = tuple(hit for word in found for hit in self._word_hits(chunk, word, is_plain))
            known = (1 + max((word.ordinal for word in found), default=0), hits)
            if len(chunk.raw) <= _LONGEST_CHUNK_KEPT:
                if len(self._chunks_read) >= _MOST_CHUNKS_KEPT:
                    self._chunks_read.clear()
                self._chunks_read[key] = known
        return known

    def _word_hits(self, chunk: Chunk, word: Word, is_plain: bool) -> Iterator[_Hit]:
        start, end, ordinal, readings = word
        for index, reading in enumerate(readings):
            known = canonical(reading)
            if (known in self.weights or known in PHRASE_WORDS) and reading not in IGNORED:
                dressed_up = not is_plain and reading.isascii() and _is_dressed_up(chunk, word)
                disguised = index > 0 or dressed_up
                yield _Hit(known, ordinal, start, end, 0.97 if index else 1.0, disguised)
                return
        for reading in readings:
            if _SHORTEST_FUZZY <= len(reading) <= _LONGEST_FUZZY and reading.isalpha():
                for known in self._corrections(reading):
                    yield _Hit(known, ordinal, start, end, _CORRECTED, True)

    def _corrections(self, written: str) -> Iterator[str]:
        """The vocabulary's words one edit away: a letter dropped, added, changed, or two swapped."""
        near = set(self.misspellings.get(written, ()))
        for shorter in _less_one_letter(written):
            near.update(self.misspellings.get(shorter, ()))
            if shorter in self.weights:
                near.add(shorter)
        return (known for known in near if len(known) >= _SHORTEST_FUZZY and OSA.distance(written, known) <= 1)

    def _candidates(self, hits: Sequence[_Hit]) -> list[Name]:
        """The names whose words weigh most in this post."""
        votes: dict[int, float] = defaultdict(float)
        for word in {hit.word for hit in hits}:
            weight = self.weights[word]
            for name in self.postings.get(word, ()):
                votes[name] += weight
        enough = [
            (vote / self.names[name].weight, vote, name)
            for name, vote in votes.items()
            if vote >= 0.45 * self.names[name].weight
        ]
        # Names of which most is there come first; homonyms share their votes, so they are kept together.
        enough.sort(key=lambda item: (-item[1] * item[0], item[2]))
        kept = enough[: _MOST_JUDGED * MOST_CANDIDATES]
        return [self.names[name] for _, _, name in kept]

    def _judge(self, name: Name, places: dict[str, list[_Hit]], text: Text) -> _Match | None:
        chosen = _nearest_hits(name, places, self.weights)
        found = sum(self.weights[hit.word] * hit.confidence for hit in chosen)
        coverage = found / name.weight
        if coverage < _ENOUGH_COVERAGE or not self._proves(name, chosen, text):
            return None
        return _Match(name, tuple(chosen), min(1.0, coverage))

    def _proves(self, name: Name, chosen: Sequence[_Hit], text: Text) -> bool:
        """Whether the words found are more than a town, a surname or an everyday word."""
        entity = self.entities[name.entity]
        telling = [hit for hit in chosen if hit.word not in TYPE_WORDS]
        if not telling:
            return False
        types = set(name.words) & TYPE_WORDS
        named_as_place = any(hit.word in types for hit in chosen)
        if types & {"gh", "ght"} and not named_as_place:
            return False
        if len(telling) == 1 and not named_as_place and (entity.ambiguous or len(telling[0].word) < _SHORTEST_ALONE):
            return _is_spelled_as_a_name(telling[0], entity, text) and speaks_of_health(text)
        if entity.ambiguous or all(hit.confidence <= _CORRECTED for hit in telling):
            return speaks_of_health(text)
        if entity.kind is EntityKind.ESTABLISHMENT:
            return len(telling) >= 2 or not types or named_as_place
        return True

    def _as_mention(
        self, group: Sequence[_Match], hits: Sequence[_Hit], text: Text, redacted: RedactedText, part: str
    ) -> Mention:
        ranked = sorted(group, key=lambda match: (-match.weight, match.name.entity))
        present = {hit.word for hit in hits} | set(_WORD.findall(text.folded))
        ranked = _decided_by_town(ranked, self.entities, present)
        best = ranked[0]
        entity = self.entities[best.name.entity]
        start, end = text.raw_span(best.start, best.end)
        candidates = dict.fromkeys(self.entities[match.name.entity].id for match in ranked)
        return Mention(
            entity_id=entity.id,
            name=entity.name,
            kind=entity.kind,
            part=part,
            start=start,
            end=end,
            surface=cut(redacted, start, end),
            confidence=round(best.confidence, 2),
            candidates=tuple(candidates)[:MOST_CANDIDATES],
            disguise=_disguise(best, text, redacted),
        )


def compile_watchlist(entities: Iterable[Entity]) -> Watchlist:
    """Index the names and aliases of entities; entities of one id are one, the first given names it."""
    merged = tuple(_merge(entities))
    spelled = [
        (index, found)
        for index, entity in enumerate(merged)
        for found in dict.fromkeys(_words_of(name) for name in (entity.name, *entity.aliases))
        if found
    ]
    frequency: dict[str, int] = defaultdict(int)
    for _, found in spelled:
        for word in found:
            frequency[word] += 1
    total = len(spelled)
    weights = {word: _weight(word, count, total) for word, count in frequency.items()}
    names = tuple(Name(index, found, sum(weights[word] for word in found)) for index, found in spelled)
    postings: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for word in name.words:
            if frequency[word] <= _MOST_POSTINGS and word not in TYPE_WORDS:
                postings[word].append(number)
    return Watchlist(
        entities=merged,
        names=names,
        postings={word: tuple(numbers) for word, numbers in postings.items()},
        weights=weights,
        misspellings=_misspellings(word for word in postings if word.isalpha()),
    )


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


def _words_of(name: str) -> tuple[str, ...]:
    """The words that identify a name; one of which hardly a letter would be left counts as one word: `D-A-T`."""
    spelled = _WORD.findall(_DOTTED.sub(lambda letters: letters[0].replace(".", ""), fold(name).folded))
    found = name_words(spelled)
    telling = sum(len(word) for word in found if word not in TYPE_WORDS)
    return found if telling > _FEWEST_LETTERS or not found else ("".join(spelled),)


def _weight(word: str, names: int, total: int) -> float:
    """Inverse document frequency; what a place is counts little however rare the word is in this list."""
    weight = math.log(1 + total / names)
    return min(weight, 1.0) if word in TYPE_WORDS else max(weight, 1.5)


def _misspellings(vocabulary: Iterable[str]) -> dict[str, Sequence[str]]:
    shortened: dict[str, list[str]] = defaultdict(list)
    for word in vocabulary:
        if len(word) >= _SHORTEST_FUZZY:
            for shorter in _less_one_letter(word):
                shortened[shorter].append(word)
    return {shorter: tuple(found) for shorter, found in shortened.items()}


def _less_one_letter(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _with_phrases(row: Sequence[_Hit]) -> Iterator[_Hit]:
    """The hits, and for a phrase such as `centre hospitalier` the one word it stands for."""
    spelled = [hit.word for hit in row]
    for index, hit in enumerate(row):
        yield hit
        phrase = phrase_at(spelled, index)
        # Together in the row of hits is not yet together in the text, but for an article.
        if phrase and row[index + phrase[1] - 1].ordinal - hit.ordinal <= phrase[1]:
            word, length = phrase
            last = row[index + length - 1]
            sure = min(part.confidence for part in row[index : index + length])
            disguised = any(part.disguised for part in row[index : index + length])
            yield _Hit(word, last.ordinal, hit.start, last.end, sure, disguised)


def _by_word(hits: Iterable[_Hit]) -> dict[str, list[_Hit]]:
    """The hits of each word, in the order of the text."""
    places: dict[str, list[_Hit]] = defaultdict(list)
    for hit in sorted(hits, key=_ordinal):
        places[hit.word].append(hit)
    return places


def _nearest_hits(name: Name, places: dict[str, list[_Hit]], weights: dict[str, float]) -> list[_Hit]:
    """For each word of the name the occurrence closest to one of another; those too far away do not count."""
    found = {word: places[word] for word in name.words if word in places}
    reach = len(name.words) + _WIDEST_GAP
    best: list[_Hit] = []
    most = (0.0, 0)
    # Around every word, so that one said a hundred times elsewhere does not hide where they all stand together.
    for anchor in (anchor for word in found for anchor in found[word][:_MOST_JUDGED]):
        nearest = (_nearest(found[word], anchor) for word in found if word != anchor.word)
        chosen = [anchor, *(hit for hit in nearest if abs(hit.ordinal - anchor.ordinal) <= reach)]
        weight = sum(weights[hit.word] for hit in chosen)
        spread = sum(abs(hit.ordinal - anchor.ordinal) for hit in chosen)
        if (weight, -spread) > most or not best:
            best, most = chosen, (weight, -spread)
    return best


def _nearest(places: Sequence[_Hit], anchor: _Hit) -> _Hit:
    """Of the places of a word, which are in order, the one closest to an anchor."""
    after = bisect_left(places, anchor.ordinal, key=_ordinal)
    return min(places[max(0, after - 1) : after + 1], key=lambda hit: abs(hit.ordinal - anchor.ordinal))


def _ordinal(hit: _Hit) -> int:
    return hit.ordinal


def _best_groups(matches: Sequence[_Match]) -> list[list[_Match]]:
    """Matches of one stretch of text together, the stretches that explain most first chosen, in text order."""
    groups: list[list[_Match]] = []
    for match in sorted(matches, key=lambda match: (-match.weight, match.start)):
        overlapping = [group for group in groups if match.start < group[0].end and group[0].start < match.end]
        if not overlapping:
            groups.append([match])
        elif match.weight >= 0.95 * overlapping[0][0].weight:
            overlapping[0].append(match)
    kept = [group for group in groups if group[0].confidence >= CUTOFF]
    return sorted(kept, key=lambda group: group[0].start)


def _decided_by_town(ranked: list[_Match], entities: Sequence[Entity], present: set[str]) -> list[_Match]:
    """Homonyms whose town or postcode the post gives come alone; otherwise all stay."""
    there = [match for match in ranked if _town_is_there(entities[match.name.entity], present)]
    return there if there and len(there) < len(ranked) else ranked


def _town_is_there(entity: Entity, present: set[str]) -> bool:
    town = set(_words_of(entity.city or ""))
    return bool(town and town <= present) or (entity.postcode is not None and entity.postcode in present)


def _disguise(match: _Match, text: Text, redacted: RedactedText) -> RedactedText | None:
    """How the name was written where that is not simply how it is spelled: `h0pit4l → hopital`."""
    disguised = sorted((hit for hit in match.hits if hit.disguised), key=lambda hit: hit.start)
    written = (cut(redacted, *text.raw_span(hit.start, hit.end)) for hit in disguised)
    decoded = ", ".join(f"{surface} → {hit.word}" for surface, hit in zip(written, disguised, strict=True))
    return redact_string(decoded) if decoded else None


def _is_dressed_up(chunk: Chunk, word: Word) -> bool:
    """Whether a word of a chunk that is not plain was written with other than plain letters itself."""
    # Where lengths differ the stretch of the word is not known: any odd character of the chunk counts.
    return len(chunk.raw) != len(chunk.folded) or not _is_plain(chunk.raw[word.start : word.end])


def _is_plain(written: str) -> bool:
    """Whether it is written with plain, perhaps accented, Latin letters and digits alone."""
    return all(character.isalnum() and character < "\u0250" for character in written)


def _is_spelled_as_a_name(hit: _Hit, entity: Entity, text: Text) -> bool:
    """Whether an everyday word is written with the capitals of the name: `Easily`, not `easily`."""
    first, last = text.raw_span(hit.start, hit.end)
    surface = text.raw[first:last]
    return not surface.islower() and any(surface in spelled for spelled in (entity.name, *entity.aliases))


def speaks_of_health(text: Text) -> bool:
    """Whether a text is about health or the software of health care."""
    return _HEALTH_OR_SOFTWARE.search(text.folded) is not None
