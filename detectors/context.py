"""Whether a text is about health or the software of health care: what names that are also words need."""

import re

from detectors.normalisation import Text

_HEALTH_OR_SOFTWARE = re.compile(
    r"\b(?:sante|patient\w*|hopita\w*|hospital\w*|hospitali\w*|clini\w*|medic\w*|medecin\w*|laborato\w*|labo|labos|"
    r"logiciel\w*|software|emr|ehr|dossiers?|health\w*|doctor\w*|nir|secu|mutuelle\w*|ehpad|pharmac\w*|"
    r"пациент\w*|больни\w*|медицин\w*|клини\w*|лаборатор\w*|здоров\w*|hasta\w*|saglik\w*|laboratuvar\w*|klinik\w*)"
)


def speaks_of_health(text: Text) -> bool:
    """Whether a text is about health or the software of health care."""
    return _HEALTH_OR_SOFTWARE.search(text.folded) is not None


_DATA = re.compile(
    r"\b(?:leak\w*|dump\w*|breach\w*|hack\w*|pirat\w*|fuit\w*|ranc?on\w*|ransom\w*|base|bdd|db|database|fichier\w*|donnees|"
    r"data|dataset|records?|rows?|lignes?|sql|csv|xlsx|json|archive|mdp|vends?|vente|selling|sale|слив\w*|утеч\w*|баз[аыуе]|"
    r"forum|canal|echange|circulent|xmr|btc|eur|euros|usd|archiv\w*|sample|"
    r"дамп\w*|запис\w*|строк\w*|прода\w*|veri\w*|kayit\w*|satir\w*|satilik|sizdir\w*|7z|zip|rar)\b|\d ?[€$]|[€$] ?\d"
)


def speaks_of_data(text: Text) -> bool:
    """Whether a text is about data taken, given or sold."""
    return _DATA.search(text.folded) is not None
