"""What `run` does for the desk."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from commands.desk import Sweeper, services
from commands.front import Front
from commands.world import World, open_world
from desk.services import ServiceError, Services
from detectors.redaction import redact_string
from storage import desk_sweeps
from storage.desk_sweeps import NewSweep, SweepState
from vigifuite import run_command


@pytest.fixture
def world(tmp_path, monkeypatch) -> World:
    monkeypatch.chdir(tmp_path)
    run_command(["init"])
    return open_world(Front(tmp_path / "config.toml", False))


def asked(target: str) -> NewSweep:
    return NewSweep(
        target=redact_string(target),
        words=None,
        since=None,
        until=None,
        most=None,
        asked_by="ana",
        started_at=datetime.now(UTC),
    )


async def swept(world: World, target: str, *, cancel: bool = False) -> desk_sweeps.Sweep:
    """A sweep as the desk asks for it, from its beginning to its end."""
    watchlist = world.watchlist()
    reach = world.reach()
    sweeper = Sweeper(world, reach, lambda: watchlist, asyncio.get_running_loop())
    number = await asyncio.to_thread(sweeper.start, asked(target))
    if cancel:
        await sweeper.stop()
    ends = time.monotonic() + 60
    found = desk_sweeps.find(world.store, number)
    while found and found.state is SweepState.RUNNING and time.monotonic() < ends:
        await asyncio.sleep(0.05)
        found = desk_sweeps.find(world.store, number)
    await reach.aclose()
    assert found
    return found


def offers(world: World) -> Services:
    """The front door's jobs, as `run` hands them to the desk."""
    sweeper = Sweeper(world, world.reach(), world.watchlist, asyncio.get_running_loop())
    return services(world, sweeper, world.watchlist)


class TestSweeper:
    async def test_reads_a_source_and_counts(self, world):
        """What it came to stands in the store; a second time everything is known."""
        first, second = await swept(world, "example"), await swept(world, "example")

        assert (SweepState.DONE, 0, first.count.alerts) == (second.state, second.count.alerts, second.count.known)
        assert first.count.alerts > 40

    async def test_says_what_cannot_be_read(self, world):
        """Neither nonsense nor a file of this machine."""
        nonsense, file = await swept(world, "no such thing"), await swept(world, str(world.store.folder))

        assert (SweepState.FAILED, SweepState.FAILED) == (nonsense.state, file.state)
        assert "command line" in str(file.reason)

    async def test_stops_when_told(self, world):
        """What was taken in is kept, and the sweep says that it was cancelled."""
        assert SweepState.CANCELLED == (await swept(world, "example", cancel=True)).state


class TestServices:
    async def test_read_no_file_of_this_machine(self, world):
        """A path typed into a browser leads nowhere."""
        offered = offers(world)
        for path in ("/etc/passwd", str(world.store.folder / "vigifuite.db")):
            with pytest.raises(ServiceError, match="command line"):
                await asyncio.to_thread(offered.look_at, path)
            with pytest.raises(ServiceError, match="command line"):
                await asyncio.to_thread(offered.add_source, path, "", "5m")

    async def test_look_at_a_source(self, world):
        """By its name, keeping nothing."""
        offered = offers(world)
        look = await asyncio.to_thread(offered.look_at, "example")

        assert ("export", None) == (look.kind, look.error)
        assert look.posts > 40
