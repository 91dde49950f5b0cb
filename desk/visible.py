"""Foreign text made plain to the eye: what cannot be seen becomes a label, piled-up marks are clamped.

Escaping is the templates' work; this is about what a reader would not notice, or would be misled by.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_NAMED_CODES = 3  # code points a label names; a run of more is counted

# Controls but tab and line ends, format characters, fillers that are blank, halves of characters, private use.
_UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ud800-\udfff\ue000-\uf8ff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
# Marks that pile up over, under and through a letter, in the scripts they are abused in.
_MARKS = (
    "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0e31"
    "\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u1ab0-\u1ace\u1dc0-\u1dff"
    "\u20d0-\u20f0\ufe20-\ufe2f"
)
_SYMBOL = "[©®‼⁉™\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_ODD = re.compile(
    # A joiner or selector that belongs to an emoji is part of a picture, and left alone.
    rf"(?P<picture>{_SYMBOL}\ufe0f?(?:\u200d{_SYMBOL}\ufe0f?)*|[0-9#*]\ufe0f\u20e3)"
    rf"|(?P<unseen>[{_UNSEEN}]+)"
    rf"|(?<=[{_MARKS}]{{4}})(?P<marks>[{_MARKS}]+)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of foreign text, and the label to show instead where it cannot be seen."""

    text: str
    label: str | None = None
    meaning: str | None = None  # the label in words


def pieces(text: str) -> Iterator[Piece]:
    r"""A text cut into what is shown as it is and what is shown as a label. Joined, they are the text.

    >>> [piece.label or piece.text for piece in pieces("facture\u202efdp.exe")]
    ['facture', '[U+202E]', 'fdp.exe']
    """
    reached = 0
    for match in _ODD.finditer(text):
        if match["picture"]:
            continue
        if match.start() > reached:
            yield Piece(text[reached : match.start()])
        yield _marks(match[0]) if match["marks"] else _unseen(match[0])
        reached = match.end()
    if reached < len(text):
        yield Piece(text[reached:])


def visible(text: str) -> str:
    """A text with its labels in place, for where no markup can stand: attributes and the window's title."""
    return "".join(piece.label or piece.text for piece in pieces(text))


def reach(text: str, start: int, most: int, labels: int) -> int:
    """How far a text may be shown from a place on: so many characters, and no more than so many labels.

    >>> reach("abcdef", 2, 3, 9), reach("a\u202eb\u202ec", 0, 9, 1)
    (5, 3)
    """
    end = min(len(text), start + most)
    odd = (match for match in _ODD.finditer(text, start, end) if not match["picture"])
    too_many = next(islice(odd, labels, None), None)
    return too_many.start() if too_many else end


def _marks(run: str) -> Piece:
    return Piece(run, f"[+{len(run)} mark{'s' if len(run) > 1 else ''}]", "more marks piled upon one letter")


def _unseen(run: str) -> Piece:
    codes = list(dict.fromkeys(run))
    named = " ".join(f"U+{ord(code):04X}" for code in codes[:_NAMED_CODES])
    more = " …" if len(codes) > _NAMED_CODES else ""
    times = f" ×{len(run)}" if len(run) > len(codes) or more else ""
    meaning = ", ".join(unicodedata.name(code, "control character").lower() for code in codes[:_NAMED_CODES])
    return Piece(run, f"[{named}{more}{times}]", meaning + more)
