import pytest

from detectors.sample_columns import is_header, meaning_of, named_meaning, unnamed_people
from detectors.sample_profile import Meaning

NIRS = ["255069999999934", "2 55 06 99 999 999 34", "185032A99001243"]


class TestMeaning:
    @pytest.mark.parametrize(
        ("name", "meaning"),
        [
            ("NUM_SECU", Meaning.NIR),
            ("n° sécurité sociale", Meaning.NIR),
            ("NomNaissance", Meaning.NAME),
            ("nom_usuel", Meaning.NAME),
            ("PRENOM", Meaning.FIRST_NAME),
            ("date_naissance", Meaning.BIRTH_DATE),
            ("dep_naissance", Meaning.BIRTH_PLACE),
            ("code_prescripteur", Meaning.PRESCRIBER),
            ("Médecin traitant", Meaning.DOCTOR),
            ("code_site", Meaning.SITE),
            ("mot_de_passe", Meaning.PASSWORD),
            ("code postal", Meaning.POSTCODE),
            ("mutuelle", Meaning.INSURER),
            ("groupe_sanguin", Meaning.BLOOD_GROUP),
            ("commentaire", Meaning.COMMENT),
            ("date_dossier", Meaning.DATE),
            ("IPP", Meaning.PATIENT_ID),
            ("xyz12", None),
        ],
    )
    def test_by_name(self, name, meaning):
        """French and English names of columns are understood, however written."""
        assert meaning is named_meaning(name)

    @pytest.mark.parametrize(
        ("cells", "meaning"),
        [
            (NIRS, Meaning.NIR),
            (["a@b.test", "c@d.test", ""], Meaning.EMAIL),
            (["0639980011", "06 39 98 00 12", "+33639980013"], Meaning.PHONE),
            (["12/06/1955", "01/03/1985", "30/11/2001"], Meaning.DATE),
            (["M", "F", "F", "M", "F", "M"], Meaning.SEX),
            (["12900", "03912", "48903"], Meaning.POSTCODE),
            (["0", "1", "1", "0"], Meaning.FLAG),
            (["E11.9", "I10", "J45"], Meaning.PATHOLOGY),
            (["P12", "P13", "P99"], Meaning.TEXT),
            (["12 rue des Essais", "3 bd du Puits", "impasse du Lavoir"], Meaning.ADDRESS),
            (["", " "], Meaning.EMPTY),
        ],
    )
    def test_by_content(self, cells, meaning):
        """What stands in a column proves it where no name does."""
        assert meaning is meaning_of(None, cells)

    def test_a_contradicted_name_is_not_believed(self):
        """A column called nir full of words holds none."""
        assert Meaning.TEXT is meaning_of("nir", ["rouge", "vert", "bleu"])
        assert Meaning.EMAIL is meaning_of("telephone", ["a@b.test", "c@d.test"])

    def test_name_decides_between_dates(self):
        """Content says a date, the name says of birth."""
        assert Meaning.BIRTH_DATE is meaning_of("ddn", ["12/06/1955", "01/03/1985"])

    def test_people_without_header(self):
        """Beside a number, words are names, and the oldest dates are births."""
        samples = [
            ["Dupra", "Vexin"],
            ["Jeanne", "Paul"],
            ["12/06/1955", "01/03/1985"],
            ["01/01/2020", "02/01/2020"],
            NIRS,
        ]
        meanings = [meaning_of(None, cells) for cells in samples]

        assert [Meaning.NAME, Meaning.FIRST_NAME, Meaning.BIRTH_DATE, Meaning.DATE, Meaning.NIR] == unnamed_people(
            meanings, samples
        )


class TestHeader:
    def test_names_of_columns(self):
        """Words that name columns, over rows that do not."""
        assert is_header(["nom", "prenom", "ddn"], [["Dupra", "Jeanne", "12/06/1955"]])

    @pytest.mark.parametrize(
        "first", [["Dupra", "Jeanne", "12/06/1955"], ["nom", "a@b.test", "x"], ["Dupra", "Jeanne", "x"]]
    )
    def test_a_row_is_none(self, first):
        """A person is not taken for a header: that would leave the row readable."""
        assert not is_header(first, [["Vexin", "Paul", "01/03/1985"]])
