"""Streams of JSON events, mended text and generators in a thread."""

import asyncio
import json
import threading
from collections.abc import Generator
from contextlib import aclosing
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.collector import JsonValue, SourceChanged
from crawler.collectors.reading import CHUNK, in_thread, json_events, mend, skip, top_keys, value_of

NUMBERS = st.integers(min_value=-(2**70), max_value=2**70)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def read_json(data: bytes) -> JsonValue:
    events = json_events(BytesIO(data), "x")
    return value_of(events, *next(events))


class TestValues:
    @given(VALUES)
    def test_round_trip(self, value: JsonValue):
        """What was written is read, whether characters were escaped or not."""
        for ascii_only in (True, False):
            assert value == read_json(json.dumps(value, ensure_ascii=ascii_only).encode())

    @given(VALUES)
    def test_skip(self, value: JsonValue):
        """Skipping a value ends where it ends."""
        events = json_events(BytesIO(json.dumps([value, "behind"]).encode()), "x")
        next(events)
        skip(events, *next(events))

        assert ("string", "behind") == next(events)

    @pytest.mark.parametrize("shift", range(14))
    @pytest.mark.parametrize("escape", [r"\ud83d\ude00", r"\ud83d", r"\\\ud83d\ude00", r"\\ud83d\ude00", r"\\\\\n"])
    def test_escapes_across_chunks(self, shift: int, escape: str):
        """An escape parted by the end of a chunk is read as it would be elsewhere."""
        before = "x" * (CHUNK - 1 - shift)
        expected = mend(json.loads(f'"{escape}"'))

        assert before + expected == read_json(f'"{before}{escape}"'.encode())

    def test_backslashes_without_end(self):
        """A text of nothing but backslashes is read, and quickly."""
        assert "\\" * 500_000 == read_json(b'"' + b"\\" * 1_000_000 + b'"')

    def test_events_before_a_break_are_not_lost(self):
        """Everything that stands before a broken place is handed over."""
        events = json_events(BytesIO(b'["a", "b", oops]'), "x")
        seen = [next(events)[1] for _ in range(3)]

        assert [None, "a", "b"] == seen
        with pytest.raises(SourceChanged, match="not JSON"):
            next(events)


class TestTopKeys:
    @pytest.mark.parametrize(
        ("beginning", "keys"),
        [
            (b'{"a": {"b": 1}, "c": [{"d": 2}], "e"', {"a", "c"}),
            (b'{"a": "cut of', {"a"}),
            (b'{"a": 1}\n{"b": 2}', {"a"}),
            (b'[{"a": 1}]', set()),
            (b"", set()),
            (b"\xff\xfe", set()),
        ],
    )
    def test_keys(self, beginning: bytes, keys: set[str]):
        """The keys of the first object are seen as far as it goes."""
        assert keys == top_keys(beginning) - {"e"}


class TestInThread:
    async def test_in_order(self):
        """Everything comes, in order."""
        assert list(range(1000)) == [item async for item in in_thread(n for n in range(1000))]

    async def test_failure_comes_after_what_was_read(self):
        """A failure does not swallow what came before it."""

        def failing() -> Generator[int, None, None]:
            yield from (1, 2)
            raise SourceChanged("x")

        items = in_thread(failing())

        assert [1, 2] == [await anext(items), await anext(items)]
        with pytest.raises(SourceChanged):
            await anext(items)

    async def test_closed_early(self):
        """Left early, the generator is closed."""
        closed = threading.Event()
        async with aclosing(in_thread(endless(closed))) as items:
            assert 0 == await anext(items)

        assert closed.is_set()

    async def test_cancelled_while_reading(self):
        """Cancelled while the thread reads, the generator is closed once the thread is out of it."""
        closed, started = threading.Event(), threading.Event()

        async def read() -> None:
            async for _ in in_thread(endless(closed, started)):
                pass

        task = asyncio.create_task(read())
        await asyncio.to_thread(started.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert closed.is_set()


def endless(closed: threading.Event, started: threading.Event | None = None) -> Generator[int, None, None]:
    try:
        number = 0
        while True:
            yield number
            number += 1
            if started:
                started.set()
    finally:
        closed.set()
