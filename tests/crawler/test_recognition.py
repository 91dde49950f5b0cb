"""Which kind of source a file is."""

import json
from pathlib import Path

import pytest

from crawler.recognition import file_kind

DATA = Path(__file__).parents[1] / "data/telegram_export"


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
