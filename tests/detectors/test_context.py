"""What a text is about, word by word and as a whole."""

import pytest

from detectors.context import is_of_the_subject, speaks_of_data, speaks_of_health
from detectors.normalisation import fold

SUBJECT = (
    "sante patients hopital hospitals clinique medical medecin laboratoire labos logiciel emr dossier health "
    "doctors nir secu mutuelle ehpad soignants infirmier malades nursing pharmacie пациентов медкарты больница "
    "медицинских клиника лаборатория здоровье hastane saglik laboratuvar klinik leaked dump breach hacked piratage "
    "fuite rancongiciel ransomware cyberattaque base bdd db database fichiers donnees data datasets records rows "
    "lines lignes sql csv xlsx json txt archive mdp forum editeur malware слив утечка базы дамп записей строк "
    "хакеры архив verileri kayit satir sizdirildi 7z zip rar xmr btc 20gb 12гб 5€ $300"
).split()


class TestIsOfTheSubject:
    @pytest.mark.parametrize("word", SUBJECT)
    def test_words_of_health_and_of_data(self, word: str):
        """Every word that a whole text is known by is known alone: the quick look at its beginning loses none."""
        assert is_of_the_subject(word)
        assert speaks_of_health(fold(word)) or speaks_of_data(fold(word))

    @pytest.mark.parametrize("word", ["", "a", "jardin", "hier", "2024", "рука", "медведь", "leçon", "dates", "€"])
    def test_other_words(self, word: str):
        """Words of anything else are not."""
        assert not is_of_the_subject(word)
