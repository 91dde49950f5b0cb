"""Which data a text says are in it, as words of one vocabulary; and in what format of file."""

import re
from collections.abc import Mapping

from detectors.normalisation import fold

# Words are written as in the language and folded like the posts.
_FIELDS: Mapping[str, str] = {
    "nir": r"nir|n° ?(?:de )?sécu|num(?:éro)?s?(?: de)? sécu\w*(?: sociale)?|num_secu|sécu|ssn|"
    r"social security(?: numbers?)?|"
    r"numéros? de sécurité sociale|carte vitale|номер\w* страховк\w*|снилс|полис\w*|sosyal güvenlik",
    "name": r"noms?|prénoms?|nom complet|names?|full ?names?|fullname|identité|état civil|фио|имена|имя|"
    r"фамили\w*|isim\w*|ad soyad|"
    r"nombres?|namen?",
    "email": r"e-mails?|emails?|mails?|courriels?|adresses? (?:e-?)?mails?|почт\w*|имейл\w*|e-posta\w*|"
    r"eposta\w*|correos?",
    "phone": r"tel|tels|tél|téléphones?|phones?|phone numbers?|mobiles?|тел|телефон\w*|telefon\w*|teléfonos?|"
    r"telefonnummern?",
    "address": r"adresses?(?! (?:e-?)?mail)|addresses|address|home address|адрес\w*|adres\w*|dirección|"
    r"direcciones|coordonnées",
    "birth_date": r"ddn|dates? de naissance|naissance|dob|birth ?dates?|dates? of birth|дата рождения|"
    r"даты рождения|др|"
    r"doğum tarih\w*|geburtsdat\w*",
    "sex": r"sexe|gender|sex|пол|cinsiyet",
    "doctor": r"médecins?(?: traitants?| prescripteurs?)?|prescripteurs?|doctors?|prescribers?|gp|врач\w*|"
    r"doktor\w*|hekim\w*|médicos?|ärzte",
    "insurer": r"mutuelles?|assureurs?|tiers payant|complémentaires?|insurance|insurers?|страхов\w+|sigorta\w*",
    "blood_group": r"groupes? sanguins?|blood (?:types?|groups?)|группа крови|kan grubu",
    "pathology": r"pathologies?|maladies?|diagnostics?|ald|vih|hiv|cancer|oncolog\w*|diagnos[ei]s|diseases?|"
    r"pathology|диагноз\w*|"
    r"заболеван\w*|teşhis\w*|tanı\w*|grossesse",
    "treatment": r"traitements?|ordonnances?|prescriptions?|médicaments?|treatments?|medications?|рецепт\w*|"
    r"лечени\w*|reçete\w*",
    "test_result": r"résultats?(?: d'analyses?| de labo)?|analyses?(?: bio\w*)?|examens?|test results?|"
    r"lab results?|анализ\w*|tahlil\w*",
    "password": r"mots? de passe|mdps?|passwords?|pwd|хеш\w*|парол[ия]|şifreler|mail:pass|mail:mdp|hash(?:es)?",
    "iban": r"ibans?|rib|bank details|счета",
    "comment": r"commentaires?|comments?|notes libres|free text",
    "death": r"décès|death declarations?|deaths?",
}
_FORMATS: Mapping[str, str] = {
    "csv": r"csv", "sql": r"sql", "xlsx": r"xlsx?|"
    r"excel", "json": r"jsonl?", "txt": r"txt", "pdf": r"pdfs?", "xml": r"xml",
    "mdb": r"mdb", "bak": r"bak", "hprim": r"hprim", "hl7": r"hl7", "dicom": r"dicom|dcm",
}  # fmt: skip


def _folded(alternatives: str) -> str:
    r"""Folded as the posts are; escapes such as `\w` stay as they are."""
    pieces = re.split(r"(\\.)", alternatives)
    return "".join(piece if piece.startswith("\\") else fold(piece).folded for piece in pieces)


def _vocabulary(table: Mapping[str, str]) -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>{_folded(words)})" for name, words in table.items())
    # Every word begins with a letter: asked first, for where none stands there are many alternatives to try.
    return re.compile(rf"(?<![^\W_])(?=[^\W_])(?:{named})(?![^\W_])")


def _heads(table: Mapping[str, str]) -> frozenset[str]:
    """The first letters of the first word of each alternative: where no word has them, nothing is said."""
    whole = _folded("|".join(table.values()))
    while (without := re.sub(r"\([^()]*\)\??", "", whole)) != whole:  # what stands in brackets begins nothing
        whole = without
    beginnings = [_BEGINNING.match(each) for each in whole.split("|")]
    if None in beginnings:
        raise ValueError(f"{whole.split('|')[beginnings.index(None)]}: write out what it may begin with")
    return frozenset(each[0] for each in beginnings if each)


_HEAD = 3  # letters
_BEGINNING = re.compile(rf"[^\W_]{{{_HEAD}}}(?!\?)|[^\W_]+(?=[ °-]|$)")
_FIELD = _vocabulary(_FIELDS)
_FORMAT = _vocabulary(_FORMATS)
_FIELD_HEADS = _heads(_FIELDS)
_FORMAT_HEADS = _heads(_FORMATS)
_WORD = re.compile(r"[^\W_]+")


def fields(read: str) -> tuple[str, ...]:
    """The kinds of data a folded text names, in the order of the vocabulary.

    >>> fields("nom, prenom, num_secu, tel et groupe sanguin")
    ('nir', 'name', 'phone', 'blood_group')
    """
    return _named(_FIELD, _FIELD_HEADS, _FIELDS, read)


def formats(read: str) -> tuple[str, ...]:
    """The formats of files a folded text names."""
    return _named(_FORMAT, _FORMAT_HEADS, _FORMATS, read)


def _named(pattern: re.Pattern[str], heads: frozenset[str], table: Mapping[str, str], read: str) -> tuple[str, ...]:
    said: set[str | None] = set()
    reached = 0
    for word in _WORD.finditer(read):
        if word[0][:_HEAD] in heads and word.start() >= reached and (match := pattern.match(read, word.start())):
            said.add(match.lastgroup)
            reached = match.end()
    return tuple(name for name in table if name in said)
