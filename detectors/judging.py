"""Which names a batch of texts speaks of: words vote for the names they stand in, and the best are judged word by word.

All votes of a batch are one sorted row of numbers. Where the votes for one name stand close together they make one
*case*; the cases with most votes in their region of a text are judged: each word of the name is sought nearest to the
case's heaviest word. The work is bounded by the words: each leads to at most 450 names, each region keeps twelve cases.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from detectors.batches import REGION, Batch, Tokens
from detectors.index import FAMILY_MARK, GroupFlag, Index, WordFlag
from detectors.name_words import Family
from detectors.spelling import expanded

Array = NDArray[np.float32]
Truths = NDArray[np.bool_]
Rows = NDArray[np.int64]

REACH = 5  # places that may lie between two words of a name
_HOLE, _TOWN_HOLE = 0.6, 1.2  # what a word in between takes from the score
_KIND_MISSING = 1.0  # what a kind of place of the name that is not said takes from it
_IMPLIED_LOSS = 1.5  # what a town standing for the name takes from the score
_TYPE_BEFORE, _TYPE_AFTER = 3, 2  # places a word that says what kind of place it is may stand from the name
TOWN_SHARE = 0.75  # of its evidence that the word of a town keeps
_TOWN_REACH = 4  # places between a kind of place and the town it stands for
_MOST_JUDGED = 14  # cases of one region of a text
_AS_SAID = 0.935  # confidence from which a word stands as it is, or in the other number
_MOST_IN_DISGUISE = 8.5  # evidence of a word that was decoded or corrected
_PRESENT_BITS = 1 << 20
_SLOT_STEP = 7919 * 131
_LEAST_SHARE = 0.22  # of a name's weight that must have voted for it
_LEAST_COMPANY = 1.6  # evidence of a word that makes another beside it worth following
_LEAST_ALONE = 5.5  # evidence of a word that may lead to a name with no other word near


@dataclass(slots=True)
class Cases:
    """Names judged against texts; one row each."""

    group: NDArray[np.int32]
    text: Rows
    first: Rows  # places of the outermost words found
    last: Rows
    coverage: Array  # share of the name's weight that was found, 0 to 1
    telling_coverage: Array  # the same without the words for kinds of places
    evidence: Array  # how much the words found say where they are met
    strongest: Array  # evidence of the one that says most
    telling: NDArray[np.int32]  # words found that say more than what kind of place it is
    places: NDArray[np.int32]  # distinct places they stand at
    holes: NDArray[np.int32]  # words between them that are not of the name
    surest: Array  # confidence in the surest and the least sure telling word
    least_sure: Array
    typed: Truths  # a word near says it is a place of this kind
    mistyped: Truths  # a word near says it is a place of another kind, and none of this
    adjacent: Truths  # that word stands right before the name or in it
    own_kind: Truths  # that word is one of the name's own
    towns_only: Truths  # all telling words are of towns
    common_only: Truths  # all telling words are everyday words
    found_starts: Rows  # case → its found words, as rows of tokens
    found: NDArray[np.int64]  # -1 where a word of the name was not found
    score: Array

    def __len__(self) -> int:
        return len(self.group)


def judged(batch: Batch, index: Index) -> Cases:
    """The names worth judging, judged."""
    group, heaviest, earliest = _voted(batch, index)
    cases = _judged(group, heaviest, batch, index)
    # A word said twice may have been taken where the others are not.
    torn = np.flatnonzero(((cases.holes > 0) | ~cases.adjacent) & (heaviest != earliest))
    if len(torn):
        _improve(cases, torn, _judged(group[torn], earliest[torn], batch, index))
    return cases


def _improve(cases: Cases, rows: Rows, others: Cases) -> None:
    """Put judgements around another word in place of those they are better than."""
    better = np.flatnonzero(others.score > cases.score[rows])
    rows = rows[better]
    for each in fields(Cases):
        if each.name not in ("found", "found_starts"):
            getattr(cases, each.name)[rows] = getattr(others, each.name)[better]
    counts = (cases.found_starts[1:] - cases.found_starts[:-1])[rows]
    into, out_of = cases.found_starts[rows], others.found_starts[better]
    cases.found[expanded(into, counts)] = others.found[expanded(out_of, counts)]


# ---------------------------------------------------------------- votes


def _voted(batch: Batch, index: Index) -> tuple[NDArray[np.int32], Rows, Rows]:
    """The cases with most votes in each region: a group, the token that says most and the first that votes."""
    tokens = batch.tokens
    nothing = np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int64)
    if not len(tokens.code):
        return nothing
    owners, groups, weights = ballots(tokens, index)
    if not len(owners):
        return nothing
    packed = groups.astype(np.int64) << 32 | owners
    order = np.argsort(packed)
    groups, owners, weights = groups[order], owners[order], weights[order]
    places = tokens.place[owners]
    opens = np.concatenate(([True], (groups[1:] != groups[:-1]) | (places[1:] - places[:-1] > REACH)))
    starts = np.flatnonzero(opens)
    votes = np.add.reduceat(weights, starts)
    case_group = groups[starts]
    share = votes / index.group_weights[case_group]
    enough = np.flatnonzero(share >= _LEAST_SHARE)
    starts, votes, case_group, share = starts[enough], votes[enough], case_group[enough], share[enough]
    if not len(starts):
        return nothing
    # The heaviest word of each case: the greatest weight, packed with its place in the row.
    ends = np.append(np.flatnonzero(opens), len(groups))[enough + 1]
    heaviest = _heaviest(weights, owners, starts, ends)
    region = tokens.place[heaviest] // REGION
    merit = _merit(case_group, region, tokens, index)
    order = np.lexsort((-merit, region))
    region = region[order]
    begins = np.flatnonzero(np.concatenate(([True], region[1:] != region[:-1])))
    rank = np.arange(len(region)) - np.repeat(begins, np.diff(np.append(begins, len(region))))
    kept = order[rank < _MOST_JUDGED]
    return case_group[kept], heaviest[kept], owners[starts][kept]


def _merit(group: NDArray[np.int32], region: Rows, tokens: Tokens, index: Index) -> Array:
    """How well a name's words, frequent ones too, are there at all in the region or the next: a quick guess."""
    # A table of bits stands for the set of (region, word); a clash only lets a case be judged that need not be.
    table = np.zeros(_PRESENT_BITS, np.float32)
    regions = tokens.place // REGION
    table[_slots(regions, tokens.code)] = tokens.confidence
    starts = index.group_starts[group]
    counts = (index.group_starts[group + 1] - starts).astype(np.int64)
    rows = expanded(starts, counts)
    case_region = np.repeat(region, counts)
    codes = index.group_words[rows]
    present = table[_slots(case_region, codes)]
    beside = table[_slots(case_region + 1, codes)] if len(regions) and regions[-1] > regions[0] + 1 else present
    covered = np.add.reduceat(index.group_word_weights[rows] * np.maximum(present, beside), np.cumsum(counts) - counts)
    weights = index.group_weights[group]
    kinds = _kinds_in_region(region, tokens, index)
    fits = (kinds & index.group_families[group]) > 0
    merit: Array = covered - 0.8 * (weights - covered) + 1.5 * fits
    return merit


def _slots(regions: Rows, codes: NDArray[np.int32]) -> Rows:
    slots: Rows = (regions * _SLOT_STEP + codes) & (_PRESENT_BITS - 1)
    return slots


def _kinds_in_region(region: Rows, tokens: Tokens, index: Index) -> NDArray[np.uint16]:
    """The families of all words for kinds of places in each region."""
    said = index.families[tokens.code]
    at = np.flatnonzero(said)
    regions = tokens.place[at] // REGION
    kinds = np.zeros(int(tokens.place[-1]) // REGION + 1, np.uint16)
    np.bitwise_or.at(kinds, regions, said[at])
    return kinds[region]


def ballots(tokens: Tokens, index: Index) -> tuple[Rows, NDArray[np.int32], Array]:
    """Every vote: the token, the group it votes for, the weight."""
    code = tokens.code
    flags = index.flags[code]
    leads = index.posting_starts[code + 1] - index.posting_starts[code]
    evidence = index.evidence[code]
    near = _has_company(tokens, flags, evidence)
    alone_enough = ((evidence >= _LEAST_ALONE) & ((flags & WordFlag.COMMON) == 0)) | ((flags & WordFlag.WHOLE) > 0)
    alone_enough |= tokens.disguised & (index.weight[code] >= _LEAST_ALONE)
    anchors = np.flatnonzero((leads > 0) & (near | alone_enough))
    counts = leads[anchors]
    owners = np.repeat(anchors, counts)
    groups = index.postings[expanded(index.posting_starts[code[anchors]], counts)]
    weights = (index.weight[code] * tokens.confidence)[owners]
    pairs = _pair_ballots(tokens, flags, index)
    return (
        np.concatenate((owners, pairs[0])),
        np.concatenate((groups, pairs[1])),
        np.concatenate((weights, pairs[2])).astype(np.float32),
    )


def _has_company(tokens: Tokens, flags: NDArray[np.uint8], evidence: Array) -> Truths:
    """Whether another word of names, that says something, stands close."""
    says = ((flags & WordFlag.TYPE) > 0) | (evidence >= _LEAST_COMPANY)
    says_at = np.flatnonzero(says)
    if not len(says_at):
        return np.zeros(len(flags), bool)
    places = tokens.place[says_at]
    after = np.searchsorted(places, tokens.place, "right")
    following = places[np.minimum(after, len(places) - 1)]
    before = np.searchsorted(places, tokens.place, "left") - 1
    preceding = places[np.maximum(before, 0)]
    close_after = (after < len(places)) & (following - tokens.place <= REACH)
    close_before = (before >= 0) & (tokens.place - preceding <= REACH)
    company: Truths = close_after | close_before
    return company


def _pair_ballots(tokens: Tokens, flags: NDArray[np.uint8], index: Index) -> tuple[Rows, NDArray[np.int32], Array]:
    """Votes of two frequent words side by side, for names that have no rarer one."""
    owners, keys = [], []
    frequent = np.flatnonzero((flags & (WordFlag.FREQUENT | WordFlag.EVERYDAY | WordFlag.DIGITS)) > 0)
    for lag in (1, 2, 3):
        if len(frequent) <= lag or not len(index.pair_keys):
            continue
        left, right = frequent[:-lag], frequent[lag:]
        close = tokens.place[right] - tokens.place[left] <= 3
        left, right = left[close], right[close]
        low = np.minimum(tokens.code[left], tokens.code[right]).astype(np.int64)
        high = np.maximum(tokens.code[left], tokens.code[right]).astype(np.int64)
        keys.append(low << 32 | high)
        # The rarer word of the two, so that a case is judged around it.
        rarer = np.where(index.evidence[tokens.code[left]] > index.evidence[tokens.code[right]], left, right)
        owners.append(rarer)
    towns = _town_pairs(tokens, flags, index)
    if not len(index.pair_keys) or (not keys and not len(towns[0])):
        return np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float32)
    wanted, owner = np.concatenate((*keys, towns[0])), np.concatenate((*owners, towns[1]))
    at = np.minimum(np.searchsorted(index.pair_keys, wanted), len(index.pair_keys) - 1)
    there = index.pair_keys[at] == wanted
    at, owner, wanted = at[there], owner[there], wanted[there]
    counts = index.pair_starts[at + 1] - index.pair_starts[at]
    weight = 2.0 * index.weight[wanted & 0xFFFFFFFF]  # both are frequent: neither outweighs the other
    groups = index.pair_postings[expanded(index.pair_starts[at], counts)]
    return np.repeat(owner, counts), groups, np.repeat(weight, counts)


def _town_pairs(tokens: Tokens, flags: NDArray[np.uint8], index: Index) -> tuple[Rows, Rows]:
    """Each word for a kind of place with each word of a town, or frequent word, close by, as keys; and that word."""
    kinds = np.flatnonzero((flags & WordFlag.TYPE) > 0)
    towns = np.flatnonzero((flags & (WordFlag.TOWN | WordFlag.FREQUENT | WordFlag.EVERYDAY)) > 0)
    if not len(kinds) or not len(towns):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    places = tokens.place[towns]
    first = np.searchsorted(places, tokens.place[kinds] - _TOWN_REACH, "left")
    counts = np.minimum(np.searchsorted(places, tokens.place[kinds] + _TOWN_REACH, "right") - first, 2 * _TOWN_REACH)
    town = towns[expanded(first, counts)]
    families = np.repeat(index.families[tokens.code[kinds]], counts).astype(np.int64)
    keys, owners = [], []
    for family in Family:
        has = (families & family) > 0
        keys.append((family | FAMILY_MARK) << 32 | tokens.code[town[has]].astype(np.int64))
        owners.append(town[has])
    return np.concatenate(keys), np.concatenate(owners)


def _heaviest(weights: Array, owners: Rows, starts: Rows, ends: Rows) -> Rows:
    """For each range the owner of the greatest weight."""
    counts = ends - starts
    rows = expanded(starts, counts)
    case = np.repeat(np.arange(len(starts)), counts)
    order = np.lexsort((weights[rows], case))
    lasts = np.cumsum(counts) - 1
    chosen: Rows = owners[rows[order[lasts]]]
    return chosen


# ---------------------------------------------------------------- judgement


def _judged(group: NDArray[np.int32], heaviest: Rows, batch: Batch, index: Index) -> Cases:
    tokens = batch.tokens
    starts = index.group_starts[group]
    counts = (index.group_starts[group + 1] - starts).astype(np.int64)
    rows = expanded(starts, counts)
    case = np.repeat(np.arange(len(group)), counts)
    codes = index.group_words[rows]
    weights = index.group_word_weights[rows]
    anchor = tokens.place[heaviest]
    found = _nearest(tokens, codes, anchor[case], counts[case])
    # The heaviest word stands for itself, whatever else stands at its place.
    found = np.where(codes == tokens.code[heaviest][case], heaviest[case], found)
    there = found >= 0
    at = np.maximum(found, 0)
    sure = np.where(there, tokens.confidence[at], 0.0).astype(np.float32)
    flags = index.flags[codes]
    is_type = (flags & WordFlag.TYPE) > 0
    telling = there & ~is_type & ((flags & WordFlag.DIGITS) == 0)
    town = (flags & WordFlag.TOWN) > 0
    # An everyday word in disguise is no longer said every day.
    as_said = (sure >= _AS_SAID) & ~tokens.disguised[at]
    common = ((flags & WordFlag.COMMON) > 0) & as_said
    evidence = np.where(as_said, index.evidence[codes], np.minimum(index.weight[codes], _MOST_IN_DISGUISE)) * sure
    place = tokens.place[at]
    segments = np.cumsum(counts) - counts
    safe = len(group) > 0

    def total(values: NDArray[np.float32]) -> Array:
        return np.add.reduceat(values, segments).astype(np.float32) if safe else np.empty(0, np.float32)

    def greatest(values: NDArray[np.generic]) -> NDArray[np.generic]:
        result: NDArray[np.generic] = np.maximum.reduceat(values, segments) if safe else values[:0]
        return result

    def least(values: NDArray[np.generic]) -> NDArray[np.generic]:
        result: NDArray[np.generic] = np.minimum.reduceat(values, segments) if safe else values[:0]
        return result

    first = least(np.where(there, place, np.iinfo(np.int64).max)).astype(np.int64)
    last = greatest(np.where(there, place, -1)).astype(np.int64)
    covered = total(weights * sure)
    group_weight = index.group_weights[group]
    distinct = _distinct_places(case, place, there, len(group))
    typed, mistyped, adjacent = _types(tokens, index, group, first, last)
    own_kind = total((there & is_type).astype(np.float32)) > 0
    typed, adjacent, mistyped = typed | own_kind, adjacent | own_kind, mistyped & ~own_kind
    cases = Cases(
        group=group,
        text=batch.text_at(anchor),
        first=first,
        last=last,
        coverage=_share(covered, group_weight),
        telling_coverage=_share(
            total(np.where(is_type, 0.0, weights * sure).astype(np.float32)),
            total(np.where(is_type, 0.0, weights).astype(np.float32)),
        ),
        evidence=total(np.where(telling, evidence * np.where(town, TOWN_SHARE, 1.0), 0.0).astype(np.float32)),
        strongest=greatest(np.where(telling & ~town, evidence, 0.0).astype(np.float32)).astype(np.float32),
        telling=total(telling.astype(np.float32)).astype(np.int32),
        places=distinct,
        holes=_holes(tokens, index, first, last, _distinct_places(case, place, there & ~is_type, len(group))),
        surest=greatest(np.where(telling, sure, 0.0).astype(np.float32)).astype(np.float32),
        least_sure=least(np.where(telling, sure, 1.0).astype(np.float32)).astype(np.float32),
        typed=typed,
        mistyped=mistyped,
        adjacent=adjacent,
        own_kind=own_kind,
        towns_only=total((telling & ~town).astype(np.float32)) == 0,
        common_only=total((telling & ~common).astype(np.float32)) == 0,
        found_starts=np.append(segments, len(rows)),
        found=found,
        score=np.empty(0, np.float32),
    )
    missing = group_weight - covered
    kinds_missing = total((~there & is_type & ((flags & WordFlag.BROAD) == 0)).astype(np.float32))
    cases.score = _scored(cases, covered, missing, kinds_missing, (index.group_flags[group] & GroupFlag.IMPLIED) > 0)
    return cases


def _share(part: Array, whole: Array) -> Array:
    return np.minimum(part / np.maximum(whole, 0.1), 1.0).astype(np.float32)


def _scored(cases: Cases, covered: Array, missing: Array, kinds_missing: Array, implied: Truths) -> Array:
    score = covered - 0.8 * missing - np.where(cases.towns_only, _TOWN_HOLE, _HOLE) * cases.holes
    # Of two names the one that says no other kind of place than the text.
    score = score - _IMPLIED_LOSS * implied + 1.5 * cases.own_kind - _KIND_MISSING * kinds_missing
    score = score + cases.typed + 0.5 * cases.adjacent - 2.0 * cases.mistyped
    result: Array = score.astype(np.float32)
    return result


def _nearest(tokens: Tokens, codes: NDArray[np.int32], anchors: Rows, words: Rows) -> Rows:
    """For each word of a name the row of its occurrence nearest to the anchor, -1 if out of reach."""
    keys = tokens.code.astype(np.int64) << 36 | tokens.place
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    wanted = codes.astype(np.int64) << 36 | anchors
    after = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    before = np.maximum(after - 1, 0)
    far = np.int64(1) << 40
    gap_after = np.abs(keys[after] - wanted)
    gap_before = np.abs(keys[before] - wanted)
    nearer = np.where(gap_before < gap_after, before, after)
    gap = np.minimum(gap_before, gap_after)
    reach = REACH + words
    result: Rows = np.where((gap <= reach) & (gap < far), order[nearer], -1)
    return result


def _holes(tokens: Tokens, index: Index, first: Rows, last: Rows, told: NDArray[np.int32]) -> NDArray[np.int32]:
    """The words between the outermost that are neither of the name nor say what kind of place it is."""
    kinds = np.unique(tokens.place[(index.flags[tokens.code] & WordFlag.TYPE) > 0])
    inside = np.searchsorted(kinds, last, "right") - np.searchsorted(kinds, first, "left")
    return np.maximum(last - first + 1 - told - inside, 0).astype(np.int32)


def _distinct_places(case: Rows, place: Rows, there: Truths, count: int) -> NDArray[np.int32]:
    packed = (case << 36 | place)[there]
    return np.bincount(np.unique(packed) >> 36, minlength=count).astype(np.int32)


def _types(
    tokens: Tokens, index: Index, group: NDArray[np.int32], first: Rows, last: Rows
) -> tuple[Truths, Truths, Truths]:
    """Whether a word close by says a place is of the group's kind, or of another; and whether it stands right there."""
    none = np.zeros(len(group), bool)
    is_type = np.flatnonzero((index.flags[tokens.code] & (WordFlag.TYPE | WordFlag.BROAD)) == WordFlag.TYPE)
    if not len(is_type) or not len(group):
        return none, none, none
    places = tokens.place[is_type]
    families = index.families[tokens.code[is_type]]
    wanted = index.group_families[group]
    any_kind = (wanted == 0) & ((index.group_flags[group] & GroupFlag.ESTABLISHMENT) > 0)
    typed, other, adjacent = none.copy(), none.copy(), none.copy()
    at = np.searchsorted(places, first, "left")
    for step in range(-3, 4):
        near = at + step
        exists = (near >= 0) & (near < len(places))
        near = np.clip(near, 0, len(places) - 1)
        place = places[near]
        exists &= (place >= first - _TYPE_BEFORE) & (place <= last + _TYPE_AFTER)
        # What else a name's only word may mean is no second witness.
        exists &= (place != first) | (first != last)
        fits = exists & (((families[near] & wanted) > 0) | any_kind)
        typed |= fits
        adjacent |= fits & (place >= first - 1) & (place <= last + 1)
        other |= exists & ~fits & (place >= first - 1) & (place <= last)
    return typed, other & ~typed, adjacent
