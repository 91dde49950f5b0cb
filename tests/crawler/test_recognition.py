"""Which kind of source a target is."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from crawler.collector import AccessDenied, SourceChanged
from crawler.collectors.telegram_preview import nothing_alerted
from crawler.recognition import file_kind, recognise
from crawler.source import Manners, Reach, Source
from crawler.targets import TargetError
from tests.crawler.paste_servers import FakeSite

DATA = Path(__file__).parents[1] / "data/telegram_export"
PASTES = (Path(__file__).parents[1] / "data/paste/bepasty.json").read_text(encoding="utf-8")
WAY = Source(name="", kind="", target="", interval=90, declared=False, allow=("127.0.0.0/8",))


@pytest.fixture
async def reach() -> AsyncIterator[Reach]:
    made = Reach(Manners(pace=0), nothing_alerted)
    yield made
    await made.aclose()


@pytest.fixture
def site() -> Iterator[FakeSite]:
    """A paste site of the family bepasty."""
    with FakeSite() as made:
        made.answers["/apis/rest/items"] = (200, PASTES)
        yield made


class TestRecognise:
    @pytest.mark.parametrize(
        ("text", "target"),
        [
            ("@Fuites_Brumalis", "@Fuites_Brumalis"),
            ("https://t.me/s/Fuites_Brumalis", "@Fuites_Brumalis"),
            ("t.me/Fuites_Brumalis/17", "@Fuites_Brumalis/17"),
        ],
    )
    async def test_channel(self, reach: Reach, text: str, target: str):
        """A channel, or one post of it, is named as it is written and called so in lower case; nobody is asked."""
        found = await recognise(text, WAY, reach)

        assert ("telegram", target, "fuites_brumalis") == (found.kind, found.target, found.name)

    async def test_paste_site(self, reach: Reach, site: FakeSite):
        """A site is asked what it is; its root is the target, wherever the address leads within it."""
        for path in ("", "apis/rest/items", "+list"):
            found = await recognise(site.url + path, WAY, reach)

            assert ("paste", site.url, "127.0.0.1") == (found.kind, found.target, found.name), path

    async def test_one_paste(self, reach: Reach, site: FakeSite):
        """A paste stays the target, and is not read to find out: it may burn."""
        found = await recognise(f"{site.url}aaaaaaaa", WAY, reach)

        assert ("paste", f"{site.url}aaaaaaaa") == (found.kind, found.target)
        assert "/aaaaaaaa" not in site.asked

    async def test_file(self, reach: Reach, tmp_path: Path):
        """A file is called by its name without ending, and found from wherever the program starts."""
        (tmp_path / "posts.jsonl").write_text('{"id": "1", "text": "a"}')
        found = await recognise(str(tmp_path / ".." / tmp_path.name / "posts.jsonl"), WAY, reach)

        assert ("jsonl", str(tmp_path / "posts.jsonl"), "posts") == (found.kind, found.target, found.name)

    @pytest.mark.parametrize("text", ["@fuites_brumalis", str(DATA)])
    async def test_the_way_is_kept(self, reach: Reach, text: str):
        """Interval, proxy and allowed networks are those asked for."""
        found = await recognise(text, WAY, reach)

        assert (90, None, ("127.0.0.0/8",), False) == (found.interval, found.proxy, found.allow, found.declared)

    async def test_no_paste_site(self, reach: Reach, site: FakeSite):
        """A site of no family we know is said to be none."""
        site.answers.clear()
        site.otherwise = (200, "<html>Bonjour</html>")
        with pytest.raises(SourceChanged, match=r"127\.0\.0\.1: not a paste site of a kind we know"):
            await recognise(site.url, WAY, reach)

    @pytest.mark.parametrize(
        ("answer", "error", "why"), [(403, AccessDenied, "answered 403"), (400, SourceChanged, "answered 400")]
    )
    async def test_nothing_shown(self, reach: Reach, site: FakeSite, answer: int, error: type[Exception], why: str):
        """A site that shows nothing at all says why, not what it is not."""
        site.answers.clear()
        site.otherwise = (answer, "")
        with pytest.raises(error, match=why):
            await recognise(site.url, WAY, reach)

    async def test_not_allowed(self, reach: Reach, site: FakeSite):
        """An inner address nobody allowed is refused as such, and not asked."""
        with pytest.raises(SourceChanged, match="a loopback address: refused"):
            await recognise(site.url, Source(name="", kind="", target="", interval=90), reach)

        assert [] == site.asked

    @pytest.mark.parametrize("text", ["nowhere/posts.jsonl", "a" * 300, "a\0b", ""])
    async def test_missing_file(self, reach: Reach, tmp_path: Path, text: str):
        """What is not there, and what can be no path, is said to be missing, and what else could be given."""
        with pytest.raises(TargetError, match="does not exist: give a file, @channel"):
            await recognise(str(tmp_path / "none" / text), WAY, reach)

    async def test_other_file(self, reach: Reach, tmp_path: Path):
        """A file of no kind we know is said to be neither."""
        (tmp_path / "notes.txt").write_text("bonjour")
        with pytest.raises(TargetError, match="neither a Telegram Desktop export nor a posts JSONL file"):
            await recognise(str(tmp_path / "notes.txt"), WAY, reach)


class TestFileKind:
    @pytest.mark.parametrize("name", ["channel", "supergroup/result.json", "account/result.json", "."])
    def test_export(self, name: str):
        """An export is told from its keys, a folder from the exports in it."""
        assert "export" == file_kind(DATA / name)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            ('{"id": "1", "text": "a"}\n{"id": "2", "text": "b"}\n', "jsonl"),
            ('\ufeff\r\n{"text": "a", "place": "x.test", "id": "1"}', "jsonl"),
            ('{"id": "1", "text": "' + "a" * 100_000, "jsonl"),
            ('{"name": "x", "id": 5, "messages": [{"id": 1, "text": "a"}]}', "export"),
            ('{"about": "' + "a" * 100_000, "export"),
            ('{"id": "1"}', None),
            ('[{"id": "1", "text": "a"}]', None),
            ("id;text\n1;a", None),
            ("", None),
        ],
    )
    def test_content(self, tmp_path: Path, content: str, kind: str | None):
        """The beginning of a file tells its kind, whatever its name."""
        path = tmp_path / "file"
        path.write_text(content, encoding="utf-8")

        assert kind == file_kind(path)

    @pytest.mark.parametrize(("name", "kind"), [("result.json", "export"), ("p.jsonl", "jsonl"), ("p.ndjson", "jsonl")])
    def test_name(self, tmp_path: Path, name: str, kind: str):
        """Where the content does not tell, the name does, so that the collector can say what is wrong."""
        (tmp_path / name).write_text("oops")

        assert kind == file_kind(tmp_path / name)

    def test_nothing_there(self, tmp_path: Path):
        """A missing file and a folder without export are of no kind."""
        assert [None, None] == [file_kind(tmp_path), file_kind(tmp_path / "missing")]

    def test_line_written_by_us(self, tmp_path: Path):
        """A line as Python writes it is recognised."""
        (tmp_path / "p").write_text(json.dumps({"id": "1", "text": "é", "files": []}))

        assert "jsonl" == file_kind(tmp_path / "p")
