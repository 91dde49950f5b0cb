"""How a chunk is read: every disguise gives the word, and where it stands."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.compiling import compile_index
from detectors.model import Entity, EntityKind
from detectors.readings import Reader, Reading

NAMES = (
    "Clinique Cabrezol",
    "CHU de Trévaloux",
    "Quorvane",
    "Laboratoire Fontarèche",
    "EHPAD les Mimosas",
    "Saint Élan",
)
INDEX = compile_index(
    Entity(id=f"test:{number}", kind=EntityKind.ESTABLISHMENT, name=name, city="Morvenec")
    for number, name in enumerate(NAMES)
)
READER = Reader(INDEX)
ANY_CHUNK = st.text(st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc"]), min_size=1)


def read(chunk: str) -> Reading:
    return READER.read([chunk])[chunk]


def words(chunk: str) -> list[str]:
    """The words a chunk is read as."""
    return [INDEX.words[token.code] for token in read(chunk).tokens]


def parts(chunk: str) -> list[tuple[str, str]]:
    """What was written, and the word it was read as."""
    return [(chunk[token.start : token.end], INDEX.words[token.code]) for token in read(chunk).tokens]


class TestReader:
    @pytest.mark.parametrize(
        "written",
        [
            "cabrezol", "CABREZOL", "Càbrézôl", "(Cabrezol),", "C4br3z0l", "c@brez0l", "c@br€zol!", "Cаbrеzоl",
            "саbrеzоl", "ϲαbrеzοl", "𝐂𝐚𝐛𝐫𝐞𝐳𝐨𝐥", "ｃａｂｒｅｚｏｌ", "c\u200ba\u00adbrezol",
            "c\u0336a\u0336b\u0336rezol", "c.a.b.r.e.z.o.l", "C-A-B-R-E-Z-O-L", "c*brezol", "cab_ezol", "cabre·ol",
            "cab🔥rezol", "c🔥a🔥b🔥r🔥e🔥z🔥o🔥l", "ca🇫🇷brezol", "cabrezoool", "cabresol", "cabrzeol",
            "kabrezol", "cabrezole", "кабрезол", "каbрезол", "καμπρεζολ", "cabre-zol",
        ],
    )  # fmt: skip
    def test_sees_through(self, written: str):
        """Every disguise of a word is read as the word."""
        assert "cabrezol" in words(written)

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("#CHUdeTrévaloux", [("CHU", "chu"), ("Trévaloux", "trevaloux")]),
            ("chutrevaloux", [("chu", "chu"), ("trevaloux", "trevaloux")]),
            ("ch_trevaloux-patients_2024.sql.gz", [("ch", "ch"), ("trevaloux", "trevaloux")]),
            ("https://www.clinique-cabrezol.test/", [("clinique", "clinique"), ("cabrezol", "cabrezol")]),
            ("CliniqueCabrezol", [("Clinique", "clinique"), ("Cabrezol", "cabrezol")]),
            ("cliniquecabrezol", [("clinique", "clinique"), ("cabrezol", "cabrezol")]),
            ("EHPADlesMimosas", [("EHPAD", "ehpad"), ("Mimosas", "mimosas")]),
            ("C.H.U.", [("C.H.U", "chu")]),
            ("l'hôpital", [("hôpital", "hopital")]),
            ("lab0ratoire", [("lab0ratoire", "laboratoire")]),
            ("l4b0", [("l4b0", "laboratoire")]),
            ("больница", [("больница", "hopital")]),
        ],
    )
    def test_says_where(self, written: str, expected: list[tuple[str, str]]):
        """The parts of glued words, hashtags, file and host names stand where they stand."""
        assert expected == parts(written)

    @pytest.mark.parametrize(
        "written", ["2024", "500k", "491.840", "12€", "—", "!!!", "de", "la", "@un_vendeur", "bonjour"]
    )
    def test_of_no_name(self, written: str):
        """Numbers, signs, articles and everyday words are no words of names."""
        assert [] == words(written)

    @pytest.mark.parametrize(
        ("written", "length"), [("de", 0), ("-", 0), ("cabrezol", 1), ("bonjour", 1), ("l'hôpital", 1)]
    )
    def test_counts_words(self, written: str, length: int):
        """Articles and punctuation take no place among the words."""
        assert length == read(written).length

    @settings(deadline=None)
    @given(ANY_CHUNK)
    @example("İcabrezol")
    @example("ﬁ.ﬁ.ﬁ")
    @example("a'b*c-d_e.f" * 8)
    @example("\u0301é\u200b")
    def test_any_chunk(self, chunk: str):
        """Every word read lies within its chunk, in order, as surely as sure can be."""
        reading = read(chunk)

        assert all(0 <= token.start < token.end <= len(chunk) for token in reading.tokens)
        assert all(0 < token.confidence <= 1 and 0 <= token.ordinal < reading.length for token in reading.tokens)

    @settings(deadline=None)
    @given(st.lists(ANY_CHUNK | st.sampled_from(["cabrezol", "C4brezol", "кабрезол", "cabrzeol"]), max_size=8))
    def test_each_for_itself(self, chunks: list[str]):
        """A chunk is read as it is alone, whatever is read beside it."""
        assert {chunk: read(chunk) for chunk in chunks} == READER.read(dict.fromkeys(chunks))

    @pytest.mark.timeout(20)
    @pytest.mark.parametrize("unit", ["aB", "a@", "a-", "a.", "aB\u200b", "h0", "aа", "a*", "é", "cabrezol"], ids=ascii)
    def test_reads_no_more_than_its_length(self, unit: str):
        """Ten times the chunk gives at most ten times the words, and a little."""
        short, long = (len(read(unit * count).tokens) for count in (2_000, 20_000))

        assert 10 * short + 100 >= long
