"""A name taken apart as a reader would: what kind of place, which words tell it from others, which are dressing.

Written apart from the engine's own notion of the same, so that the two can disagree.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

ARTICLES = frozenset("a au aux d de des du en et l la le les s sur sous pour par the of".split())
LEGAL_FORMS = frozenset("selas selarl selurl seleurl sarl sas sasu sa eurl scp scm snc scs selafa gcs gie".split())

# Short form and the words it stands for, as the registers and the press write them. The longest first.
ABBREVIATIONS: tuple[tuple[str, str], ...] = (
    ("EHPAD", "établissement d'hébergement pour personnes âgées dépendantes"),
    ("LABM", "laboratoire d'analyses de biologie médicale"),
    ("SSIAD", "service de soins infirmiers à domicile"),
    ("EPSM", "établissement public de santé mentale"),
    ("USLD", "unité de soins de longue durée"),
    ("SSR", "soins de suite et de réadaptation"),
    ("GHT", "groupement hospitalier de territoire"),
    ("LBM", "laboratoire de biologie médicale"),
    ("CHRU", "centre hospitalier régional universitaire"),
    ("CHU", "centre hospitalier universitaire"),
    ("CHR", "centre hospitalier régional"),
    ("CHI", "centre hospitalier intercommunal"),
    ("CHS", "centre hospitalier spécialisé"),
    ("CMPP", "centre médico-psycho-pédagogique"),
    ("CMP", "centre médico-psychologique"),
    ("MAS", "maison d'accueil spécialisée"),
    ("IME", "institut médico-éducatif"),
    ("FAM", "foyer d'accueil médicalisé"),
    ("HAD", "hospitalisation à domicile"),
    ("MSP", "maison de santé pluridisciplinaire"),
    ("CDS", "centre de santé"),
    ("HDJ", "hôpital de jour"),
    ("HL", "hôpital local"),
    ("GH", "groupe hospitalier"),
    ("CH", "centre hospitalier"),
    ("CTRE", "centre"),
    ("HOP", "hôpital"),
    ("RES", "résidence"),
    ("ST", "saint"),
    ("STE", "sainte"),
)

# What kind of place a word says, and other ways to say it: in French, then in the other languages of sellers.
FAMILIES: dict[str, str] = {
    "ch": "hospital", "chu": "hospital", "chru": "hospital", "chr": "hospital", "chi": "hospital", "chs": "hospital",
    "hl": "hospital", "gh": "hospital", "ght": "ght", "hopital": "hospital", "hopitaux": "hospital",
    "hospital": "hospital", "epsm": "hospital", "hdj": "day hospital", "hospices": "hospital",
    "clinique": "clinic", "polyclinique": "clinic", "clinic": "clinic", "polyclin": "clinic",
    "lbm": "laboratory", "labm": "laboratory", "laboratoire": "laboratory", "labo": "laboratory", "lab": "laboratory",
    "pharmacie": "pharmacy", "pharmacy": "pharmacy", "officine": "pharmacy",
    "ehpad": "home", "residence": "home", "retraite": "home", "mapad": "home", "marpa": "home", "logement": "home",
    "usld": "long stay", "ssr": "follow-up", "had": "home hospital", "ssiad": "nursing at home",
    "saad": "help at home", "sad": "help at home", "spasad": "help at home",
    "cmp": "mental health", "cattp": "mental health", "cmpp": "child mental health",
    "mas": "disability", "fam": "disability", "ime": "children", "esat": "work", "sessad": "children at home",
    "savs": "support", "samsah": "support", "chrs": "shelter", "itep": "children", "mecs": "children",
    "msp": "health house", "cds": "health centre", "csapa": "addiction", "camsp": "children",
    "cpmi": "mother and child",
    "pmi": "mother and child", "foyer": "hostel", "fjt": "hostel", "cada": "asylum", "efs": "blood",
    "dialyse": "dialysis", "imagerie": "imaging", "radiologie": "imaging", "irm": "imaging", "scanner": "imaging",
}  # fmt: skip

# The categories of the register whose rows are of a family whatever their name says.
CATEGORY_FAMILIES: dict[str, str] = {
    "101": "hospital", "106": "hospital", "355": "hospital", "292": "hospital", "365": "clinic", "128": "clinic",
    "129": "clinic", "109": "clinic", "611": "laboratory", "612": "laboratory", "620": "pharmacy", "500": "home",
    "202": "home", "501": "home", "502": "home", "362": "long stay", "354": "nursing at home", "460": "help at home",
}  # fmt: skip

# Words that stand in hundreds of names and tell none from another.
GENERIC = frozenset(
    "centre service services serv sce association ass asso unite pole antenne annexe jour sante social sociale medical "
    "medicale medico maison site siege accueil aide domicile vie soins adultes enfants jeunes hebergement autonomie "
    "formation institut ecole groupe reseau cabinet infirmier infirmiers infirmiere dentaire mutualiste central "
    "centrale grande petite nouvelle nouveau principale place eglise mairie gare marche poste ville village val vallee "
    "nord sud est ouest bio biologie analyses medicales psychiatrie adulte enfant famille familles menagere menage "
    "personnes agees handicapees handicapes specialise specialisee prive privee public publique local regional "
    "departemental intercommunal universitaire france francais francaise logiciel solutions informatique software "
    "systemes systems technologies services healthcare medicalise prevention protection maternelle infantile "
    "consultation consultations planification education familiale permanence lieu relais pension entreprise adaptee "
    "atelier ateliers club equipe secteur polyvalent polyvalente circonscription sanitaire section dispositif espace "
    "pers scolaire urgence ccas cias gdv prefiguration handicape handicapee mental mentale social sociaux "
    "halte garderie creche appartement coordination therapeutique therapeutiques oxygene travail insertion "
    "animation quartier placement familial examens examen depistage naissance endoscopie hosp communal "
    "secondaire diagnostic planif educ auxil hand psy sujet age".split()
)

_WORD = re.compile(r"[a-z0-9]+")
_OVER = re.compile(r"\bs/(?=\s|[a-z])", re.IGNORECASE)
_FLAT = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss", "’": "'"})


def flat(text: str) -> str:
    """Lower case without accents.

    >>> flat("Hôpital Sacré-Cœur")
    'hopital sacre-coeur'
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_FLAT))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def spelled_words(text: str) -> list[str]:
    """The words of a text, flat; `S/` is `sur`."""
    return _WORD.findall(flat(_OVER.sub("sur ", text)))


_LONG_FORMS = tuple((short.lower(), tuple(spelled_words(long))) for short, long in ABBREVIATIONS)
_BY_FIRST: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
for _short, _long in _LONG_FORMS:
    if len(_long) > 1:
        _BY_FIRST.setdefault(_long[0], []).append((_short, _long))
# Words of the long forms and of other languages: they say the kind of place; a slip in them leaves the name as it is.
KIND_WORDS = frozenset(word for _, long in _LONG_FORMS for word in long) | frozenset(
    "hastanesi hastane klinigi klinik laboratuvari laboratuvar eczanesi eczane huzurevi hosto nursing home medical "
    "center clinic hospital laboratory pharmacy".split()
)
_ONE_WORD = {words[0]: short for short, words in _LONG_FORMS if len(words) == 1}
_SAME = {
    "laboratoires": "laboratoire",
    "labos": "labo",
    "cliniques": "clinique",
    "hopital": "hop",
    "polyclin": "polyclinique",
}


def canonical(text: str) -> tuple[str, ...]:
    """The words of a name with abbreviations as their short form: what two spellings of one name share.

    >>> canonical("CENTRE HOSPITALIER DE ST CALAIS") == canonical("CH de Saint-Calais")
    True
    """
    words = spelled_words(text)
    found: list[str] = []
    at = 0
    while at < len(words):
        for short, long in _BY_FIRST.get(words[at], ()):
            if tuple(words[at : at + len(long)]) == long:
                found.append(short)
                at += len(long)
                break
        else:
            word = _SAME.get(words[at], words[at])
            found.append(_ONE_WORD.get(word, word))
            at += 1
    return tuple(word for word in found if word not in ARTICLES)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a name is made of."""

    telling: frozenset[str]  # all but articles, legal forms and the words for the kind of place
    families: frozenset[str]


def parts(text: str) -> Parts:
    """Take a name apart.

    >>> sorted(parts("SELARL Pharmacie du Moulin Vert").telling)
    ['moulin', 'vert']
    """
    return parts_of_words(canonical(text))


_FAMILY_OF = {_ONE_WORD.get(_SAME.get(word, word), _SAME.get(word, word)): family for word, family in FAMILIES.items()}


def parts_of_words(words: Sequence[str]) -> Parts:
    """Take canonical words apart."""
    return Parts(
        telling=frozenset(word for word in words if word not in LEGAL_FORMS and word not in _FAMILY_OF),
        families=frozenset(_FAMILY_OF[word] for word in words if word in _FAMILY_OF),
    )


def is_type_word(word: str) -> bool:
    """Whether a written word says what kind of place it is."""
    spelled = canonical(word)
    return bool(spelled) and all(each in _FAMILY_OF for each in spelled)


def is_telling(word: str) -> bool:
    """Whether a canonical word helps to tell one name from another."""
    return word not in GENERIC and word not in _FAMILY_OF and word not in LEGAL_FORMS and not word.isdigit()


def town_key(town: str) -> str:
    """A town as all its spellings share it.

    >>> town_key("ST ETIENNE CEDEX 2") == town_key("Saint-Étienne")
    True
    """
    words = canonical(re.sub(r"\bCEDEX\b.*", "", town, flags=re.IGNORECASE))
    return " ".join(words)
