"""Who is named. Every organisation and town is invented."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.batches import read_batch
from detectors.index import MOST_GROUPS
from detectors.judging import ballots, judged
from detectors.model import Entity, EntityKind, Mention
from detectors.normalisation import fold
from detectors.watchlist import CUTOFF, MOST_CANDIDATES, Watchlist, compile_watchlist, speaks_of_health

ESTABLISHMENT = EntityKind.ESTABLISHMENT
TILLEULS = tuple(
    Entity(id=f"test:tilleuls-{number}", kind=ESTABLISHMENT, name="Clinique des Tilleuls", city=city, postcode=postcode)
    for number, (city, postcode) in enumerate([("Trévaloux", "99120"), ("Morvenec", "99130"), ("Aubrevaine", "99140")])
)
GROUP = Entity(
    id="test:ght",
    kind=EntityKind.NETWORK,
    name="GHT Orvillonges",
    aliases=("groupement hospitalier de territoire Orvillonges",),
)
TOWN_HOSPITALS = (
    Entity(id="test:chu", kind=ESTABLISHMENT, name="CHU de Castelbrac"),
    Entity(id="test:clinic", kind=ESTABLISHMENT, name="Clinique de Castelbrac"),
    Entity(id="test:long", kind=ESTABLISHMENT, name="Clinique Armelin de Castelbrac"),
)


ANY_POST = st.text(st.characters() | st.sampled_from("quorvanelbо @.-_0\u200b 🔥"), max_size=60)
PUNCTUATION = ".,;:!?()[]«»“”—…"
DISGUISED = (
    "Quorvane", "QUORVANE", "Qu0rv4ne", "Quоrvаne", "Q\u200bu\u200borvane", "Q\u0336u\u0336o\u0336rvane",
    "Q.u.o.r.v.a.n.e", "Q U O R V A N E", "Q - U - O - R - V - A - N - E", "Quo🔥rvane", "Q🔥u🔥o🔥r🔥v🔥a🔥n🔥e",
    "Qu*rvane", "Quorvanne", "Quovrane", "куорване", "Quorvaaane", "𝐐𝐮𝐨𝐫𝐯𝐚𝐧𝐞", "Quór\u0301vàne",
)  # fmt: skip
HOSTILE = (
    "clinique Tilleuls CH ", "Castelbrac ", "a ", "a.", "aB", "Ti11eu1s ", "тилеул ", "T*ll**ls ", "cliniquetilleuls",
    "x-", "@b", "centre hospitalier ", "de la ", "tilleul tileuls tilluels ", "0 1 ", "\u200ba ",
)  # fmt: skip


@pytest.fixture(scope="module")
def wider(entities: tuple[Entity, ...]) -> Watchlist:
    """The invented world with homonyms, a hospital group and hospitals of one town."""
    return compile_watchlist((*entities, *TILLEULS, GROUP, *TOWN_HOSPITALS))


def ids(watchlist: Watchlist, raw: str) -> list[str]:
    return [mention.entity_id for mention in watchlist.mentions(fold(raw))]


def only(watchlist: Watchlist, raw: str) -> Mention:
    (mention,) = watchlist.mentions(fold(raw))
    return mention


class TestMentions:
    @pytest.mark.parametrize(
        "written",
        [
            "Quorvane",
            "QUORVANE",
            "quorvane",
            "Quórvàne",
            "Ｑｕｏｒｖａｎｅ",
            "Q\u200bu\u200bo\u200brvane",
            "Quo\u00adrvane",
            "Q\u0336u\u0336o\u0336r\u0336v\u0336a\u0336n\u0336e\u0336",
            "Quоrvаne",
            "Quοrvαne",
            "𝐐𝐮𝐨𝐫𝐯𝐚𝐧𝐞",
            "ⓠⓤⓞⓡⓥⓐⓝⓔ",
            "🇶🇺🇴🇷🇻🇦🇳🇪",
            "qᴜᴏʀᴠᴀɴᴇ",
            "Qu0rv4ne",
            "Qu0rvane!",
            "Quorv@ne",
            "Q U O R V A N E",
            "Q.U.O.R.V.A.N.E",
            "q-u-o-r-v-a-n-e",
            "#QuorvaneLeak",
            "#quorvane_leak",
            "dump_quorvane_2024.zip",
            "quorvane.sql",
            "ex-quorvane",
            "l'Quorvane",
            "«Quorvane»",
            "база Quorvane",
            "Quorvane\ud800",
            "Quo\x00rvane",
        ],
    )
    def test_sees_through(self, watchlist: Watchlist, written: str):
        """A name is found in every disguise, alone in a post."""
        assert ["vendor:quorvane"] == ids(watchlist, written)

    @pytest.mark.parametrize("written", ["Quorvanne", "Quorvan", "Quorvnae", "Quorvane5", "Qvorvane", "labzephir"])
    def test_typo_beside_health(self, watchlist: Watchlist, written: str):
        """A misspelt name counts where the post is about health."""
        assert 1 == len(ids(watchlist, f"base patients {written}"))

    @pytest.mark.parametrize("written", ["Quorvanne", "Quorvan", "un Quorvnae"])
    def test_typo_alone(self, watchlist: Watchlist, written: str):
        """A misspelt name alone proves nothing."""
        assert [] == ids(watchlist, written)

    @pytest.mark.parametrize("written", ["Quorvaaaane patients", "Korvan patients", "Quervone patients"])
    def test_two_typos(self, watchlist: Watchlist, written: str):
        """A long name is known with two slips, held letters or spelled by ear, where the post is about health."""
        assert ["vendor:quorvane"] == ids(watchlist, written)

    @pytest.mark.parametrize("written", ["Quxrbone patients", "Corvus patients", "Qverqone patients", "quai patients"])
    def test_three_typos(self, watchlist: Watchlist, written: str):
        """What is further away is another word."""
        assert [] == ids(watchlist, written)

    @pytest.mark.parametrize(
        "written",
        [
            "Laboratoire Fontarèche",
            "labo fontareche",
            "LaboFontareche",
            "#LaboFontarèche",
            "labo_fontareche_2024.csv",
            "Fontarèche, laboratoire",
            "labo de la rue Fontarèche",
            "Fontareche laboratuvarı",
            "лаборатория Fontareche",
            "l4bo Font4reche",
            "laboratory Fontareche",
            "laboratoire Fontarreche",
        ],
    )
    def test_an_establishment_beside_what_it_is(self, watchlist: Watchlist, written: str):
        """A surname beside the kind of place, in four languages, is the place."""
        assert ["test:lab-1"] == ids(watchlist, f"{written} patients")

    @pytest.mark.parametrize(
        "written",
        [
            "Centre Hospitalier de Valdorges",
            "CENTRE HOSPITALIER VALDORGES",
            "CH de Valdorges",
            "ch valdorges",
            "CH-Valdorges",
            "ChValdorges",
        ],
    )
    def test_a_hospital_and_its_abbreviation(self, watchlist: Watchlist, written: str):
        """A hospital is found by its full name and by its abbreviation."""
        assert ["test:ch-1"] == ids(watchlist, written)

    @pytest.mark.parametrize(
        "written",
        [
            "Fontarèche",
            "M. Fontarèche, patients",
            "Valdorges",
            "la ville de Valdorges",
            "laboratoire",
            "centre hospitalier",
            "CH",
            "le groupe",
            "clinique",
            "Orvillonges",
            "Tilleuls",
            "centre de loisirs, patients de Valdorges",
            "laboratoire de la rue du Bac, loin, très loin, là où se trouve Fontarèche",
            "centre de tri, puis un mot, encore un autre, hospitalier, Valdorges",
        ],
    )
    def test_half_a_name(self, wider: Watchlist, written: str):
        """A town, a surname or a kind of place alone is no mention."""
        assert [] == ids(wider, written)

    @pytest.mark.parametrize("written", ["Sereine", "une vie sereine", "logiciel sereine", "SEREINE patients"])
    def test_everyday_word(self, watchlist: Watchlist, written: str):
        """A name that is an everyday word needs its capitals and a context."""
        assert [] == ids(watchlist, written)

    @pytest.mark.parametrize("written", ["le logiciel Sereine", "patients, base Sereine", "dossiers Sereine"])
    def test_everyday_word_in_context(self, watchlist: Watchlist, written: str):
        """With both it is the product."""
        assert ["test:easy"] == ids(watchlist, written)

    @pytest.mark.parametrize(
        "written",
        ["GHT Orvillonges", "le GHT d'Orvillonges", "Groupement Hospitalier de Territoire d'Orvillonges"],
    )
    def test_hospital_group(self, wider: Watchlist, written: str):
        """A hospital group is named beside what it is."""
        assert ["test:ght"] == ids(wider, written)

    @pytest.mark.parametrize("written", ["mairie d'Orvillonges", "clinique d'Orvillonges", "CH d'Orvillonges"])
    def test_town_of_a_hospital_group(self, wider: Watchlist, written: str):
        """Its town beside anything else is not the group."""
        assert "test:ght" not in ids(wider, written)

    def test_homonyms(self, wider: Watchlist):
        """Where nothing decides between homonyms all are candidates."""
        assert tuple(entity.id for entity in TILLEULS) == only(wider, "Clinique des Tilleuls").candidates

    @pytest.mark.parametrize("where", ["à Morvenec", "(99130)", "MORVENEC", "; 99130 ;"])
    def test_town_decides(self, wider: Watchlist, where: str):
        """The town or the postcode decides."""
        assert ("test:tilleuls-1",) == only(wider, f"Clinique des Tilleuls {where}").candidates

    def test_two_towns_leave_two(self, wider: Watchlist):
        """Two towns leave two candidates."""
        mention = only(wider, "Clinique des Tilleuls, Morvenec ou Trévaloux")

        assert ("test:tilleuls-0", "test:tilleuls-1") == mention.candidates

    def test_most_candidates(self):
        """Of a hundred homonyms twenty are given."""
        many = compile_watchlist(
            Entity(id=f"test:{number}", kind=ESTABLISHMENT, name="Pharmacie du Lac Bleu") for number in range(100)
        )

        assert MOST_CANDIDATES == len(only(many, "pharmacie du lac bleu").candidates)

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("CHU de Castelbrac", ["test:chu"]),
            ("Clinique de Castelbrac", ["test:clinic"]),
            ("Clinique Armelin de Castelbrac", ["test:long"]),
            ("CHU de Castelbrac et Laboratoire Fontarèche", ["test:chu", "test:lab-1"]),
        ],
    )
    def test_overlap(self, wider: Watchlist, written: str, expected: list[str]):
        """Of names that overlap the one that explains most stands."""
        assert expected == ids(wider, written)

    def test_alias_and_name_are_one(self, watchlist: Watchlist):
        """A longer alias over a name is one mention, of the whole."""
        assert "Quorvane Santé" == only(watchlist, "base Quorvane Santé").surface

    def test_in_order(self, watchlist: Watchlist):
        """Mentions come in the order of the text."""
        assert ["product:labzephyr", "vendor:quorvane", "test:ch-1"] == ids(
            watchlist, "LabZéphyr de Quorvane au CH Valdorges"
        )

    def test_far_from_other_mentions_of_its_words(self, watchlist: Watchlist):
        """A word of the name said a hundred times does not hide the name."""
        raw = "Fontarèche ! " * 100 + "… " * 9 + "labo Fontarèche"

        assert "labo Fontarèche" == only(watchlist, raw).surface

    @pytest.mark.parametrize(
        ("written", "surface"),
        [
            ("vends Quоrvаne, urgent", "Quоrvаne"),
            ("vends Q\u200buor\u0301vane\u200b urgent", "Q\u200buor\u0301vane"),
            ("ﬁche ﬁche Q U O R V A N E ﬁn", "Q U O R V A N E"),
            ("dump_Qu0rv4ne!", "Qu0rv4ne"),
            ("#QuorvaneLeak", "Quorvane"),
            ("𝐐𝐮𝐨𝐫𝐯𝐚𝐧𝐞…", "𝐐𝐮𝐨𝐫𝐯𝐚𝐧𝐞"),
            ("œuvre du CH de Valdorges.", "CH de Valdorges"),
            ("œ Centre Hospitalier de Valdorges œ", "Centre Hospitalier de Valdorges"),
        ],
    )
    def test_says_where(self, watchlist: Watchlist, written: str, surface: str):
        """The positions are those of the name as written."""
        mention = only(watchlist, written)

        assert (surface, surface) == (mention.surface, written[mention.start : mention.end])

    @pytest.mark.parametrize(
        ("written", "disguise"),
        [
            ("Quorvane", None),
            ("QUÓRVANE", None),
            ("Qu0rv4ne", "Qu0rv4ne → quorvane"),
            ("Qu0rvane!", "Qu0rvane → quorvane"),
            ("Quоrvаne", "Quоrvаne → quorvane"),
            ("Q U O R V A N E", "Q U O R V A N E → quorvane"),
            ("patients Quorvanne", "Quorvanne → quorvane"),
            ("l4bo Fontarèche", "l4bo → laboratoire"),
        ],
    )
    def test_says_the_disguise(self, watchlist: Watchlist, written: str, disguise: str | None):
        """How a name was disguised is said, where it was."""
        assert disguise == only(watchlist, written).disguise

    def test_a_disguise_is_less_sure(self, watchlist: Watchlist):
        """What had to be corrected is less sure than what is spelled right."""
        assert 1.0 == only(watchlist, "Quorvane").confidence > only(watchlist, "patients Quorvanne").confidence

    @pytest.mark.parametrize(
        "written",
        ["labo jeanne.fontareche@courriel.test", "labo fontareche [at] courriel [dot] test", "Quorvane@courriel.test"],
    )
    def test_surface_holds_no_address(self, watchlist: Watchlist, written: str):
        """Where a name is part of somebody's address, its surface is redacted as the text is."""
        (mention,) = watchlist.mentions(fold(written))

        assert {"fontareche", "quorvane"}.isdisjoint(mention.surface.lower().replace("@", ".").split("."))
        assert "█" in mention.surface

    def test_surface_holds_no_number(self, watchlist: Watchlist):
        """A number between two words of a name is redacted."""
        assert "labo ██████████ Fontarèche" == only(watchlist, "labo 0639980011 Fontarèche").surface

    @settings(deadline=None)
    @given(st.text(st.characters() | st.sampled_from("quorvanelb @.-_0\u200b")))
    @example("Quorvane" + "\u0301" * 200)
    def test_any_text(self, watchlist: Watchlist, raw: str):
        """Any text is read; mentions are in bounds, in order, and sure enough."""
        mentions = watchlist.mentions(fold(raw))

        assert all(0 <= mention.start < mention.end <= len(raw) for mention in mentions)
        assert sorted(mentions, key=lambda mention: mention.start) == list(mentions)
        assert all(CUTOFF <= mention.confidence <= 1 for mention in mentions)

    @settings(deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                "Quorvane Qu0rvane labo Laboratoire Fontarèche CH centre hospitalier Valdorges GHT Orvillonges "
                "clinique Tilleuls Morvenec Castelbrac universitaire patients de . 0639980011".split()
            ),
            max_size=30,
        )
    )
    def test_same_text_same_mentions(self, wider: Watchlist, said: list[str]):
        """A text has the same mentions however often it is read, and whatever was read before."""
        text = fold(" ".join(said))
        fresh = compile_watchlist(wider.entities)

        assert fresh.mentions(text) == wider.mentions(text) == wider.mentions(text)

    @pytest.mark.timeout(20)
    @pytest.mark.parametrize(
        "unit",
        [
            "Laboratoire Fontarèche ",
            "Fontarèche ",
            "clinique Tilleuls CH ",
            "fontareshe labo ",
            "LaboFontareche",
            "labo@",
            "quorvane",
            "a",
            "aB",
            "a ",
            "a-",
            "@abcdef",
            "é",
            "а",
        ],
    )
    def test_long_posts(self, wider: Watchlist, unit: str):
        """A post of 200,000 characters is read to its end, whatever it is made of."""
        raw = unit * (200_000 // len(unit)) + " ; Quorvane"

        assert ["vendor:quorvane"] == ids(wider, raw)[-1:]

    @settings(deadline=None)
    @given(st.lists(ANY_POST, max_size=6))
    def test_many_at_once(self, wider: Watchlist, raws: list[str]):
        """Read together, texts have the mentions they have alone."""
        texts = [fold(raw) for raw in raws]

        assert [wider.sightings_of([text])[0] for text in texts] == wider.sightings_of(texts)

    @settings(deadline=None)
    @given(st.sampled_from(sorted(DISGUISED)), st.text(PUNCTUATION, max_size=4), st.text(PUNCTUATION, max_size=4))
    def test_surface_covers_the_name(self, watchlist: Watchlist, written: str, before: str, after: str):
        """However a name is disguised and whatever stands around it, the positions are those of its letters."""
        raw = f"base de patients {before} {written} {after} urgent"

        (mention,) = watchlist.mentions(fold(raw))

        assert ("vendor:quorvane", written) == (mention.entity_id, raw[mention.start : mention.end])

    @pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
    def test_bounded_work(self, wider: Watchlist, unit: str):
        """However a post is made, ballots and judgements grow no faster than its words."""
        work = []
        for size in (8_192, 65_536):
            batch = read_batch([(unit * size)[:size]], wider.table, wider.index)
            words = len(batch.chunks) + len(batch.tokens.code) + 20
            owners, _, _ = ballots(batch.tokens, wider.index)
            cases = judged(batch, wider.index)
            work.append((len(owners) / words, len(cases) / words))

        assert all(ballots <= MOST_GROUPS and judgements <= 1 for ballots, judgements in work)

    def test_empty_watchlist(self):
        """Nobody watched, nobody named."""
        assert () == compile_watchlist(()).mentions(fold("Laboratoire Fontarèche, centre hospitalier"))

    @pytest.mark.parametrize("raw", ["", " ", "\n", "!!!", "😀"])
    def test_empty_text(self, watchlist: Watchlist, raw: str):
        """Nothing said, nobody named."""
        assert () == watchlist.mentions(fold(raw))


class TestCompileWatchlist:
    def test_one_entity_an_id(self):
        """Entities of one id are one: the first names it, the other's names become aliases."""
        first = Entity(id="x", kind=EntityKind.VENDOR, name="Quorvane", domains=("quorvane.test",))
        second = Entity(id="x", kind=EntityKind.VENDOR, name="Zelmirane", city="Valdorges", domains=("z.test",))

        (entity,) = compile_watchlist((first, second)).entities

        assert ("Quorvane", ("Zelmirane",), "Valdorges", ("quorvane.test", "z.test")) == (
            entity.name,
            entity.aliases,
            entity.city,
            entity.domains,
        )

    def test_both_names_are_found(self):
        """The merged entity is found by both names, under the first."""
        twice = (Entity(id="x", kind=EntityKind.VENDOR, name=name) for name in ("Quorvane", "Zelmirane"))

        assert ["Quorvane"] == [each.name for each in compile_watchlist(twice).mentions(fold("Zelmirane"))]

    @pytest.mark.parametrize("name", ["", "!!!", "de la", "😀", "\ud800", "D-A-T", "A B", "3", "中文"])
    @pytest.mark.parametrize("raw", ["de la 3 A B D-A-T 😀 中文 !!!", "Quorvane"])
    def test_odd_names(self, name: str, raw: str):
        """A name of which little is left breaks nothing, and is not found where it does not stand."""
        odd = compile_watchlist((Entity(id="odd", kind=EntityKind.VENDOR, name=name),))

        assert {name} >= {mention.name for mention in odd.mentions(fold(raw)) if raw != "Quorvane"}
        assert () == odd.mentions(fold("Quorvane"))

    @pytest.mark.parametrize("name", ["Z.E.L.M.I.R.", "ZELMIR", "Z.E.L.M.I.R"])
    @pytest.mark.parametrize("written", ["base zelmir", "base Z.E.L.M.I.R.", "Z E L M I R"])
    def test_dotted_names(self, name: str, written: str):
        """A name of dotted letters is one word, in the list as in a post."""
        dotted = compile_watchlist((Entity(id="dotted", kind=EntityKind.VENDOR, name=name),))

        assert ["dotted"] == ids(dotted, written)

    @pytest.mark.parametrize("name", ["C.H. de Valdorges", "CH Valdorges", "Centre Hospitalier de Valdorges"])
    @pytest.mark.parametrize(
        "written", ["C.H. Valdorges", "c.h de valdorges", "CH Valdorges", "centre hosp. Valdorges"]
    )
    def test_dotted_abbreviations(self, name: str, written: str):
        """A dotted abbreviation is the abbreviation, in the list as in a post."""
        dotted = compile_watchlist((Entity(id="dotted", kind=ESTABLISHMENT, name=name),))

        assert ["dotted"] == ids(dotted, written)

    @settings(deadline=None)
    @given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=40))
    def test_any_names(self, names: list[str], raw: str):
        """Any names compile, and any text is read against them."""
        entities = [
            Entity(id=str(number), kind=ESTABLISHMENT, name=name, city=name) for number, name in enumerate(names)
        ]

        found = {mention.entity_id for mention in compile_watchlist(entities).mentions(fold(raw + " ".join(names)))}

        assert {entity.id for entity in entities} >= found


class TestSpeaksOfHealth:
    @pytest.mark.parametrize(
        "text",
        ["dossiers patients", "HÔPITAL", "le NIR", "медицинские карты", "пациенты", "hasta kayıtları", "sağlık", "EHR"],
    )
    def test_does(self, text: str):
        """Health and its software in four languages."""
        assert speaks_of_health(fold(text))

    @pytest.mark.parametrize("text", ["", "vends vélo", "выборы", "venir", "a patience game"])
    def test_does_not(self, text: str):
        """Other things are not health."""
        assert not speaks_of_health(fold(text))


class TestSurface:
    def test_shows_no_patient(self):
        """A product called like a patient is named; what the patient's row shows of him stays covered."""
        listed = compile_watchlist((Entity(id="product:c", kind=EntityKind.PRODUCT, name="Clarianne"),))
        row, sentence = "nom;prenom;nir\nEXEMPLE;Clarianne;255069999999934\nhopital patient", "base Clarianne, patients"
        surfaces = [[mention.surface for mention in listed.mentions(fold(raw))] for raw in (row, sentence)]

        assert [["█" * len("Clarianne")], ["Clarianne"]] == surfaces
