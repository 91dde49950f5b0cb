"""What a target is, told from its words alone."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.collectors.telegram_preview import NAME
from crawler.targets import Address, Channel, File, TargetError, read_address, read_channel, read_target

WORDS = st.sampled_from(
    [
        "@",
        "t.me",
        "telegram.me",
        "https:",
        "http:",
        "//",
        "/",
        "s",
        "c",
        "+",
        "fuites",
        "17",
        "?",
        "#",
        ":",
        "paste.test",
    ]
)


class TestReadTarget:
    @pytest.mark.parametrize(
        ("text", "name", "post"),
        [
            ("@fuites_brumalis", "fuites_brumalis", None),
            ("@fuites_brumalis/17", "fuites_brumalis", 17),
            ("t.me/fuites_brumalis", "fuites_brumalis", None),
            ("T.me/fuites_brumalis/17", "fuites_brumalis", 17),
            ("https://t.me/fuites_brumalis", "fuites_brumalis", None),
            ("https://t.me/fuites_brumalis/", "fuites_brumalis", None),
            ("https://t.me/s/fuites_brumalis", "fuites_brumalis", None),
            ("https://t.me/s/fuites_brumalis?before=300", "fuites_brumalis", None),
            ("https://t.me/s/fuites_brumalis/17", "fuites_brumalis", 17),
            ("https://t.me/fuites_brumalis/17?single#x", "fuites_brumalis", 17),
            ("http://www.t.me/fuites_brumalis", "fuites_brumalis", None),
            ("HTTPS://T.ME/Fuites_Brumalis", "Fuites_Brumalis", None),
            ("https://telegram.me/fuites_brumalis", "fuites_brumalis", None),
            ("https://telegram.dog/fuites_brumalis/4294967295", "fuites_brumalis", 4294967295),
        ],
    )
    def test_channels(self, text: str, name: str, post: int | None):
        """A name, or a link to a channel or to one of its posts, on every host Telegram has for them."""
        assert Channel(name, post) == read_target(text)

    @pytest.mark.parametrize(
        "text",
        [
            "http://paste.test",
            "https://paste.test:8443/bin/recent?page=2",
            "HTTP://PASTE.TEST/",
            "http://127.0.0.1:8080/",
            "http://[2001:db8::7]/",
            "https://t.me.paste.test/fuites_brumalis",
            "https://paste.test/t.me/fuites_brumalis",
            "https://xn--pst-bma.test/",
        ],
    )
    def test_addresses(self, text: str):
        """Every other address is one of the web, as it stands."""
        assert Address(text) == read_target(text)

    def test_the_host_of_an_address(self):
        """In lower case, without its port."""
        assert "paste.test" == Address("https://Paste.TEST:8443/bin").host

    @pytest.mark.parametrize("text", ["result.json", "./t.me/x", "a/b", "/", "ftp://paste.test/", "é", "http:"])
    def test_files(self, text: str):
        """What is neither is a file, whether it is there or not."""
        assert File(Path(text)) == read_target(text)

    @pytest.mark.parametrize(
        "text",
        [
            "https://t.me/c/1900000001/7",
            "https://t.me/c/1900000001",
            "https://t.me/+AbCdEfGhIjK",
            "https://t.me/joinchat/AbCdEfGhIjK",
            "t.me/+AbCdEfGhIjK",
            "@+AbCdEfGhIjK",
        ],
    )
    def test_private_channels(self, text: str):
        """A link for members is told from a link that is wrong."""
        with pytest.raises(TargetError, match=r"private channel.*account"):
            read_target(text)

    @pytest.mark.parametrize(
        "text",
        [
            "@",
            "@abc",
            "@17canal",
            "@fuites brumalis",
            "@fuites_brumalis\n",
            "@../fuites",
            "@" + "a" * 33,
            "@fuités",
            "t.me",
            "https://t.me",
            "https://t.me/",
            "https://t.me/s/",
            "https://t.me/share/url?url=x",
            "https://t.me/addstickers/fuites",
            "https://t.me/login/12345",
            "https://t.me/fuites_brumalis/x",
            "https://t.me/fuites_brumalis/0",
            "https://t.me/fuites_brumalis/17/18",
            "https://t.me/fuites_brumalis/12345678901",
        ],
    )
    def test_links_that_name_no_channel(self, text: str):
        """The error says what to give instead; nothing but a name ever gets into an address."""
        with pytest.raises(TargetError, match=r"names no channel: give @name or https://t\.me/name"):
            read_target(text)

    @given(st.one_of(st.text(), st.lists(WORDS).map("".join)))
    def test_anything(self, text: str):
        """Whatever is given is a target or a `TargetError`; a channel has a name, an address a host and no password."""
        try:
            target = read_target(text)
        except TargetError:
            return
        match target:
            case Channel(name, post):
                assert NAME.fullmatch(name)
                assert post is None or post > 0
            case Address(url):
                assert re.match(r"(?i)https?://", url)
                assert target.host
                assert "@" not in url.partition("//")[2].partition("/")[0]


class TestReadChannel:
    def test_a_link_of_another_host(self):
        """What stands in the configuration as a channel is read by its path alone: the host is Telegram's anyway."""
        assert Channel("fuites_brumalis") == read_channel("https://mirror.test/s/fuites_brumalis")


class TestReadAddress:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "paste.test",
            "//paste.test",
            "ftp://paste.test/",
            "http://",
            "http:///recent",
            "http://:80/",
            "http://paste.test:0/",
            "http://paste.test:99999/",
            "http://paste.test:x/",
            "http://[::1/",
            "http://paste.test/a b",
            "http://paste.test/\n",
            "http://paste.test/\u202e",
        ],
    )
    def test_what_is_no_address(self, text: str):
        """The error says how one begins."""
        with pytest.raises(TargetError, match="is no address: give one that begins with http"):
            read_address(text)

    @pytest.mark.parametrize("text", ["http://user:secret@paste.test/", "http://user@paste.test/"])
    def test_credentials(self, text: str):
        """A user or password is refused, and not repeated."""
        with pytest.raises(TargetError, match="must not hold a user or password") as caught:
            read_address(text)

        assert "secret" not in str(caught.value)
