"""Whose turn it is to call a method of an account: budgets, urgency, and methods that must rest."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count


class Urgency(IntEnum):
    """Who goes first: what is new now, then what is older, then what an operator sweeps."""

    LIVE = 0
    BEHIND = 1
    SWEEP = 2


@dataclass(frozen=True, slots=True)
class Budget:
    """How often a method may be called."""

    burst: int  # at once, after a rest
    pace: float  # seconds between two, at length, as a multiple of the account's pace


# A page of history every three seconds, ten at once, is what Telethon's authors saw go well. Names are the scarce call:
# some hundred quick ones led to a day's wait.
BUDGETS: Mapping[str, Budget] = {
    "GetHistoryRequest": Budget(burst=10, pace=1),
    "SearchRequest": Budget(burst=5, pace=1),
    "GetRepliesRequest": Budget(burst=10, pace=1),
    "GetMessagesRequest": Budget(burst=10, pace=0.5),
    "GetChannelDifferenceRequest": Budget(burst=20, pace=0.3),
    "ResolveUsernameRequest": Budget(burst=20, pace=10),
    "GetFullChannelRequest": Budget(burst=5, pace=5),
}
OTHERWISE = Budget(burst=10, pace=1)

Waiting = tuple[Urgency, int, "asyncio.Future[None]"]


@dataclass(slots=True)
class Turns:
    """The turns at one method: the most urgent first, among equals who came first."""

    seconds: float  # between two calls, at length
    burst: int
    parked_until: datetime | None = None
    _free_at: float = 0.0  # on the loop's clock: when all that was used of the burst will be had again
    _waiting: list[Waiting] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)
    _usher: asyncio.Task[None] | None = None

    def park(self, seconds: float) -> datetime:
        """Nobody calls the method for so long; until when."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        self.parked_until = max(until, self.parked_until or until)
        return self.parked_until

    def rests_until(self) -> datetime | None:
        """Until when the method must not be called; None if it may be."""
        if self.parked_until and self.parked_until <= datetime.now(UTC):
            self.parked_until = None
        return self.parked_until

    async def turn(self, urgency: Urgency) -> None:
        """Comes back when it is our turn."""
        if not self._waiting and self._wait() <= 0:
            self._take()
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (urgency, next(self._number), mine))
        if self._usher is None or self._usher.done():
            self._usher = asyncio.create_task(self._call_in())
        await mine

    async def aclose(self) -> None:
        """Nobody has a turn any more."""
        if self._usher:
            self._usher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._usher
        for _, _, waiting in self._waiting:
            waiting.cancel()

    async def _call_in(self) -> None:
        while self._waiting:
            if (wait := self._wait()) > 0:
                await asyncio.sleep(wait)
            # Only now: somebody more urgent may have come meanwhile.
            if self._waiting:
                waiting = heappop(self._waiting)[2]
                if not waiting.done():
                    self._take()
                    waiting.set_result(None)

    def _wait(self) -> float:
        return self._free_at - (self.burst - 1) * self.seconds - asyncio.get_running_loop().time()

    def _take(self) -> None:
        self._free_at = max(self._free_at, asyncio.get_running_loop().time()) + self.seconds


def turns_of(method: str, pace: float) -> Turns:
    """The turns at a method of an account that keeps a pace (seconds)."""
    budget = BUDGETS.get(method, OTHERWISE)
    return Turns(seconds=budget.pace * pace, burst=budget.burst)
