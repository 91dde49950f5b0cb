"""Folding: every disguise is seen through, and every folded character leads back to where it was written."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.normalisation import fold, leet_readings, undisguised, visible, with_gaps_shown

ANY_TEXT = st.text(st.characters())  # lone surrogates among them
DISGUISES = {
    "plain": "hopital",
    "capitals": "HOPITAL",
    "accent": "hôpital",
    "combining accent": "ho\u0302pital",
    "two hundred marks on one letter": "ho" + "\u0302\u0323" * 100 + "pital",
    "zero-width space": "ho\u200bpi\u200btal",
    "zero-width joiner": "ho\u200dpital",
    "soft hyphen": "ho\u00adpital",
    "byte-order mark": "ho\ufeffpital",
    "direction marks": "\u202ehopital\u202c",
    "tag characters": "ho\U000e0068\U000e006fpital",
    "hangul filler": "ho\u3164pital",
    "half-width filler": "ho\uffa0pital",
    "control characters": "ho\x00pi\x07tal",
    "full width": "ｈｏｐｉｔａｌ",
    "mathematical bold": "𝐡𝐨𝐩𝐢𝐭𝐚𝐥",
    "mathematical script": "𝓱𝓸𝓹𝓲𝓽𝓪𝓵",
    "double-struck": "𝕙𝕠𝕡𝕚𝕥𝕒𝕝",
    "circled": "ⓗⓞⓟⓘⓣⓐⓛ",
    "negative squared": "🅷🅾🅿🅸🆃🅰🅻",
    "negative circled": "🅗🅞🅟🅘🅣🅐🅛",
    "regional indicators": "🇭🇴🇵🇮🇹🇦🇱",
    "small capitals": "ʜᴏᴘɪᴛᴀʟ",
    "enclosing keycap": "h\u20e3o\u20e3p\u20e3i\u20e3tal",
    "cyrillic look-alikes": "hорitаl",
    "cyrillic capitals": "HОРITАL",
    "greek look-alikes": "hοpιtαl",
    "greek capitals": "HΟΡITΑL",
    "armenian look-alike": "hօpital",
    "turkish dotless i": "hopıtal",
    "turkish dotted I": "HOPİTAL",
}


class TestFold:
    @pytest.mark.parametrize("written", DISGUISES.values(), ids=DISGUISES.keys())
    def test_sees_through(self, written: str):
        """Each disguise of a word folds to the plain word."""
        assert "hopital" == fold(written).folded

    @pytest.mark.parametrize("written", DISGUISES.values(), ids=DISGUISES.keys())
    def test_leads_back(self, written: str):
        """Where a disguised word stands between others is told exactly."""
        raw = f"vends {written}, urgent"
        text = fold(raw)
        start = text.folded.index("hopital")

        first, last = text.raw_span(start, start + len("hopital"))

        assert (raw.index(written.strip("\u202e\u202c")), "hopital") == (first, fold(raw[first:last]).folded)

    @pytest.mark.parametrize(
        ("written", "folded"),
        [
            ("ﬁche", "fiche"),
            ("cœur", "coeur"),
            ("CŒUR", "coeur"),
            ("ex æquo", "ex aequo"),
            ("straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("l’hôpital", "l'hopital"),
            ("Saint‑Élan", "saint-elan"),
            ("491\u00a0840", "491 840"),
            ("491\u202f840", "491 840"),
            ("٤٩١", "491"),
            ("𝟒𝟗𝟏", "491"),
            ("①②❸", "123"),
            ("4\ufe0f\u20e39\ufe0f\u20e3", "49"),
            ("пациентов", "пациентов"),
            ("УТЕЧКА", "утечка"),
            ("\ud800", "\ufffd"),
            ("a\u2800b", "a b"),
            ("a\nb\tc", "a\nb\tc"),
            ("", ""),
        ],
    )
    def test_folds(self, written: str, folded: str):
        """Ligatures, dashes, blanks and digits become their plain form; a word of another script stays itself."""
        assert folded == fold(written).folded

    def test_covers_what_became_two_letters(self):
        """A span that ends within the two letters of a ligature covers the ligature."""
        assert (1, 2) == fold("cœur").raw_span(1, 2)

    def test_covers_inner_marks(self):
        """A span covers the invisible characters within it and none behind it."""
        assert (0, 4) == fold("e\u0301\u200be\u0301").raw_span(0, 2)

    def test_empty_span(self):
        """An empty span stays what it is."""
        assert (3, 3) == fold("hôpital").raw_span(3, 3)

    @settings(deadline=None)
    @given(ANY_TEXT)
    @example("\ud800\udc00é")
    @example("ﷺ" * 3)
    def test_has_a_position_for_every_character(self, raw: str):
        """There are as many positions as folded characters, or the lengths are equal."""
        text = fold(raw)

        assert len(text.folded) == len(raw if text.positions is None else text.positions)

    @settings(deadline=None)
    @given(ANY_TEXT)
    def test_positions_follow_the_text(self, raw: str):
        """Positions never go back, and stay within the text."""
        positions = fold(raw).positions or range(len(raw))

        assert sorted(positions) == list(positions)
        assert all(0 <= position < len(raw) for position in positions)

    @settings(deadline=None)
    @given(ANY_TEXT, st.data())
    def test_spans_stay_within_the_text(self, raw: str, data: st.DataObject):
        """Any folded span is a span of the raw text, not empty unless it was."""
        text = fold(raw)
        start = data.draw(st.integers(0, len(text.folded)))
        end = data.draw(st.integers(start, len(text.folded)))

        first, last = text.raw_span(start, end)

        assert start == end or 0 <= first < last <= len(raw)

    @settings(deadline=None)
    @given(st.text())
    def test_folds_once(self, raw: str):
        """What was folded to plain letters folds to itself."""
        plain = "".join(character for character in fold(raw).folded if character.isascii())

        assert plain == fold(plain).folded

    @settings(deadline=None)
    @given(st.text(), st.text())
    def test_letters_fold_alone(self, left: str, right: str):
        """Texts parted by a line fold as they do alone."""
        assert f"{fold(left).folded}\n{fold(right).folded}" == fold(f"{left}\n{right}").folded

    @pytest.mark.timeout(10)
    @pytest.mark.parametrize(
        "unit", ["\u0301", "e\u0301", "\u200b", "ﬁ", "a", "аa", "ﷺ", "\ud800", "🇭", "\x00"], ids=ascii
    )
    def test_costs_its_length(self, unit: str):
        """A million of anything folds at once, to so many times what one folds to."""
        count = 1_000_000 // len(unit)

        assert len(fold(unit * 10).folded) * (count // 10) == len(fold(unit * count).folded)


class TestWithGapsShown:
    def test_shows_a_hidden_gap(self):
        """An invisible character between two numbers becomes a blank."""
        shown = with_gaps_shown(fold("12\u200b06"))

        assert "12 06" == (shown and shown.folded)

    def test_nothing_hidden(self):
        """Accents written as one letter hide nothing."""
        assert with_gaps_shown(fold("hôpital cœur")) is None

    @settings(deadline=None)
    @given(ANY_TEXT)
    def test_keeps_raw_positions(self, raw: str):
        """The text with gaps is as long as the raw one."""
        shown = with_gaps_shown(fold(raw))

        assert len(raw) == len(shown.raw if shown else raw)


class TestLeetReadings:
    @pytest.mark.parametrize(
        ("written", "reading"),
        [
            ("h0pit4l", "hopital"),
            ("$@int", "saint"),
            ("p4t13nt5", "patients"),
            ("l@b0", "labo"),
            ("f1ch13r", "fichier"),
            ("v3nd5", "vends"),
            ("b4$e", "base"),
            ("c|inique", "clinique"),
            ("c1inique", "clinique"),
        ],
    )
    def test_reads(self, written: str, reading: str):
        """Digits and signs are read as the letters they stand for."""
        assert reading in leet_readings(written)

    @pytest.mark.parametrize(
        "written", ["2024", "500k", "491.840", "12€", "$500", "500$", "3go", "1m", "491840", "", "hopital", "@", "$$$"]
    )
    def test_leaves_numbers_alone(self, written: str):
        """Numbers, amounts and plain words have no other reading."""
        assert () == leet_readings(written)

    def test_offers_few_readings(self):
        """A word of many ambiguous signs has eight readings at most."""
        assert 8 == len(leet_readings("i1l1i1l1a"))

    def test_longest_word(self):
        """What is longer than any word is not read in another way."""
        assert () == leet_readings("h0pit4l" * 100)

    @settings(deadline=None)
    @given(st.text(st.sampled_from("ab01345@$!|€£+"), max_size=30))
    def test_readings_keep_the_length(self, written: str):
        """A reading is as long as the word."""
        assert {len(written)} >= {len(reading) for reading in leet_readings(written)}


class TestUndisguised:
    @pytest.mark.parametrize(
        ("written", "spelled"),
        [
            ("V3nds b4se 500k p@tients!", "vends base 500k patients!"),
            ("prix 12€ en 2024", "prix 12€ en 2024"),
            ("491.840 lignes", "491.840 lignes"),
            ("fuite !!!", "fuite !!!"),
            ("rien", "rien"),
        ],
    )
    def test_spells_out(self, written: str, spelled: str):
        """Leetspeak is spelled out, numbers and punctuation stay."""
        assert spelled == undisguised(fold(written))

    @settings(deadline=None)
    @given(ANY_TEXT)
    def test_keeps_the_length(self, raw: str):
        """Positions of the folded text stay true."""
        text = fold(raw)

        assert len(text.folded) == len(undisguised(text))


class TestShown:
    def test_leaves_out_what_nobody_sees(self):
        """What is hidden goes, capitals and accents stay."""
        assert "CHÙ" == visible("C\u200bH\u00adÙ")

    @settings(deadline=None)
    @given(ANY_TEXT)
    def test_hides_nothing_afterwards(self, raw: str):
        """Of what is shown nothing is hidden."""
        assert with_gaps_shown(fold(visible(raw))) is None
