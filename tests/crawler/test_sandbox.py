"""Hostile pages in the sandbox: each is refused in bounded time, and the next page is read as if nothing had been."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.pages.telegram_preview import parse_channel
from crawler.sandbox import CPU_SECONDS, LONGEST_ANSWER, PAGES, PageRefusedError, Sandbox, SandboxError, strip_tags
from tests.crawler.pages.hostile import functions

MIB = 2**20
BOUND = 30.0  # seconds: two of processor time, a new child, and a busy machine

BOMBS = {
    "formatting": "".join(f"<b {n}>" for n in range(1800)) + "".join(f"<i {n}>" for n in range(1800)) + "x</b>" * 3000,
    "divisions": "<div>" * (MIB // 5),
    "one line": "a" * MIB,
    "no end of a tag": "<a " + "b=c " * (MIB // 4),
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "tables": "<table><tr><td>" * 30_000,
    "tables in disorder": "<table><td><b><table><a>" * 10_000,
    "open links": "<a><p>" * 40_000,
    "entities": "&amp" * (MIB // 4) + "&#x110000;&#xD800;&#0;" * 10_000,
    "less than": "<" * MIB,
    "comments": "<!--" * (MIB // 4),
    "selects": "<select><option>" * 50_000,
    "forms in svg": "<svg><foreignObject><form>" * 20_000,
    "broken encoding": b"\xff\xfe\x00<p>\xc3\x28\xed\xa0\x80".decode("utf-8", "surrogateescape") * 50_000,
}


def hostile(patience: float = BOUND) -> Sandbox:
    return Sandbox(package="tests.crawler.pages.hostile", patience=patience)


async def outcome(sandbox: Sandbox, function, *arguments) -> object:
    try:
        return await sandbox.run(function, *arguments)
    except PageRefusedError as refused:
        return str(refused)


def children() -> list[int]:
    """The processes started by this one, ended ones nobody waited for included."""
    return [
        int(line.split(" ", 1)[0])
        for line in (status.read_text() for status in Path("/proc").glob("[0-9]*/stat"))
        if line.rsplit(")", 1)[1].split()[1] == str(os.getpid())
    ]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class TestBombs:
    @pytest.mark.parametrize("name", BOMBS)
    async def test_the_next_page_is_read(self, name: str):
        """A bomb is parsed or refused in bounded time; the page behind it is parsed."""
        sandbox, started = Sandbox(), time.monotonic()
        try:
            await outcome(sandbox, parse_channel, BOMBS[name])

            assert time.monotonic() - started < BOUND
            assert "changed" == (await sandbox.run(parse_channel, "<p>bonjour</html>"))["outcome"]
        finally:
            await sandbox.aclose()

    async def test_memory_of_the_parent(self):
        """Bombs, and answers as long as they may be, cost the parent little."""
        script = (
            "import asyncio, sys; sys.path[:0] = ['.']\n"
            "from tests.crawler.bomb_reader import peak\n"
            "from tests.crawler.test_sandbox import BOMBS, functions, hostile, outcome, parse_channel, Sandbox\n"
            "async def main():\n"
            "    for sandbox, function, arguments in (\n"
            "        (Sandbox(), parse_channel, (BOMBS['formatting'],)), (hostile(), functions.hog, ()),\n"
            "        (hostile(), functions.many_objects, ()), (hostile(), functions.long_answer, (10**7,)),\n"
            "    ):\n"
            "        await outcome(sandbox, function, *arguments)\n"
            "        await sandbox.aclose()\n"
            "asyncio.run(main())\n"
            "print(peak())"
        )
        said = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", script], check=True, capture_output=True, text=True
        )

        assert int(said.stdout) < 300 * MIB

    @pytest.mark.parametrize("name", BOMBS)
    def test_stripping_is_linear(self, name: str):
        """What the parser refuses is read without it, quickly."""
        started = time.process_time()
        strip_tags(BOMBS[name])

        assert time.process_time() - started < 2


class TestLimits:
    @pytest.mark.parametrize("name", ["loop", "hog", "die", "fail", "deep", "no_json", "not_a_number"])
    async def test_refused(self, name: str):
        """A function that does not come to an answer is refused; the next call is answered."""
        sandbox = hostile()
        try:
            with pytest.raises(PageRefusedError):
                await sandbox.run(getattr(functions, name))

            assert "été" == await sandbox.run(functions.echo, "été")
        finally:
            await sandbox.aclose()

    async def test_processor_time_is_per_page(self):
        """Many pages may together take longer than one may."""
        sandbox = hostile()
        try:
            spent = [await sandbox.run(functions.work, 0.6) for _ in range(2 * CPU_SECONDS)]

            assert 1 == len(set(spent))
        finally:
            await sandbox.aclose()

    async def test_a_child_that_only_waits(self):
        """A child that uses no processor time is ended by the clock."""
        sandbox = hostile(patience=0.5)
        try:
            assert "took more than 0.5 seconds" == await outcome(sandbox, functions.sleep)
        finally:
            await sandbox.aclose()

    async def test_says_no_content(self):
        """The reason never holds what the parser said."""
        sandbox = hostile()
        try:
            assert "its parser failed (RuntimeError)" == await outcome(sandbox, functions.fail)
        finally:
            await sandbox.aclose()

    async def test_the_loop_goes_on(self):
        """Other work goes on while a page is parsed."""
        sandbox, ticks = hostile(), 0
        try:
            await sandbox.run(functions.echo, 1)
            page = asyncio.ensure_future(sandbox.run(functions.work, 0.5))
            while not page.done():
                await asyncio.sleep(0.01)
                ticks += 1

            assert ticks > 5
        finally:
            await sandbox.aclose()


class TestAnswers:
    @pytest.mark.parametrize(
        "raw",
        [
            "\xff\xff\xff\xff",
            "\0\0\0\x04nope",
            "\0\0\0\x04null",
            "\0\0\0\x02{}",
            "\0\0\0\x0b[[[[[[[[[[[",
            '\0\0\0\x13{"result":"\\ud800"}',
            '\0\0\0\x0e{"result":NaN}',
            '\0\0\0\x12{"error":"a b\\n;"}',
            '\0\0\0\x18{"result":1,"error":"x"}',
            "\0\0\0\x02\xff\xfe",
        ],
    )
    async def test_what_is_no_answer(self, raw: str):
        """Whatever a taken-over child says, it is an answer of the right form or refused."""
        sandbox = hostile()
        try:
            with pytest.raises(PageRefusedError):
                await sandbox.run(functions.write_raw, raw)

            assert 1 == await sandbox.run(functions.echo, 1)
        finally:
            await sandbox.aclose()

    async def test_too_long(self):
        """An answer has a longest length."""
        sandbox = hostile()
        try:
            assert LONGEST_ANSWER - 100 == len(await sandbox.run(functions.long_answer, LONGEST_ANSWER - 100))
            assert "its answer is too long" == await outcome(sandbox, functions.long_answer, LONGEST_ANSWER)
        finally:
            await sandbox.aclose()

    async def test_half_characters_are_replaced(self):
        """What cannot be written as UTF-8 does not travel."""
        sandbox = hostile()
        try:
            assert "a?b" == await sandbox.run(functions.echo, "a\ud800b")
            assert '{"a": "\\ud83d"}' == await sandbox.run(functions.echo, '{"a": "\\ud83d"}')
        finally:
            await sandbox.aclose()


class TestChild:
    async def test_can_do_nothing_else(self):
        """The child can open no file and no connection, and knows no secret."""
        os.environ["VIGIFUITE_SECRET"] = "hush"
        sandbox = hostile()
        try:
            itself = await sandbox.run(functions.about_itself)

            assert [] == await sandbox.run(functions.attempts)
            assert "hush" not in str(itself)
            assert [0, 1, 2, 3] == itself["files"]
        finally:
            del os.environ["VIGIFUITE_SECRET"]
            await sandbox.aclose()

    async def test_is_replaced(self):
        """A child parses 500 pages, then another takes its place."""
        sandbox = hostile()
        try:
            pids = [(await sandbox.run(functions.about_itself))["pid"] for _ in range(PAGES + 1)]

            assert [PAGES, 1] == [pids.count(pid) for pid in dict.fromkeys(pids)]
        finally:
            await sandbox.aclose()

    async def test_several_users(self):
        """Several callers share the children; one who is refused does not disturb the others."""
        sandbox = hostile()
        try:
            calls = [[functions.echo, number] for number in range(20)]
            calls[7] = [functions.die]
            answers = await asyncio.gather(*(outcome(sandbox, *call) for call in calls))

            assert [number for number in range(20) if number != 7] == answers[:7] + answers[8:]
        finally:
            await sandbox.aclose()

    async def test_one_page_holds_up_no_other(self):
        """While one child is at a hostile page, another parses; a third caller waits for a child, not for the page."""
        sandbox = hostile()
        try:
            slow = asyncio.ensure_future(sandbox.run(functions.work, 1.5))
            await asyncio.sleep(0)
            others = [await sandbox.run(functions.echo, number) for number in range(20)]

            assert list(range(20)) == others
            assert not slow.done()
            await slow
        finally:
            await sandbox.aclose()

    async def test_no_more_children_than_needed(self):
        """Pages that come one by one are parsed by one child."""
        sandbox = hostile()
        try:
            pids = {(await sandbox.run(functions.about_itself))["pid"] for _ in range(5)}

            assert 1 == len(pids)
        finally:
            await sandbox.aclose()

    async def test_a_caller_who_is_cancelled(self):
        """Nobody gets the answer to the page of a caller who went away."""
        sandbox = hostile()
        try:
            await sandbox.run(functions.echo, 0)
            gone = asyncio.ensure_future(sandbox.run(functions.work, 1.0))
            await asyncio.sleep(0.2)
            gone.cancel()

            assert [2] * 4 == await asyncio.gather(*(sandbox.run(functions.echo, 2) for _ in range(4)))
            await asyncio.wait([gone])
            assert gone.cancelled()
        finally:
            await sandbox.aclose()

    async def test_leaves_nothing(self):
        """No process and no open file is left behind, however the pages ended."""
        before, files = children(), open_files()
        for name in ("echo", "die", "fail", "hog"):
            sandbox = hostile()
            await outcome(sandbox, getattr(functions, name), *([1] if name == "echo" else []))
            await sandbox.aclose()
        sandbox = hostile(patience=0.3)
        await outcome(sandbox, functions.write_raw, "\0\0\0\x0f" + "{}" * 20_000)
        await sandbox.aclose()

        assert (before, files) == (children(), open_files())

    async def test_dies_with_its_parent(self):
        """A parent that is killed takes its child along, also from the middle of a page."""
        script = (
            "import asyncio, sys; sys.path[:0] = ['.']\n"
            "from tests.crawler.test_sandbox import functions, hostile\n"
            "async def main():\n"
            "    sandbox = hostile()\n"
            "    print((await sandbox.run(functions.about_itself))['pid'], flush=True)\n"
            "    await sandbox.run(functions.work, 1.0)\n"
            "asyncio.run(main())\n"
        )
        parent = await asyncio.to_thread(
            subprocess.Popen, [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
        )
        with parent:
            child = int(await asyncio.to_thread(parent.stdout.readline))
            parent.send_signal(signal.SIGKILL)

        assert await asyncio.to_thread(ends, child)

    async def test_only_functions_of_its_package(self):
        """Nothing but the parsers of the package is run."""
        sandbox = hostile()
        try:
            for function in (os.getpid, parse_channel):
                with pytest.raises(ValueError, match="is not in"):
                    await sandbox.run(function)
        finally:
            await sandbox.aclose()

    async def test_that_does_not_start(self):
        """A parser that cannot be imported is our own fault, and no page's."""
        sandbox = Sandbox(package="tests.crawler.pages.nowhere")
        with pytest.raises(SandboxError):
            await sandbox.run(type("f", (), {"__module__": "tests.crawler.pages.nowhere.x", "__name__": "f"}))


def ends(pid: int) -> bool:
    """Whether a process ends in time."""
    deadline = time.monotonic() + BOUND
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # an orphan that ended, until somebody notes it


class TestStripTags:
    def test_lines(self):
        """Blocks end lines; formatting joins."""
        assert "Vends base\n\nBrumalis & co" == strip_tags("<p>Vends <b>ba</b>se</p><p>Brumalis &amp; co")

    def test_huge_numbers(self):
        """An entity of any length is read, not computed."""
        assert "\ufffdx" == strip_tags("&#" + "9" * 100_000 + ";x")

    def test_what_is_no_tag_stays(self):
        """A sign that opens no tag is text."""
        assert "1 < 2" == strip_tags("1 < 2")
