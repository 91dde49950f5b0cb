"""A channel read through an account over real TCP: what is new, late, edited, gone, missing, moved."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from telethon import types

from crawler.collector import Noticed, SourceChanged, SourceGone, SourcePrivate, SourceTaken
from detectors.model import Deletion, PlaceKnown, Post
from tests.crawler.telegram_accounts import Reader, accounts_of, deletions, enrolled
from tests.telegram_server.world import RpcError, document, flood, forwarded, time_of


@pytest.fixture
async def reader(settings, store):
    """Whoever reads the channel, logged in."""
    await enrolled(settings, store)
    async with accounts_of(store, settings) as accounts:
        yield Reader(accounts)


def publish(telegram, channel, count: int) -> None:
    for _ in range(count):
        telegram.post(channel, f"annonce {channel.newest + 1}")


def texts(found) -> dict[str, str]:
    return {taken.ref: taken.text for taken in found if isinstance(taken, Post)}


def noticed(found) -> list[tuple[str, str]]:
    return [(taken.what, taken.text) for taken in found if isinstance(taken, Noticed)]


class TestFirstLook:
    async def test_begins_at_its_moment(self, reader, telegram, channel):
        """One request finds the first post since; from there on everything comes, oldest first."""
        publish(telegram, channel, 450)
        reader.since = time_of(101)

        assert [str(number) for number in range(101, 451)] == await reader.refs()

    async def test_an_empty_channel(self, reader, telegram, channel):
        """Nothing, and the next post is new."""
        assert [] == await reader.refs()
        publish(telegram, channel, 1)
        assert ["1"] == await reader.refs()

    async def test_the_name_is_one_with_the_number(self, reader, telegram, channel):
        """Said once, so that what the web preview found under the name is of the same place."""
        publish(telegram, channel, 1)
        first, second = await reader.look(), await reader.look()

        assert PlaceKnown(name="telegram:@annonces", place=f"telegram:{channel.id}") == first[0]
        assert [] == second

    async def test_goes_on_where_the_preview_stood(self, reader, telegram, channel):
        """The bookmark of the web preview says how far it read, and of which channel."""
        publish(telegram, channel, 30)
        reader.bookmark = {"ref": 25, "channel_id": str(channel.id), "marks": {"25": "abcd"}, "validators": {}}

        assert ["26", "27", "28", "29", "30"] == await reader.refs()

    async def test_a_person_is_no_channel(self, reader, telegram, channel):
        """Said, not read."""
        channel.username, channel.is_person = "annonces", True

        with pytest.raises(SourceChanged, match="a person or a bot, no channel"):
            await reader.look()
        assert "GetHistoryRequest" not in telegram.requests


class TestNew:
    async def test_each_once_in_order(self, reader, telegram, channel):
        """However many there are between two looks."""
        found = []
        for count in (1, 99, 100, 101, 350, 0, 3):
            publish(telegram, channel, count)
            found += await reader.refs()

        assert [str(number) for number in range(1, 655)] == found

    async def test_one_request_where_little_happened(self, reader, telegram, channel):
        """A look costs a page of history and one question to the log."""
        publish(telegram, channel, 300)
        await reader.look()
        before = len(telegram.requests)
        publish(telegram, channel, 5)
        await reader.look()

        assert ["GetChannelDifferenceRequest", "GetHistoryRequest"] == telegram.requests[before:]

    async def test_late_ones(self, reader, telegram, channel):
        """A post that becomes visible behind others that were taken in without it is taken in all the same."""
        publish(telegram, channel, 10)
        late = channel.posts.pop(7)
        channel.log = [update for update in channel.log if update.message.id != 7]
        assert "7" not in await reader.refs()
        channel.posts[7] = late

        assert ["7"] == await reader.refs()

    async def test_a_crash_repeats_and_never_skips(self, reader, telegram, channel):
        """Wherever a look ends, the next one brings the rest."""
        publish(telegram, channel, 330)
        found: set[str] = set()
        for stop in (1, 20, 120, 90, 110, 130):
            count = 0
            async for taken, bookmark in reader.collector.collect(reader.bookmark):
                reader.bookmark = bookmark
                if isinstance(taken, Post):
                    found.add(taken.ref)
                    count += 1
                if count == stop:
                    break
        found |= set(await reader.refs())

        assert {str(number) for number in range(1, 331)} == found


class TestLog:
    async def test_too_long_to_tell_loses_nothing(self, reader, telegram, channel):
        """Telethon by itself delivers nothing then; history has it all, edits and deletions far back too."""
        publish(telegram, channel, 400)
        await reader.look()
        publish(telegram, channel, 130)
        telegram.edit(channel, 3, "vendu")
        telegram.delete(channel, 5)
        found = await reader.look()

        assert {*map(str, range(401, 531)), "3"} == set(texts(found))
        assert ["5"] == deletions(found)

    async def test_too_long_to_tell_and_interrupted(self, reader, telegram, channel):
        """What must be looked through is looked through at the next look."""
        publish(telegram, channel, 400)
        await reader.look()
        publish(telegram, channel, 130)
        telegram.edit(channel, 3, "vendu")
        async for taken, bookmark in reader.collector.collect(reader.bookmark):
            reader.bookmark = bookmark
            if isinstance(taken, Post) and taken.ref == "500":
                break

        assert "vendu" == texts(await reader.look())["3"]
        assert [] == await reader.look()

    @pytest.mark.parametrize("error", [RpcError(400, "PERSISTENT_TIMESTAMP_INVALID"), RpcError(400, "PTS_INVALID")])
    async def test_that_was_forgotten(self, reader, telegram, channel, error):
        """The server no longer knows where we stood: history is looked through instead."""
        publish(telegram, channel, 200)
        await reader.look()
        telegram.edit(channel, 3, "vendu")
        publish(telegram, channel, 2)
        telegram.faults["GetChannelDifferenceRequest"].append(error)

        assert {"3": "vendu", "201": "annonce 201", "202": "annonce 202"} == texts(await reader.look())

    async def test_at_rest(self, reader, telegram, channel):
        """A log that must not be asked is done without; it is read on later."""
        publish(telegram, channel, 150)
        await reader.look()
        telegram.edit(channel, 3, "vendu")
        publish(telegram, channel, 1)
        telegram.faults["GetChannelDifferenceRequest"].append(flood(1))
        first = await reader.look()
        await asyncio.sleep(1.1)

        assert ["151"] == list(texts(first))
        assert {"3": "vendu"} == texts(await reader.look())


class TestEdits:
    async def test_a_real_one(self, reader, telegram, channel):
        """Another text, another file, another date: among the newest posts or far behind them."""
        publish(telegram, channel, 150)
        await reader.look()
        telegram.edit(channel, 140, "vendu")
        telegram.edit(channel, 141, "annonce 141", media=document("patients.zip", 5))
        telegram.edit(channel, 10, "vendu aussi")

        assert {"140": "vendu", "141": "annonce 141", "10": "vendu aussi"} == texts(await reader.look())
        assert [] == await reader.look()

    async def test_seen_without_the_log(self, reader, telegram, channel):
        """History alone shows it too."""
        publish(telegram, channel, 20)
        await reader.look()
        telegram.edit(channel, 12, "vendu")
        reader.bookmark = {**reader.bookmark, "pts": channel.pts}

        assert {"12": "vendu"} == texts(await reader.look())

    async def test_counters_are_none(self, reader, telegram, channel):
        """Views, forwards and comments change all the time, and Telegram calls that an edit."""
        publish(telegram, channel, 20)
        await reader.look()
        for number in range(1, 21):
            telegram.count(channel, number, 1000 + number)

        assert [] == await reader.look()

    async def test_edited_and_edited_back(self, reader, telegram, channel):
        """What it said in between is told, and that it says the first again."""
        channel.members.add(500)
        publish(telegram, channel, 5)
        await reader.look()
        telegram.edit(channel, 2, "vendu", edit_hide=True)
        telegram.edit(channel, 2, "annonce 2", edit_hide=True)
        channel.log[-2].message.message = "vendu"
        found = [(taken.ref, taken.text) for taken in await reader.look() if isinstance(taken, Post)]

        assert ("2", "vendu") in found
        assert ("2", "annonce 2") == found[-1]

    async def test_an_edit_and_a_deletion_within_one_interval(self, reader, telegram, channel):
        """Both are told: the last text the post had, and that it is gone."""
        publish(telegram, channel, 30)
        await reader.look()
        telegram.edit(channel, 20, "vendu")
        telegram.delete(channel, 20)
        found = await reader.look()

        assert {"20": "vendu"} == texts(found)
        assert ["20"] == deletions(found)


class TestDeletions:
    async def test_of_alerted_posts_alone(self, reader, telegram, channel):
        """Of others nobody asks."""
        publish(telegram, channel, 150)
        await reader.look()
        reader.alerted = {"140", "10"}
        telegram.delete(channel, 140, 141, 10, 11)

        assert ["10", "140"] == sorted(deletions(await reader.look()))
        assert [] == await reader.look()

    async def test_only_after_asking_for_it(self, reader, telegram, channel):
        """History may leave out what is there."""
        publish(telegram, channel, 30)
        await reader.look()
        channel.withheld[20] = 1

        assert [] == deletions(await reader.look())

    async def test_hourly_far_back(self, reader, telegram, channel):
        """Alerted posts behind the newest hundred are asked for each hour, whatever the log says."""
        now = datetime.now(UTC)
        publish(telegram, channel, 250)
        reader.clock = lambda: now
        await reader.look()
        channel.posts.pop(7)  # without a word in the log
        telegram.edit(channel, 8, "vendu")
        channel.log.clear()
        assert [] == await reader.look()
        now += timedelta(minutes=61)
        found = await reader.look()

        assert [Deletion(place=f"telegram:{channel.id}", ref="7", seen_at=now)] == [
            taken for taken in found if isinstance(taken, Deletion)
        ]


class TestGaps:
    async def test_a_hole_is_asked_for(self, reader, telegram, channel):
        """What history leaves out and asking by number gives is taken in; what is deleted is no gap."""
        publish(telegram, channel, 350)
        telegram.delete(channel, 40, 41, 300)
        channel.withheld.update({20: 1, 21: 1, 320: 1})
        found = await reader.look()

        assert {*map(str, range(1, 351))} - {"40", "41", "300"} == set(texts(found))
        assert [] == noticed(found)

    async def test_what_stays_missing_is_told_until_it_comes(self, reader, telegram, channel):
        """Asked for at every look, and taken in once it is given."""
        publish(telegram, channel, 250)
        for number in (20, 21, 240):
            channel.withheld[number] = 10**6
            channel.unanswered.add(number)
        first, second = await reader.look(), await reader.look()
        channel.unanswered.clear()
        third, fourth = await reader.look(), await reader.look()

        assert [("gap", "@annonces: not given by Telegram yet: 20–21, 240")] == noticed(first) == noticed(second)
        assert {"20", "21", "240"} == set(texts(third))
        assert ([], []) == (noticed(third), fourth)

    async def test_a_gap_that_was_a_deletion(self, reader, telegram, channel):
        """It is no longer told."""
        publish(telegram, channel, 10)
        channel.withheld[5] = 10**6
        channel.unanswered.add(5)
        await reader.look()
        channel.unanswered.clear()
        telegram.delete(channel, 5)

        assert [] == noticed(await reader.look())

    async def test_years_of_deleted_posts(self, reader, telegram, channel):
        """A hole of thousands costs a request, not one for each hundred."""
        publish(telegram, channel, 5)
        telegram.post(channel, "longtemps après", number=90_000)
        await reader.look()

        assert len(telegram.requests) < 40
        assert 90_000 == reader.bookmark["ref"]


class TestAlbums:
    async def test_one_post(self, reader, telegram, channel):
        """The text may sit on any of its items; all files are there."""
        telegram.post(channel, "", grouped_id=5, media=document("a.csv", 1))
        telegram.post(channel, "vends base", grouped_id=5, media=document("b.csv", 2, number=2))
        publish(telegram, channel, 1)
        album, other = await reader.posts()

        assert ("1", "vends base", ["a.csv", "b.csv"]) == (album.ref, album.text, [file.name for file in album.files])
        assert "3" == other.ref

    @pytest.mark.parametrize("before", [0, 95, 97, 99, 195, 200])
    async def test_cut_by_a_page(self, reader, telegram, channel, before):
        """Wherever the pages end: one post of its first number."""
        publish(telegram, channel, before)
        for number in range(10):
            telegram.post(channel, f"partie {number}", grouped_id=5)
        publish(telegram, channel, 150)
        posts = await reader.posts()
        albums = [post for post in posts if "partie" in post.text]

        assert [str(before + 1)] == [post.ref for post in albums]
        assert 10 == len(albums[0].text.splitlines())
        assert before + 151 == len(posts)

    async def test_that_slides_out_of_sight(self, reader, telegram, channel):
        """At the edge of what is compared it is neither changed nor gone."""
        for number in range(10):
            telegram.post(channel, f"partie {number}", grouped_id=5)
        publish(telegram, channel, 85)
        await reader.look()
        for _ in range(15):
            publish(telegram, channel, 1)
            found = await reader.look()
            assert (1, []) == (len(texts(found)), deletions(found))

    async def test_that_grows_and_shrinks(self, reader, telegram, channel):
        """Revisions of one post, also when its first item goes."""
        telegram.post(channel, "un", grouped_id=5)
        await reader.look()
        telegram.post(channel, "deux", grouped_id=5)
        grown = texts(await reader.look())
        telegram.delete(channel, 1)
        shrunk = await reader.look()

        assert {"1": "un\ndeux"} == grown
        assert {"1": "deux"} == texts(shrunk)
        assert [] == deletions(shrunk)

    async def test_with_another_post_between_its_items(self, reader, telegram, channel):
        """One post, and the other too; the bookmark never passes over what was not given."""
        telegram.post(channel, "un", grouped_id=5)
        telegram.post(channel, "autre")
        telegram.post(channel, "deux", grouped_id=5)
        found = [(taken.ref, taken.text) for taken in await reader.look() if isinstance(taken, Post)]

        assert [("2", "autre"), ("1", "un\ndeux")] == found
        assert [] == await reader.look()

    async def test_that_went_on_before_a_hundred_others(self, reader, telegram, channel):
        """Part of it was taken in, the rest slides to the edge of what is compared: the whole is given once more."""
        telegram.post(channel, "un", grouped_id=5)
        await reader.look()
        telegram.post(channel, "deux", grouped_id=5)
        publish(telegram, channel, 98)
        found = texts(await reader.look())

        assert "un\ndeux" == found["1"]
        assert 99 == len(found)

    async def test_edited_far_back(self, reader, telegram, channel):
        """The log tells of one item; the whole is read again."""
        telegram.post(channel, "un", grouped_id=5)
        telegram.post(channel, "deux", grouped_id=5)
        publish(telegram, channel, 150)
        await reader.look()
        telegram.edit(channel, 2, "vendu")

        assert {"1": "un\nvendu"} == texts(await reader.look())


class TestNames:
    async def test_renamed(self, reader, telegram, channel):
        """Followed by its number under the new name, which is told as long as the source has the old one."""
        publish(telegram, channel, 1)
        await reader.look()
        channel.username = "annonces_bis"
        publish(telegram, channel, 1)
        found = [await reader.look() for _ in range(3)]

        assert {"2": "annonce 2"} == texts(found[0])
        told = ("renamed", "@annonces: now called @annonces_bis, followed by its number")
        assert [[told]] * 3 == [noticed(each) for each in found]
        assert 2 == telegram.requests.count("ResolveUsernameRequest")  # the second: is somebody else there now?
        assert [f"https://t.me/annonces_bis/{2}"] == [t.url for t in found[0] if isinstance(t, Post)]

    async def test_squatted(self, reader, telegram, channel):
        """Another channel has the name now: told, and not read; the one watched is followed."""
        publish(telegram, channel, 1)
        await reader.look()
        channel.username = "annonces_bis"
        squatter = telegram.channel("annonces")
        telegram.post(squatter, "je ne suis pas lui")
        publish(telegram, channel, 1)
        found = await reader.look()

        assert {"2": "annonce 2"} == texts(found)
        assert ["taken"] == [what for what, _ in noticed(found)]

    async def test_squatted_before_another_account_came(self, reader, telegram, channel):
        """Who must ask for the name again, and finds another there, does not read it."""
        publish(telegram, channel, 1)
        reader.bookmark = {"ref": 0, "channel_id": "123"}

        with pytest.raises(SourceTaken, match="another channel has this name now"):
            await reader.look()

    async def test_made_private(self, reader, telegram, channel):
        """Said as such; a member reads on."""
        publish(telegram, channel, 1)
        await reader.look()
        channel.is_public, channel.username = False, None
        with pytest.raises(SourcePrivate, match="private"):
            await reader.look()
        channel.members.add(500)
        publish(telegram, channel, 1)
        found = await reader.look()

        assert {"2": "annonce 2"} == texts(found)
        assert [("renamed", "@annonces: has no public name now, followed by its number")] == noticed(found)

    @pytest.mark.parametrize("is_known", [True, False])
    async def test_gone(self, reader, telegram, channel, is_known):
        """Nobody has the name, or the number leads nowhere."""
        publish(telegram, channel, 1)
        if is_known:
            await reader.look()
        telegram.channels.clear()

        with pytest.raises(SourceGone):
            await reader.look()


class TestComments:
    @pytest.fixture
    def group(self, telegram, channel):
        """The linked group, with comments on post 2 by a private person."""
        channel.linked = telegram.channel(None, "Discussion", is_group=True)
        publish(telegram, channel, 3)
        self.comment(telegram, channel, 2, "j'achète", "moi aussi")
        return channel.linked

    @staticmethod
    def comment(telegram, channel, post: int, *said: str) -> None:
        for text in said:
            head = types.MessageReplyHeader(reply_to_msg_id=post)
            telegram.post(channel.linked, text, reply_to=head, from_id=types.PeerUser(77))
        newest = channel.linked.newest
        channel.posts[post].replies = types.MessageReplies(newest, 1, True, None, channel.linked.id, newest)

    @pytest.mark.usefixtures("group")
    async def test_only_where_the_source_says_so(self, reader, telegram):
        """Otherwise the group is not even asked for."""
        assert ["1", "2", "3"] == await reader.refs()
        assert "GetRepliesRequest" not in telegram.requests

    async def test_are_posts_of_the_group(self, reader, telegram, channel, group):
        """Each once; of the person who wrote it a number is kept, no name."""
        reader.comments = True
        first = [post for post in await reader.posts() if post.place == f"telegram:{group.id}"]
        self.comment(telegram, channel, 2, "trop cher")
        second = await reader.posts()

        assert [("j'achète", "2"), ("moi aussi", "2")] == [(post.text, post.reply_to) for post in first]
        assert [("user77", None)] * 2 == [(post.author_id, post.author) for post in first]
        assert ["trop cher"] == [post.text for post in second]
        assert [] == await reader.look()


async def test_a_group_is_read_like_a_channel(settings, store, telegram):
    """Its topics have titles, asked for once."""
    group = telegram.channel("annonces", is_group=True)
    opened = telegram.service(group, types.MessageActionTopicCreate(title="Bases", icon_color=1))
    for number in range(130):
        head = types.MessageReplyHeader(forum_topic=True, reply_to_msg_id=opened)
        telegram.post(group, f"vends {number}", reply_to=head, from_id=types.PeerUser(7))
    await enrolled(settings, store)
    async with accounts_of(store, settings) as accounts:
        reader = Reader(accounts, since=time_of(20))
        posts = await reader.posts()

    assert {"Bases"} == {post.topic for post in posts}
    assert {None} == {post.reply_to for post in posts}
    assert 1 == telegram.requests.count("GetMessagesRequest")


async def test_where_forwards_come_from_is_told_by_name_once(settings, store, telegram, channel):
    """A channel met in an answer: its name and its number are one."""
    origin = telegram.channel("origine")
    for number in range(3):
        telegram.post(channel, "relais", fwd_from=forwarded(origin.id, number + 1))
    await enrolled(settings, store)
    async with accounts_of(store, settings) as accounts:
        reader = Reader(accounts)
        first = await reader.look()
        telegram.post(channel, "relais", fwd_from=forwarded(origin.id, 9))
        second = await reader.look()

    known = PlaceKnown(name="telegram:@origine", place=f"telegram:{origin.id}")
    assert [known] == [t for t in first if isinstance(t, PlaceKnown) and t.place == known.place]
    assert [] == [t for t in second if isinstance(t, PlaceKnown)]
