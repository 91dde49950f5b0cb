"""Values that say themselves what they are: `nom : …`, `"ddn": "…"`, `commentaire=…`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_MOST_LABEL = 40  # characters before a colon worth reading
_MOST_VALUE = 300
_COLON = re.compile(r"(?<![:=])[:=]")  # a label ends in a letter: of a row of them, only the first may follow one
_MOST_LABEL_WORDS = 4
_BEHIND_LABEL = " \t.\"'’»)"
_WORD = re.compile(r"[^\W\d_]+")
_OPENING = re.compile(r"[>\s]{0,3}[\"'«“]?\s{0,2}")
# A value ends with its line, its cell, its quotes, or where the next label begins.
_ENDING = re.compile(
    r"[\n;|\t\"»”<>{}]|\s{2,}|,\s?[\"']|\s[^\W\d_]{2,20}\s?[:=]|[,/]\s?(?=[^\W\d_]+(?:[ _][^\W\d_]+)?\s?[:=])"
)

_MEANINGS: dict[str, str] = {
    "name": "nom prenom prenoms nom_prenom nom_patient patient patiente nom_naissance nom_usage nom_marital "
    "nom_jeune_fille nom_usuel nom_complet prenom_nom nom_et_prenom nom_de_naissance nom_de_jeune_fille "
    "nom_d_usage prenom_patient nom_du_patient name first_name last_name full_name patient_name surname firstname "
    "lastname medecin prescripteur medecin_traitant personne_a_prevenir contact_urgence conjoint фио имя фамилия "
    "пациент ad soyad adi soyadi ad_soyad nombre apellido beneficiaire assure assuree titulaire",
    "birth_date": "ddn dn naissance date_naissance date_de_naissance date_naiss datenaissance dob date_of_birth "
    "birthdate birth_date birthday ne_le nee_le дата_рождения др dogum_tarihi",
    "address": "adresse adresse_postale adr adresse_patient domicile address street rue адрес adres",
    "comment": "commentaire commentaires observation observations remarque remarques note notes commentaire_patient "
    "comment comments memo motif antecedents antecedent pathologie pathologies diagnostic diagnostics traitement "
    "traitements allergie allergies renseignements renseignements_cliniques info_patient diagnosis treatment "
    "remark remarks примечание диагноз not notlar teshis consigne consignes alerte particularite particularites",
    "password": "mdp mot_de_passe password pass passwd pwd motdepasse пароль sifre parola",
    "blood_group": "groupe_sanguin gs groupe blood_group blood_type blood группа_крови kan_grubu rhesus groupage",
}
_OTHER_LABELS = frozenset(
    "nir n_secu num_secu secu numero_secu securite_sociale tel telephone tel_portable portable mobile fixe mail email "
    "e_mail courriel phone ipp nda iban rpps adeli finess cp code_postal ville sexe age date_de ne nee le la et ou "
    "chez mutuelle id тел почта".split()
)
_LABELS = {word: meaning for meaning, words in _MEANINGS.items() for word in words.split()}
_COLUMN_WORDS = _OTHER_LABELS | _LABELS.keys()


class Labelled(NamedTuple):
    """A value with what its label says it is; folded positions."""

    meaning: str
    label: str
    label_start: int
    start: int
    end: int


def labelled_values(folded: str) -> Iterator[Labelled]:
    """The values whose label is known, in order; a value may be of any shape, and is not empty."""
    for colon in _COLON.finditer(folded):
        at = colon.start()
        before = folded[max(0, at - _MOST_LABEL) : at].rstrip(_BEHIND_LABEL)
        label, meaning = _meaning(_WORD.findall(before)[-_MOST_LABEL_WORDS:])
        if meaning is None or not before[-1].isalpha():
            continue
        start = _opened(folded, colon.end())
        ending = _ENDING.search(folded, start, start + _MOST_VALUE)
        end = ending.start() if ending else min(len(folded), start + _MOST_VALUE)
        if end > start:
            yield Labelled(meaning, label, at - len(label), start, end)


def _opened(folded: str, start: int) -> int:
    opening = _OPENING.match(folded, start)
    return opening.end() if opening else start


def _meaning(words: list[str]) -> tuple[str, str | None]:
    """The longest end of the label that is known: `nom de naissance` before `naissance`."""
    for first in range(len(words)):
        label = "_".join(words[first:])
        if label in _LABELS:
            return label, _LABELS[label]
    return "", None


def is_label(words: str) -> bool:
    """Whether a few words are a label of a personal datum, or of a column."""
    return "_".join(_WORD.findall(words)) in _COLUMN_WORDS
