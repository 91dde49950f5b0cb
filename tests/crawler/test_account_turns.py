import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from crawler.account_turns import BUDGETS, Turns, Urgency, turns_of


class TestTurns:
    async def test_a_burst_waits_for_nobody(self):
        """What was saved up may be used at once; the next one waits."""
        turns = Turns(seconds=60, burst=3)
        for _ in range(3):
            await turns.turn(Urgency.LIVE)
        late = asyncio.create_task(turns.turn(Urgency.LIVE))
        await asyncio.sleep(0.01)

        assert not late.done()
        late.cancel()
        await turns.aclose()

    async def test_the_most_urgent_goes_first(self):
        """A sweep that has waited longest lets what is new now go before."""
        turns = Turns(seconds=0.02, burst=1)
        await turns.turn(Urgency.LIVE)
        order: list[str] = []

        async def one(name: str, urgency: Urgency) -> None:
            await turns.turn(urgency)
            order.append(name)

        await asyncio.gather(
            one("sweep", Urgency.SWEEP),
            one("behind", Urgency.BEHIND),
            one("live 1", Urgency.LIVE),
            one("live 2", Urgency.LIVE),
        )

        assert ["live 1", "live 2", "behind", "sweep"] == order

    async def test_who_gave_up_holds_nobody_up(self):
        """A cancelled turn is nobody's."""
        turns = Turns(seconds=0.02, burst=1)
        await turns.turn(Urgency.LIVE)
        gone = asyncio.create_task(turns.turn(Urgency.LIVE))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait_for(turns.turn(Urgency.LIVE), 5)

    def test_parked(self):
        """Until its time, and the longest wait counts."""
        turns = Turns(seconds=0, burst=1)
        until = turns.park(3600)

        assert until == turns.park(5) == turns.rests_until()
        assert timedelta(minutes=59) < until - datetime.now(UTC) <= timedelta(hours=1)

    def test_rested(self):
        """A rest that is over is over."""
        turns = Turns(seconds=0, burst=1)
        turns.parked_until = datetime.now(UTC) - timedelta(seconds=1)

        assert turns.rests_until() is None

    @pytest.mark.parametrize("method", BUDGETS)
    def test_names_are_the_dearest(self, method):
        """No method is called less often than the one Telegram counts most closely."""
        assert turns_of(method, 3).seconds <= turns_of("ResolveUsernameRequest", 3).seconds == 30
