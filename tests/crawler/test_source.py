"""What the sources of a process share on their way to the web."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from crawler.collector import CollectorError, SourceChanged, SourceUnavailable
from crawler.collectors.telegram_preview import nothing_alerted
from crawler.source import Manners, Reach, Source, port_of
from tests.crawler.hostile_server import page, says, serving, socks

HERE = ("127.0.0.0/8",)
SOURCE = Source(name="pastes", kind="paste", target="", interval=60, allow=HERE)
BUSY = says(page(b"", "Retry-After: 3600", status="429 Too Many Requests"))


@pytest.fixture
async def reach() -> AsyncIterator[Reach]:
    made = Reach(Manners(pace=0), nothing_alerted)
    yield made
    await made.aclose()


class TestClient:
    async def test_one_for_each_way(self, reach: Reach):
        """Sources that are reached alike share a client; another proxy, network or port makes another."""
        ways = [
            (SOURCE, "http://paste.test/"),
            (replace(SOURCE, allow=()), "http://paste.test/"),
            (replace(SOURCE, allow=("127.0.0.1/32",)), "http://paste.test/"),
            (replace(SOURCE, proxy="socks5://127.0.0.1:9050"), "http://paste.test/"),
            (replace(SOURCE, proxy="socks5://127.0.0.1:9051"), "http://paste.test/"),
            (SOURCE, "https://paste.test/"),
            (SOURCE, "http://paste.test:8080/"),
        ]
        clients = [reach.client(*way) for way in ways]

        assert len(ways) == len(set(map(id, clients)))
        assert clients == [reach.client(replace(source, name="other", interval=5), url) for source, url in ways]
        assert clients[5] is reach.client(SOURCE, "http://paste.test:443/")

    async def test_lanes_are_shared(self, reach: Reach):
        """A host that asked one source for a pause is not asked for another, whichever way leads there."""
        async with serving(BUSY) as server:
            url = server.url(host="127.0.0.1")
            failures = []
            for allow in (HERE, ("127.0.0.1/32",), HERE):
                with pytest.raises(SourceUnavailable) as caught:
                    await reach.client(replace(SOURCE, allow=allow), url).get(url)
                failures.append(caught.value)

        assert 1 == server.calls
        assert ["127.0.0.1: answered 429", *["127.0.0.1: must not be asked again yet"] * 2] == [*map(str, failures)]
        assert all(failure.until is not None for failure in failures)

    async def test_only_the_port_that_was_named(self, reach: Reach):
        """A site on a port of its own may lead to this port and the usual ones, and to no other."""
        async with serving(says(page("ok"))) as server, socks(server.port) as proxy:
            client = reach.client(replace(SOURCE, proxy=proxy.url), "http://paste.test:8081/")
            for port in (8081, 80):
                await client.get(f"http://paste.test:{port}/")
            with pytest.raises(SourceChanged, match=r"paste\.test: port 8082: refused"):
                await client.get("http://paste.test:8082/")

        assert [(3, "paste.test", 8081), (3, "paste.test", 80)] == proxy.goals

    async def test_a_port_of_one_source_is_none_of_another(self, reach: Reach):
        """What a human named for one site opens nothing for the others."""
        async with serving(says(page("ok"))) as server, socks(server.port) as proxy:
            proxied = replace(SOURCE, proxy=proxy.url)
            reach.client(proxied, "http://paste.test:8081/")
            with pytest.raises(SourceChanged, match="port 8081: refused"):
                await reach.client(proxied, "http://other.test/").get("http://other.test:8081/")

        assert [] == proxy.goals

    async def test_an_inner_address_only_where_it_is_allowed(self, reach: Reach):
        """One source's permission is not another's."""
        async with serving(says(page("ok"))) as server:
            url = server.url(host="127.0.0.1")
            await reach.client(SOURCE, url).get(url)
            with pytest.raises(SourceChanged, match="a loopback address: refused"):
                await reach.client(replace(SOURCE, allow=()), url).get(url)

        assert 1 == server.calls

    async def test_a_proxy_that_fails_is_not_stepped_around(self, reach: Reach):
        """Nothing is asked for directly."""
        async with serving(says(page("ok"))) as server, socks(server.port, reply=1) as proxy:
            url = server.url(host="127.0.0.1")
            with pytest.raises(CollectorError):
                await reach.client(replace(SOURCE, proxy=proxy.url), url).get(url)

        assert proxy.goals
        assert 0 == server.calls

    @pytest.mark.parametrize(
        "wrong",
        [
            {"proxy": "http://127.0.0.1:9050"},
            {"proxy": "socks5://"},
            {"allow": ("nowhere",)},
            {"allow": ("10.0.0.1/8",)},
        ],
    )
    async def test_a_way_that_is_none(self, reach: Reach, wrong: dict[str, object]):
        """A proxy or network that is none is a ValueError, before anything is asked."""
        with pytest.raises(ValueError, match=r"proxy|network|host bits"):
            reach.client(replace(SOURCE, **wrong), "http://paste.test/")


class TestPortOf:
    @pytest.mark.parametrize(
        ("url", "port"),
        [
            ("http://paste.test", 80),
            ("https://paste.test/", 443),
            ("http://paste.test:8080/x:1", 8080),
            ("https://[2001:db8::7]:8443/", 8443),
            ("https://[2001:db8::7]/", 443),
        ],
    )
    def test_named_or_implied(self, url: str, port: int):
        """The port a URL names, else that of its scheme."""
        assert port == port_of(url)

    @pytest.mark.parametrize("url", ["http://paste.test:99999/", "http://paste.test:x/"])
    def test_no_port(self, url: str):
        """A port that is none is a ValueError."""
        with pytest.raises(ValueError, match=r"[Pp]ort"):
            port_of(url)
