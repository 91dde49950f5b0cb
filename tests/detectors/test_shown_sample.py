import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sample_profile import Verdict
from detectors.shown_sample import find_sample

ROWS = (
    "Dupra;Jeanne;12/06/1955;255069999999934;0639980011\n"
    "Vexin;Paul;01/03/1985;185032A99001243;0639980012\n"
    "Orlo;Anne;11/06/1955;255069999999934;0639980013"
)


def covered(text: str) -> list[str]:
    sample = find_sample(text)
    return [text[start:end] for start, end in sample.spans] if sample else []


class TestFound:
    def test_rows_under_a_header(self):
        """The rows are the block; the line of names stays readable, and the prose around."""
        text = f"Vends base labo\nnom;prenom;ddn;nir;tel\n{ROWS}\ncontact @x"

        assert [ROWS] == covered(text)

    def test_what_it_holds(self):
        """Counts and checks, as of a file."""
        sample = find_sample(f"x\nnom;prenom;ddn;nir;tel\n{ROWS}\n")

        assert sample is not None
        assert (3, 3, Verdict.CONSISTENT) == (
            sample.profile.rows,
            sample.profile.valid_nirs,
            sample.profile.authenticity.verdict,
        )
        assert ("name", "first_name", "birth_date", "nir", "phone") == sample.profile.kinds

    @pytest.mark.parametrize(
        "rows",
        [
            ROWS.replace(";", ","),
            ROWS.replace(";", " | "),
            ROWS.replace(";", "\t"),
            ROWS.replace(";", " "),
            ROWS.replace("\n", "\n\n"),
            "a@b.test:soleil1\nc@d.test:chaton2\ne@f.test:doudou3",
            '{"nom":"Dupra","prenom":"Jeanne","email":"j@c.test","nir":"255069999999934"}',
            '{\n "nom": "Dupra",\n "prenom": "Jeanne",\n "email": "j@c.test"\n}',
            "Nom: Dupra\nPrénom: Jeanne\nEmail: jeanne@courriel.test\nNIR: 2 55 06 99 999 999 34",
            "INSERT INTO p (nom, prenom, email) VALUES ('Dupra','Jeanne','j@c.test');",
            "<table>\n<tr><td>Dupra<td>j@c.test<td>12/06/1955</tr>\n<tr><td>Vexin<td>p@c.test<td>01/03/1985</tr>\n"
            "<tr><td>Orlo<td>a@c.test<td>01/03/1986</tr>",
        ],
    )
    def test_any_structure(self, rows):
        """However the rows are written, no name is left outside."""
        text = f"Fuite !\n\n{rows}\n\nbonne lecture"
        blocks = "".join(covered(text))

        assert blocks
        for word in ("Dupra", "Jeanne", "255069999999934", "soleil1", "j@c.test"):
            assert (word in blocks) == (word in text)

    def test_two_blocks(self):
        """Each block is covered; the longest is profiled."""
        accounts = "a@b.test:soleil1\nc@d.test:chaton2\ne@f.test:doudou3\ng@h.test:marine4"
        sample = find_sample(f"{ROWS}\n\net les comptes\n{accounts}\n")

        assert [ROWS, accounts] == covered(f"{ROWS}\n\net les comptes\n{accounts}\n")
        assert sample is not None
        assert 4 == sample.profile.rows

    def test_folding_is_not_needed(self):
        """Positions are of the raw text, wide characters and all."""
        text = f"𝐅𝐮𝐢𝐭𝐞 😀 ＬＡＢＯ\n{ROWS}\n"

        assert [ROWS] == covered(text)


PIECES = [
    *(
        "Dupra",
        "Jeanne",
        "12/06/1955",
        "31/02/0000",
        "255069999999934",
        "2 55 06 99 999 999 34",
        "a@b.test",
        "0639980011",
    ),
    *("nom", "nir", "cle", "site", "cp", "sexe", "date_naissance", "finess", "INSERT INTO p VALUES", "<tr>", "<td>"),
    *(";", ",", "|", "\t", "\n", ":", '"', "'", "(", ")", "{", '"nom":', "}", "\0", "é", "\ud800", "\u2028", "²", "  "),
]


class TestAnyText:
    @given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.integers(1, 6), st.text(max_size=20))
    def test_spans_are_of_the_text(self, line, times, end):
        """Whatever is posted, no fault, and blocks that stand in it in order."""
        text = f"{line}\n" * times + end
        sample = find_sample(text)
        spans = sample.spans if sample else ()
        edges = [edge for span in spans for edge in span]

        assert edges == sorted(edges)
        assert all(0 <= start < end <= len(text) for start, end in spans)


class TestNotFound:
    @pytest.mark.parametrize(
        "text",
        [
            "Vends base de 491 840 patients, 500 €, contact @x",
            "Selling db\nPrice: 500$\nContact: @seller\nCountry: France\nEmail: me@seller.test\nRows: 491 840",
            "files:\na.zip; 12 MB; 2021-02-03\nb.zip; 13 MB; 2021-02-04\nc.zip; 14 MB; 2021-02-05",
            "Le 12/03/2021, le groupe, dit-on, a parlé\net le 13/03/2021, encore, toujours, partout\n"
            "puis le 14/03/2021, rien, ni, plus",
            "Contains: nom, prénom, nir\nPrice: 0,5 BTC\nSample: 10 000 rows\nMirror: 1234567",
            "https://drop.test/a/1234567\nhttps://drop.test/b/1234567\nhttps://drop.test/c/1234567",
            "1;2;3\n4;5;6\n7;8;1234567",
            "",
            "\n\n\n",
        ],
    )
    def test_offers_and_lists(self, text):
        """An offer, a list of files, prose with commas, numbers: no persons are shown."""
        assert find_sample(text) is None
