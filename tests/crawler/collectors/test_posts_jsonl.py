"""Posts handed in as JSON lines."""

import asyncio
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.collector import Bookmark, JsonValue, Skipped, SourceUnavailable, Taken
from crawler.collectors.posts_jsonl import LONGEST, Lines, PostsJsonlCollector, read_posts
from detectors.model import Attachment, Forward, Post

SEEN = datetime(2026, 4, 1, tzinfo=UTC)
GOOD = b'{"id": "17", "text": "texte"}'

# Words no detector takes for a person's: the refs and places of a round trip must come back as they are.
WORDS = st.sampled_from(["17", "fil-3", "t3_abc", "forum.test/vente", "x"])
TEXTS = st.text(max_size=30)
OPTIONAL: dict[str, st.SearchStrategy[JsonValue]] = {
    "place": WORDS,
    "url": TEXTS,
    "author": TEXTS,
    "title": TEXTS,
    "forwarded_from": TEXTS,
    "files": st.lists(st.fixed_dictionaries({"name": TEXTS, "size": st.none() | st.integers(0, 2**60)}), max_size=2),
    "unknown": st.booleans(),
}


def read(lines: Iterable[bytes]) -> list[tuple[int, Post | Skipped]]:
    return list(read_posts(lines, "jsonl:essai", lambda: SEEN))


def only(line: JsonValue) -> Post | Skipped:
    [(_, taken)] = read([json.dumps(line).encode()])
    return taken


def post_of(**more: JsonValue) -> Post:
    taken = only({"id": "17", "text": "texte", **more})
    assert isinstance(taken, Post)
    return taken


class TestReadPosts:
    def test_least(self):
        """An id and a text make a post."""
        assert [(1, Post(place="jsonl:essai", ref="17", text="texte", seen_at=SEEN))] == read([GOOD])

    def test_everything(self):
        """Every key of the contract is read."""
        post = post_of(
            place="forum.test/vente",
            source="sauvegarde",
            url="https://forum.test/17",
            author="sable",
            title="Vente",
            posted_at="2026-03-01T09:00:00.5+01:00",
            files=[{"name": "a.csv", "size": 12}, {"name": "b.csv", "size": None}, {"name": "c.csv"}],
            forwarded_from="Marché",
        )

        assert post == Post(
            place="forum.test/vente",
            ref="17",
            text="texte",
            seen_at=SEEN,
            posted_at=datetime(2026, 3, 1, 8, 0, 0, 500_000, tzinfo=UTC),
            url="https://forum.test/17",
            title="Vente",
            author="sable",
            files=(Attachment(name="a.csv", size=12), Attachment(name="b.csv"), Attachment(name="c.csv")),
            forwarded_from=Forward(name="Marché"),
        )

    @given(st.fixed_dictionaries({"id": WORDS, "text": TEXTS}, optional=OPTIONAL), st.booleans())
    def test_round_trip(self, line: dict[str, JsonValue], ascii_only: bool):
        """What was written is read, whether characters were escaped or not."""
        [(number, post)] = read([json.dumps(line, ensure_ascii=ascii_only).encode() + b"\r\n"])

        assert isinstance(post, Post)
        files = [{"name": file.name, "size": file.size} for file in post.files]
        forward = post.forwarded_from.name if post.forwarded_from else None
        assert 1 == number
        assert (line["id"], line["text"]) == (post.ref, post.text)
        assert [line.get(key) for key in ("url", "author", "title")] == [post.url, post.author, post.title]
        assert [line.get("place", "jsonl:essai"), line.get("files", [])] == [post.place, files]
        assert (line.get("forwarded_from") or None) == forward

    @given(st.lists(st.binary(max_size=40)))
    def test_any_bytes(self, lines: list[bytes]):
        """Whatever a line holds, it is a post or skipped, under its own number."""
        expected = [number for number, line in enumerate(lines, 2) if line.strip()]

        assert [1, *expected] == [number for number, _ in read([GOOD, *lines])]

    def test_blank_lines(self):
        """Blank lines count, and yield nothing."""
        assert [2, 5] == [number for number, _ in read([b"\n", GOOD, b" \r\n", b"", GOOD])]

    def test_byte_order_mark(self):
        """A byte order mark before the first line is no part of it."""
        [(_, post)] = read([b"\xef\xbb\xbf" + GOOD + b"\r\n"])

        assert isinstance(post, Post)

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (b"\xff\xfe", "not UTF-8"),
            (b"{", "not JSON"),
            (b"[" * 100_000, "not JSON"),
            (b'{"id": NaN}', "not JSON"),
            (b'{"id": ' + b"9" * 5000 + b"}", "not JSON"),
            (b"[]", "not a JSON object"),
            (b'{"text": "a"}', "no id"),
            (b'{"id": "", "text": "a"}', "no id"),
            (b'{"id": 17, "text": "a"}', "id is not a string"),
            (b'{"id": "17"}', "no text"),
            (b'{"id": "17", "text": ["a"]}', "text is not a string"),
            (b'{"id": "17", "text": "a", "author": 5}', "author is not a string"),
            (b'{"id": "17", "text": "a", "files": {}}', "files is not a list"),
            (b'{"id": "17", "text": "a", "files": ["a"]}', "files holds something that is not an object"),
            (b'{"id": "17", "text": "a", "files": [{}]}', "a file has no name"),
            (b'{"id": "17", "text": "a", "files": [{"name": 5}]}', "name is not a string"),
        ],
    )
    def test_bad_line(self, line: bytes, why: str):
        """A line that is not valid is skipped with its number and why, and the rest goes on."""
        taken = read([GOOD, GOOD, line, GOOD])

        assert (3, Skipped(where="line 3", why=why)) == taken[2]
        assert 4 == len(taken)

    @pytest.mark.parametrize("size", ["12", 1.5, True, -1])
    def test_bad_size(self, size: JsonValue):
        """The size of a file is a number of bytes."""
        line = {"id": "17", "text": "a", "files": [{"name": "a", "size": size}]}

        assert Skipped(where="line 1", why="the size of a file is not a number of bytes") == only(line)

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("2026-03-01T09:00:00Z", datetime(2026, 3, 1, 9, tzinfo=UTC)),
            ("2026-03-01t09:00:00z", datetime(2026, 3, 1, 9, tzinfo=UTC)),
            ("2026-03-01 09:00:00-05:30", datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=-5.5)))),
            ("2026-03-01T09:00:00.123456789Z", datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)),
        ],
    )
    def test_times(self, written: str, read: datetime):
        """Times are those of RFC 3339."""
        assert read == post_of(posted_at=written).posted_at

    @pytest.mark.parametrize(
        "written",
        [
            "2026-03-01T09:00:00",
            "2026-03-01",
            "20260301T090000Z",
            "2026-13-01T09:00:00Z",
            "",
            "0001-01-01T00:00:00+01:00",
        ],
    )
    def test_bad_time(self, written: str):
        """A time without zone, or that is none, is not guessed."""
        why = "posted_at is not an RFC 3339 time with its zone"

        assert Skipped(where="line 1", why=why) == only({"id": "17", "text": "a", "posted_at": written})

    def test_null_is_absent(self):
        """An optional key that is null is as good as absent."""
        assert post_of() == post_of(author=None, url=None, files=None, posted_at=None, place=None)

    @pytest.mark.parametrize(
        ("keys", "place"),
        [
            ({"place": "forum.test/x", "source": "s"}, "forum.test/x"),
            ({"source": "s"}, "jsonl:s"),
            ({"place": "", "source": ""}, "jsonl:essai"),
            ({"place": "jeanne@courriel.test"}, "jsonl:essai"),
            ({"source": "jeanne@courriel.test"}, "jsonl:essai"),
        ],
    )
    def test_place(self, keys: dict[str, JsonValue], place: str):
        """The place is what the line says, then its source, then the file; never a person's."""
        assert place == post_of(**keys).place

    @pytest.mark.parametrize("ref", ["jeanne@courriel.test", "2 55 06 99 999 999 34"])
    def test_ref_of_a_person(self, ref: str):
        """An id that is a person's is replaced by the number of the line."""
        assert "line-1" == post_of(id=ref).ref

    def test_half_characters(self):
        """Half a character becomes one that says so; a NUL stays."""
        assert "a\ufffd\0😀" == post_of(text="a\ud83d\0😀").text


class TestLines:
    def test_line_too_long(self):
        """A line over 8 MiB is skipped without being held, and the next is read."""
        stream = BytesIO(b'{"id": "1", "text": "' + b"a" * 3 * LONGEST + b'"}\n' + GOOD)
        lengths = [len(line) for line in Lines(stream)]
        stream.seek(0)

        assert [LONGEST + 2, len(GOOD)] == lengths
        assert [Skipped(where="line 1", why="longer than 8 MiB"), "17"] == [
            taken.ref if isinstance(taken, Post) else taken for _, taken in read(Lines(stream))
        ]

    @pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
    @pytest.mark.parametrize(("more", "kind"), [(0, Post), (1, Skipped)])
    def test_just_long_enough(self, ending: bytes, more: int, kind: type):
        """A line may be 8 MiB long, not counting its end."""
        text = b"a" * (LONGEST - len(GOOD) + len(b"texte") + more)
        stream = BytesIO(GOOD.replace(b"texte", text) + ending)

        assert kind is type(read(Lines(stream))[0][1])

    def test_up_to_a_position(self):
        """What stands behind the end given is left."""
        lines = Lines(BytesIO(b"ab\ncd\nef"), end=5)

        assert [b"ab\n", b"cd"] == list(lines)
        assert (5, False) == (lines.position, lines.ended)


Steps = list[tuple[Taken, Bookmark]]


def steps_of(path: Path, bookmark: Bookmark | None = None) -> Steps:
    """What a collector yields."""

    async def collect() -> Steps:
        return [step async for step in PostsJsonlCollector(path, clock=lambda: SEEN).collect(bookmark or {})]

    return asyncio.run(collect())


def refs_of(path: Path, bookmark: Bookmark | None = None) -> list[str]:
    steps = steps_of(path, bookmark)
    return [taken.ref if isinstance(taken, Post) else taken.where for taken, _ in steps if taken]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of three posts and a bad line."""
    path = tmp_path / "essai.jsonl"
    path.write_text('{"id": "a", "text": ""}\n\n{"id": "b", "text": ""}\noops\n{"id": "c", "text": ""}\n')
    return path


class TestCollector:
    def test_posts(self, path: Path):
        """The posts and the lines skipped come in order, placed by the name of the file."""
        steps = steps_of(path)

        assert ["a", "b", "line 4", "c"] == refs_of(path)
        assert isinstance(steps[0][0], Post)
        assert "jsonl:essai.jsonl" == steps[0][0].place

    def test_resumed_anywhere(self, path: Path):
        """Stopped behind any step, the reading goes on with exactly the rest."""
        steps = steps_of(path)
        for number, (_, bookmark) in enumerate(steps, 1):
            rest = steps_of(path, json.loads(json.dumps(bookmark)))

            assert [taken for taken, _ in steps[number:] if taken] == [taken for taken, _ in rest if taken]

    def test_unchanged(self, path: Path):
        """A file read to its end gives nothing until it changes."""
        assert [] == steps_of(path, steps_of(path)[-1][1])

    def test_grown(self, path: Path):
        """A file that grew is read on, its lines counted from the first."""
        bookmark = steps_of(path)[-1][1]
        with path.open("a") as file:
            file.write('{"id": "d", "text": ""}\noops')

        assert ["d", "line 7"] == refs_of(path, bookmark)

    def test_last_line_half_written(self, path: Path):
        """A last line without its end is read again when it has grown."""
        whole = path.read_bytes()
        path.write_bytes(whole[:-5])
        steps = steps_of(path)
        with path.open("ab") as file:
            file.write(whole[-5:])

        assert ["a", "b", "line 4", "line 5"] == [
            taken.ref if isinstance(taken, Post) else taken.where for taken, _ in steps if taken
        ]
        assert ["c"] == refs_of(path, steps[-1][1])

    def test_last_line_without_its_end(self, path: Path):
        """A last line without its end is read once."""
        path.write_bytes(path.read_bytes()[:-1])
        steps = steps_of(path)

        assert [] == steps_of(path, steps[-1][1])
        assert "c" in refs_of(path)

    def test_rewritten(self, path: Path):
        """A file put in the place of another is read from its start, even a longer one."""
        bookmark = steps_of(path)[-1][1]
        other = path.with_name("other")
        other.write_bytes(path.read_bytes() * 2)
        other.replace(path)

        assert 8 == len(refs_of(path, bookmark))

    def test_touched_or_cut(self, path: Path):
        """A file that changed without growing is read from its start."""
        bookmark = steps_of(path)[-1][1]
        os.utime(path, ns=(1, 1))
        touched = refs_of(path, bookmark)
        path.write_bytes(path.read_bytes()[:24])

        assert (["a", "b", "line 4", "c"], ["a"]) == (touched, refs_of(path, bookmark))

    @pytest.mark.parametrize("mark", [None, "x", {"offset": -5}, {"size": "a", "offset": 10**9}, {"done": True}])
    def test_not_ours(self, path: Path, mark: JsonValue):
        """A bookmark that is none of ours reads from the start."""
        assert ["a", "b", "line 4", "c"] == refs_of(path, {"essai.jsonl": mark})

    def test_missing(self, tmp_path: Path):
        """A file that is not there is said to be missing."""
        with pytest.raises(SourceUnavailable, match="there is no such file"):
            steps_of(tmp_path / "missing.jsonl")
