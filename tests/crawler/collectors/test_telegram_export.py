"""Whole exports: both shapes, broken files, bookmarks, memory."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.collector import Bookmark, CollectorError, JsonValue, Skipped, SourceChanged, SourceUnavailable, Taken
from crawler.collectors.telegram_export import TelegramExportCollector
from detectors.model import Attachment, Forward, Post

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests/data/telegram_export"
CHANNEL = DATA / "channel/result.json"
SEEN = datetime(2026, 4, 1, tzinfo=UTC)

Steps = list[tuple[Taken, Bookmark]]


async def steps_of(path: Path, bookmark: Bookmark | None = None) -> tuple[Steps, CollectorError | None]:
    """What a collector yields, and how it fails if it does."""
    steps: Steps = []
    try:
        async for step in TelegramExportCollector(path, clock=lambda: SEEN).collect(bookmark or {}):
            steps.append(step)
    except CollectorError as failure:
        return steps, failure
    return steps, None


async def taken_of(path: Path, bookmark: Bookmark | None = None) -> list[Post | Skipped]:
    """What a collector takes from a sound file."""
    steps, failure = await steps_of(path, bookmark)
    assert failure is None
    return [taken for taken, _ in steps if taken is not None]


async def refs_of(path: Path, bookmark: Bookmark | None = None) -> list[str]:
    return [taken.ref if isinstance(taken, Post) else taken.where for taken in await taken_of(path, bookmark)]


def write(path: Path, export: JsonValue) -> Path:
    path.write_text(json.dumps(export, ensure_ascii=False), encoding="utf-8")
    return path


def export_of(*messages: JsonValue, **head: JsonValue) -> JsonValue:
    return {"name": "Essai", "type": "private_channel", "id": 1900000001, **head, "messages": list(messages)}


class TestOneChat:
    async def test_all_its_posts(self):
        """Every message with words or files is a post, oldest first."""
        assert [str(ref) for ref in range(1, 13)] == await refs_of(CHANNEL)

    async def test_a_post(self):
        """A post has all the export tells."""
        posts = await taken_of(CHANNEL)

        assert (
            Post(
                place="telegram:1900000001",
                ref="3",
                url="https://t.me/c/1900000001/3",
                text="Base de la Clinique des Trois Saules : par ici, miroir https://miroir.test/s, encore là"
                " ou vendeur@courriel.test",
                seen_at=SEEN,
                posted_at=datetime(2026, 3, 1, 11, tzinfo=UTC),
                edited_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
                author="Fuites & Compagnie",
                author_id="channel1900000001",
                links=("https://depot.test/saules.7z", "https://miroir.test/s"),
            )
            == posts[2]
        )

    async def test_files_and_forwards(self):
        """Files, forwards and polls come along."""
        posts = {post.ref: post for post in await taken_of(CHANNEL) if isinstance(post, Post)}

        assert (Attachment(name="saules_2026.csv", size=73400320, mime="text/csv"),) == posts["4"].files
        assert Forward(place="telegram:user/4200000001") == posts["8"].forwarded_from
        assert posts["9"].text.endswith("- Pharmacie Quatrevents")

    async def test_topics(self):
        """Messages of a supergroup know their topic; events without words are no posts."""
        posts = {post.ref: post for post in await taken_of(DATA / "supergroup") if isinstance(post, Post)}

        assert ["-999999990", "1", "2", "3", "5", "7"] == list(posts)
        assert [("Bases de santé", None), (None, "2")] == [(posts[n].topic, posts[n].reply_to) for n in "23"]

    async def test_head_behind_the_messages(self, tmp_path: Path):
        """A file that says what its chat is behind the messages is placed all the same."""
        path = write(tmp_path / "x.json", {"messages": [{"id": 7, "text": "a"}], "id": 19, "type": "public_channel"})

        assert ["https://t.me/c/19/7"] == [post.url for post in await taken_of(path) if isinstance(post, Post)]

    async def test_no_id(self, tmp_path: Path):
        """A chat without id is placed by a hash of its name."""
        path = write(tmp_path / "x.json", {"name": "Essai", "messages": [{"id": 7, "text": "a"}]})
        [post] = await taken_of(path)

        assert isinstance(post, Post)
        assert (f"telegram:export/{hashlib.sha256(b'Essai').hexdigest()[:12]}", None) == (post.place, post.url)


class TestAccount:
    async def test_every_chat(self):
        """The chats of an account, those left too, are read with their places; other sections are not."""
        posts = await taken_of(DATA / "account/result.json")

        assert [
            ("telegram:4200000002", "101"),
            ("telegram:4200000009", "102"),
            ("telegram:1900000003", "7"),
        ] == [(post.place, post.ref) for post in posts if isinstance(post, Post)]

    async def test_topics_stay_in_their_chat(self, tmp_path: Path):
        """A topic of one chat is none of another where a message has the same number."""
        topic: JsonValue = {"id": 1, "type": "service", "action": "topic_created", "title": "T"}
        answer: JsonValue = {"id": 2, "text": "a", "reply_to_message_id": 1}
        chats: list[JsonValue] = [export_of(topic, answer, id=1), export_of(answer, id=2)]
        posts = await taken_of(write(tmp_path / "x.json", {"chats": {"list": chats}}))

        assert [None, "T", None] == [post.topic for post in posts if isinstance(post, Post)]

    async def test_heads_behind_the_messages(self, tmp_path: Path):
        """Every chat is placed by its own head, also when that is behind its messages."""
        chats: list[JsonValue] = [{"messages": [{"id": 1, "text": ""}], "id": n, "type": "bot_chat"} for n in (5, 6)]
        posts = await taken_of(write(tmp_path / "x.json", {"chats": {"list": chats}}))

        assert ["telegram:5", "telegram:6"] == [post.place for post in posts if isinstance(post, Post)]


class TestFolder:
    async def test_every_export_below(self):
        """A folder is every export below it, in order, each under its own mark."""
        steps, _ = await steps_of(DATA)

        assert ["account/result.json", "channel/result.json", "supergroup/result.json"] == list(steps[-1][1])

    async def test_one_broken_export_does_not_hide_the_others(self, tmp_path: Path):
        """The sound exports of a folder are read before the broken one is told of."""
        shutil.copytree(DATA, tmp_path / "all")
        (tmp_path / "all/account/result.json").write_text("{")
        steps, failure = await steps_of(tmp_path / "all")

        assert 18 == sum(isinstance(taken, Post) for taken, _ in steps)
        assert "account/result.json: ends in the middle" in str(failure)

    async def test_empty(self, tmp_path: Path):
        """A folder without export is said to be one."""
        steps, failure = await steps_of(tmp_path)

        assert [] == steps
        assert isinstance(failure, SourceUnavailable)
        assert "no result.json in this folder" in str(failure)

    @pytest.mark.parametrize("name", ["missing.json", "missing\0.json", "x" * 300])
    async def test_missing(self, tmp_path: Path, name: str):
        """A file that is not there is said to be missing."""
        assert isinstance((await steps_of(tmp_path / name))[1], SourceUnavailable)


class TestBroken:
    async def test_cut_anywhere(self, tmp_path: Path):
        """A file cut anywhere gives every post before the cut, then one line on what to do, without content."""
        whole = [taken for taken, _ in (await steps_of(CHANNEL))[0] if taken]
        data = CHANNEL.read_bytes()
        path = tmp_path / "result.json"
        for cut in range(0, len(data), 97):
            path.write_bytes(data[:cut])
            steps, failure = await steps_of(path)

            complete = (data[:cut] + b"\n").count(b"\n  }")
            assert whole[:complete] == [taken for taken, _ in steps if taken]
            assert isinstance(failure, SourceChanged)
            what = "ends in the middle" if cut else "is empty"
            assert f"{path}: {what}, at byte {cut}; export it again, format JSON" == str(failure)

    async def test_broken_in_the_middle(self, tmp_path: Path):
        """What stands before a broken place is read; the line says about where it is, and quotes nothing."""
        data = CHANNEL.read_bytes().replace(b'"file_size": 73400320', b'"file_size": sept')
        path = tmp_path / "result.json"
        path.write_bytes(data)
        steps, failure = await steps_of(path)

        assert ["1", "2", "3"] == [taken.ref for taken, _ in steps if isinstance(taken, Post)]
        assert f"not JSON in the 16 KiB before byte {len(data)}" in str(failure)
        assert "sept" not in str(failure)

    @pytest.mark.parametrize("content", ["[]", "{}", "5", '"x"', '{"chats": {"list": []}}', '{"messages": {}}'])
    async def test_not_an_export(self, tmp_path: Path, content: str):
        """JSON without messages is said to be no export."""
        path = tmp_path / "x.json"
        path.write_text(content)
        _, failure = await steps_of(path)

        assert isinstance(failure, SourceChanged)
        assert "not a Telegram Desktop export: no messages found; export with format JSON" in str(failure)

    @pytest.mark.parametrize("content", ["<html>", "{]", "plain text", '{"a": nan}', '{"a": ' + "9" * 5000 + "}"])
    async def test_not_json(self, tmp_path: Path, content: str):
        """What is no JSON is said to be none."""
        path = tmp_path / "x.json"
        path.write_text(content)

        assert "not JSON" in str((await steps_of(path))[1])

    async def test_malformed_messages(self, tmp_path: Path):
        """A malformed message is skipped, and the rest goes on."""
        good: JsonValue = {"id": 5, "text": "a"}
        path = write(tmp_path / "x.json", export_of(good, {"text": "b"}, None, [good], {"id": 6, "text": 5}, good))

        assert ["5", "message 2", "message 3", "message 4", "message 5", "5"] == await refs_of(path)

    async def test_nested_beyond_all_measure(self, tmp_path: Path):
        """Nesting deeper than any message neither stops the reading nor loses the post."""
        deep = "[" * 100_000 + "]" * 100_000
        path = tmp_path / "x.json"
        path.write_text('{"id": 5, "type": "x", "junk": ' + deep + ', "messages": [{"id": 1, "poll": ' + deep + "}]}")

        assert ["1"] == await refs_of(path)

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            (rb"a\ud83db", "a\ufffdb"),
            (rb"a\ude00", "a\ufffd"),
            (rb"\ud83d\ude00", "😀"),
            (b"\xed\xa0\x80\xff", "\ufffd" * 4),
            (rb"\\ud83d", r"\ud83d"),
            (rb"x\u0000y", "x\0y"),
        ],
    )
    async def test_half_characters(self, tmp_path: Path, written: bytes, read: str):
        """What is no character becomes one that says so; a NUL stays."""
        path = tmp_path / "x.json"
        path.write_bytes(b'\xef\xbb\xbf{"id": 5, "type": "x", "messages": [{"id": 1, "text": "%s"}]}' % written)

        assert [read] == [post.text for post in await taken_of(path) if isinstance(post, Post)]


class TestBookmark:
    async def test_unchanged(self):
        """A file read to its end gives nothing until it changes."""
        steps, _ = await steps_of(CHANNEL)

        assert ([], None) == await steps_of(CHANNEL, steps[-1][1])

    async def test_survives_json(self):
        """A bookmark is JSON."""
        steps, _ = await steps_of(CHANNEL)

        assert steps[-1][1] == json.loads(json.dumps(steps[-1][1]))

    @pytest.mark.parametrize("name", ["channel", "supergroup", "account"])
    async def test_resumed_anywhere(self, name: str):
        """Stopped behind any step, the reading goes on with exactly the rest, topics included."""
        steps, _ = await steps_of(DATA / name)
        for number, (_, bookmark) in enumerate(steps, 1):
            rest, failure = await steps_of(DATA / name, bookmark)

            assert failure is None
            assert [taken for taken, _ in steps[number:] if taken] == [taken for taken, _ in rest if taken]

    async def test_resumed_between_files(self):
        """Stopped in one file of a folder, the reading goes on there and with the next."""
        steps, _ = await steps_of(DATA)
        for number, (_, bookmark) in enumerate(steps, 1):
            rest, _ = await steps_of(DATA, bookmark)

            assert [taken for taken, _ in steps[number:] if taken] == [taken for taken, _ in rest if taken]

    async def test_changed(self, tmp_path: Path):
        """A file that changed is read again from its start."""
        path = shutil.copy(CHANNEL, tmp_path / "result.json")
        steps, _ = await steps_of(path)
        os.utime(path, ns=(1, 1))

        assert 12 == len(await taken_of(path, steps[-1][1]))

    async def test_broken_file_is_told_of_again(self, tmp_path: Path):
        """A truncated file gives its posts once, and is told of each time."""
        path = tmp_path / "result.json"
        path.write_bytes(CHANNEL.read_bytes()[:-20])
        steps, _ = await steps_of(path)
        again, failure = await steps_of(path, steps[-1][1])

        assert [] == [taken for taken, _ in again if taken]
        assert isinstance(failure, SourceChanged)

    @pytest.mark.parametrize("mark", [None, 5, "x", [], {"size": "x"}, {"size": -1, "read": 10**9}, {"done": True}])
    async def test_not_ours(self, mark: JsonValue):
        """A bookmark that is none of ours reads from the start."""
        assert 12 == len(await taken_of(CHANNEL, {"result.json": mark}))

    async def test_moves_without_posts(self, tmp_path: Path):
        """Thousands of messages without a post move the bookmark now and then."""
        joined: list[JsonValue] = [{"id": n, "type": "service", "action": "join_group_by_link"} for n in range(1, 2501)]
        steps, _ = await steps_of(write(tmp_path / "x.json", export_of(*joined)))
        marks = [mark for _, bookmark in steps if isinstance(mark := bookmark["x.json"], dict)]

        assert [1000, 2000, 2500] == [mark["read"] for mark in marks]
        assert [None, None, True] == [mark.get("done") for mark in marks]


class TestReading:
    async def test_loop_stays_free(self, tmp_path: Path):
        """While a file is read, other work goes on."""
        messages: list[JsonValue] = [{"id": n, "text": "mot " * 50} for n in range(1, 20_001)]
        path = write(tmp_path / "x.json", export_of(*messages))
        reading = asyncio.create_task(taken_of(path))
        turns = 0
        while not reading.done():
            await asyncio.sleep(0)
            turns += 1

        assert 20_000 == len(await reading)
        # Were the file read on the loop, this loop would get hardly a turn for each block of 256.
        assert turns > 2 * 20_000 / 256

    async def test_closed_early(self):
        """A reading left early closes its file: an unclosed one is a warning, hence an error here."""
        async with aclosing(TelegramExportCollector(CHANNEL).collect({})) as steps:
            assert (await anext(steps))[0] is not None

    async def test_memory(self, tmp_path: Path):
        """An export of 60 MB is read with less than 60 MB of memory more."""
        script = tmp_path / "read.py"
        script.write_text(READ_AND_MEASURE)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(  # noqa: ASYNC221 — a script of our own, and nothing else to do meanwhile
            [sys.executable, str(script), str(tmp_path / "big.json")], env=environment, capture_output=True, check=False
        )
        assert b"" == done.stderr
        size, posts, growth = map(int, done.stdout.split())

        assert size > 60_000_000
        assert 30_000 == posts
        assert growth < 60_000  # KiB


READ_AND_MEASURE = """
import asyncio, json, sys
from pathlib import Path
from crawler.collectors.telegram_export import TelegramExportCollector

path = Path(sys.argv[1])
with path.open("w") as file:
    file.write('{"name": "Essai", "type": "private_channel", "id": 19, "messages": [')
    for n in range(30_000):
        text = "un mot " * 140
        message = {"id": n, "type": "message", "text": text, "text_entities": [{"type": "plain", "text": text}]}
        file.write("," * (n > 0) + json.dumps(message))
    file.write("]}")

def peak():
    # Not getrusage: its peak is inherited from the process that started this one.
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

async def count():
    return sum([taken is not None async for taken, _ in TelegramExportCollector(path).collect({})])

before = peak()
posts = asyncio.run(count())
print(path.stat().st_size, posts, peak() - before)
"""
