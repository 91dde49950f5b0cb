"""Which act a text is, from the cues it holds: who speaks comes first, then what he does.

A journalist, a court or a researcher tells what others did; a seller sells, gives, seeks, threatens or quarrels.
Both use the same nouns, so each voice is weighed against the other before the act is looked for.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from detectors.claim_cues import Found, weights
from detectors.claim_words import Cue
from detectors.model import Act

REACH = 200  # characters between the word of an act and a word for data
_REACH_OF_SEEKING = 60  # between seeking and what is sought

_SPEAKERS = (Cue.SELL, Cue.PRICE, Cue.FREE, Cue.FETCH, Cue.TAKER, Cue.MIRROR, Cue.SEEK, Cue.THREAT, Cue.QUARREL)
_VOICES = frozenset((*_SPEAKERS, Cue.TAKEN, Cue.TOLD, Cue.HINT, Cue.DENIED, Cue.OPEN, Cue.MONEY))


_SURELY = 5  # a voice so strong that a word of something else does not change what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What stands beside the words."""

    links: int = 0
    contacts: int = 0
    asks: bool = False  # ends as a question


@dataclass(frozen=True, slots=True)
class Decision:
    """The act, and the cue that says so best."""

    act: Act
    by: Found


def decide(found: Sequence[Found], said: str, signs: Signs) -> Decision | None:
    """The act of a text, if it claims anything. The cues stand in the order of their places."""
    data = [each.start for each in found if each.cue is Cue.DATA]
    near = [each for each in found if each.cue in _VOICES and (not data or _is_near(each.start, data, REACH))]
    near = [each for each in near if each.cue is not Cue.SEEK or _has_an_object(each, said, data, signs)]
    count = weights(near, said)
    if not near or not _is_about_data(count, bool(data), signs) or _is_one_word(found, said):
        return None
    count[Cue.APART] = sum(each.cue is Cue.APART for each in found)
    # Goods named behind the data are what the data are about: `patient files with tests`.
    count[Cue.GOODS] = sum(each.cue is Cue.GOODS and (not data or each.start < data[0]) for each in found)
    teller, speaker = _teller(count), _speaker(count, signs)
    if _is_apart(count, signs, teller, speaker):
        return None
    act = _told(count) if teller >= 2 and teller >= speaker else _spoken(count, signs, teller)
    return None if act is None else Decision(act, _best(act, near))


def _is_near(place: int, others: Sequence[int], reach: int) -> bool:
    """Whether one of these places, which are in order, is within reach."""
    first = bisect_left(others, place - reach)
    return first < len(others) and others[first] <= place + reach


def _has_an_object(seek: Found, said: str, data: Sequence[int], signs: Signs) -> bool:
    """What is sought follows close, or comes just before, as in Turkish; in a question it may be left unsaid."""
    if said[seek.start : seek.end] in _ALSO_NOUNS and said[: seek.start].rstrip(' -*#>«"')[-1:] not in (
        "",
        "\n",
        ".",
        "!",
    ):
        return False
    return signs.asks or not data or _is_near(seek.end, data, _REACH_OF_SEEKING)


_ALSO_NOUNS = ("recherche", "cherche", "need", "suche")  # these seek at the beginning of a sentence only


def _is_about_data(count: Counter[Cue], data: bool, signs: Signs) -> bool:
    if data or count[Cue.TAKEN] or count[Cue.TAKER] or count[Cue.THREAT] >= 2:
        return True
    # A file may go unnamed where everybody knows which: `new link`, `lien mort, un reup possible ?`
    fetched = signs.links or count[Cue.FETCH]
    return bool(count[Cue.MIRROR] and (fetched or count[Cue.SEEK])) or bool(
        fetched and ((count[Cue.SEEK] and signs.asks) or (count[Cue.FREE] and count[Cue.FETCH] and signs.links))
    )


def _is_one_word(found: Sequence[Found], said: str) -> bool:
    """Whether one noun is all there is: `dump` and `fuite` are many things."""
    return len({each.start for each in found}) == 1 and said[found[0].start : found[0].end] in _MANY_THINGS


_MANY_THINGS = ("fuite", "fuites", "dump", "dumps", "leak", "leaks", "breach", "слив", "sizinti")


def _teller(count: Counter[Cue]) -> float:
    return 2 * count[Cue.TOLD] + 0.7 * count[Cue.HINT] + 2 * count[Cue.DENIED]


def _speaker(count: Counter[Cue], signs: Signs) -> float:
    return (
        2 * sum(count[cue] for cue in (Cue.SELL, Cue.FREE, Cue.TAKER, Cue.MIRROR, Cue.SEEK, Cue.THREAT, Cue.QUARREL))
        + count[Cue.PRICE]
        + count[Cue.FETCH]
        + 1.5 * count[Cue.MONEY]
        + signs.links
        + signs.contacts
    )


def _is_apart(count: Counter[Cue], signs: Signs, teller: float, speaker: float) -> bool:
    """Whether it is about a drill, a warning, a job, a lesson, or goods."""
    if count[Cue.GOODS] and not count[Cue.TAKEN] and teller < 2:
        return True
    if not count[Cue.APART] or speaker >= _SURELY:
        return False
    if count[Cue.APART] == 1 and teller >= _SURELY and (count[Cue.TAKEN] or count[Cue.DENIED]):
        return False  # much is told of a leak, and one word of it is also a drill's or a lesson's
    return not (count[Cue.TAKEN] and (count[Cue.SELL] or signs.links) and teller < 2)


def _told(count: Counter[Cue]) -> Act | None:
    if count[Cue.DENIED] and not count[Cue.OPEN]:
        return Act.DENIAL
    if count[Cue.OPEN] and not count[Cue.TAKEN]:
        return None
    return Act.REPORT if count[Cue.TAKEN] or count[Cue.SELL] else None


def _spoken(count: Counter[Cue], signs: Signs, teller: float) -> Act | None:
    voice = _Voice(
        count=count,
        signs=signs,
        teller=teller,
        sale=2 * count[Cue.SELL] + count[Cue.PRICE] + 2 * count[Cue.MONEY],
        free=2 * count[Cue.FREE] + count[Cue.FETCH] + signs.links,
    )
    if count[Cue.OPEN] and voice.sale < 2:
        return None
    return next((act for act, holds in _PRECEDENCE if holds(voice)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """What the one who speaks says, and how much of it is for money or for nothing."""

    count: Counter[Cue]
    signs: Signs
    teller: float
    sale: float
    free: float


def _quarrels(voice: _Voice) -> bool:
    return voice.count[Cue.QUARREL] > 0 and not (voice.free >= 4 and voice.signs.links)


def _threatens(voice: _Voice) -> bool:
    return voice.count[Cue.THREAT] > 0 and voice.sale < 5 and not (voice.signs.links and voice.count[Cue.FREE])


def _seeks(voice: _Voice) -> bool:
    asks, seeks = voice.signs.asks, voice.count[Cue.SEEK]
    if voice.count[Cue.FREE] and voice.signs.links:
        return False
    if seeks and (asks or seeks >= 2 or voice.sale < 2):
        return True
    return bool(asks and voice.count[Cue.SELL] and not voice.count[Cue.MONEY] and voice.sale < 4)


def _mirrors(voice: _Voice) -> bool:
    return voice.count[Cue.MIRROR] > 0


def _asks_what_is_free(voice: _Voice) -> bool:
    return bool(voice.count[Cue.FREE] and voice.signs.asks and not (voice.signs.links or voice.count[Cue.TAKEN]))


def _gives(voice: _Voice) -> bool:
    return voice.count[Cue.FREE] > 0 and voice.free >= voice.sale


def _sells(voice: _Voice) -> bool:
    return voice.count[Cue.SELL] > 0 or voice.sale >= 2


def _hands_out(voice: _Voice) -> bool:
    return bool(voice.signs.links and voice.count[Cue.FETCH])


def _is_told(voice: _Voice) -> bool:
    return bool(voice.count[Cue.TAKEN] and not voice.count[Cue.TAKER] and voice.teller >= 1.4)


def _holds(voice: _Voice) -> bool:
    return bool(voice.count[Cue.TAKER] or voice.count[Cue.TAKEN])


# The first that holds: a quarrel quotes prices, a mirror is given away, a threat tells what was taken.
_PRECEDENCE: tuple[tuple[Act | None, Callable[[_Voice], bool]], ...] = (
    (Act.DISPUTE, _quarrels),
    (Act.THREAT, _threatens),
    (Act.REQUEST, _seeks),
    (Act.MIRROR, _mirrors),
    (None, _asks_what_is_free),
    (Act.FREE, _gives),
    (Act.SALE, _sells),
    (Act.FREE, _hands_out),
    (Act.REPORT, _is_told),
    (Act.LEAK, _holds),
)

_BEST: dict[Act, tuple[Cue, ...]] = {
    Act.SALE: (Cue.SELL, Cue.PRICE, Cue.MONEY),
    Act.FREE: (Cue.FREE, Cue.FETCH),
    Act.LEAK: (Cue.TAKEN, Cue.TAKER),
    Act.MIRROR: (Cue.MIRROR,),
    Act.REQUEST: (Cue.SEEK,),
    Act.THREAT: (Cue.THREAT,),
    Act.DISPUTE: (Cue.QUARREL,),
    Act.REPORT: (Cue.TOLD, Cue.TAKEN, Cue.SELL),
    Act.DENIAL: (Cue.DENIED,),
}


def _best(act: Act, near: Sequence[Found]) -> Found:
    """The cue that says the act; of several kinds the tellingest, of one kind the first."""
    wanted = _BEST[act]
    return min(near, key=lambda each: wanted.index(each.cue) if each.cue in wanted else len(wanted))
