"""Whose name a text shows. Everybody is invented."""

import pytest

from detectors.model import Finding
from detectors.normalisation import fold
from detectors.personal_data import find_personal_data


def named(raw: str) -> list[str]:
    """The names found, sure or not, as written."""
    found: tuple[Finding, ...] = find_personal_data(fold(raw))
    return [raw[each.start : each.end] for each in found if each.label == "name"]


class TestNames:
    @pytest.mark.parametrize(
        ("raw", "name"),
        [
            ("M. Exemple est venu", "Exemple"),
            ("Mme EXEMPLE-ESSAI Jeanne", "EXEMPLE-ESSAI Jeanne"),
            ("Mme\u00a0Ｅｘｅｍｐｌｅ", "Ｅｘｅｍｐｌｅ"),
            ("Docteur De Quervande", "De Quervande"),
            ("Dr. Talgnac", "Talgnac"),
            ("Madame L'Essai", "L'Essai"),
            ("patient jean quervande", "jean quervande"),
            ("patiente Jeanne Talgnac", "Jeanne Talgnac"),
            ("Talgnac Lurianne, née le 01/02/1955", "Talgnac Lurianne"),
            ("Talgnac Lurianne 2 55 06 99 999 999 34", "Talgnac Lurianne"),
            ("TALGNAC, Lurianne : 255069999999934", "TALGNAC, Lurianne"),
            ("TALGNAC;Lurianne;255069999999934", "TALGNAC;Lurianne"),
            ("Jeanne Talgnac habite au 06 39 98 00 11", "Jeanne Talgnac"),
            ("06 39 98 00 11 ou Jeanne Talgnac", "Jeanne Talgnac"),
            ("appeler Talgnac Lurianne 06 39 98 00 11", "Talgnac Lurianne"),
            ("jeanne talgnac 255069999999934", "jeanne talgnac"),
            ("lurianne.talgnac@courriel.test écrit Talgnac", "Talgnac"),
            ("Je\u200banne Talgnac 0639980011", "Je\u200banne Talgnac"),
            ("dossier_TALGNAC_Lurianne_255069999999934.pdf", "TALGNAC_Lurianne"),
            ("nom: Talgnac prénom: Lurianne", "Talgnac"),
            ('{"prenom": "Lurianne"}', "Lurianne"),
            ("Nom de naissance : de Talgnac", "de Talgnac"),
            ("Пациент Иванов Иван 0639980011", "Иванов Иван"),
            ("ФИО: Пробов Образец", "Пробов Образец"),
        ],
    )
    def test_found(self, raw: str, name: str):
        """A title, a first name beside a datum, a spelling, a label: each makes a name."""
        assert name in named(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            "Jeanne Exemple",
            "Jeanne Exemple sait tout",
            "Hôpital Jean Essai 0639980011",
            "Hôpital du Dr Exemple 0639980011",
            "Clinique Claire Fontarèche, jeanne@courriel.test",
            "Laboratoire Fontarèche 0639980011",
            "LABORATOIRE FONTARECHE 255069999999934",
            "CHU de Valdorges 0639980011",
            "Claire Essai Hospital 0639980011",
            "12 rue Jeanne Exemple",
            "Vends Base Patients, contact vendeur@courriel.test",
            "Prix 500 €. Contact Telegram 0639980011",
            "10 m Boulogne",
            "I'm looking for Patient Data",
            "Patient Records 2020, mail@courriel.test",
            "Nom : Laboratoire Fontarèche, 0639980011",
            "name: Quorvane leak",
            "champs : nom, prénom, nir",
            "le nom et le prénom du patient",
            "rose et pierre 0639980011",
            "nom;prenom;nir",
        ],
    )
    def test_not_found(self, raw: str):
        """A name alone is nobody's; organisations, streets, sellers' words and headings are none."""
        assert [] == named(raw)

    def test_is_covered_wherever_it_stands(self):
        """A name that was found is found again where nothing stands beside it."""
        raw = "Mme Talgnac\n\n\nvue en mars\n\n\nTalgnac va mieux"

        assert ["Talgnac", "Talgnac"] == named(raw)

    def test_stays_an_organisations(self):
        """A name that was found does not make an organisation of that name a person."""
        assert ["Talgnac"] == named("Mme Talgnac\n\n\nLaboratoire Talgnac")
