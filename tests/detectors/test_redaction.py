"""Redaction: nothing personal survives, nothing else is lost. Every datum is invented.

The spellings here are made by a generator of their own, which knows nothing of the detector's patterns:
it writes a secret in many ways, remembers where it wrote it, and looks for what of it can still be read.
"""

import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.model import RedactedText
from detectors.normalisation import fold
from detectors.redaction import COVER, defang, redact, redact_optional, redact_string

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u202e\U000e0020\u0301\u20e3\u3164\x00\x08"
OTHER_ZEROS = "0٠۰०০๐០༠０𝟎𝟘𝟢𝟬𝟶🯰"  # the zeros of other scripts: nine more digits follow each
BLANKS = " \u00a0\u202f\u2009\u3000"
GAPS = [*BLANKS, ".", "-", "_", "\u2011", "\u2013", "·", " - ", ". ", "  "]
LOCALS = [
    "jeanne",
    "jeanne.exemple",
    "j.exemple+labo",
    "exemple_1955",
    "jeanne-marie",
    "o'neil",
    "0639980011",
    "жанна",
    "JEANNE",
    "jéanne",
]
SIGNS = [
    "@", "＠", "﹫", " @ ", "@\u200b", "\u200b@", "%40", "%2540", "&#64;", "[at]", " [at] ", "(at)", "{at}", "<at>",
    "[@]", " (arobase) ", "(arobas)", " at ", " AT ", " arobase ", "[ａｔ]", " собака ", " (собака) ",
]  # fmt: skip
HOSTS = ["courriel.test", "mail.courriel.test", "courriel[.]test", "courriel(.)test", "courriel.test2", "почта.тест"]
SPELLED_HOSTS = ["courriel [dot] test", "courriel dot test", "courriel (point) test", "courriel point test"]
BEFORE = ["", "tel:", "tél ", "(", "«", '"', "'", "nir=", "NIR", "№", "почта:", "номер", "\n", "né le 01/02/1955 ", "|"]
AFTER = ["", ")", "»", '"', "'", ";", ",", ".", "!", "…", "\n", " rue", "пациент", "—", "\u200b", "|"]
BETWEEN = [" ", "\n", ";", " ; ", ", ", "\t", " | ", " — ", " et ", " и ", " 491 840 lignes, ", " FINESS 010000024 - "]
KEPT = [
    "FINESS 010000024",
    "finess 990000045 12 lits",
    "SIRET 260 100 045 00012",
    "SIRET 26010004500012",
    "SIREN 260100045",
    "le 01 12 2020",
    "le 01/12/2020 10:30",
    "2020-12-01",
    "2020-12-01T10:30:45",
    "sauvegarde_2020-01-02_123456.zip",
    "photo_1@01-10-2020_12-30-45.jpg",
    "491 840 patients",
    "491.840",
    "491,840 rows",
    "1 234 567 890 lignes",
    "500k",
    "500 тыс карт",
    "12.000 kişi",
    "500 €",
    "1601524800",
    "99110 Valdorges",
    "@un_vendeur",
    "contact @un_vendeur. Prix bas",
    "Laboratoire Fontarèche",
    "https://drop.test/a1b2c3",
    "https://t.me/c/1390471562/17712",
    "https://t.me/c/1390471562/177",
    "192.0.2.1",
    "v1.2.3",
    "2020 2021 2022",
    "available at drop.test",
    "C'est l'hôpital",
    "12h30 - 14h00",
    "Hôpital Jean Essai",
    "CENTRE HOSPITALIER DE VALDORGES",
    "Pharmacie Exemple, 99110 Valdorges",
    "nom, prénom, NIR, date de naissance, groupe sanguin",
    "nom;prenom;ddn;nir;tel;mail;commentaire",
    "données de 2015 à octobre 2020",
    "rue des Essais",
    "patients : 491 840",
    "Jeanne Exemple",
    "sourde oreille",
    "mot de passe sur demande",
]


@dataclass(frozen=True)
class Written:
    """A text and which of its characters are secret."""

    text: str
    secret: frozenset[int]

    def __add__(self, other: "Written | str") -> "Written":
        if isinstance(other, str):
            return Written(self.text + other, self.secret)
        return Written(self.text + other.text, self.secret | {len(self.text) + place for place in other.secret})


def plain(text: str) -> Written:
    return Written(text, frozenset())


def hidden(text: str) -> Written:
    return Written(text, frozenset(range(len(text))))


@st.composite
def digits(draw: st.DrawFn, number: str, groups: list[int], between: list[str]) -> str:
    """A number in groups, in some script, with invisible characters strewn in."""
    zero = ord(draw(st.sampled_from(OTHER_ZEROS)))
    written = [chr(zero + int(digit)) if digit.isdecimal() else digit for digit in number]
    for place in draw(st.lists(st.integers(0, len(number) - 2), max_size=4)):
        written[place] += draw(st.sampled_from(INVISIBLE))
    one_gap = st.just(draw(st.sampled_from(["", "", *between])))
    gaps = draw(st.sampled_from([one_gap, st.sampled_from(between)]))
    pieces, at = "", 0
    for length in groups:
        pieces += (draw(gaps) if at else "") + "".join(written[at : at + length])
        at += length
    return pieces


@st.composite
def nirs(draw: st.DrawFn) -> Written:
    """A social-security number of a commune that does not exist."""
    sex, year, month = draw(st.sampled_from("12")), draw(st.integers(0, 99)), draw(st.integers(1, 12))
    where = draw(st.sampled_from(["99999", "75990", "13999", "2A990", "2B991", "97995"]))
    body = f"{sex}{year:02}{month:02}{where}{draw(st.integers(1, 999)):03}"
    if draw(st.booleans()):
        return hidden(draw(digits(body, draw(st.sampled_from([[13], [1, 2, 2, 2, 3, 3], [7, 6], [1] * 13])), GAPS)))
    key = 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97
    groups = draw(
        st.sampled_from([[15], [13, 2], [1, 2, 2, 2, 3, 3, 2], [1] * 15, [3, 3, 3, 3, 3], [1, 2, 2, 5, 3, 2]])
    )
    return hidden(draw(digits(f"{body}{key:02}", groups, GAPS)))


@st.composite
def phones(draw: st.DrawFn) -> Written:
    """A number of the ranges kept for fiction."""
    national = draw(st.sampled_from(["63998", "19900", "26191", "35301", "46571", "53649"])) + draw(
        st.from_regex(r"[0-9]{4}", fullmatch=True)
    )
    prefix = draw(st.sampled_from(["0", "0", "0", "+33", "0033", "33"]))
    if prefix == "0":
        groups = draw(st.sampled_from([[10], [2] * 5, [1] * 10, [4, 3, 3], [4, 2, 2, 2]]))
        return hidden(draw(digits(prefix + national, groups, [*GAPS, "/"])))
    joint = draw(st.sampled_from(["", " ", " (0)", "(0) ", "-", "."])) if prefix != "33" else ""
    return hidden(
        prefix + joint + draw(digits(national, draw(st.sampled_from([[9], [1, 2, 2, 2, 2], [3, 3, 3]])), [*GAPS, "/"]))
    )


@st.composite
def emails(draw: st.DrawFn) -> Written:
    """An address whose local part is secret; its domain is not."""
    local = draw(st.sampled_from(LOCALS))
    place = draw(st.integers(1, len(local)))
    written = local[:place] + draw(st.sampled_from(["", "", *INVISIBLE])) * (place < len(local)) + local[place:]
    if draw(st.booleans()):
        written = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in written)
    hosts = HOSTS + SPELLED_HOSTS
    return hidden(written) + draw(st.sampled_from(SIGNS)) + draw(st.sampled_from(hosts))


@st.composite
def texts(draw: st.DrawFn) -> Written:
    """Secrets glued to what may stand around them, and to each other."""
    written = plain(draw(st.sampled_from(["", "Vends base patients ", "База ", "491 840 lignes : "])))
    for number in range(draw(st.integers(1, 4))):
        if number:
            written += draw(st.sampled_from(BETWEEN))
        secret = draw(st.one_of(nirs(), phones(), emails()))
        before = draw(st.sampled_from(BEFORE))
        written = written + before + secret + draw(st.sampled_from(AFTER))
    return written


def still_read(written: Written, redacted: str) -> str:
    """The letters and digits of the secrets that a reader still sees."""
    return "".join(
        redacted[place]
        for place in sorted(written.secret)
        if written.text[place].isalnum() and redacted[place] != COVER
    )


def all_digits(text: str) -> str:
    """The digits of a text, whatever their script."""
    return "".join(str(digit) for digit in (unicodedata.digit(c, None) for c in text) if digit is not None)


class TestRedact:
    def test_keeps_length(self):
        """A redaction is as long as what it covers."""
        raw = "NIR 2550699999999 34"

        assert len(raw) == len(redact(fold(raw)))

    @settings(deadline=None)
    @given(texts())
    def test_leaves_nothing_of_a_secret(self, written: Written):
        """No letter or digit of a secret can be read, however it was spelled."""
        assert "" == still_read(written, redact_string(written.text))

    @settings(deadline=None)
    @given(nirs() | phones(), st.sampled_from(BEFORE), st.sampled_from(AFTER))
    def test_leaves_no_digits(self, secret: Written, before: str, after: str):
        """The digits that can be read are those around the secret, in any script."""
        assert all_digits(redact_string(before + secret.text + after)) in all_digits(before + after)

    @settings(deadline=None)
    @given(texts())
    def test_total_and_as_long(self, written: Written):
        """The redacted text is as long as the raw one."""
        assert len(written.text) == len(redact_string(written.text))

    @settings(deadline=None)
    @given(texts())
    def test_redacts_once(self, written: Written):
        """A redacted text redacts to itself."""
        redacted = redact_string(written.text)

        assert redacted == redact_string(redacted)

    @settings(deadline=None)
    @given(st.text(st.characters() | st.sampled_from("0123456789 .@-+()\u200b\x00\ud800")))
    @example("x@y.test@z.test")
    @example("2550699999999 34 0639980011")
    @example("06 39 98 00 11.jeanne@courriel.test")
    def test_any_text(self, raw: str):
        """Any text redacts, keeps its length, and redacts to itself."""
        redacted = redact_string(raw)

        assert (len(raw), redacted) == (len(redacted), redact_string(redacted))

    @pytest.mark.parametrize("text", KEPT)
    def test_keeps(self, text: str):
        """Register numbers, dates, quantities, handles, addresses and names stay."""
        assert text == redact_string(text)

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(KEPT), max_size=5), st.sampled_from(["\n", " ; ", ", puis ", " et "]))
    def test_keeps_in_a_row(self, kept: list[str], between: str):
        """What stays alone stays beside others."""
        assert between.join(kept) == redact_string(between.join(kept))

    @pytest.mark.parametrize("sign", ["@", "%40", "[at]"])
    def test_keeps_the_domain(self, sign: str):
        """Of an address the domain stays."""
        assert f"██████{sign}labo-fontareche.test" == redact_string(f"jeanne{sign}labo-fontareche.test")

    def test_covers_a_block_whole(self):
        """A sample shown is covered whole but for its line breaks, and what is watched in it stays."""
        raw = "Extrait :\nun;deux\nLabo Quorvane;Julie\nfin"

        assert f"Extrait :\n{COVER * 7}\nLabo Quorvane{COVER * 6}\nfin" == redact(
            fold(raw), blocks=((10, 37),), kept=((18, 31), (32, 37))
        )

    @pytest.mark.parametrize("blocks", [((0, 5), (3, 9)), ((4, 400),), ((9, 2),)])
    def test_covers_any_blocks(self, blocks: tuple[tuple[int, int], ...]):
        """Blocks that overlap, or reach behind the text, change no length."""
        assert 12 == len(redact(fold("une ligne ; deux"[:12]), blocks=blocks))

    def test_keeps_watched_names(self):
        """A watched name that looks like a person's stays; a number within it does not."""
        raw = "Quorvane Jeanne 2550699999999 34"

        assert f"{COVER * 15} {COVER * 16}" == redact(fold(raw))
        assert f"Quorvane Jeanne {COVER * 16}" == redact(fold(raw), kept=((0, 15),))
        assert f"Quorvane Jeanne {COVER * 16}" == redact(fold(raw), kept=((0, len(raw)),))

    def test_a_first_name_is_no_product(self):
        """A watched name of one word stays as any word does, and does not hide a patient's."""
        assert f"Base Quorvane {COVER * 10}" == redact(fold("Base Quorvane 0639980011"), kept=((5, 13),))
        assert f"Mme {COVER * 14} {COVER * 15}" == redact(fold("Mme Julie Quorvane 255069999999934"), kept=((4, 9),))

    def test_keeps_a_name_beside_secrets(self):
        """A watched name between two secrets stays."""
        assert "█@b.test Laboratoire Fontarèche ██████████" == redact_string(
            "a@b.test Laboratoire Fontarèche 0639980011"
        )

    @pytest.mark.parametrize("character", ["\x00", "\ud800"], ids=["nul", "surrogate"])
    def test_writes_what_can_be_written(self, character: str):
        """NUL and lone surrogates become the replacement character."""
        assert "a\ufffdb" == redact_string(f"a{character}b")

    def test_is_redacted_text(self):
        """The result is the one type storage accepts."""
        assert RedactedText is type(redact(fold("rien")))


class TestRedactOptional:
    def test_nothing(self):
        """What is missing stays missing."""
        assert redact_optional(None) is None

    def test_something(self):
        """What is there is redacted."""
        assert "██████████" == redact_optional("0639980011")


class TestDefang:
    @pytest.mark.parametrize(
        ("url", "defanged"),
        [
            ("https://t.me/c/3390471562/5", "hxxps://t[.]me/c/3390471562/5"),
            ("https://t.me/c/0639980011/1", "hxxps://t[.]me/c/██████████/1"),
            ("https://t.me/tel0639980011/1", "hxxps://t[.]me/tel██████████/1"),
            ("https://files.drop.test/a.b", "hxxps://files[.]drop[.]test/a.b"),
            ("HTTP://drop.test", "hxxp://drop[.]test"),
            ("ftp://drop.test/x", "ftp://drop[.]test/x"),
            ("drop.test/x.zip", "drop[.]test/x.zip"),
            ("https://drop.test/?m=jeanne%40courriel.test", "hxxps://drop[.]test/?m=██████%40courriel.test"),
            ("https://drop.test/0639980011", "hxxps://drop[.]test/██████████"),
            ("https://drop.test/?tel=06%2039%2098%2000%2011", "hxxps://drop[.]test/?tel=██████████████████████"),
            ("https://jeanne@courriel.test/", "hxxps://██████@courriel[.]test/"),
            ("mailto:jeanne@courriel.test", "mailto:██████@courriel[.]test"),
            ("tel:+33639980011", "tel:████████████"),
            ("", ""),
        ],
    )
    def test_defangs(self, url: str, defanged: str):
        """Nobody can click it by accident, and nothing personal is in it."""
        assert defanged == defang(url)

    @settings(deadline=None)
    @given(st.text())
    def test_any_address(self, url: str):
        """Nothing that calls itself an address can be clicked."""
        assert "http" not in defang(f"http://{url}").partition("://")[0]
