"""An operator's sweep through an account."""

from datetime import timedelta

import pytest

from crawler.account_turns import Urgency
from crawler.collector import Noticed, SourceGone, SourceUnavailable
from crawler.collectors.telegram_account_sweep import TelegramAccountPostCollector, TelegramSweepCollector
from crawler.source import Source
from detectors.model import Post
from tests.crawler.telegram_accounts import accounts_of, enrolled
from tests.telegram_server.world import flood, time_of

SOURCE = Source(name="sweep:annonces", kind="telegram-account", target="@annonces", interval=0)


@pytest.fixture
async def accounts(settings, store):
    await enrolled(settings, store)
    async with accounts_of(store, settings) as made:
        yield made


def publish(telegram, channel, count: int) -> None:
    for _ in range(count):
        telegram.post(channel, f"annonce {channel.newest + 1}")


async def swept(accounts, bookmark=None, stop: int | None = None, **asked):
    """The refs a sweep gives, its last bookmark, and what else it says."""
    found, others, begin, reached = [], [], bookmark or {}, {}
    collector = TelegramSweepCollector(source=SOURCE, name="annonces", accounts=accounts, **{"since": None, **asked})
    async for taken, reached in collector.collect(begin):  # noqa: B007
        found += [taken.ref] if isinstance(taken, Post) else []
        others += [taken] if isinstance(taken, Noticed) else []
        if len(found) == stop:
            break
    return found, reached, others


class TestSweep:
    async def test_everything_oldest_first(self, accounts, telegram, channel):
        """From the first post on."""
        publish(telegram, channel, 350)

        assert [str(number) for number in range(1, 351)] == (await swept(accounts))[0]

    async def test_between_two_moments(self, accounts, telegram, channel):
        """It begins at the first, and asks no further than the second."""
        publish(telegram, channel, 1000)
        found, _, _ = await swept(accounts, since=time_of(301), until=time_of(380))

        assert [str(number) for number in range(301, 401)] == found[:100]
        assert 4 >= telegram.requests.count("GetHistoryRequest")

    async def test_goes_on_where_it_stopped(self, accounts, telegram, channel):
        """With what was published meanwhile; nothing is asked for twice."""
        publish(telegram, channel, 450)
        first, bookmark, _ = await swept(accounts, stop=230)
        publish(telegram, channel, 5)
        second, _, _ = await swept(accounts, bookmark)

        assert [str(number) for number in range(1, 456)] == first + second

    async def test_says_how_far_it_is(self, accounts, telegram, channel):
        """Numbers and the moment reached, for whoever shows it."""
        publish(telegram, channel, 400)
        _, bookmark, _ = await swept(accounts, stop=100)

        assert (0, 100, 400) == (bookmark["first"], bookmark["ref"], bookmark["newest"])
        assert time_of(100).isoformat() == bookmark["moment"]

    async def test_words_are_looked_for_by_the_server(self, accounts, telegram, channel):
        """Only what it finds is transferred, whole and in order."""
        publish(telegram, channel, 400)
        for number in range(10, 400, 3):
            telegram.edit(channel, number, "base Quorvane")
        found, _, others = await swept(accounts, search="quorvane")

        assert [str(number) for number in range(10, 400, 3)] == found
        assert [] == others
        assert 1 == telegram.requests.count("GetHistoryRequest")

    async def test_an_album_cut_by_a_page_is_one_post(self, accounts, telegram, channel):
        """And at the end of the channel too."""
        publish(telegram, channel, 95)
        for number in range(10):
            telegram.post(channel, f"partie {number}", grouped_id=5)
        publish(telegram, channel, 3)
        telegram.post(channel, "dernier", grouped_id=6)

        assert [*map(str, range(1, 97)), "106", "107", "108", "109"] == (await swept(accounts))[0]

    async def test_what_is_missing_is_asked_for(self, accounts, telegram, channel):
        """Given or told."""
        publish(telegram, channel, 250)
        channel.withheld.update({20: 10**6, 30: 10**6})
        channel.unanswered.add(30)
        telegram.delete(channel, 40)
        found, _, others = await swept(accounts)

        assert {*map(str, range(1, 251))} - {"30", "40"} == set(found)
        assert ["@annonces: not given by Telegram: 30"] == [each.text for each in others]

    async def test_short_rests_are_waited_for(self, accounts, telegram, channel):
        """Longer ones end it, and it can be gone on with."""
        publish(telegram, channel, 150)
        telegram.faults["GetHistoryRequest"].append(flood(1))
        assert 150 == len((await swept(accounts))[0])
        telegram.faults["GetHistoryRequest"].append(flood(int(timedelta(hours=18).total_seconds())))

        with pytest.raises(SourceUnavailable, match="left alone until"):
            await swept(accounts)

    def test_comes_last(self):
        """What is new now never waits for it."""
        assert max(Urgency) == Urgency.SWEEP


class TestOnePost:
    async def test_alone_or_with_its_album(self, accounts, telegram, channel):
        """A link to any item leads to the whole."""
        publish(telegram, channel, 3)
        for number in range(3):
            telegram.post(channel, f"partie {number}", grouped_id=5)

        async def read(number: int) -> list[tuple[str, str]]:
            collector = TelegramAccountPostCollector(source=SOURCE, name="annonces", number=number, accounts=accounts)
            return [(t.ref, t.text) async for t, _ in collector.collect({}) if isinstance(t, Post)]

        assert [("2", "annonce 2")] == await read(2)
        assert [("4", "partie 0\npartie 1\npartie 2")] == await read(5)
        with pytest.raises(SourceGone, match="no post 99"):
            await read(99)
