"""The words establishments' names are made of: which say what a place is, which say nothing, which mean the same."""

from collections.abc import Iterable, Sequence
from enum import IntFlag
from typing import NamedTuple

from detectors.normalisation import fold

# Articles and legal forms: dropped from names and passed over in posts.
IGNORED = frozenset(
    "a au aux d de del des di du en et l la le les of s sa sas sarl sasu sc scm scp sel selarl selas selafa seleurl "
    "selurl selasu snc eurl sous sur the and un une asso association lez les "
    "dite dit ou y i dans par pour from in".split()
)


class Family(IntFlag):
    """The families kinds of places fall into; a place may belong to several."""

    NONE = 0
    HOSPITAL = 1
    CLINIC = 2
    LABORATORY = 4
    PHARMACY = 8
    ELDERLY = 16
    HOME_CARE = 32
    DISABILITY = 64
    SOCIAL = 128
    CARE_CENTRE = 256
    HOSPITAL_GROUP = 512
    COMPANY = 1024


_H, _C, _L, _P, _E = Family.HOSPITAL, Family.CLINIC, Family.LABORATORY, Family.PHARMACY, Family.ELDERLY
_D, _S, _M, _G = Family.DISABILITY, Family.SOCIAL, Family.CARE_CENTRE, Family.HOSPITAL_GROUP
_HOME, _CO = Family.HOME_CARE, Family.COMPANY

# Words that say what kind of place it is, canonical, with the families they may stand for.
FAMILIES: dict[str, Family] = {
    **dict.fromkeys("ch chu chr chi chs hl hopital hia ghu gh hu epsm".split(), _H),
    "ght": _G,
    **dict.fromkeys("clinique".split(), _C | _H),
    **dict.fromkeys("dialyse autodialyse imagerie radiologie irm scanner".split(), _C | _M),
    **dict.fromkeys("ssr had crf".split(), _C | _H | _HOME),
    "usld": _H | _E,
    **dict.fromkeys("laboratoire biologie".split(), _L),
    **dict.fromkeys("pharmacie".split(), _P),
    **dict.fromkeys("ehpad ehpa marpa mapad mapa puv".split(), _E),
    "residence": _E | _S | _D,
    "maison": _E | _S | _D | _M,
    "foyer": _E | _S | _D,
    "logement": _E | _S,
    **dict.fromkeys("ssiad saad spasad sad".split(), _HOME),
    **dict.fromkeys(
        "ime esat mas fam sessad savs samsah itep iem eam eanm ditep impro imp eeap idv ijs crp cat safep".split(), _D
    ),
    **dict.fromkeys("mecs chrs cada fjt cph csapa caarud lhss pmi cpmi cpef lva sau".split(), _S),
    **dict.fromkeys("cmpp camsp cattp cmp cmpea".split(), _M | _D),
    "hdj": _M | _D | _H,
    **dict.fromkeys("cds cms msp csi dispensaire cabinet polyvalent".split(), _M),
    "centre": _H | _C | _M | _S | _E | _D | _L,
    "institut": _M | _D | _C | _L | _H,
    "etablissement": _H | _C | _M | _S | _E | _D,
    "groupe": _H | _L | _CO | _C,
    "reseau": _L | _CO | _M,
    "service": _HOME | _S | _D | _M,
}
TYPE_WORDS = frozenset(FAMILIES)
# Too broad to prove what a word beside them is.
BROAD_TYPE_WORDS = frozenset("centre maison groupe reseau service etablissement institut foyer logement".split())

# Spellings, abbreviations and translations of one word.
_SAME = {
    "hopital": "hop hopitaux hosto hostos hospital hospitals hospitalet hastane hastanesi hastanesinin "
    "hastaneleri hastanesine "
    "больница больницы больницу больнице больниц больницей госпиталь госпиталя госпитале krankenhaus ospedale "
    "νοσοκομειο νοσοκομειου مستشفى",
    "laboratoire": "labo labos lab labs lbm labm laboratoires laboratory laboratories laboratuvar laboratuvari "
    "laboratuvarlar laboratuvarlari laboratuvarinin labor laboratorium лаборатория лаборатории лабораторию "
    "лабораторий εργαστηριο مختبر",
    "clinique": "polyclinique polycliniques polyclinic поликлиника поликлиники поликлинику "
    "cliniques clinic clinics klinik klinigi kliniginin клиника клиники клинику клинике clinica κλινικη "
    "عيادة",
    "centre": "ctre center centres merkezi merkez центр центра центре κεντρο مركز",
    "hospitalier": "hosp hospitaliere hospitaliers hospitalieres",
    "pharmacie": "officine officines propharmacie "
    "pharmacies pharmacy phie eczane eczanesi eczanesinin аптека аптеки аптеку аптеке apotheke "
    "φαρμακειο صيدلية",
    "residence": "res residences resid резиденция резиденции",
    "saint": "st sainct",
    "sainte": "ste",
    "saints": "sts",
    "maison": "maisons",
    "universitaire": "univ university universite universitesi университетская университетский университетской",
    "chu": "chru uhc",
    "ehpad": "ephad ehpads huzurevi huzurevinin",
    "etablissement": "ets etab etabl etablissements",
    "institut": "inst institute",
    "groupe": "grp group groupement",
    "medical": "med medicale medicaux medicales",
    "dialyse": "dialysis",
    "service": "serv sce services",
    "logement": "logements",
    "foyer": "foyers",
    "biologie": "biologique biologiques",
}  # fmt: skip
CANONICAL = {fold(spelling).folded: word for word, spellings in _SAME.items() for spelling in spellings.split()}

# Several words that are one; the longest first.
PHRASES = (
    (("centre", "hospitalier", "regional", "universitaire"), "chu"),
    (("centre", "hospitalier", "universitaire"), "chu"),
    (("centre", "hospitalier", "regional"), "chr"),
    (("centre", "hospitalier", "intercommunal"), "chi"),
    (("centre", "hospitalier", "specialise"), "chs"),
    (("groupe", "hospitalier", "universitaire"), "ghu"),
    (("groupe", "hospitalier", "territoire"), "ght"),
    (("etablissement", "hebergement", "personnes", "agees", "dependantes"), "ehpad"),
    (("etablissement", "public", "sante", "mentale"), "epsm"),
    (("laboratoire", "analyses", "biologie", "medical"), "laboratoire"),
    (("laboratoire", "biologie", "medical"), "laboratoire"),
    (("laboratoire", "analyses", "medical"), "laboratoire"),
    (("laboratoire", "analyses"), "laboratoire"),
    (("soins", "suite", "readaptation"), "ssr"),
    (("unite", "soins", "longue", "duree"), "usld"),
    (("soins", "longue", "duree"), "usld"),
    (("service", "soins", "infirmiers", "domicile"), "ssiad"),
    (("maison", "sante", "pluridisciplinaire"), "msp"),
    (("maison", "sante", "pluriprofessionnelle"), "msp"),
    (("centre", "medico", "psycho", "pedagogique"), "cmpp"),
    (("hopital", "jour"), "hdj"),
    (("nursing", "home"), "ehpad"),
    (("retirement", "home"), "ehpad"),
    (("care", "home"), "ehpad"),
    (("дом", "престарелых"), "ehpad"),
    (("дома", "престарелых"), "ehpad"),
    (("centre", "medical"), "cms"),
    (("medical", "centre"), "ch"),
    (("hopital", "local"), "hl"),
    (("universitaire", "hopital"), "chu"),
    (("hopital", "universitaire"), "chu"),
    (("centre", "hospitalier"), "ch"),
    (("groupe", "hospitalier"), "gh"),
    (("maison", "retraite"), "ehpad"),
    (("hospitalisation", "domicile"), "had"),
    (("soins", "infirmiers", "domicile"), "ssiad"),
    (("centre", "sante"), "cds"),
    (("maison", "sante"), "msp"),
    (("centre", "medico", "psychologique"), "cmp"),
    (("institut", "medico", "educatif"), "ime"),
    (("maison", "accueil", "specialisee"), "mas"),
    (("foyer", "accueil", "medicalise"), "fam"),
)
PHRASE_WORDS = frozenset(word for phrase, _ in PHRASES for word in phrase)
PHRASE_HEADS = frozenset(phrase[0] for phrase, _ in PHRASES)
LONGEST_PHRASE = max(len(phrase) for phrase, _ in PHRASES)

# What the register's category labels say of a place's families, by a word of the label as folded.
_LABELS = (
    ("pharmacie", _P), ("propharmacie", _P), ("laboratoire", _L), ("agees", _E), ("ehpa", _E), ("residence", _E),
    ("logement", _E), ("hospitalier", _H), ("hopital", _H), ("hospitaliere", _H | _C), ("sante prive", _C),
    ("soins", _C | _H | _M), ("dialyse", _C | _M), ("domicile", _HOME), ("handicapes", _D), ("educati", _D | _S),
    ("travail", _D), ("medico", _M | _D), ("enfan", _S | _D), ("social", _S), ("hebergement", _S | _E | _D),
    ("consultation", _M | _S), ("infantile", _S | _M), ("sante", _M), ("centre", _M | _S), ("foyer", _S | _D),
    ("maison", _S | _M), ("accueil", _S | _D), ("service", _HOME | _S | _D), ("psycho", _M), ("addict", _S | _M),
    ("lieux", _S),
)  # fmt: skip


class Phrase(NamedTuple):
    """The single word for a phrase, and how many words it takes."""

    word: str
    length: int


def canonical(word: str) -> str:
    """One spelling for all spellings of a word.

    >>> canonical("labo"), canonical("armelin")
    ('laboratoire', 'armelin')
    """
    return CANONICAL.get(word, word)


def phrase_at(words: Sequence[str], index: int) -> Phrase | None:
    """The single word for a phrase beginning at this index, and how many words it takes.

    >>> phrase_at(["centre", "hospitalier", "kervelan"], 0)
    Phrase(word='ch', length=2)
    """
    if words[index] not in PHRASE_HEADS:
        return None
    for phrase, word in PHRASES:
        if tuple(words[index : index + len(phrase)]) == phrase:
            return Phrase(word, len(phrase))
    return None


def name_words(words: Iterable[str]) -> tuple[str, ...]:
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


def families_of_label(label: str) -> Family:
    """The families a register's category label speaks of; the label is folded."""
    found = Family.NONE
    for word, family in _LABELS:
        if word in label:
            found |= family
    return found
