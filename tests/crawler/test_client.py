"""The one way out: against servers on this machine that break every rule, and a proxy that notes what it is asked."""

import asyncio
import gzip
import re
import resource
import ssl
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from itertools import count
from pathlib import Path

import pytest

from crawler.client import Client, Page
from crawler.collector import AccessDenied, CollectorError, SourceChanged, SourceUnavailable
from crawler.lanes import Lanes
from tests.crawler.hostile_server import (
    MARKER,
    Server,
    Talk,
    drips,
    gzip_bomb,
    head,
    keeps_silent,
    page,
    redirects,
    repeats,
    says,
    serving,
    socks,
    stalls,
)

pytestmark = pytest.mark.timeout(20)

TRUST = ssl.create_default_context()  # shared: reading the certificates is slow
HERE = (ip_network("127.0.0.1/32"),)
DEADLINE = 0.6
IN_TIME = 4.0  # seconds: a loaded machine is slow, a hang is longer

LOOKUPS: list[object] = []
sys.addaudithook(lambda event, arguments: LOOKUPS.append(arguments[0]) if event == "socket.getaddrinfo" else None)


async def here(_: str) -> Sequence[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]


async def nowhere(host: str) -> Sequence[str]:
    """No name may be asked for."""
    raise AssertionError(f"{host} was looked up")


def client(**settings: object) -> Client:
    """A client in a hurry that may reach this machine."""
    given: dict[str, object] = {
        "user_agent": "Vigifuite-Test/1",
        "lanes": Lanes(0.0),
        "deadline": 5.0,
        "backoff": 0.01,
        "allowed": HERE,
        "resolve": here,
        "tls": TRUST,
    }
    return Client(**{**given, **settings})  # type: ignore[arg-type]


async def failure_of(attempt: Awaitable[object]) -> CollectorError:
    """The error of an attempt, which is one short line that carries nothing of the answer."""
    started = time.monotonic()
    with pytest.raises(CollectorError) as caught:
        await attempt
    assert time.monotonic() - started < IN_TIME
    error = caught.value
    told = "".join(traceback.format_exception(error, chain=True))
    assert (None, None) == (error.__cause__, error.__context__)
    assert 1 == len(str(error).splitlines())
    assert len(str(error)) < 200
    assert MARKER not in told
    return error


@asynccontextmanager
async def failing(talk: Talk, **settings: object) -> AsyncIterator[CollectorError]:
    """What a client says of a server that behaves so."""
    async with serving(talk) as server:
        yield await failure_of(client(**settings).get(server.url()))


def peak() -> int:
    """The most memory this process held since `fresh_peak`, in bytes."""
    status = Path("/proc/self/status")
    if found := re.search(r"VmHWM:\s+(\d+)", status.read_text() if status.exists() else ""):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def light() -> Iterator[None]:
    """Fails when what runs in it needs 100 MB."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5")  # the peak starts anew
    before = peak()
    yield
    assert peak() - before < 100_000_000


class TestGet:
    async def test_brings_a_page(self):
        """A page comes with its address, headers, time and bytes."""
        async with serving(says(page("Bonjour", 'ETag: "1"', "X-Two: a", "x-two: b"))) as server:
            found = await client().get(server.url("/p?q=é#part"))

        assert (200, b"Bonjour", False) == (found.status, found.body, found.was_cut)
        assert f"http://site.test:{server.port}/p?q=%C3%A9" == found.url
        assert ("a, b", '"1"') == (found.headers["x-two"], found.headers["etag"])
        assert timedelta(0) <= datetime.now(UTC) - found.received_at < timedelta(seconds=5)

    async def test_says_who_asks(self):
        """The request names us and the host, asks for gzip only, and nothing else is told."""
        async with serving(says(page())) as server:
            await client().get(server.url("/x"))

        assert [
            "GET /x HTTP/1.1",
            f"Host: site.test:{server.port}",
            "User-Agent: Vigifuite-Test/1",
            "Accept: */*",
            "Accept-Encoding: gzip",
            "Connection: close",
        ] == server.heads[0].split("\r\n")[:-2]

    async def test_drops_the_last_dot(self):
        """An absolute name is the same host, under the name a certificate has."""
        async with serving(says(page())) as server:
            found = await client().get(server.url(host="site.test."))

        assert (server.url(), True) == (found.url, f"Host: site.test:{server.port}\r\n" in server.heads[0])

    async def test_inflates_gzip(self):
        """What was packed is unpacked, in one piece, in several, or in several members."""
        packed = gzip.compress(b"un " * 1000) + gzip.compress(b"deux")
        pieces = [page(packed, "Content-Encoding: gzip")[n : n + 97] for n in range(0, len(packed) + 200, 97)]
        async with serving(drips(pieces, gap=0)) as server:
            found = await client().get(server.url())

        assert b"un " * 1000 + b"deux" == found.body

    async def test_asks_whether_it_changed(self):
        """Validators of an earlier answer go with the question, and 304 is an answer."""
        first = says(page("x", 'ETag: "v1"', "Last-Modified: Sat, 21 Nov 2026 07:00:00 GMT"))
        async with serving(first, says(head(status="304 Not Modified"))) as server:
            http = client()
            before = await http.get(server.url())
            after = await http.get(server.url(), validators=before.validators)

        assert (304, b"") == (after.status, after.body)
        assert 'If-None-Match: "v1"\r\nIf-Modified-Since: Sat, 21 Nov 2026 07:00:00 GMT' in server.heads[1]

    async def test_lets_no_validator_add_a_header(self):
        """A validator that would end its line is left out."""
        async with serving(says(page())) as server:
            await client().get(server.url(), validators={"etag": '"1"\r\nX-Evil: 1', "last-modified": "x" * 999})

        assert "Evil" not in server.heads[0]
        assert "If-" not in server.heads[0]

    @pytest.mark.parametrize("status", [404, 410])
    async def test_leaves_gone_pages_to_the_collector(self, status):
        """Not found is an answer."""
        async with serving(says(page("gone", status=f"{status} Gone"))) as server:
            assert (status, b"gone") == ((found := await client().get(server.url())).status, found.body)

    @pytest.mark.parametrize(
        ("status", "kind"),
        [(code, AccessDenied) for code in (401, 403, 407, 451)]
        + [(code, SourceChanged) for code in (300, 305, 400, 405, 418)]
        + [(code, SourceUnavailable) for code in (429, 500, 501, 502, 503, 504, 520, 999)],
    )
    async def test_says_who_has_to_act(self, status, kind):
        """Every other status is an error that names host and status."""
        async with failing(says(page(MARKER, status=f"{status} {MARKER}")), retries=0) as error:
            assert (kind, f"site.test: answered {status}") == (type(error), str(error))

    async def test_speaks_tls_by_name(self, tmp_path):
        """The certificate asked for and checked is the name's, though the connection goes to a checked address."""
        asked: list[str] = []
        async with secure_site(tmp_path, asked) as (server, trust):
            found = await client(tls=trust).get(server.url().replace("http:", "https:"))
            error = await failure_of(client(tls=trust).get(f"https://other.test:{server.port}/"))
            strangers = await failure_of(client(tls=None).get(f"https://site.test:{server.port}/"))

        assert (b"secure", ["site.test", "other.test", "site.test"]) == (found.body, asked)
        assert str(error).startswith("other.test: its certificate is refused: Hostname mismatch")
        assert "site.test: its certificate is refused: self-signed certificate" == str(strangers)

    async def test_ignores_the_environment(self, monkeypatch):
        """Proxies named in the environment are not used."""
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        async with serving(says(page("direct"))) as server:
            assert b"direct" == (await client().get(server.url())).body


@asynccontextmanager
async def secure_site(folder: Path, asked: list[str]) -> AsyncIterator[tuple[Server, ssl.SSLContext]]:
    """A site with a certificate for `site.test`, and the trust in it; it notes the names asked for."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=site.test".split()
    command += ["-addext", "subjectAltName=DNS:site.test", "-keyout", str(key), "-out", str(certificate)]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    async with serving(says(page("secure")), tls=tls) as server:
        yield server, ssl.create_default_context(cafile=certificate)


class TestPace:
    async def test_spaces_requests_to_a_host(self):
        """All users of a client take turns at one host, first come, first served."""
        async with serving(says(page())) as server:
            http = client(lanes=Lanes(0.15))
            started = time.monotonic()
            await asyncio.gather(*(http.get(server.url(f"/{n}")) for n in range(6)))

        assert [f"GET /{n} " for n in range(6)] == [head[:7] for head in server.heads]
        assert time.monotonic() - started > 5 * 0.15 * 1.03  # the pace, and some jitter on top

    async def test_lets_no_host_wait_for_another(self):
        """While one host keeps silent or is paced, others answer."""
        async with serving(keeps_silent) as silent, serving(says(page())) as quick:
            http = client(lanes=Lanes(0.3), deadline=15.0)
            stuck = [asyncio.create_task(http.get(silent.url(host="slow.test"))) for _ in range(3)]
            started = time.monotonic()
            await asyncio.gather(*(http.get(quick.url(host=f"h{n}.test")) for n in range(20)))
            took = time.monotonic() - started
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

        assert took < 5.0

    async def test_cancelled_turns_cost_nothing(self):
        """Who gives up in the queue makes nobody behind it wait."""
        async with serving(says(page())) as server:
            http = client(lanes=Lanes(0.2))
            await http.get(server.url())
            waiting = [asyncio.create_task(http.get(server.url())) for _ in range(50)]
            await asyncio.sleep(0.01)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            started = time.monotonic()
            await http.get(server.url())

        assert time.monotonic() - started < 5.0


class TestTryingAgain:
    async def test_outlasts_a_hiccup(self):
        """A server that fails twice and then answers has answered."""
        async with serving(says(page(status="502 Bad")), says(), says(page("at last"))) as server:
            error = await failure_of(client().get(server.url()))
        async with serving(says(page(status="502 Bad")), says(page(status="500 Bad")), says(page("at last"))) as second:
            found = await client().get(second.url())

        assert ("site.test: broke off, or does not speak HTTP", 2) == (str(error), server.calls)
        assert (b"at last", 3) == (found.body, second.calls)

    async def test_gives_up(self):
        """After the last retry the error says what came."""
        async with serving(says(page(status="503 Bad"))) as server:
            error = await failure_of(client(retries=2).get(server.url()))

        assert ("site.test: answered 503", 3) == (str(error), server.calls)

    async def test_nobody_listens(self):
        """A refused connection is tried again, then told."""
        async with serving(says(page())) as server:
            pass
        assert "site.test: cannot be connected to" == str(await failure_of(client().get(server.url())))

    async def test_waits_as_asked(self):
        """A short Retry-After is honoured within the same request."""
        async with serving(says(page("", "Retry-After: 1", status="429 Slow")), says(page("ok"))) as server:
            found = await client().get(server.url())

        assert b"ok" == found.body
        assert server.times[1] - server.times[0] > 0.99

    @pytest.mark.parametrize("as_date", [False, True])
    async def test_says_when_to_come_back(self, as_date):
        """A long Retry-After ends the request with the time to come back, and nobody asks before."""
        when = datetime.now(UTC) + timedelta(hours=1)
        after = format_datetime(when, usegmt=True) if as_date else "3600"
        async with serving(says(page("", f"Retry-After: {after}", status="429 Slow"))) as server:
            http = client()
            errors = [await failure_of(http.get(server.url("/a"))), await failure_of(http.get(server.url("/b")))]

        assert ["site.test: answered 429", "site.test: must not be asked again yet"] == [str(error) for error in errors]
        assert 1 == server.calls
        for error in errors:
            assert isinstance(error, SourceUnavailable)
            assert error.until is not None
            assert abs(error.until - when) < timedelta(seconds=10)

    @pytest.mark.parametrize(
        "after",
        ["", "soon", "-5", "9" * 400, "٣", "Sat, 99 Foo 2026", "Sat, 21 Nov 2020 07:00:00 GMT"],
        ids=count(),
    )
    async def test_survives_nonsense(self, after):
        """A Retry-After that means nothing is as none."""
        async with serving(
            says(page("", f"Retry-After: {after}".encode().decode("latin-1"), status="429 S"))
        ) as server:
            await failure_of(client(retries=1).get(server.url()))

        assert 2 == server.calls

    async def test_no_host_silences_itself_for_good(self):
        """A Retry-After of years is cut to a day."""
        async with failing(says(page("", "Retry-After: 999999999", status="503 Slow"))) as error:
            assert isinstance(error, SourceUnavailable)
            assert error.until is not None
            assert error.until - datetime.now(UTC) <= timedelta(days=1)


class TestRedirects:
    async def test_follows(self):
        """A redirect leads on, relative or absolute; another host hears no validator."""
        async with AsyncExitStack() as stack:
            goal = await stack.enter_async_context(serving(says(page("there"))))
            steps = redirects("/b"), redirects(goal.url("/c", host="other.test"))
            start = await stack.enter_async_context(serving(*steps))
            found = await client().get(start.url("/x/a"), validators={"etag": '"1"'})

        assert (goal.url("/c", host="other.test"), b"there") == (found.url, found.body)
        assert [True, True] == ['If-None-Match: "1"' in head for head in start.heads]
        assert "If-None-Match" not in goal.heads[0]
        assert f"Host: other.test:{goal.port}" in goal.heads[0]

    async def test_five_are_enough(self):
        """Five redirects are followed, the sixth is not."""
        chain = [redirects(f"/{n}") for n in range(6)]
        async with serving(*chain[:5], says(page("end"))) as five, serving(*chain) as six:
            found = await client().get(five.url())
            error = await failure_of(client().get(six.url()))

        assert (b"end", 6) == (found.body, five.calls)
        assert ("site.test: more than 5 redirects", SourceChanged, 6) == (str(error), type(error), six.calls)

    async def test_circle(self):
        """A page that redirects to itself is asked once."""
        async with serving(redirects("/")) as server:
            assert "site.test: redirects in a circle" == str(await failure_of(client().get(server.url("/"))))

        assert 1 == server.calls

    @pytest.mark.parametrize(
        "location",
        [
            "http://127.0.0.2:{port}/",
            "http://2130706434:{port}/",
            "http://[::ffff:127.0.0.2]:{port}/",
            "//0x7f.2:{port}/",
            "http://inner.test:{port}/",
            "http://user:secret@site.test:{port}/",
        ],
        ids=count(),
    )
    async def test_never_leads_inside(self, location):
        """A redirect to an inner address or with credentials touches nobody."""

        async def resolve(host: str) -> Sequence[str]:
            return ["127.0.0.2" if host == "inner.test" else "127.0.0.1"]

        async with AsyncExitStack() as stack:
            inner = await stack.enter_async_context(serving(says(page("inner")), host="127.0.0.2"))
            server = await stack.enter_async_context(serving(redirects(location.format(port=inner.port))))
            error = await failure_of(client(resolve=resolve).get(server.url()))

        assert (SourceChanged, 0, 1) == (type(error), inner.calls, server.calls)
        assert str(error).endswith(": refused")

    @pytest.mark.parametrize(
        "location",
        [
            "ftp://site.test/",
            "file:///etc/passwd",
            "javascript:1",
            "http://x:y/",
            "gopher://127.0.0.1/",
            "http://site.test/\x01",
            "http://site.test/ \\@x",
            "http://a..test/",
            "http://" + "a" * 9000,
            "http://%31.test/",
        ],
        ids=count(),
    )
    async def test_refuses_what_is_no_page(self, location):
        """Other schemes, control characters, odd hosts and giant URLs are refused."""
        async with failing(redirects(location)) as error:
            assert type(error) in (SourceChanged, SourceUnavailable)
            assert "refused" in str(error) or "HTTP" in str(error)

    async def test_needs_a_goal(self):
        """A redirect to nowhere says so."""
        async with failing(says(page(status="302 Found"))) as error:
            assert "site.test: answered 302 without saying where to" == str(error)

    async def test_stays_encrypted(self, tmp_path):
        """No redirect leads from https down to http."""
        async with serving(says(page("plain"))) as plain, secure_site(tmp_path, []) as (server, trust):
            server_talk = redirects(plain.url())
            async with serving(server_talk, tls=_same_certificate(tmp_path)) as down:
                error = await failure_of(client(tls=trust).get(f"https://site.test:{down.port}/"))

        assert ("site.test: redirects from https to http: refused", 0) == (str(error), plain.calls)
        assert 0 == server.calls

    async def test_injected_headers_stay_a_path(self):
        """Escaped line ends in a redirect stay escaped in the next request."""
        async with serving(redirects("/x%0d%0aX-Evil:%201"), says(page("ok"))) as server:
            await client().get(server.url())

        assert server.heads[1].startswith("GET /x%0d%0aX-Evil:%201 HTTP/1.1\r\n")


def _same_certificate(folder: Path) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return tls


class TestAddresses:
    @pytest.mark.parametrize(
        "host",
        "127.0.0.1 127.1 2130706433 0x7f.1 0x7f000001 0177.0.0.1 017700000001 127.0.0.1. [::1] [::ffff:127.0.0.1] "
        "[::ffff:7f00:1] [64:ff9b::7f00:1] ①②⑦.0.0.1 １２７.0.0.1 127。0。0。1 0 0.0.0.0 [::] site.test "
        "localhost".split(),
    )
    async def test_loopback_is_out_of_reach(self, host):
        """However this machine is spelled, it is not touched."""
        async with serving(says(page())) as server:
            http = client(allowed=(), ports=(80, server.port))
            error = await failure_of(http.get(f"http://{host}:{server.port}/"))

        assert (SourceChanged, 0) == (type(error), server.calls)
        assert "refused" in str(error)

    async def test_the_system_is_asked(self):
        """Without a resolver of the caller's, the system's answer is checked all the same."""
        async with serving(says(page("ok"))) as server:
            refused = await failure_of(
                client(allowed=(), resolve=None, ports=(server.port,)).get(server.url(host="localhost"))
            )
            found = await client(resolve=None, allowed=(*HERE, ip_network("::1"))).get(server.url(host="localhost"))

        assert "localhost: leads to a loopback address: refused" == str(refused)
        assert (b"ok", 1) == (found.body, server.calls)

    async def test_one_bad_address_spoils_all(self):
        """Every address of a name is checked before the first is connected to."""

        async def resolve(_: str) -> Sequence[str]:
            return ["127.0.0.1", "10.0.0.1"]

        async with serving(says(page())) as server:
            error = await failure_of(client(resolve=resolve).get(server.url()))

        assert ("site.test: leads to a private address: refused", 0) == (str(error), server.calls)

    async def test_second_answer_is_never_used(self):
        """A name that changes its answer (rebinding) is connected to where it was checked, and asked once."""
        asked: list[str] = []

        async def rebinding(host: str) -> Sequence[str]:
            asked.append(host)
            return ["127.0.0.1" if len(asked) == 1 else "127.0.0.2"]

        async with AsyncExitStack() as stack:
            good = await stack.enter_async_context(serving(says(page("checked"))))
            evil = serving(says(page("inner")), host="127.0.0.2", port=good.port)
            inner = await stack.enter_async_context(evil)
            http = client(resolve=rebinding)
            found = await http.get(good.url())
            error = await failure_of(http.get(good.url()))

        assert (b"checked", 1, 0) == (found.body, good.calls, inner.calls)
        assert ("site.test: leads to a loopback address: refused", ["site.test"] * 2) == (str(error), asked)

    async def test_other_ports(self):
        """A public address is asked on the ports of the web only; here no connection is even tried."""

        async def resolve(_: str) -> Sequence[str]:
            return ["8.8.8.8"]

        error = await failure_of(client(resolve=resolve).get("http://site.test:25/"))
        literal = await failure_of(client().get("http://8.8.8.8:22/"))

        assert "site.test: leads to port 25: refused" == str(error)
        assert "8.8.8.8: port 22: refused" == str(literal)

    @pytest.mark.parametrize("answer", [[], ["not an address"], ["999.1.1.1"]])
    async def test_bad_answers(self, answer):
        """A resolver that answers nothing, or nonsense, is no answer."""

        async def resolve(_: str) -> Sequence[str]:
            return answer

        error = await failure_of(client(resolve=resolve).get("http://site.test/"))

        assert (SourceUnavailable, "site.test: its name") == (type(error), str(error)[:19])

    async def test_silent_resolver(self):
        """A name server that never answers costs one deadline."""

        async def resolve(_: str) -> Sequence[str]:
            await asyncio.sleep(60)
            return []

        error = await failure_of(client(resolve=resolve, deadline=DEADLINE).get("http://site.test/"))

        assert "site.test: no complete answer within 0.6 s" == str(error)

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "x",
            "http://",
            "http:///x",
            "//site.test/",
            "ftp://site.test/",
            "http://u:p@site.test/",
            "http://u@site.test/",
            "http://site.test/\r\nX: y",
            "http://site.test/\x00",
            "http://site.test/\u202e",
            "http://a b.test/",
            "http://[::1",
            "http://site.test:0/",
            "http://site.test:65536/",
            "http://site.test\\@127.0.0.1/",
            "http://1.2.3.4.5/",
            "\ud800",
            "http://site%2etest/",
            "http://[fe80::1%25lo]/",
            "http://-\u00ad.test/",
            "http://" + "a." * 200 + "test/",
        ],
        ids=count(),
    )
    async def test_refuses_what_is_no_url(self, url):
        """A URL that is not plainly one is refused before any name is looked up."""
        error = await failure_of(client(resolve=nowhere).get(url))

        assert SourceChanged is type(error)
        assert "refused" in str(error)

    @pytest.mark.parametrize("host", ["abc.onion", "abc.onion.", "x.ABC.Onion"])
    async def test_onions_need_a_proxy(self, host):
        """An .onion name is never looked up."""
        error = await failure_of(client(resolve=nowhere).get(f"http://{host}/"))

        assert str(error).endswith(": an .onion address, which needs a SOCKS proxy: refused")


class TestProxy:
    @pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
    @pytest.mark.parametrize("host", ["site.test", "abcdef.onion"])
    async def test_resolves_names(self, scheme, host):
        """The proxy gets the name; on this machine nobody is asked for it."""
        async with serving(says(page("hidden"))) as server, socks(server.port, gap=0.001) as proxy:
            http = client(proxy=proxy.url.replace("socks5", scheme), resolve=nowhere, allowed=())
            LOOKUPS.clear()
            found = await http.get(f"http://{host}/")

        assert (b"hidden", [(3, host, 80)], [b"\x05\x01\x00"]) == (found.body, proxy.goals, proxy.greetings)
        assert [] == [name for name in LOOKUPS if name != "127.0.0.1"]
        assert f"Host: {host}\r\n" in server.heads[0]

    async def test_tls_passes_through(self, tmp_path):
        """Behind the proxy, the certificate is the name's as well."""
        asked: list[str] = []
        async with secure_site(tmp_path, asked) as (server, trust), socks(server.port) as proxy:
            found = await client(proxy=proxy.url, tls=trust, resolve=nowhere).get("https://site.test/")

        assert (b"secure", ["site.test"], [(3, "site.test", 443)]) == (found.body, asked, proxy.goals)

    async def test_knows_its_user(self):
        """User and password go to the proxy, and to nobody else."""
        async with serving(says(page("ok"))) as server, socks(server.port, login=True) as proxy:
            await client(proxy=f"socks5://me:p%40ss@127.0.0.1:{proxy.port}").get("http://site.test/")

        assert ([b"\x05\x01\x02"], [b"me:p@ss"]) == (proxy.greetings, proxy.logins)
        assert "p@ss" not in server.heads[0]

    async def test_is_never_gone_around(self):
        """When the proxy is down or says no, the site is not asked directly."""
        async with serving(says(page())) as server:
            async with socks(server.port, reply=5) as proxy:
                no = await failure_of(client(proxy=proxy.url, ports=(server.port,)).get(server.url()))
            down = await failure_of(client(proxy=proxy.url, ports=(server.port,)).get(server.url()))

        assert "site.test: the proxy gives up: connection refused" == str(no)
        assert "site.test: the proxy cannot be connected to" == str(down)
        assert (0, 3) == (server.calls, len(proxy.goals))

    @pytest.mark.parametrize("answers", [0, 1])
    async def test_may_fall_silent(self, answers):
        """A proxy that stops in the middle of its greeting costs one deadline, and leaves no socket behind."""
        async with socks(silent_after=answers) as proxy:
            error = await failure_of(client(proxy=proxy.url, deadline=DEADLINE).get("http://site.test/"))

        assert "site.test: no complete answer within 0.6 s" == str(error)

    @pytest.mark.parametrize(
        "talk",
        [says(b"HTTP/1.1 200 OK\r\n\r\n"), says(b""), says(b"\x05"), says(b"\x05\x00\x04\x00")],
        ids=count(),
    )
    async def test_may_speak_nonsense(self, talk):
        """A proxy that is none is told as such."""
        async with serving(talk, reads_head=False) as server:
            error = await failure_of(client(proxy=f"socks5://127.0.0.1:{server.port}").get("http://site.test/"))

        assert str(error).startswith("site.test: the proxy ")

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://169.254.169.254/",
            "http://localhost/",
            "http://a.localhost/",
            "http://10.0.0.1/",
            "http://site.test:25/",
            "http://8.8.8.8:22/",
            "http://1.2.3.4.5/",
        ],
        ids=count(),
    )
    async def test_inner_addresses_are_refused(self, url):
        """Addresses written out are checked before the proxy hears of them, and so are ports."""
        async with socks() as proxy:
            error = await failure_of(client(proxy=proxy.url, allowed=()).get(url))

        assert (SourceChanged, []) == (type(error), proxy.greetings)

    async def test_redirects_are_checked(self):
        """A site behind the proxy leads to no inner address."""
        async with serving(redirects("http://0xa9.0xfe.43518/latest")) as server, socks(server.port) as proxy:
            error = await failure_of(client(proxy=proxy.url, allowed=()).get("http://site.test/"))

        assert "site.test: redirects to a metadata address: refused" == str(error)
        assert [(3, "site.test", 80)] == proxy.goals

    async def test_gets_plain_addresses(self):
        """An allowed address reaches the proxy in the one spelling that was checked."""
        async with serving(says(page("ok"))) as server, socks(server.port) as proxy:
            await client(proxy=proxy.url).get("http://0x7f.1/")

        assert [(1, "7f000001", 80)] == proxy.goals

    @pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks4://127.0.0.1:9", "127.0.0.1:9", "socks5://"])
    def test_must_be_socks5(self, proxy):
        """Another kind of proxy is refused at the start."""
        with pytest.raises(ValueError, match="socks5"):
            client(proxy=proxy)


class TestBombs:
    async def test_gzip_bomb(self):
        """1 MB that unfolds to 1 GB is stopped at the cap."""
        bomb = gzip_bomb(1024)
        assert len(bomb) < 1_200_000
        with light():
            async with failing(says(page(bomb, "Content-Encoding: gzip"))) as error:
                assert "site.test: sends more than 5242880 bytes" == str(error)
                assert SourceChanged is type(error)

    async def test_gzip_bomb_is_cut(self):
        """With `cut`, what fits is returned and marked."""
        with light():
            async with serving(says(page(gzip_bomb(1024), "Content-Encoding: gzip"))) as server:
                found = await client().get(server.url(), cut=True)

        assert (5 * 1024 * 1024, True) == (len(found.body), found.was_cut)

    @pytest.mark.parametrize(
        "headers",
        [
            ["Content-Encoding: gzip, gzip"],
            ["Content-Encoding: gzip", "Content-Encoding: gzip"],
            ["Content-Encoding: br"],
            ["Content-Encoding: deflate"],
            ["Content-Encoding: zstd"],
            [f"Content-Encoding: {MARKER}"],
            ["Content-Encoding: " + ", ".join(["gzip"] * 5000)],
        ],
        ids=count(),
    )
    async def test_other_encodings(self, headers):
        """Stacked and unasked encodings are refused unread."""
        body = gzip.compress(gzip_bomb(1024))
        assert len(body) < 10_000
        with light():
            async with failing(says(page(body, *headers))) as error:
                assert "site.test: answers in an encoding we did not ask for" == str(error)
                assert SourceChanged is type(error)

    async def test_gzip_of_a_thousand_pieces(self):
        """A body of very many empty gzip members is refused."""
        async with failing(says(page(gzip.compress(b"") * 100_000, "Content-Encoding: gzip"))) as error:
            assert "site.test: sends gzip in too many pieces" == str(error)

    @pytest.mark.parametrize(
        "body",
        [gzip.compress(b"x" * 9999)[:-9], b"\x1f\x8b", b"not gzip", b"\x1f\x8b\x08" + b"\xff" * 99],
        ids=count(),
    )
    async def test_broken_gzip(self, body):
        """Gzip that ends early or is none is no page."""
        async with failing(says(page(body, "Content-Encoding: gzip"))) as error:
            assert (SourceUnavailable, "gzip" in str(error)) == (type(error), True)

    async def test_bytes_behind_the_gzip(self):
        """What some servers leave behind the end is not part of the page."""
        async with serving(says(page(gzip.compress(b"x") + b"\0\0\n", "Content-Encoding: gzip"))) as server:
            assert b"x" == (await client().get(server.url())).body

    async def test_announced_giant(self):
        """A length above the cap is refused before the body is read."""
        async with failing(stalls(head("Content-Length: 104857600"))) as error:
            assert "site.test: sends more than 5242880 bytes" == str(error)

    @pytest.mark.parametrize("start", [head(), head("Transfer-Encoding: chunked")], ids=count())
    async def test_streamed_giant(self, start):
        """100 MB without a length are left at the cap."""
        piece = b"10000\r\n" + b"x" * 65536 + b"\r\n" if b"chunked" in start else b"x" * 65536
        with light():
            async with serving(repeats(start, piece, 1600)) as server:
                error = await failure_of(client().get(server.url()))
                found = await client().get(server.url(), cut=True)

        assert "site.test: sends more than 5242880 bytes" == str(error)
        assert (5 * 1024 * 1024, True) == (len(found.body), found.was_cut)

    async def test_exactly_the_cap(self):
        """A page as long as the cap is a whole page."""
        async with serving(says(page(b"x" * 1000)), says(page(b"x" * 1001)), says(page(b"x" * 1001))) as server:
            http = client(cap=1000)
            whole = await http.get(server.url())
            cut = await http.get(server.url(), cut=True)
            error = await failure_of(http.get(server.url()))

        assert (1000, False, 1000, True) == (len(whole.body), whole.was_cut, len(cut.body), cut.was_cut)
        assert "site.test: sends more than 1000 bytes" == str(error)

    async def test_crumbs(self):
        """A body in chunks of one byte costs more than a page may have."""
        piece = b"1;" + b"e" * 200 + b"\r\nx\r\n"
        with light():
            async with failing(repeats(head("Transfer-Encoding: chunked"), piece * 300), cap=65536) as error:
                assert "site.test: sends more than" in str(error)

    @pytest.mark.parametrize(
        "talk",
        [
            keeps_silent,
            drips([head("Content-Length: 60")] + [b"x"] * 60, gap=1.0),
            drips([bytes((byte,)) for byte in page("x")], gap=1.0),
            drips([head("Transfer-Encoding: chunked")] + [b"1\r\nx\r\n"] * 60, gap=0.2),
        ],
        ids=count(),
    )
    async def test_slow_answers(self, talk):
        """Silence, slow headers and one byte a second end at the deadline."""
        started = time.monotonic()
        async with failing(talk, deadline=DEADLINE) as error:
            assert "site.test: no complete answer within 0.6 s" == str(error)
            assert SourceUnavailable is type(error)
        assert time.monotonic() - started > DEADLINE * 0.9

    async def test_slow_redirects(self):
        """The deadline counts for the whole way, not for each step."""
        talks = [drips([page("", f"Location: /{n}", status="302 Found")], gap=0.25) for n in range(5)]
        async with serving(*talks) as server:
            error = await failure_of(client(deadline=DEADLINE).get(server.url()))

        assert ("site.test: no complete answer within 0.6 s", 3) == (str(error), server.calls)

    @pytest.mark.parametrize(
        "piece",
        [b"X-More: " + b"x" * 1000 + b"\r\n", b"x" * 65536, b"HTTP/1.1 100 Continue\r\n\r\n"],
        ids=count(),
    )
    async def test_endless_headers(self, piece):
        """Headers without end, a header without end, and an endless "continue" are cut off."""
        start = b"" if piece.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\nX-Note: " + MARKER.encode() + b"\r\n"
        with light():
            async with failing(repeats(start, piece * (1000 if start == b"" else 1))) as error:
                assert "does not speak HTTP" in str(error) or "sends more than a page may have" in str(error)

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            MARKER.encode(),
            bytes(range(256)) * 100,
            b"SSH-2.0-" + MARKER.encode() + b"\r\n",
            b"HTTP/1.1 2x0 " + MARKER.encode() + b"\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
            head(f"{MARKER} no colon"),
            head(f"X: a\0{MARKER}"),
            head(f"X: a\r{MARKER}: b"),
            head(f"X {MARKER}: b"),
            head("Content-Length: -5"),
            head("Content-Length: 5", "Content-Length: 6") + b"12345",
            head("Content-Length: " + "9" * 100),
            head("Content-Length: 50") + MARKER.encode(),
            head("Transfer-Encoding: gzip, chunked"),
            head("Transfer-Encoding: chunked") + b"zz" + MARKER.encode() + b"\r\n",
            head("Transfer-Encoding: chunked") + b"5\r\nab",
            head("Content-Length: 5", "Transfer-Encoding: chunked") + b"oops\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
        ],
        ids=count(),
    )
    async def test_garbage(self, answer):
        """What is not HTTP, lies about its length or smuggles headers is no answer."""
        async with failing(says(answer), retries=0) as error:
            assert (SourceUnavailable, "site.test: broke off") == (type(error), str(error)[:20])

    async def test_shorter_than_it_is(self):
        """What stands behind the announced length is never read as another page."""
        lie = head("Content-Length: 2") + b"ok" + page(MARKER)
        async with serving(says(lie), says(page("second"))) as server:
            http = client()
            bodies = [(await http.get(server.url())).body for _ in range(2)]

        assert ([b"ok", b"second"], 2) == (bodies, server.calls)

    @pytest.mark.parametrize(
        "answer",
        [b"HTTP/1.1 400 Bad\r\n\r\n", bytes(5000), b"\x16\x03\x03\xff\xff" + bytes(70000), b""],
        ids=count(),
    )
    async def test_tls_garbage(self, answer):
        """What is not TLS is no connection."""
        async with serving(says(answer), reads_head=False) as server:
            error = await failure_of(client().get(f"https://site.test:{server.port}/"))

        assert (SourceUnavailable, "site.test: no TLS connection") == (type(error), str(error))

    async def test_silent_tls(self):
        """A handshake that never ends costs one deadline, and leaves no socket behind."""
        async with serving(keeps_silent, reads_head=False) as server:
            error = await failure_of(client(deadline=DEADLINE).get(f"https://site.test:{server.port}/"))

        assert "site.test: no complete answer within 0.6 s" == str(error)

    async def test_leaves_no_socket(self):
        """After any end of a request, its connection is closed."""
        async with serving(
            says(head("Content-Length: 9") + b"x"), repeats(head(), b"x" * 65536), keeps_silent
        ) as server:
            http = client(deadline=0.2, cap=1000)
            for _ in range(6):
                with pytest.raises(CollectorError):
                    await http.get(server.url())
            await http.aclose()
            await asyncio.sleep(0.05)
            left = await asyncio.to_thread(connections_to, server.port)

        assert [] == left


def connections_to(port: int) -> list[str]:
    """What the system lists of this machine's open connections to a port."""
    table = Path("/proc/net/tcp")
    rows = [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
    # Local address, remote address, state; 01 is open, 08 is closed by the other side only.
    return [row[1] for row in rows if row[2].endswith(f":{port:04X}") and row[3] in ("01", "08")]


class TestText:
    def text(self, body: bytes, content_type: str = "", *, was_cut: bool = False) -> str:
        headers = {"content-type": content_type}
        now = datetime.now(UTC)
        return Page(
            url="http://site.test/", status=200, headers=headers, body=body, received_at=now, was_cut=was_cut
        ).text

    @pytest.mark.parametrize(
        ("body", "content_type", "text"),
        [
            ("é".encode(), "", "é"),
            ("é".encode(), "text/html; charset=iso-8859-1", "é"),  # UTF-8 that is none by accident hardly exists
            (b"\xe9\x80", "text/html; charset=ISO-8859-1", "é€"),
            (b"\xe9", 'text/html; charset="windows-1252"', "é"),
            (b"\xcf\xf0\xe8", "text/plain;charset=windows-1251", "При"),
            (b"<meta charset='koi8-r'>\xf0", "", "<meta charset='koi8-r'>П"),
            (b"\xe9", "", "\ufffd"),
            (b"\xe9", "text/html; charset=none-such", "\ufffd"),
            (b"\xe9+ADw-", "text/html; charset=utf-7", "\ufffd+ADw-"),
            (b"\xe9\\x41", "text/html; charset=unicode_escape", "\ufffd\\x41"),
            (b"\xe9", "text/html; charset=rot13", "\ufffd"),
            (b"\xe9", "text/html; charset=bz2", "\ufffd"),
            (b"\xe9", "text/html; charset=idna", "\ufffd"),
            (b"\xe9", "text/html; charset=../../x", "\ufffd"),
            (b"", "", ""),
        ],
        ids=count(),
    )
    def test_reads_anything(self, body, content_type, text):
        """UTF-8 first, then what is declared if it is harmless, then replacements."""
        assert text == self.text(body, content_type)

    def test_cut_within_a_character(self):
        """A page cut within a character is UTF-8 still."""
        assert "Santé" == self.text("Santéé".encode()[:-1], "text/html; charset=latin-1", was_cut=True)

    def test_never_raises(self):
        """Every charset Python knows by name reads every byte, or is not used."""
        import encodings.aliases

        everything = bytes(range(256)) * 3
        for name in {*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "undefined", "mbcs", "punycode"}:
            assert isinstance(self.text(everything, f"text/html; charset={name}"), str)


class TestClient:
    @pytest.mark.parametrize("name", ["", " ", "a\r\nX: y", "é"])
    def test_needs_a_decent_name(self, name):
        """A user agent that is no single line is refused at the start."""
        with pytest.raises(ValueError, match="user agent"):
            client(user_agent=name)

    async def test_cancelling_is_not_swallowed(self):
        """A job that is stopped stops."""
        async with serving(keeps_silent) as server:
            task = asyncio.create_task(client().get(server.url()))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    async def test_a_thousand_hosts(self):
        """Hosts that are done with are forgotten."""
        http = client(resolve=nowhere)
        for number in range(5000):
            http._lanes._lane(f"h{number}.test")

        assert len(http._lanes._lanes) < 4200
