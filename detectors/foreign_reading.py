"""Reads stretches of words of other alphabets: articles and native words, and what the others say."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from detectors.foreign import Foreign
from detectors.hearing import Ear, Meaning
from detectors.index import COMMON, SOFT, Index
from detectors.name_words import IGNORED
from detectors.normalisation import as_seen
from detectors.read_words import ONE_WORD, SOFT_WORD, UNREAD, Reading, Token, Unknown
from detectors.transliteration import likeliest, spellings
from detectors.ways import DECODED, EXACT

# Scripts few posts are written in, and with letters that stand for several sounds each.
_SEVERAL = re.compile(r"[\u0370-\u03ff\u0600-\u06ff]")
_LONGEST_ARTICLE = 5  # letters of one in another alphabet


class ForeignReader:
    """Reads chunks of words of other alphabets against an index."""

    def __init__(self, index: Index, ear: Ear) -> None:
        self._codes = index.codes
        self._ear = ear
        self._foreign = Foreign(index)

    def read(self, rows: Mapping[str, Sequence[Unknown]], *, known_only: bool, in_company: bool) -> dict[str, Reading]:
        """Chunks of words of other alphabets by what these say."""
        readings: dict[str, Reading] = {}
        wanted: dict[str, None] = {}
        for chunk, words in rows.items():
            unknown = [word.text for word in words if self._is_to_be_heard(word.text, in_company=in_company)]
            if unknown and known_only and not any(self._is_likely(text) for text in unknown):
                readings[chunk] = UNREAD
            else:
                wanted.update(dict.fromkeys(unknown))
        meant = self._foreign.meant(list(wanted), in_company=in_company)
        for chunk, words in rows.items():
            if chunk not in readings:
                readings[chunk] = self._as_foreign(words, meant)
        return readings

    def _is_to_be_heard(self, word: str, *, in_company: bool) -> bool:
        """Whether a word of another alphabet is looked up by what it says."""
        code = self._codes.get(word)
        if code is None or (code == COMMON and in_company):
            return not _is_spelled_article(word)
        return code == COMMON and any(self._codes.get(latin, COMMON) >= 0 for latin in likeliest(word))

    def _is_likely(self, word: str) -> bool:
        """Whether a word of another alphabet is one of ours at first sight."""
        usual = likeliest(word)
        return (
            _SEVERAL.search(word) is not None
            or any(self._codes.get(latin, COMMON) >= 0 for latin in usual)
            or bool(self._ear.kinds_among(usual[:1]))
        )

    def _as_foreign(self, words: Sequence[Unknown], meant: Mapping[str, Sequence[Meaning]]) -> Reading:
        tokens: list[Token] = []
        ordinal = 0
        by_ear = False
        for word in words:
            code = self._codes.get(word.text)
            meanings = meant.get(word.text, ())
            if code is not None and code >= 0:
                tokens.append(Token(ordinal, code, word.start, word.end, EXACT, False))
            elif code == SOFT or (not meanings and _is_spelled_article(word.text)):
                continue
            else:
                if not meanings and code is None:
                    # By its shape, if by its sound it is nobody's word.
                    seen = self._codes.get(as_seen(word.chunk[word.start : word.end]), COMMON)
                    meanings = (Meaning(seen, DECODED),) if seen >= 0 else ()
                by_ear |= bool(meanings) and code is None
                tokens += (Token(ordinal, each, word.start, word.end, sure, True) for each, sure in meanings)
            ordinal += 1
        if not tokens:
            return ONE_WORD if ordinal == 1 else SOFT_WORD if not ordinal else Reading(ordinal, (), False, False)
        return Reading(ordinal, tuple(tokens), False, False, by_ear=by_ear)


@lru_cache(maxsize=4096)
def _is_spelled_article(word: str) -> bool:
    """Whether a word of another alphabet is an article or the like in some spelling."""
    return len(word) <= _LONGEST_ARTICLE and any(latin in IGNORED for latin in spellings(word))
