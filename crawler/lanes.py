"""Whose turn it is: one lane a host, so that no site is asked faster than the pace."""

import asyncio
from dataclasses import dataclass, field
from random import SystemRandom

from crawler.trouble import Trouble

LONGEST_TURN = 1.5  # times the pace: a robot's even beat is easily told, so there is jitter on top
_MAX_LANES = 4096

_random = SystemRandom()


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0  # on the loop's clock


class Lanes:
    """One lane per host: first come, first served, and a full lane holds up no other."""

    def __init__(self, pace: float) -> None:
        self.pace = pace  # seconds between two requests to one host, at least
        self._lanes: dict[str, _Lane] = {}

    async def turn(self, host: str, patience: float) -> None:
        """Comes back when it is our turn; raises at once if that is further off than our patience."""
        clock = asyncio.get_running_loop().time
        lane = self._lane(host)
        async with lane.lock:
            while (wait := lane.free_at - clock()) > 0:
                if wait > patience:
                    raise Trouble("must not be asked again yet", pause=wait)
                await asyncio.sleep(wait)
            lane.free_at = clock() + self.pace * _random.uniform(1.0, LONGEST_TURN)

    def close(self, host: str, seconds: float) -> None:
        """Keeps everybody out of a lane for so long."""
        lane = self._lane(host)
        lane.free_at = max(lane.free_at, asyncio.get_running_loop().time() + seconds)

    def _lane(self, host: str) -> _Lane:
        if host not in self._lanes and len(self._lanes) >= _MAX_LANES:
            now = asyncio.get_running_loop().time()
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.free_at > now or lane.lock.locked()}
        return self._lanes.setdefault(host, _Lane())
