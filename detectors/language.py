"""Which language a post is written in, by py3langid's own model."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from detectors.normalisation import Text

_LANGUAGES = ("fr", "en", "ru", "tr", "es", "de", "ar", "it", "pt", "nl", "uk", "pl")
_FEWEST_LETTERS = 12  # shorter texts are anyone's guess
_ENOUGH_CHARACTERS = 2_000


@cache
def _identifier() -> LanguageIdentifier:
    # Loaded at first need: most runs that find nothing never pay for it.
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LANGUAGES)
    return identifier


def language_of(text: Text) -> str | None:
    """ISO 639-1 code, or nothing where the text is too short to tell."""
    sample = text.raw[:_ENOUGH_CHARACTERS]
    # Most texts say enough letters right away.
    if all(sum(map(str.isalpha, part)) < _FEWEST_LETTERS for part in (sample[:64], sample)):
        return None
    language, _ = _identifier().classify(sample)
    return str(language)
