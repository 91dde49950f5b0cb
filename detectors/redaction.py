"""The only maker of `RedactedText`: every piece of personal data covered, lengths kept.

A character of a redaction is `█`. What the detector sees through (spaced digits, full-width, zero-width) is
covered too, because the patterns are the detector's own. The domain of an e-mail stays, as do watched names
and establishment numbers.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from detectors.model import Mention, RedactedText, Sighting
from detectors.normalisation import Text, fold
from detectors.personal_data import Spans, find_personal_data, is_one_word

COVER = "█"
_MOST_ROUNDS = 6
_HIDDEN = frozenset(f"{COVER} \n")

_TELEGRAM_POST = re.compile(r"https://t\.me/c/[1-9][0-9]{0,9}/[1-9][0-9]{0,9}")


def redact(text: Text, *, blocks: Spans = (), kept: Spans = ()) -> RedactedText:
    """The raw text with its personal data covered; as long as the raw text, and the same when redacted again.

    `blocks` are raw spans of samples shown: covered whole but for line breaks. `kept` are those of watched names:
    not taken for a person's, nor covered as part of a sample, unless they are one word.

    >>> redact(fold("NIR 2550699999999 34, jeanne@courriel.test"))
    'NIR ████████████████, ██████@courriel.test'
    """
    return _redacted(text, tuple(blocks), tuple(kept))


# A post's text is asked for by the claims and by the reading.
@lru_cache(maxsize=8)
def _redacted(text: Text, blocks: Spans, kept: Spans) -> RedactedText:
    spans = [(finding.start, finding.end) for finding in find_personal_data(text, kept=kept)]
    redacted = _covered(_with_blocks_covered(text.raw, blocks, kept), spans)
    # What stood beside a datum may read otherwise once that is covered: until nothing is found any more.
    for _ in range(_MOST_ROUNDS):
        if not spans:
            return RedactedText(_writable(redacted))
        again = fold(redacted)
        spans = [
            (finding.start, finding.end)
            for finding in find_personal_data(again, kept=kept)
            if any(character not in _HIDDEN for character in redacted[finding.start : finding.end])
        ]
        redacted = _covered(redacted, spans)
    # Only a text made for it comes here: nothing of it is worth the risk.
    return RedactedText(_writable("".join(COVER if character.isalnum() else character for character in redacted)))


def _with_blocks_covered(raw: str, blocks: Spans, kept: Spans) -> str:
    """The raw text with blocks covered, but for line breaks and what is kept."""
    if not blocks:
        return raw
    covered = list(raw)
    for start, end in blocks:
        covered[start:end] = ("\n" if character == "\n" else COVER for character in raw[start:end])
    for start, end in kept:
        # One word of a row may be a patient's name that a product bears too.
        if not is_one_word(raw[start:end]):
            covered[start:end] = raw[start:end]
    return "".join(covered)


def _covered(raw: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    reached = 0
    for start, end in spans:
        pieces += raw[reached:start], COVER * (end - start)
        reached = end
    pieces.append(raw[reached:])
    return "".join(pieces)


# Lone surrogates cannot be encoded and NUL ends strings in other people's programs: both become U+FFFD.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def cut(redacted: RedactedText, start: int, end: int) -> RedactedText:
    """A piece of a redacted text: redacted as well, where the same piece of the raw text might no longer be seen."""
    return RedactedText(redacted[start:end])


def shown(sighting: Sighting, redacted: RedactedText) -> Mention:
    """A sighting as it may be shown, of its part redacted as it is kept.

    Only there can be seen that a name is the better part of an e-mail address, or a patient's.
    """
    told = dict.fromkeys(f"{redacted[each.start : each.end]} → {each.word}" for each in sighting.decoded)
    return Mention(
        entity_id=sighting.entity_id,
        name=sighting.name,
        kind=sighting.kind,
        part=sighting.part,
        start=sighting.start,
        end=sighting.end,
        surface=cut(redacted, sighting.start, sighting.end),
        confidence=sighting.confidence,
        candidates=sighting.candidates,
        disguise=redact_string(", ".join(told)) if told else None,
    )


def keyed_token(label: str, digits: str) -> RedactedText:
    """What stands for a contact: its kind and some digits of a keyed digest, from which nobody can be called."""
    return RedactedText(f"{label}:{digits}")


def redact_string(raw: str) -> RedactedText:
    """Redact a short string: a title, a file name, an address."""
    return redact(fold(raw))


def redact_optional(raw: str | None) -> RedactedText | None:
    """Redact what may be missing."""
    return None if raw is None else redact_string(raw)


def defang(url: str) -> RedactedText:
    """An address nobody can click by accident, without personal data.

    >>> defang("https://files.drop.test/a.b?mail=x@y.test")
    'hxxps://files[.]drop[.]test/a.b?mail=█@y.test'
    """
    # A chat's id and a post's are no person's number, though together they may look like one.
    redacted = RedactedText(url) if _TELEGRAM_POST.fullmatch(url) else redact_string(url)
    scheme, separator, rest = redacted.partition("://")
    host, slash, path = (rest if separator else scheme).partition("/")
    prefix = scheme.lower().replace("http", "hxxp") + separator if separator else ""
    return RedactedText(f"{prefix}{host.replace('.', '[.]')}{slash}{path}")
