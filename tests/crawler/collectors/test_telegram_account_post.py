"""What a message says, as a post."""

from datetime import UTC, datetime

import pytest
from telethon import types

from crawler.collectors.telegram_account_post import Surroundings, mark_of, post_of, shown_in
from detectors.model import Attachment, Forward, Post
from tests.conftest import NOW
from tests.telegram_server.world import document, forwarded, made, poll

AROUND = Surroundings(
    channel_id=19,
    username="annonces",
    titles={19: "Annonces", 77: "Origine"},
    names={7: "Jeanne Exemple"},
    topics={3: "Bases"},
)


def message(text: str = "", number: int = 12, **more: object) -> types.Message:
    given = {"date": NOW, "views": 1200, "forwards": 3, "post": True, **more}
    return made(types.Message, id=number, peer_id=types.PeerChannel(19), message=text, **given)


def post(*messages: types.Message, around: Surroundings = AROUND) -> Post:
    [shown] = shown_in(messages, {})
    found = post_of(shown, around, NOW)
    assert found is not None
    return found


class TestPostOf:
    def test_a_plain_one(self):
        """Where, who, when, and how often it was seen."""
        assert Post(
            place="telegram:19",
            ref="12",
            url="https://t.me/annonces/12",
            text="Vends base",
            seen_at=NOW,
            posted_at=NOW,
            author="Annonces",
            author_id="channel19",
            views="1200",
        ) == post(message("Vends base"))

    def test_without_a_name_it_has_an_address_for_members(self):
        """As Telegram itself links to it."""
        assert "https://t.me/c/19/12" == post(message("x"), around=Surroundings(channel_id=19, username=None)).url

    def test_a_file(self):
        """Name, size, kind and number; its bytes are never fetched."""
        found = post(message("", media=document("patients.zip", 2_500_000_000, number=99)))

        assert (
            Attachment(name="patients.zip", size=2_500_000_000, mime="application/zip", file_id="99"),
        ) == found.files

    def test_a_poll(self):
        """As a person reads it."""
        assert (
            "Qui achète ?\n- moi\n- personne" == post(message("", media=poll("Qui achète ?", "moi", "personne"))).text
        )

    def test_links(self):
        """In words, hidden behind words (positions count UTF-16), in buttons and cards; each once."""
        text = "😀 voir https://dump.test/a et ici"
        button = types.KeyboardInlineButton("acheter", types.InlineButtonTypeUrl("https://t.me/vendeur"))
        found = post(
            message(
                text,
                entities=[
                    types.MessageEntityUrl(offset=8, length=19),
                    types.MessageEntityTextUrl(offset=31, length=3, url="https://caché.test/b"),
                ],
                reply_markup=types.ReplyInlineMarkup([types.KeyboardInlineButtonRow([button])]),
                media=types.MessageMediaWebPage(
                    made(types.WebPage, id=1, url="https://dump.test/a", display_url="dump.test/a", hash=0)
                ),
            )
        )

        assert ("https://dump.test/a", "https://caché.test/b", "https://t.me/vendeur") == found.links

    @pytest.mark.parametrize(
        ("head", "forward"),
        [
            (forwarded(77, 5), Forward(name="Origine", place="telegram:77", ref="5")),
            (forwarded(78, 5), Forward(name=None, place="telegram:78", ref="5")),
            (forwarded(None, None, "Caché"), Forward(name="Caché")),
            (
                made(types.MessageFwdHeader, date=NOW, from_id=types.PeerUser(7)),
                Forward(name="Jeanne Exemple", place="telegram:user/7"),
            ),
        ],
    )
    def test_a_forward(self, head, forward):
        """From a channel with its post, from one nobody knows, from who hides, from a person."""
        assert forward == post(message("x", fwd_from=head)).forwarded_from

    def test_an_answer(self):
        """To a post of the same place; one to another place is none of ours."""
        other = types.MessageReplyHeader(reply_to_msg_id=4, reply_to_peer_id=types.PeerChannel(5))

        assert "4" == post(message("x", reply_to=types.MessageReplyHeader(reply_to_msg_id=4))).reply_to
        assert post(message("x", reply_to=other)).reply_to is None

    @pytest.mark.parametrize(("answered", "opened", "reply_to"), [(3, None, None), (9, 3, "9")])
    def test_in_a_topic(self, answered, opened, reply_to):
        """The topic's title; an answer within it is one."""
        head = types.MessageReplyHeader(forum_topic=True, reply_to_msg_id=answered, reply_to_top_id=opened)
        found = post(message("x", reply_to=head))

        assert ("Bases", reply_to) == (found.topic, found.reply_to)

    def test_a_persons(self):
        """His name and number, in a group."""
        found = post(message("x", post=False, from_id=types.PeerUser(7)))

        assert ("Jeanne Exemple", "user7") == (found.author, found.author_id)

    @pytest.mark.parametrize(("hidden", "edited"), [(None, True), (True, False)])
    def test_edited(self, hidden, edited):
        """When, unless Telegram itself hides it: then only counters changed."""
        at = datetime(2026, 11, 22, 8, tzinfo=UTC)
        found = post(message("x", edit_date=at, edit_hide=hidden))

        assert (edited, at if edited else None) == (found.is_edited, found.edited_at)

    def test_service_messages(self):
        """A title may name a leak; who joined says nothing."""
        renamed = made(types.MessageService, id=1, peer_id=types.PeerChannel(19), date=NOW,
                       action=types.MessageActionChatEditTitle("Fuites Brumalis"))  # fmt: skip
        joined = made(types.MessageService, id=2, peer_id=types.PeerChannel(19), date=NOW,
                      action=types.MessageActionChatAddUser([7]))  # fmt: skip

        assert "Fuites Brumalis" == post(renamed).text
        assert post_of(shown_in([joined], {})[0], AROUND, NOW) is None

    def test_an_unknown_medium(self):
        """A kind of media nobody has seen yet takes nothing from the words."""
        assert "x" == post(message("x", media=types.MessageMediaUnsupported())).text


class TestShownIn:
    def test_an_album_keeps_the_number_it_had(self):
        """Also when its first item is gone."""
        items = [message("a", 13, grouped_id=5), message("b", 14, grouped_id=5), message("c", 15)]

        assert [(13, 14), (15, 15)] == [(shown.ref, shown.last) for shown in shown_in(items, {})]
        assert [(12, 14), (15, 15)] == [(shown.ref, shown.last) for shown in shown_in(items, {5: 12})]


class TestMarkOf:
    def mark(self, **more: object) -> str:
        text = str(more.pop("text", "Vends base"))
        return mark_of(shown_in([message(text, **more)], {})[0])

    def test_counters_do_not_count(self):
        """Seen, forwarded, commented, and the edit that Telegram makes of that."""
        replies = types.MessageReplies(5, 1, True, None, 77, 9)

        assert self.mark() == self.mark(views=9000, forwards=80, replies=replies, edit_date=NOW, edit_hide=True)

    @pytest.mark.parametrize(
        "more",
        [
            {"text": "Vendu"},
            {"media": document("a.zip", 1)},
            {"edit_date": NOW},
            {"media": poll("Qui ?", "moi")},
            {"entities": [types.MessageEntityTextUrl(offset=0, length=5, url="https://dump.test")]},
        ],
    )
    def test_content_does(self, more):
        """Text, media, date of the edit, poll, where a link leads."""
        assert self.mark() != self.mark(**more)
