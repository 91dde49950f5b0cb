"""Lists of paste sites, of the real markup and of none."""

import json
from pathlib import Path

import pytest

from crawler.pages.paste import LONGEST_TITLE, MOST_ROWS, read_list

PAGES = Path(__file__).parents[2] / "data/paste"
ROOT = "http://paste.test/"


def page(name: str) -> str:
    return (PAGES / name).read_text()


def rows(family: str, text: str, base: str | None = ROOT + "recent") -> list[list[object]]:
    return read_list(family, text, ROOT, base)["rows"]


class TestReadList:
    def test_pasttle(self):
        """Newest first on the page, with a name that imitates the end of a row, and one paste behind a password."""
        assert [
            ["3", None, 1795303098.0, "open"],
            ["4", "x (text/plain) 2020-01-01 00:00:00 (Protected: False)", 1795303100.0, "closed"],
            ["5", "Crème & <b>.csv", 1795303101.0, "open"],
        ] == rows("pasttle", page("pasttle.html"))

    def test_bepasty(self):
        """Unordered; what is locked or still coming is for later."""
        assert [
            ["aaaaaaaa", "a.txt", 1795303100.0, "open"],
            ["bbbbbbbb", "b.txt", 1795303101.0, "later"],
            ["cccccccc", "c.txt", 1795303102.0, "later"],
        ] == rows("bepasty", page("bepasty.json"))

    def test_quick_paste(self):
        """The real list does not say what burns; one that did would be believed."""
        assert [
            ["aaaaaaa1", "un", 1795303101.25, "unsaid"],
            ["aaaaaaa2", None, 1795303102.0, "open"],
            ["aaaaaaa3", "trois", 1795303103.0, "closed"],
        ] == rows("quick-paste", page("quick-paste.json"))

    @pytest.mark.parametrize(
        ("href", "is_taken"),
        [
            ("3", True), ("/3", True), ("./3", True), ("http://paste.test/3", True), ("?x#y", False), ("4", False),
            ("//other.test/3", False), ("javascript:3", False), ("../../raw/3", False), ("http://[", False),
        ],
    )  # fmt: skip
    def test_a_link_leads_to_its_paste_on_the_same_host(self, href, is_taken):
        """Anything else is a row not understood."""
        good = '<li><a href="1">Paste #1, n (a/b) 2026-11-21 23:18:00 (Protected: False)</a></li>'
        row = f'<li><a href="{href}">Paste #3, n (a/b) 2026-11-21 23:18:21 (Protected: False)</a></li>'
        found = read_list("pasttle", f'<div class="section"><ul>{good}{row}</ul></div>', ROOT, ROOT + "recent")

        assert (["1", "3"] if is_taken else ["1"]) == [ref for ref, *_ in found["rows"]]
        assert (not is_taken) == found["strange"]

    def test_ids_of_other_kinds(self):
        """A number is an id like any; true, null, lists and other scripts are none."""
        ids = [1234, True, None, ["a"], {}, 1.5, "аааа", "a" * 99, "../x", "good1", "good1"]
        text = json.dumps({"pastes": [{"id": ref, "created_at": "2026-11-21T23:18:21"} for ref in ids], "total": 11})
        found = read_list("quick-paste", text, ROOT, ROOT)

        assert {"1234", "good1"} == {ref for ref, *_ in found["rows"]}
        assert (11, 8, 11) == (found["shown"], found["strange"], found["total"])

    @pytest.mark.parametrize("when", ["soon", "0001-01-01T00:00:00+14:00", 10**400, -5, True, [], "9999-12-31"])
    def test_a_date_nobody_can_read_is_unknown(self, when):
        """The paste is read all the same."""
        text = json.dumps({"pastes": [{"id": "good1", "created_at": when}], "total": 1})

        assert [["good1", None, None, "unsaid"]] == rows("quick-paste", text)

    def test_what_comes_back_is_bounded_and_can_be_written(self):
        """The newest of too many rows, the beginning of too long a title, no half characters."""
        many = [{"id": f"{number:05}", "title": "\ud800" * 999, "created_at": number + 1} for number in range(12_000)]
        found = rows("quick-paste", json.dumps({"pastes": many, "total": True}))

        assert (MOST_ROWS, "02000", "11999") == (len(found), found[0][0], found[-1][0])
        assert "?" * LONGEST_TITLE == found[0][1]
