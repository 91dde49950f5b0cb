"""What makes two posts speak of one thing. Everybody and everything is invented."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model import Attachment, Forward, Post, Reading
from detectors.resemblance import NEAR_TEXT, PERMUTATIONS, Trait, traits, why
from detectors.triage import examine, read
from detectors.watchlist import Watchlist

MakePost = Callable[..., Post]
LONG = (
    "Vends la base du labo Fontarèche, extraite la semaine dernière, avec les noms, les adresses et les médecins "
    "de tous les patients du groupe, livraison le jour même contre paiement, prix en privé pour les habitués du canal"
)


@pytest.fixture
def reading_of(watchlist: Watchlist, make_post: MakePost) -> Callable[..., Reading]:
    """The reading of a post with whatever the test is about."""

    def made(text: str, **fields: object) -> Reading:
        post = make_post(text, **fields)
        return read(post, examine(post, watchlist))

    return made


Read = Callable[..., Reading]


def reasons(one: Reading, other: Reading) -> tuple[str, ...]:
    shared = traits(one) & traits(other)
    return why({trait: sum(each.trait is trait for each in shared) for trait in Trait})


class TestTraits:
    def test_same_text(self, reading_of: Read):
        """A copy in capitals, without accents, is the same text."""
        copy = LONG.upper().replace("È", "E")

        assert ("same text",) == reasons(reading_of(LONG), reading_of(copy))

    def test_nearly_the_same_text(self, reading_of: Read):
        """A copy with a sentence of its own is nearly the same."""
        assert ("nearly the same text",) == reasons(
            reading_of(LONG),
            reading_of(f"{LONG}. Trouvé hier soir sur un autre salon, voyez vous-mêmes et dites si cela vous parle"),
        )

    def test_another_text(self, reading_of: Read):
        """Two offers in words of their own share nothing."""
        other = "Je cède le fichier complet de Quorvane au premier qui paie, format tableur, toutes les régions du pays"

        assert () == reasons(reading_of(LONG), reading_of(other))

    def test_short_texts_say_nothing(self, reading_of: Read):
        """Of two words alike nothing can be said."""
        assert not traits(reading_of("Base Quorvane"))

    def test_file(self, reading_of: Read):
        """The same name and size is the same file; the same name alone is not."""
        sized, other, unsized = (
            reading_of("a", files=(Attachment(name="Labo.bin", size=size),)) for size in (9_871, 9_872, None)
        )

        assert ("same file name and size",) == reasons(sized, sized)
        assert () == reasons(sized, other)
        assert () == reasons(unsized, unsized)

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ("@korb_le_vendeur", "same contact"),
            ("https://drop.test/f/8812", "same link"),
            ("491 840 patients", "same unusual figure"),
            ("fonta_complet.7z", "same archive name"),
        ],
    )
    def test_one_thing_in_common(self, reading_of: Read, said: str, reason: str):
        """A contact, a link, a figure or an archive ties two posts of different words together."""
        one, other = (
            reading_of(f"Vends base Quorvane {said}"),
            reading_of(f"Fontarèche, labo : patients à vendre, {said}"),
        )

        assert (reason,) == reasons(one, other)

    @pytest.mark.parametrize("said", ["500 000 patients", "https://drop.test/", "db.sql", "900 patients"])
    def test_too_common_to_tell(self, reading_of: Read, said: str):
        """A round figure, a bare host, a short name are many people's."""
        assert () == reasons(
            reading_of(f"Vends base Quorvane {said}"), reading_of(f"à vendre patients Fontarèche {said}")
        )

    def test_forward(self, reading_of: Read):
        """Two forwards of one post come from it; two of one channel do not."""
        one, again, other = (
            reading_of("x", ref=ref, forwarded_from=Forward(place="telegram:5", ref=of))
            for ref, of in (("1", "7"), ("2", "7"), ("3", "8"))
        )

        assert ("forwarded from the same post",) == reasons(one, again)
        assert () == reasons(one, other)

    def test_a_covered_contact_is_nobodys(self, reading_of: Read):
        """Two different numbers that are both covered are not the same contact."""
        assert () == reasons(
            reading_of("Vends base, @tel_0639980011"), reading_of("patients Quorvane à vendre @tel_0639980012")
        )

    def test_bounded(self, reading_of: Read):
        """A post of a thousand links has not a thousand traits."""
        links = " ".join(f"https://drop.test/{number}" for number in range(1_000))

        assert 200 + PERMUTATIONS >= len(traits(reading_of(f"Vends base Quorvane {links}")))


class TestWhy:
    @given(st.dictionaries(st.sampled_from([Trait.TEXT]), st.integers(0, NEAR_TEXT - 1)))
    def test_a_few_words_in_common(self, shared: dict[Trait, int]):
        """Fewer runs in common than a near copy has are no reason."""
        assert () == why(shared)

    def test_every_trait_has_a_reason(self):
        """No trait is kept that says nothing."""
        assert all(why({trait: PERMUTATIONS}) for trait in Trait)
