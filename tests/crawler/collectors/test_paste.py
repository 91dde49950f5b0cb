"""A paste site that may list and answer anything."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network

import pytest

from crawler.client import Client
from crawler.collector import AccessDenied, Bookmark, Skipped, SourceChanged, SourceUnavailable, Taken
from crawler.collectors.paste import PasteCollector
from crawler.collectors.paste_site import find_site, site_root
from crawler.lanes import Lanes
from crawler.pages.paste import FAMILIES
from crawler.sandbox import Sandbox
from detectors.model import Post
from tests.conftest import NOW
from tests.crawler.paste_servers import FakeSite


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox()
    yield made
    await made.aclose()


@pytest.fixture
def client() -> Client:
    here = (ip_network("127.0.0.0/8"),)
    return Client(user_agent="vigifuite-test", lanes=Lanes(0), retries=0, cap=10**6, allowed=here)


@dataclass
class Pass:
    """What a pass took, the bookmark behind it, and how it failed."""

    bookmark: Bookmark
    taken: list[Taken] = field(default_factory=list)
    failure: Exception | None = None

    @property
    def posts(self) -> list[Post]:
        return [taken for taken in self.taken if isinstance(taken, Post)]

    @property
    def refs(self) -> list[str]:
        return [post.ref for post in self.posts]

    @property
    def skipped(self) -> list[tuple[str, str]]:
        return [(taken.where, taken.why) for taken in self.taken if isinstance(taken, Skipped)]


@pytest.fixture
def take(sandbox, client):
    """One pass over a site, in its own house."""

    async def take(url: str, family: str = "bepasty", bookmark: Bookmark | None = None, most: int = 100) -> Pass:
        found = Pass(bookmark or {"family": family})
        collector = PasteCollector(
            url=url, client=client, sandbox=sandbox, since=NOW - timedelta(days=7), clock=lambda: NOW, most=most
        )
        try:
            async for taken, reached in collector.collect(found.bookmark):
                found.taken.append(taken)
                found.bookmark = reached
        except Exception as failure:
            found.failure = failure
        assert len(json.dumps(found.bookmark)) < 64 * 1024
        return found

    return take


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with FakeSite() as made:
        yield made


def listed(*refs: str, **meta: object) -> str:
    """A list of bepasty: one paste a minute, the first the oldest."""
    start = int(NOW.timestamp()) - 3600
    return json.dumps(
        {
            ref: {"file-meta": {"filename": f"{ref}.txt", "timestamp-upload": start + 60 * number, **meta}, "uri": "/"}
            for number, ref in enumerate(refs)
        }
    )


LIST = "/apis/rest/items"
IDS = [f"paste{number:03}" for number in range(300)]


class TestList:
    async def test_oldest_first_whatever_the_order_of_the_list(self, take, site):
        """A list turned round, and one shuffled, give the same posts."""
        rows = json.loads(listed(*IDS[:20]))
        for row in (reversed(rows), sorted(rows, key=lambda ref: ref[::-1])):
            site.answers = {LIST: (200, json.dumps({ref: rows[ref] for ref in row}))}
            site.otherwise = (200, "text")

            assert IDS[:20] == (await take(site.url)).refs

    async def test_no_more_than_so_many_in_one_pass_and_the_rest_later(self, take, site):
        """Also when the list has forgotten them meanwhile."""
        site.answers = {LIST: (200, listed(*IDS[:12]))}
        site.otherwise = (200, "text")
        first = await take(site.url, most=5)
        site.answers = {LIST: (200, listed(*IDS[11:14]))}
        second = await take(site.url, bookmark=first.bookmark, most=5)
        third = await take(site.url, bookmark=second.bookmark, most=5)

        assert IDS[:14] == first.refs + sorted(second.refs + third.refs)
        assert [] == (await take(site.url, bookmark=third.bookmark)).refs

    async def test_at_first_sight_a_week_is_read(self, take, site):
        """Older pastes are left alone, then and later."""
        old = listed(IDS[0], **{"timestamp-upload": int((NOW - timedelta(days=8)).timestamp())})
        site.answers = {LIST: (200, old)}
        site.otherwise = (200, "text")
        first = await take(site.url)
        site.answers = {LIST: (200, json.dumps({**json.loads(listed(*IDS[:3])), **json.loads(old)}))}

        assert [] == first.refs
        assert IDS[1:3] == (await take(site.url, bookmark=first.bookmark)).refs

    async def test_a_list_of_thousands_stays_within_the_bookmark(self, take, site):
        """What no longer fits is known by its time: nothing is read twice."""
        rows = [
            {"id": f"{number:08}", "title": "t", "created_at": str(NOW - timedelta(seconds=9000 - number))}
            for number in range(5000)
        ]
        site.otherwise = (200, json.dumps({"pastes": rows, "total": 5000}))
        first = await take(site.url, "quick-paste")

        assert [row["id"] for row in rows] == first.refs
        assert [] == (await take(site.url, "quick-paste", first.bookmark)).refs

    async def test_the_limit_is_raised_to_what_there_is(self, take, site):
        """The newest of a list that begins with the oldest are not cut off."""
        made = [
            {"id": ref, "title": ref, "created_at": f"2026-11-22T06:00:{number // 10:02}.{number:06}"}
            for number, ref in enumerate(IDS)
        ]
        answer = (200, json.dumps({"pastes": made[:200], "total": 300}))
        site.answers = {"/api/pastes?limit=200": answer}
        site.otherwise = (200, json.dumps({"pastes": made, "total": 300}))
        whole = await take(site.url, "quick-paste")
        site.otherwise = answer

        assert IDS == whole.refs
        assert isinstance((await take(site.url, "quick-paste")).failure, SourceChanged)

    async def test_what_burns_is_not_read(self, take, site):
        """Marked: passed over. Not marked as lasting: the title alone is taken."""
        row = {"created_at": "2026-11-22T06:00:00", "title": "t"}
        made = [{"id": "aaaa", **row, "burn_after_read": True}, {"id": "bbbb", **row, "burn_after_read": False}]
        site.answers = {
            "/api/pastes?limit=200": (200, json.dumps({"pastes": [*made, {"id": "cccc", **row}], "total": 3}))
        }
        site.otherwise = (200, "text")
        found = await take(site.url, "quick-paste")

        assert [("bbbb", "text"), ("cccc", "")] == [(post.ref, post.text) for post in found.posts]
        assert ["/api/pastes?limit=200", "/bbbb/raw"] == site.asked

    async def test_numbers_that_came_and_went_are_told(self, take, site):
        """A short list may have moved on too far since the last look."""
        row = '<li><a href="{0}">Paste #{0}, n (text/plain) 2026-11-22 06:00:00 (Protected: False)</a></li>'
        page = '<div class="section"><h3>Showing the most recent 2 items:</h3><ul>{}</ul></div>'
        site.otherwise = (200, "text", {"X-Pasttle-Protected": "False", "X-Pasttle-Source-Ip": "192.0.2.7"})
        site.answers = {"/recent": (200, page.format(row.format(2) + row.format(1)))}
        first = await take(site.url, "pasttle")
        site.answers = {"/recent": (200, page.format(row.format(9) + row.format(8)))}
        second = await take(site.url, "pasttle", first.bookmark)

        assert (["1", "2"], ["8", "9"]) == (first.refs, second.refs)
        assert [("list", "5 pastes came and left it since the last look")] == second.skipped
        assert "192.0.2.7" not in repr(first)

    @pytest.mark.parametrize(
        "page", ["", "{", "[]", "null", "<html>Please log in</html>", '{"error": {"code": 500}}', "[" * 10**6]
    )
    async def test_a_list_not_understood_is_a_change(self, take, site, page):
        """A human must look."""
        site.answers = {LIST: (200, page)}

        assert isinstance((await take(site.url)).failure, SourceChanged)

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (403, AccessDenied),
            (404, SourceChanged),
            (410, SourceChanged),
            (429, SourceUnavailable),
            (500, SourceUnavailable),
        ],
    )
    async def test_a_list_refused(self, take, site, status, error):
        """The client's errors pass through; the bookmark stands."""
        site.answers = {LIST: (status, "{}")}
        before = {"floor": 5.0, "seen": {"aaaaaaaa": 6.0}, "waiting": {}, "failures": {}}
        found = await take(site.url, bookmark=before)

        assert (error, before) == (type(found.failure), found.bookmark)


class TestRaw:
    async def test_a_deleted_paste_is_passed_over(self, take, site):
        """Gone between list and text, it is no fault."""
        site.answers = {LIST: (200, listed(*IDS[:3])), f"/{IDS[0]}/+inline": (404, ""), f"/{IDS[1]}/+inline": (410, "")}
        site.otherwise = (200, "a\r\nb\rc")
        found = await take(site.url)

        assert ([IDS[2]], [], None) == (found.refs, found.skipped, found.failure)
        assert ["a\nb\rc"] == [post.text for post in found.posts]

    async def test_one_that_fails_holds_nothing_up_for_long(self, take, site):
        """It is tried last from then on, and given up in the end."""
        site.answers = {LIST: (200, listed(*IDS[:3])), f"/{IDS[0]}/+inline": (500, "")}
        site.otherwise = (200, "text")
        found, kinds, skipped = Pass({}), [], []
        for _ in range(6):
            found = await take(site.url, bookmark=found.bookmark)
            kinds.append((found.refs, type(found.failure)))
            skipped += found.skipped

        none = type(None)
        assert [([], SourceUnavailable), (IDS[1:3], SourceUnavailable)] == kinds[:2]
        assert [([], SourceUnavailable)] * 2 + [([], none)] * 2 == kinds[2:]
        assert [(f"paste {IDS[0]}", "given up (SourceUnavailable)")] == skipped

    async def test_what_leads_elsewhere_is_not_taken(self, take, site):
        """A login page is no paste."""
        site.answers = {LIST: (200, listed(IDS[0])), f"/{IDS[0]}/+inline": (302, "", {"Location": "/login"})}
        site.otherwise = (200, "password?")
        found = await take(site.url)

        assert ([], [(f"paste {IDS[0]}", "led elsewhere")]) == (found.refs, found.skipped)

    async def test_links_in_a_paste_are_not_followed(self, take, site):
        """Nothing is asked for but the list and the texts."""
        site.answers = {LIST: (200, listed(IDS[0]))}
        site.otherwise = (200, f"<a href='{site.url}dump.zip'>{site.url}dump.zip</a><img src='/pixel'>")
        await take(site.url)

        assert [LIST, f"/{IDS[0]}/+inline"] == site.asked

    async def test_hostile_ids_are_never_asked_for(self, take, site):
        """Paths, other hosts, numbers, other scripts; an id listed twice is one paste."""
        hostile = [
            "../admin",
            "//other.test/x",
            "aaaa/../b",
            "éééééééé",
            "a" * 9,
            "",
            "%2e%2e%2f1",
            "aaaaaaa\n",
            "аааааааа",
        ]
        site.answers = {LIST: (200, listed(*hostile, IDS[0])[:-1] + "," + listed(IDS[0])[1:])}
        site.otherwise = (200, "text")
        found = await take(site.url)

        assert ([IDS[0]], [("list", "9 rows not understood")]) == (found.refs, found.skipped)
        assert [LIST, f"/{IDS[0]}/+inline"] == site.asked

    async def test_a_list_beyond_the_cap_is_refused(self, take, site):
        """A list is read whole or not at all."""
        site.answers = {LIST: (200, " " * 1_100_000 + "{}")}

        assert isinstance((await take(site.url)).failure, SourceChanged)


class TestFindSite:
    async def test_an_unknown_site_is_said_to_be_one(self, site, sandbox, client):
        """No family is guessed."""
        site.otherwise = (200, "<html>hello</html>")

        with pytest.raises(SourceChanged, match="not a paste site"):
            await find_site(site.url, client, sandbox)

    @pytest.mark.parametrize("url", ["http://[", "http://paste.test:99999/", "http://paste.test:x/"])
    def test_what_is_no_url(self, url):
        """A collector raises its own errors only."""
        with pytest.raises(SourceChanged):
            site_root(url, FAMILIES["pasttle"])
