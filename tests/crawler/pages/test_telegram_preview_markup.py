"""What is read from pages of t.me."""

from pathlib import Path
from typing import ClassVar

import pytest

from crawler.pages.telegram_preview import _isolated, parse_channel, parse_post, read_plainly

PAGES = Path(__file__).parents[2] / "data" / "telegram_preview"


def page(name: str) -> str:
    return (PAGES / f"{name}.html").read_text(encoding="utf-8")


CHANNEL = page("channel")


def posts_of(html: str = CHANNEL) -> dict[int, dict]:
    return {post["number"]: post for post in parse_channel(html)["posts"]}


def one_post(inside: str, attributes: str = 'class="tgme_widget_message" data-post="fuites/7"') -> dict:
    """What is read of a post with this inside its bubble."""
    [post] = parse_channel(
        f'<html><body><div class="tgme_widget_message_wrap"><div {attributes}>{inside}'
        '<a class="tgme_widget_message_date"><time datetime="2026-11-20T15:00:00+00:00"></time></a></div></div></html>'
    )["posts"]
    return post


def text_of(words: str) -> str:
    return one_post(f'<div class="tgme_widget_message_text js-message_text">{words}</div>')["text"]


class TestPage:
    def test_posts_in_order(self):
        """Every post of the page is read, oldest first; ids may have holes."""
        assert [101, 102, 105, 110, 115, 118, None, 120, 124] == [
            post["number"] for post in parse_channel(CHANNEL)["posts"]
        ]
        assert "posts" == parse_channel(CHANNEL)["outcome"]

    def test_head(self):
        """The channel's title, name and number, and where its pages go on."""
        read = parse_channel(CHANNEL)

        assert ("Fuites Brumalis", "@fuites_brumalis", "1900000001") == (
            read["title"],
            read["name"],
            read["channel_id"],
        )
        assert (101, 124) == (read["before"], read["after"])

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [
            ("landing_channel", "channel"),
            ("landing_hidden", "hidden"),
            ("landing_group", "group"),
            ("landing_bot", "bot"),
            ("landing_person", "person"),
            ("landing_unknown", "unknown"),
            ("landing_invitation", "invitation"),
            ("no_posts", "none"),
        ],
    )
    def test_pages_in_its_place(self, name: str, outcome: str):
        """What is shown in place of posts is told apart, as far as it can be."""
        assert outcome == parse_channel(page(name))["outcome"]

    @pytest.mark.parametrize("html", ["", "</html>", "<html><body><h1>502</h1></body></html>", "\0\ufffd" * 100])
    def test_not_understood(self, html: str):
        """A page that is not understood is never one without posts."""
        assert parse_channel(html)["outcome"] in ("changed", "cut")

    def test_renamed_markup(self):
        """Posts whose classes are no longer known keep their words, and the page is called odd."""
        read = parse_channel(CHANNEL.replace("tgme_widget_message_", "tgme_bubble_"))

        assert "odd" == read["outcome"]
        assert any("Vends base Brumalis!" in post["text"] for post in read["posts"])

    def test_words_of_a_post_are_no_markup(self):
        """A post that quotes the sign of an empty page does not empty it."""
        read = parse_channel(CHANNEL.replace("Trois captures", "tme_no_messages_found &lt;/html&gt;"))

        assert "posts" == read["outcome"]

    def test_cut_anywhere(self):
        """A page that ends too early gives posts it holds whole, and says that it is cut."""
        whole = parse_channel(CHANNEL)["posts"]
        for end in range(0, CHANNEL.rindex("</html>") + 6, 97):
            read = parse_channel(CHANNEL[:end])

            assert "cut" == read["outcome"], end
            numbered = [post for post in read["posts"] if post["number"]]
            assert numbered == [post for post in whole if post["number"]][: len(numbered)], end

    def test_landing_page_cut_anywhere(self):
        """No beginning of any page is a page without posts."""
        for name in ("landing_hidden", "no_posts"):
            html = page(name)
            for end in range(0, html.index("</html>") + 6, 13):
                assert "cut" == parse_channel(html[:end])["outcome"]


class TestPost:
    def test_text(self):
        """A text reads as a person reads it: lines, quotes, spoilers, code, emoji; the quoted answer is not in it."""
        lines = posts_of()[102]["text"].split("\n")

        assert [
            "💎 Vends base Brumalis!",
            "",
            "Extrait :",
            "nom;ville",
            "Exemple;Valdorges",
            "Prix : 300 €, cle=12",
            "id   ville",
            " 1   Valdorges",
            "#brumalis @vendeur_invente ici non",
        ] == lines

    def test_links(self):
        """Targets of links: hidden ones, of cards and buttons too; no hashtags, mentions or scripts."""
        assert ["https://fuites.test/depot?a=1&b=2", "https://depot.test/", "https://bouton.test/"] == posts_of()[102][
            "links"
        ]

    def test_author_and_answer(self):
        """Who signed it, which post it answers, how often it was seen by its label."""
        post = posts_of()[102]

        assert ("Fuites Brumalis", "Vendeur edited", "98", "1.2K") == (
            post["author"],
            post["signature"],
            post["reply_to"],
            post["views"],
        )
        assert "2026-11-20T09:00:00+00:00" == post["posted_at"]

    def test_edited(self):
        """The mark of an edit is seen; an author called so is none."""
        assert [105] == [number for number, post in posts_of().items() if post.get("is_edited")]

    def test_forward(self):
        """A forward keeps the origin's name, place and ref."""
        assert {"name": "Autre canal – Un auteur", "place": "telegram:@autre_canal", "ref": "500"} == posts_of()[105][
            "forward"
        ]

    def test_forward_of_a_hidden_account(self):
        """Where the origin hides, its name is what there is."""
        assert {"name": "Compte caché", "place": None, "ref": None} == posts_of()[110]["forward"]

    def test_forward_of_a_private_channel(self):
        """A link by number gives the place by number."""
        post = one_post(
            '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/c/1900000009/3">Privé</a>'
        )

        assert {"name": "Privé", "place": "telegram:1900000009", "ref": "3"} == post["forward"]

    def test_files(self):
        """Files have a name and the label of their size; a piece of music has none."""
        assert [
            {"name": "brumalis_patients.zip", "size": "86.4 MB"},
            {"name": "Hymne inventé", "size": None},
        ] == posts_of()[105]["files"]
        assert "Archive complète" == posts_of()[105]["text"]

    def test_album(self):
        """An album is one post that knows its members."""
        assert [110, 111, 112] == posts_of()[110]["album"]

    def test_poll(self):
        """A poll's question and answers are its text."""
        assert "Quel prix ?\n- 300\n- 500" == posts_of()[115]["text"]

    def test_service(self):
        """A service post is told apart."""
        assert [101] == [number for number, post in posts_of().items() if post.get("is_service")]
        assert "Channel name was changed to «Fuites Brumalis»" == posts_of()[101]["text"]

    def test_media_not_visible(self):
        """A post the preview does not show is not an empty one; the notice for old browsers is no such sign."""
        assert [118] == [number for number, post in posts_of().items() if post.get("is_hidden")]
        assert "" == posts_of()[118]["text"]

    def test_kind_we_do_not_know(self):
        """A post of an unknown kind keeps its words and says so."""
        assert ("content", "Vente aux enchères\nBrumalis, mise à prix 100") == (
            posts_of()[120]["odd"],
            posts_of()[120]["text"],
        )

    def test_without_number(self):
        """A block without number does not lose the page."""
        assert ("number", "Sans numéro") == (posts_of()[None]["odd"], posts_of()[None]["text"])
        assert "number" == one_post("x", 'class="tgme_widget_message"')["odd"]

    def test_that_breaks_its_reader(self):
        """A post that breaks its reader keeps its number and words."""

        class Broken:
            attributes: ClassVar = {"data-post": "fuites/7"}
            html = "<p>Vends <b>base</b>"

            def css(self, _selector: str):
                raise RuntimeError

        assert {"number": 7, "odd": "RuntimeError", "text": "Vends base"} == _isolated(Broken())

    def test_words_over_source_lines(self):
        """Line ends of the page's source are blanks; drawn columns stay."""
        assert "a b   c" == text_of("a\n      b   c")

    def test_blocks_have_lines_of_their_own(self):
        """A quote within a line gets its own, and adds no empty ones."""
        assert "a\nb\nc" == text_of("a<blockquote>b</blockquote>c") == text_of("a<br/><blockquote>b</blockquote><br/>c")

    def test_nesting_without_end(self):
        """Nesting deeper than recursion goes is read all the same."""
        assert "x" == text_of("<span>" * 3000 + "x")

    def test_two_texts(self):
        """Texts beside each other are both read, nested ones once."""
        one = '<div class="tgme_widget_message_text">a</div>'

        assert "a\na" == one_post(one + one)["text"]


class TestParsePost:
    def test_gone(self):
        """The page of a post says whether it is there."""
        there = '<div data-post="a/1"><a class="tgme_widget_message_date"></a></div>'

        assert ["gone", "there", "unclear"] == [parse_post(page("post_gone")), parse_post(there), parse_post("<p>502")]


class TestReadPlainly:
    def test_no_post_is_lost(self):
        """Without its parser every post of the page is there, with its words and time."""
        read = read_plainly(CHANNEL)

        assert [101, 102, 105, 110, 115, 118, 120, 124] == [post["number"] for post in read["posts"]]
        assert "Vends base Brumalis!" in read["posts"][1]["text"]
        assert "2026-11-20T09:00:00+00:00" == read["posts"][1]["posted_at"]
        assert ("posts", 101, 124) == (read["outcome"], read["before"], read["after"])

    def test_cut_anywhere(self):
        """A beginning of a page is never a page without posts."""
        outcomes = {read_plainly(CHANNEL[:end])["outcome"] for end in range(0, CHANNEL.index("</html>"), 97)}

        assert {"cut", "changed"} == outcomes
