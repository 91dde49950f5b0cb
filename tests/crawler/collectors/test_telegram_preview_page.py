"""What the sandbox says of a preview page, checked and made into posts."""

from pathlib import Path

import pytest

from crawler.collector import CollectorError
from crawler.collectors.telegram_preview import FAULTS, INSTEAD
from crawler.collectors.telegram_preview_page import Outcome, page_of, size_of
from crawler.pages.telegram_preview import parse_channel
from crawler.sandbox import PageRefusedError
from detectors.model import Attachment, Forward
from tests.conftest import NOW
from tests.crawler.preview_server import NAME

CHANNEL = Path(__file__).parents[2] / "data" / "telegram_preview" / "channel.html"


def parsed() -> dict:
    return parse_channel(CHANNEL.read_text(encoding="utf-8"))


class TestPage:
    def test_post(self):
        """A block of the page becomes a post as other collectors make them."""
        read = {block.number: block for block in page_of(parsed(), "Fuites_Brumalis", None, NOW).shown}

        assert "telegram:1900000001" == read[105].post.place
        assert f"https://t.me/{NAME}/105" == read[105].post.url
        assert NOW == read[105].post.seen_at
        assert (Attachment(name="brumalis_patients.zip", size=90596966), Attachment(name="Hymne inventé")) == read[
            105
        ].post.files
        assert Forward(name="Autre canal – Un auteur", place="telegram:@autre_canal", ref="500") == (
            read[105].post.forwarded_from
        )
        assert ("Vendeur edited", "Fuites Brumalis") == (read[102].post.author, read[101].post.author)

    def test_place(self):
        """The channel's number, from this page or known before; its name where nobody tells the number."""
        nameless = {**parsed(), "channel_id": None}
        places = [
            page_of(said, NAME, known, NOW).shown[0].post.place for said, known in ((nameless, None), (nameless, "7"))
        ]

        assert [f"telegram:@{NAME}", "telegram:7"] == places

    def test_views_and_edits(self):
        """How often a post was seen, in the place's own words, and that it was edited."""
        read = {block.number: block.post for block in page_of(parsed(), NAME, None, NOW).shown}

        assert {number for number, post in read.items() if post.is_edited}
        assert all(post.views is None or post.views[0].isdigit() for post in read.values())

    def test_problems(self):
        """What could not be shown or understood is said of the post."""
        read = page_of(parsed(), NAME, None, NOW)

        assert {118: "the web preview does not show its media"}.items() <= {
            block.number: block.problem for block in read.shown
        }.items()
        assert [118, 120] == [block.number for block in read.shown if block.problem]
        assert 1 == read.unnumbered

    def test_an_album_covers_its_members(self):
        """The numbers of an album's members are not read again as posts."""
        [album] = [b for b in page_of(parsed(), NAME, None, NOW).shown if b.number == 110]

        assert (112, {110, 111, 112}) == (album.last, album.members)

    @pytest.mark.parametrize(
        "said",
        [
            None,
            [],
            "posts",
            {},
            {"outcome": "fine"},
            {"outcome": "posts", "posts": {}},
            {"outcome": "posts", "posts": [1]},
            {"outcome": "posts", "posts": [{"number": "7"}]},
            {"outcome": "posts", "posts": [{"number": True}]},
            {"outcome": "posts", "posts": [{"number": 2**40}]},
            {"outcome": "posts", "posts": [{"number": 7, "text": 7}]},
            {"outcome": "posts", "posts": [{"number": 7, "text": "x" * 300_000}]},
            {"outcome": "posts", "posts": [{"number": 7}] * 501},
            {"outcome": "posts", "posts": [{"number": 7, "files": [7]}]},
            {"outcome": "posts", "posts": [{"number": 7, "forward": "x"}]},
            {"outcome": "posts", "channel_id": 7},
        ],
    )
    def test_what_no_parser_says(self, said):
        """Values of the wrong kind, or too many of them, are refused."""
        with pytest.raises(PageRefusedError):
            page_of(said, NAME, None, NOW)

    def test_values_of_the_wrong_form(self):
        """A place, number or time of the wrong form is left out, not passed on."""
        post = {
            "number": 7,
            "posted_at": "2026-11-20T09:00:00",
            "forward": {"place": "x:1", "ref": "a"},
            "reply_to": "?",
        }
        [block] = page_of({"outcome": "posts", "posts": [post]}, NAME, None, NOW).shown

        assert (None, Forward(), None) == (block.post.posted_at, block.post.forwarded_from, block.post.reply_to)

    def test_outcomes_all_have_a_meaning(self):
        """Every outcome is posts, a fault, or an error."""
        assert set(Outcome) == {Outcome.POSTS, *FAULTS, *INSTEAD}
        assert all(issubclass(error, CollectorError) for error, _ in INSTEAD.values())

    @pytest.mark.parametrize(
        ("label", "size"), [("12 B", 12), ("1,024.5 KB", 1049088), ("3 GB", 3 * 2**30), ("", None)]
    )
    def test_sizes(self, label, size):
        """A label of a size is about that many bytes."""
        assert size == size_of(label)
