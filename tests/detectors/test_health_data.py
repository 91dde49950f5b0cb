"""What is said of a person's health. Everybody is invented."""

import pytest

from detectors.normalisation import fold
from detectors.personal_data import find_personal_data

JEANNE = "Mme Exemple, née le 01/02/1955"


def found(raw: str) -> set[tuple[str, str]]:
    return {(each.label, raw[each.start : each.end]) for each in find_personal_data(fold(raw))}


class TestHealthData:
    @pytest.mark.parametrize(
        ("label", "value"),
        [
            ("blood_group", "A+"),
            ("blood_group", "AB neg"),
            ("blood_group", "O rh-"),
            ("diagnosis", "E11.9"),
            ("diagnosis", "C50"),
            ("drug", "Kardegic"),
            ("drug", "ramipril"),
            ("drug", "atorvastatine"),
            ("comment", "patiente sourde"),
            ("comment", "ne parle pas français"),
            ("comment", "sous tutelle depuis 2 ans"),
        ],
    )
    def test_near_a_person(self, label: str, value: str):
        """Near a person it is that person's."""
        assert (label, value) in found(f"{JEANNE}, {value}")

    @pytest.mark.parametrize("value", ["A+", "E11.9", "Kardegic", "patiente sourde", "commentaire: seule"])
    def test_near_nobody(self, value: str):
        """Without a person it is nobody's."""
        assert set() == found(f"un cours sur {value}")

    @pytest.mark.parametrize("raw", ["groupe sanguin : A+", "Groupe sanguin=O-", '"blood_type": "AB+"'])
    def test_says_itself(self, raw: str):
        """A blood group that is called so is one."""
        assert ["blood_group"] == [label for label, _ in found(raw)]


class TestRemarks:
    @pytest.mark.parametrize(
        "raw",
        [
            f"{JEANNE}, commentaire : vient avec son chat",
            f"commentaire : vient avec son chat ; {JEANNE}",
            f"{JEANNE}\n{'téléphone : inconnu' * 9}\ncommentaire : vient avec son chat",
        ],
    )
    def test_of_a_person(self, raw: str):
        """A labelled remark in a person's file is covered, of whatever words."""
        assert any(label == "comment" and "vient avec son chat" in value for label, value in found(raw))

    def test_of_a_seller(self):
        """Elsewhere in the post a seller's note stays."""
        raw = f"{JEANNE}\n\n{'Un long texte. ' * 12}\nNote : prix 500 € en BTC"

        assert not any("prix" in value for _, value in found(raw))


class TestRestOfRecords:
    @pytest.mark.parametrize(
        ("raw", "rest"),
        [
            ("255069999999934;Talgnac;aime les chats;0639980011", "aime les chats"),
            ("255069999999934 | seule | Ourse", "Ourse"),
            ("Mme Talgnac 255069999999934 aime les chats 0639980011", "aime les chats"),
            ("NIR 255069999999934, aime les chats. Prix 500 €", "aime les chats"),
            ("('Ourse', 'Talgnac', '1955-02-01', '255069999999934', 'aime les chats')", "aime les chats"),
        ],
    )
    def test_is_covered(self, raw: str, rest: str):
        """What fills the gaps of a record is that person's."""
        assert any(rest in value for _, value in found(raw))

    @pytest.mark.parametrize(
        ("raw", "kept"),
        [
            ("255069999999934;Talgnac;010000024;0639980011", "010000024"),
            ("255069999999934;Talgnac;26010004500012;0639980011", "26010004500012"),
            ("255069999999934;LABORATOIRE FONTARECHE;0639980011", "LABORATOIRE FONTARECHE"),
            ("255069999999934;jeanne@labo-fontareche.test;seule", "labo-fontareche.test"),
            ("255069999999934;12 rue des Essais;99110 Valdorges", "99110 Valdorges"),
            ("NIR 255069999999934. Prix 500 €, contact @un_vendeur", "Prix 500 €, contact @un_vendeur"),
            ("NIR 255069999999934, prix 500 €", "prix 500 €"),
            ("255069999999934 ; 491 840 patients ; 0639980011", "491 840 patients"),
        ],
    )
    def test_stays(self, raw: str, kept: str):
        """Establishments' numbers and names, domains, towns and the seller's words stay."""
        covered = {place for each in find_personal_data(fold(raw)) for place in range(each.start, each.end)}
        start = raw.index(kept)

        assert covered.isdisjoint(range(start, start + len(kept)))
