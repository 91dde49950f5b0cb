"""The words establishments' names are made of: which say what a place is, which say nothing, which mean the same."""

from collections.abc import Sequence

# Articles and legal forms: dropped from names and passed over in posts.
IGNORED = frozenset(
    "a au aux d de del des di du en et l la le les of s sa sas sarl sc scm scp sel selarl selas selafa sous sur the "
    "and un une asso association".split()
)

# Spellings, abbreviations and translations of one word.
_SAME = {
    "hopital": "hop hopitaux hospital hospitals hastane hastanesi hastanesinin больница больницы больницу больнице",
    "laboratoire": "labo labos lab labs lbm labm laboratoires laboratory laboratories laboratuvar laboratuvari "
    "laboratuvarlar laboratuvarlari лаборатория лаборатории лабораторию",
    "clinique": "cliniques clinic clinics klinik klinigi клиника клиники клинику",
    "polyclinique": "polyclinic polycliniques",
    "centre": "ctre center merkezi центр центра",
    "hospitalier": "hosp hospitaliere hospitaliers",
    "pharmacie": "pharmacies pharmacy phie eczane eczanesi аптека аптеки",
    "residence": "res residences",
    "saint": "st",
    "sainte": "ste",
    "maison": "mais",
    "universitaire": "univ",
    "chu": "chru",
}  # fmt: skip
CANONICAL = {spelling: word for word, spellings in _SAME.items() for spelling in spellings.split()}

# Several words that are one; the longest first.
_PHRASES = (
    (("centre", "hospitalier", "universitaire"), "chu"),
    (("centre", "hospitalier", "regional"), "chr"),
    (("centre", "hospitalier", "intercommunal"), "chi"),
    (("centre", "hospitalier", "specialise"), "chs"),
    (("groupement", "hospitalier", "territoire"), "ght"),
    (("centre", "hospitalier"), "ch"),
    (("groupe", "hospitalier"), "gh"),
    (("groupement", "hospitalier"), "ght"),
)
PHRASE_WORDS = frozenset(word for phrase, _ in _PHRASES for word in phrase)

# Words that say what kind of place it is: a town or a surname is a name only beside one of them.
TYPE_WORDS = frozenset(
    "ch chu chr chi chs gh ght hopital laboratoire clinique polyclinique ehpad residence pharmacie centre maison "
    "institut cabinet foyer ssiad esat had usld ssr ime mas cmp cms dispensaire dialyse imagerie radiologie "
    "groupe reseau biologie".split()
)


def canonical(word: str) -> str:
    """One spelling for all spellings of a word.

    >>> canonical("labo"), canonical("armelin")
    ('laboratoire', 'armelin')
    """
    return CANONICAL.get(word, word)


def phrase_at(words: Sequence[str], index: int) -> tuple[str, int] | None:
    """The single word for a phrase beginning at this index, and how many words it takes.

    >>> phrase_at(["centre", "hospitalier", "kervelan"], 0)
    ('ch', 2)
    """
    if words[index] not in ("centre", "groupement", "groupe"):
        return None
    for phrase, word in _PHRASES:
        if tuple(words[index : index + len(phrase)]) == phrase:
            return word, len(phrase)
    return None


def name_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words that identify a name: canonical, phrases joined, ignored ones dropped, each once.

    >>> name_words("centre hospitalier de kervelan".split())
    ('ch', 'kervelan')
    """
    kept = [canonical(word) for word in words if word not in IGNORED]
    found: dict[str, None] = {}
    index = 0
    while index < len(kept):
        phrase = phrase_at(kept, index)
        word, step = phrase or (kept[index], 1)
        found[word] = None
        index += step
    return tuple(found)
