import pytest

from crawler.channel_lists import ChannelListError, Listed, read_channel_list
from crawler.discovery import pointers
from detectors.model import Forward


class TestPointers:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("voir https://t.me/autre_canal/12", [("telegram:@autre_canal", "link")]),
            (
                "t.me/s/Autre_Canal et telegram.me/encore_un",
                [("telegram:@autre_canal", "link"), ("telegram:@encore_un", "link")],
            ),
            ("Nouveau canal : @la_suite", [("telegram:@la_suite", "successor")]),
            ("We moved to https://t.me/the_next", [("telegram:@the_next", "successor")]),
            ("Переехали: @novyj_kanal", [("telegram:@novyj_kanal", "successor")]),
            ("Yedek kanal @yedek_yer", [("telegram:@yedek_yer", "successor")]),
            ("écrivez à @un_vendeur", []),
            ("mail: quelquun@exemple.test", []),
            ("https://t.me/joinchat/AbC https://t.me/share/url https://t.me/un_bot", []),
            ("https://pas-t.me/x https://t.me/c/123/4", []),
        ],
    )
    def test_links_and_successors(self, make_post, text, found):
        """A link counts; a handle only where the post speaks of a channel that goes on elsewhere."""
        assert found == list(pointers(make_post(text)))

    def test_forwards(self, make_post):
        """From a channel; a person forwarded from is nobody to watch."""
        channel = make_post("x", forwarded_from=Forward(name="Origine", place="telegram:77", ref="5"))
        person = make_post("x", forwarded_from=Forward(name="Jeanne", place="telegram:user/7"))

        assert [("telegram:77", "forward")] == list(pointers(channel))
        assert [] == list(pointers(person))

    def test_itself_is_no_news(self, make_post):
        """A channel that links to its own posts, or forwards them."""
        own = make_post(
            "voir https://t.me/annonces/3", url="https://t.me/annonces/9", forwarded_from=Forward(place="telegram:1")
        )

        assert [] == list(pointers(own))

    def test_hidden_links(self, make_post):
        """Those behind words and buttons too."""
        assert [("telegram:@autre_canal", "link")] == list(
            pointers(make_post("x", links=("https://t.me/autre_canal",)))
        )


class TestReadChannelList:
    def read(self, tmp_path, text: str) -> list[Listed]:
        path = tmp_path / "list"
        path.write_text(text, encoding="utf-8")
        return read_channel_list(path)

    def test_a_markdown_table(self, tmp_path):
        """As lists of threat intelligence are published: a link, a status, a name."""
        text = (
            "# Telegram\n\nSee @the_author.\n\n|Telegram|Status|Name|Type|\n| ------ | ------ | ------ | ------ |\n"
            "|https://t.me/fuites_un|ONLINE|Fuites|leaks|\n|[Deux](https://t.me/s/Fuites_Deux)|EXPIRED||leaks|\n"
            "| @fuites_trois | VALID | | |\n"
        )

        assert [
            Listed("fuites_un", 7, False),
            Listed("fuites_deux", 8, True),
            Listed("fuites_trois", 9, False),
        ] == self.read(tmp_path, text)

    @pytest.mark.parametrize("separator", [",", ";"])
    def test_csv(self, tmp_path, separator):
        """Whatever its columns are called; an entry that lives outweighs its dead double."""
        rows = [
            ("name", "url", "note"),
            ("Un", "https://t.me/fuites_un", "offline"),
            ("Un", "t.me/fuites_un", "revenu"),
            ("Deux", "@fuites_deux", "fermé"),
        ]
        text = "\n".join(separator.join(row) for row in rows)

        assert [Listed("fuites_un", 3, False), Listed("fuites_deux", 4, True)] == self.read(tmp_path, text)

    @pytest.mark.parametrize(("text", "said"), [("rien\n", "names no channel"), ("|a|b|\n", "names no channel")])
    def test_no_list(self, tmp_path, text, said):
        """One line says what is missing."""
        with pytest.raises(ChannelListError, match=said):
            self.read(tmp_path, text)

    def test_not_to_be_read(self, tmp_path):
        """A file that is not there, or no text."""
        with pytest.raises(ChannelListError, match="cannot be read"):
            read_channel_list(tmp_path / "none")
        (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(ChannelListError, match="is not UTF-8 text"):
            read_channel_list(tmp_path / "bytes")
