"""Whether a text is about health or the software of health care: what names that are also words need."""

import re
from functools import cached_property

from detectors.normalisation import Text

_HEALTH_OR_SOFTWARE = re.compile(
    r"\b(?:sante|patient\w*|hopita\w*|hospital\w*|hospitali\w*|clini\w*|medic\w*|medecin\w*|laborato\w*|labo|labos|"
    r"logiciel\w*|software|emr|ehr|dossiers?|health\w*|doctor\w*|nir|secu|mutuelle\w*|ehpad|soignant\w*|infirmi\w*|malades?|nurs\w*|pharmac\w*|"
    r"пациент\w*|медкарт\w*|больни\w*|медицин\w*|клини\w*|лаборатор\w*|здоров\w*|hasta\w*|saglik\w*|laboratuvar\w*|klinik\w*)"
)


def speaks_of_health(text: Text) -> bool:
    """Whether a text is about health or the software of health care."""
    return _HEALTH_OR_SOFTWARE.search(text.folded) is not None


# What is taken, given or sold; words of selling alone would make every shop a leak.
_DATA = re.compile(
    r"\b(?:leak\w*|dump\w*|breach\w*|hack\w*|pirat\w*|fuit\w*|rancon\w*|ransom\w*|cyber\w*|bases?|bdd|db|database\w*|"
    r"fichiers?|donnees|data|dataset\w*|records?|rows?|lines?|lignes?|sql|csv|xlsx|json|txt|archiv\w*|mdp|forum|"
    r"logiciels?|software|dossiers?|editeur|malware|слив\w*|утеч\w*|баз[аыуе]|дамп\w*|запис\w*|строк\w*|хакер\w*|архив\w*|"
    r"медкарт\w*|veri\w*|kayit\w*|satir\w*|sizdir\w*|7z|zip|rar|nir|xmr|btc)\b|\b\d+ ?[gг][bбo]\b|\d ?[€$]|[€$] ?\d"
)


def speaks_of_data(text: Text) -> bool:
    """Whether a text is about data taken, given or sold."""
    return _DATA.search(text.folded) is not None


_FIGURE = re.compile(r"[\d€$]")
_PATIENTS = re.compile(r"\b(?:patients?|пациент\w*|hasta\w*)\b")


# How the words of both begin; a figure may be a size or a price.
_BEGINNINGS = frozenset(
    beginning
    for pattern in (_HEALTH_OR_SOFTWARE, _DATA)
    for beginning in re.findall(r"[(|](\w\w)", pattern.pattern.replace("\\b", "").replace("(?:", "("))
)


# What is said around names where something is sold, given or asked for: never a name written by ear.
SELLERS_WORDS = frozenset(
    "vends vend vendu vendre vente achete acheter cherche recherche echange echanger offre offert donne gratuit prix "
    "tarif lien liens canal groupe fichier base complet complete nouveau nouvelle recent tout qui "
    "sell selling sale sold buy buying looking offer free fresh full new list lists listed sample proof price escrow "
    "pass link channel group thread contact claim claims claimed who has have all for from".split()
)


def is_of_the_subject(word: str) -> bool:
    """Whether a word, as folded, is one of health, its software, or of data taken."""
    if word[:2] not in _BEGINNINGS and not _FIGURE.match(word):
        return False
    return _HEALTH_OR_SOFTWARE.match(word) is not None or _DATA.match(word) is not None


class Surroundings:
    """What a text is about, worked out when asked for."""

    def __init__(self, text: Text) -> None:
        self.text = text

    @cached_property
    def health(self) -> bool:
        """Whether it speaks of health or the software of health care."""
        return speaks_of_health(self.text)

    @cached_property
    def patients_or_data(self) -> bool:
        """Whether it speaks of patients, or of data taken, given or sold."""
        return self.data or _PATIENTS.search(self.text.folded) is not None

    @cached_property
    def data(self) -> bool:
        """Whether it speaks of data taken, given or sold."""
        return speaks_of_data(self.text)
