"""Everyday words of the languages posts are written in, with how often they are said; for compiling a watchlist."""

from functools import cache

from detectors.normalisation import fold

_LANGUAGES = ("fr", "en", "ru", "tr", "es", "de", "it", "pt")
_RAREST = 2e-6  # share of all words of a language: twice in a million
_MOST = 1e-1


@cache
def common_words() -> dict[str, float]:
    """Folded everyday words → the greatest share of all words they have in one of eight languages."""
    # Imported here: a compiled watchlist that was kept needs none of it, and it is a tenth of the program's start.
    from wordfreq import get_frequency_dict

    found: dict[str, float] = {}
    for language in _LANGUAGES:
        for word, share in get_frequency_dict(language, "small").items():
            if share >= _RAREST:
                folded = word if word.isascii() else fold(word).folded
                if share > found.get(folded, 0.0):
                    found[folded] = min(share, _MOST)
    return found
