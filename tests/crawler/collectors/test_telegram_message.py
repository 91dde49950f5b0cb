"""What one message of an export becomes."""

from datetime import UTC, datetime

import pytest

from crawler.collector import JsonValue, Skipped
from crawler.collectors.telegram_message import Chat, take
from detectors.model import Attachment, Forward, Post

SEEN = datetime(2026, 4, 1, tzinfo=UTC)
NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"


def chat_of(**head: JsonValue) -> Chat:
    chat = Chat(head=head)
    chat.settle(chat.head)
    return chat


def post_of(chat: Chat | None = None, **message: JsonValue) -> Post:
    taken = take(chat or chat_of(id=1900000001, type="private_channel"), {"id": 7, **message}, 1, SEEN)
    assert isinstance(taken, Post)
    return taken


class TestChat:
    def test_place_is_the_id(self):
        """A chat is placed by its id."""
        assert "telegram:1900000001" == chat_of(id=1900000001).place

    def test_prefix_of_bots_is_no_part_of_the_id(self):
        """The -100 which bots and libraries write before an id is dropped: it is the same place."""
        assert "telegram:1900000001" == chat_of(id="-1001900000001").place

    def test_without_id_by_name(self):
        """A chat without id is placed by its name, which is not shown."""
        assert chat_of(name="Fuites").place == chat_of(name="Fuites", type="x").place != chat_of(name="Autre").place
        assert chat_of(name="Fuites").place.startswith("telegram:export/")

    def test_id_that_is_anything_else_is_no_place(self):
        """What is no chat id does not get into a place: it may be a person's number."""
        assert "telegram:export/" in chat_of(id="255069999999934").place

    @pytest.mark.parametrize("kind", ["public_channel", "private_channel", "public_supergroup", "private_supergroup"])
    def test_links(self, kind: str):
        """Messages of channels and supergroups have a link."""
        assert "https://t.me/c/1900000001/7" == post_of(chat_of(id=1900000001, type=kind)).url

    @pytest.mark.parametrize("kind", ["personal_chat", "private_group", "saved_messages", None, 5])
    def test_no_links(self, kind: JsonValue):
        """Messages of other chats have none."""
        assert post_of(chat_of(id=1900000001, type=kind)).url is None

    def test_no_link_to_before_the_supergroup(self):
        """A message from before a group became a supergroup has no link."""
        assert post_of(id=-999999990).url is None


class TestText:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("simple", "simple"),
            (["un ", {"type": "bold", "text": "gras"}, "\n", {"type": "code", "text": "x=1"}], "un gras\nx=1"),
            (
                [{"type": "phone", "text": "0199000000"}, " ", {"type": "email", "text": "a@b.test"}],
                "0199000000 a@b.test",
            ),
            ({"type": "bold", "text": "seul"}, "seul"),
            ([], ""),
            (None, ""),
        ],
    )
    def test_forms(self, text: JsonValue, expected: str):
        """A text is read whether it is a string or a list of pieces."""
        assert expected == post_of(text=text).text

    def test_links_once_each_in_order(self):
        """The targets of links are listed once, in order; an address or a number is no link."""
        text: JsonValue = [
            {"type": "text_link", "text": "ici", "href": "https://b.test/1"},
            {"type": "link", "text": "https://a.test"},
            {"type": "text_link", "text": "là", "href": "https://b.test/1"},
            {"type": "email", "text": "a@b.test"},
        ]

        assert ("https://b.test/1", "https://a.test") == post_of(text=text).links

    def test_buttons_with_a_link(self):
        """The target of a button is a link; its words and other buttons are ignored."""
        buttons: JsonValue = [
            [
                {"type": "url", "text": "Ouvrir", "data": "https://a.test"},
                {"type": "callback", "text": "x", "data": "y"},
            ],
            [{"type": "url", "text": "", "data": "https://b.test"}],
        ]
        post = post_of(text="Tout", inline_bot_buttons=buttons)

        assert ("Tout", ("https://a.test", "https://b.test")) == (post.text, post.links)

    def test_poll(self):
        """The question and the answers of a poll are text, one a line."""
        poll: JsonValue = {"question": "Laquelle ?", "answers": [{"text": "Une", "voters": 1}, {"text": "Deux"}]}

        assert "Avant\nLaquelle ?\n- Une\n- Deux" == post_of(text="Avant", poll=poll).text

    def test_game(self):
        """The title of a game is text."""
        assert "Jeu" == post_of(text="", game_title="Jeu").text

    def test_cards_and_songs_are_not_read(self):
        """Contact cards, places and songs leave nothing."""
        post = post_of(text="", contact_information={"phone_number": "0199000000"}, performer="x", title="y")

        assert "" == post.text


class TestTimes:
    def test_posted_and_edited(self):
        """Unix seconds become moments in UTC."""
        post = post_of(date_unixtime="1772352000", edited_unixtime=1772355600)

        assert datetime(2026, 3, 1, 8, tzinfo=UTC) == post.posted_at
        assert datetime(2026, 3, 1, 9, tzinfo=UTC) == post.edited_at

    def test_seen(self):
        """A post is seen when it is read."""
        assert SEEN == post_of().seen_at

    @pytest.mark.parametrize("date", [None, "", "0", 0, "demain", "9" * 30, 1.5, [1]])
    def test_unknown(self, date: JsonValue):
        """What is no moment is none, and a date without its zone is not guessed."""
        assert post_of(date_unixtime=date, date="2026-03-01T08:00:00").posted_at is None


class TestAuthor:
    def test_author(self):
        """The author has a name and an id."""
        post = post_of(**{"from": "sable", "from_id": "user4200000002"})

        assert ("sable", "user4200000002") == (post.author, post.author_id)

    def test_deleted_account_with_a_bare_id(self):
        """An account without name keeps its id, also where an old export writes a number."""
        post = post_of(**{"from": None, "from_id": 4200000002})

        assert (None, "4200000002") == (post.author, post.author_id)


class TestFiles:
    def test_file(self):
        """A file has its name, size and type, whether it was exported or not."""
        post = post_of(file=NOT_INCLUDED, file_name="a.csv", file_size=12, mime_type="text/csv")

        assert (Attachment(name="a.csv", size=12, mime="text/csv"),) == post.files

    @pytest.mark.parametrize("path", ["files/b.zip", "chats/chat_1/files\\b.zip", "b.zip"])
    def test_old_export(self, path: str):
        """An export without file names has them in the paths."""
        assert (Attachment(name="b.zip"),) == post_of(file=path).files

    @pytest.mark.parametrize("note", [NOT_INCLUDED, "(File exceeds maximum size. …)", "(File unavailable, …)", "", 5])
    def test_note_is_no_name(self, note: JsonValue):
        """A note in the place of a path is no file name."""
        assert () == post_of(file=note).files

    def test_photo_is_no_file(self):
        """A photo has no name, hence is no attachment."""
        assert () == post_of(photo="photos/photo_1.jpg", photo_file_size=5).files

    @pytest.mark.parametrize("size", [None, "12", -1, 1.5, True])
    def test_size_unknown(self, size: JsonValue):
        """A size that is no number of bytes is unknown."""
        assert (Attachment(name="a.csv"),) == post_of(file_name="a.csv", file_size=size).files


class TestForward:
    def test_channel(self):
        """A channel is a place."""
        post = post_of(forwarded_from="Marché", forwarded_from_id="channel1900000077")

        assert Forward(name="Marché", place="telegram:1900000077") == post.forwarded_from

    def test_user(self):
        """A deleted user is a place without name."""
        post = post_of(forwarded_from=None, forwarded_from_id="user4200000001")

        assert Forward(place="telegram:user/4200000001") == post.forwarded_from

    def test_hidden_user(self):
        """A user who hides has a name only."""
        assert Forward(name="ombre") == post_of(forwarded_from="ombre").forwarded_from

    def test_saved(self):
        """A saved message tells where it was saved from."""
        assert Forward(name="Marché") == post_of(saved_from="Marché").forwarded_from

    def test_none(self):
        """A message written here was not forwarded."""
        assert post_of(via_bot="@robot").forwarded_from is None


class TestReplies:
    def test_reply(self):
        """A reply names the message it answers."""
        assert "3" == post_of(reply_to_message_id=3).reply_to

    def test_reply_elsewhere(self):
        """A reply to another chat answers nothing here."""
        assert post_of(reply_to_message_id=3, reply_to_peer_id="channel1900000077").reply_to is None

    def test_topic(self):
        """A message in a topic has its title, and answers nothing."""
        chat = chat_of(id=1900000001)
        post_of(chat, id=3, type="service", action="topic_created", title="Santé")
        post = post_of(chat, reply_to_message_id=3)

        assert ("Santé", None) == (post.topic, post.reply_to)


class TestService:
    @pytest.mark.parametrize(
        ("action", "key"),
        [
            ("create_channel", "title"),
            ("edit_group_title", "title"),
            ("topic_created", "title"),
            ("topic_edit", "new_title"),
        ],
    )
    def test_title(self, action: str, key: str):
        """A title given is a post by whoever gave it: a channel renamed may name a leak."""
        post = post_of(type="service", action=action, actor="sable", actor_id="user42", text="", **{key: "Base VENDUE"})

        assert ("Base VENDUE", "sable", "user42") == (post.text, post.author, post.author_id)

    @pytest.mark.parametrize("action", ["pin_message", "join_group_by_link", "phone_call", "edit_group_photo"])
    def test_without_words(self, action: str):
        """Other events are no posts."""
        assert take(chat_of(), {"id": 1, "type": "service", "action": action, "text": ""}, 1, SEEN) is None

    def test_unsupported(self):
        """A message the exporter could not write is no post."""
        assert take(chat_of(), {"id": 1, "type": "unsupported"}, 1, SEEN) is None


class TestMalformed:
    @pytest.mark.parametrize("ref", ["sept", "", True, 1.5, [7], 10**12, "255069999999934"])
    def test_id(self, ref: JsonValue):
        """A message without a true id is skipped and named by where it stands, without its content."""
        skipped = Skipped(where="message 12", why="its id is not a message number")

        assert skipped == take(chat_of(), {"id": ref, "text": "secret"}, 12, SEEN)

    def test_no_id(self):
        """A message without id is skipped."""
        assert Skipped(where="message 3", why="no id") == take(chat_of(), {}, 3, SEEN)

    @pytest.mark.parametrize("text", [5, True, ["a", 5], [{"type": "bold"}], [["a"]], {"text": None}])
    def test_text(self, text: JsonValue):
        """A message whose text is none is skipped."""
        skipped = Skipped(where="message 3", why="its text is not text")

        assert skipped == take(chat_of(), {"id": 1, "text": text}, 3, SEEN)

    @pytest.mark.parametrize("value", [None, 5, "x", [], [5], {}, {"a": [None]}, True])
    @pytest.mark.parametrize(
        "key",
        [
            "type",
            "from",
            "from_id",
            "poll",
            "inline_bot_buttons",
            "file",
            "file_name",
            "mime_type",
            "game_title",
            "date_unixtime",
            "forwarded_from",
            "forwarded_from_id",
            "saved_from",
            "reply_to_message_id",
            "reply_to_peer_id",
            "edited_unixtime",
        ],
    )
    def test_anything_else_loses_only_itself(self, key: str, value: JsonValue):
        """Any other key may hold anything: the post is still read."""
        assert "texte" in post_of(text="texte", **{key: value}).text
