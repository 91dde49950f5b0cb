"""Birth dates and addresses. Everybody is invented."""

import pytest

from detectors.normalisation import fold
from detectors.personal_data import find_personal_data


def found(label: str, raw: str) -> list[str]:
    return [raw[each.start : each.end] for each in find_personal_data(fold(raw)) if each.label == label]


class TestBirthDates:
    @pytest.mark.parametrize(
        ("raw", "date"),
        [
            ("né le 01/02/1955", "01/02/1955"),
            ("Née le 1er mars 1955", "1er mars 1955"),
            ("né(e) le 01.02.55", "01.02.55"),
            ("DDN 01021955", "01021955"),
            ("DDN : 0 1 / 0 2 / 1 9 5 5", "0 1 / 0 2 / 1 9 5 5"),
            ("date de naissance: 1955-02-01", "1955-02-01"),
            ("born 2018-02-01", "2018-02-01"),
            ("DOB: 02/01/1955", "02/01/1955"),
            ("дата рождения: 01.02.1955", "01.02.1955"),
            ("doğum tarihi 01.02.1955", "01.02.1955"),
            ("né le ０１/０２/１９５５", "０１/０２/１９５５"),
            ("né le 01/02/19\u200b55", "01/02/19\u200b55"),
            ("255069999999934;01/02/2019", "01/02/2019"),
            ("jeanne@courriel.test 01/02/1955", "01/02/1955"),
            ("Jeanne Talgnac 01/02/1955", "01/02/1955"),
        ],
    )
    def test_found(self, raw: str, date: str):
        """Said to be one, or beside what makes it one."""
        assert [date] == found("birth_date", raw)

    @pytest.mark.parametrize(
        "raw",
        [
            "le 01/02/1955",
            "publié le 01/02/2021, jeanne@courriel.test",
            "le 01 12 2020 10:30, tél 0639980011",
            "naissance d'un forum",
            "born in 1955",
            "données de 2015 à octobre 2020, 0639980011",
            "sauvegarde_2020-01-02_123456.zip 0639980011",
        ],
    )
    def test_not_found(self, raw: str):
        """A date is one; beside an address only where a grown person may be born then."""
        assert [] == found("birth_date", raw)


class TestAddresses:
    @pytest.mark.parametrize(
        ("raw", "street"),
        [
            ("12 rue des Essais 99110 Valdorges", "12 rue des Essais"),
            ("habite 3 bis, avenue du Général Exemple, 99110 Valdorges", "3 bis, avenue du Général Exemple"),
            ("1 BD DE LA PREUVE", "1 BD DE LA PREUVE"),
            ("7 rue de l'Essai et voilà", "7 rue de l'Essai"),
            ("7 rue des lilas blancs", "7 rue des lilas"),
            ("44 chemin du St. Essai. Puis", "44 chemin du St. Essai"),
            ("adresse: Villa Essai, Les Preuves 99110 Valdorges", "Villa Essai, Les Preuves"),
            ("１２ rue des Essais", "１２ rue des Essais"),
            ("12 r\u200bue des Essais", "12 r\u200bue des Essais"),
        ],
    )
    def test_found(self, raw: str, street: str):
        """Number and street; the town stays."""
        assert [street] == found("address", raw)

    @pytest.mark.parametrize(
        "raw",
        [
            "rue des Essais",
            "500 rows",
            "3 places",
            "BTC address: bc1qexample0000",
            "adresse: https://depot.test/x",
            "adresse: @un_vendeur",
            "il y a 2 cours",
        ],
    )
    def test_not_found(self, raw: str):
        """A street needs its number, and a wallet or a link is no home."""
        assert [] == found("address", raw)
