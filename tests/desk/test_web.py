"""Around every page: headers, methods, names of the host, errors."""

import re
from dataclasses import replace

import pyotp
import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from desk.web import make_app
from storage.accounts import Role
from tests.desk.house import PASSWORD


def nonce_of(headers):
    """The one script that may run."""
    return re.search(r"script-src 'nonce-([\w-]{22})'", headers["content-security-policy"])[1]


class TestGuard:
    @pytest.mark.parametrize("path", ["/", "/health", "/style.css", "/nothing", "/?page=x"])
    def test_puts_headers_on_every_answer(self, house, path):
        """Errors and the stylesheet included."""
        headers = house.client().get(path).headers

        assert headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; "
            f"script-src 'nonce-{nonce_of(headers)}'; connect-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        assert "nosniff" == headers["x-content-type-options"]
        assert "same-origin" == headers["referrer-policy"]
        assert "same-origin" == headers["cross-origin-opener-policy"]
        assert "same-origin" == headers["cross-origin-resource-policy"]
        assert ("max-age=600" if path == "/style.css" else "no-store") == headers["cache-control"]

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
    @pytest.mark.parametrize("path", ["/", "/health", "/nothing"])
    def test_knows_three_methods(self, house, method, path):
        """What the desk has no use for is refused before anything looks at it."""
        answer = house.client().request(method, path)

        assert (405, "GET, HEAD, POST") == (answer.status_code, answer.headers["allow"])

    @pytest.mark.parametrize(
        ("headers", "may"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, True),
            ({"Sec-Fetch-Site": "none"}, True),
            ({"Sec-Fetch-Site": "same-site"}, False),
            ({"Sec-Fetch-Site": "cross-site"}, False),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
            ({"Origin": "http://testserver"}, True),
            ({"Origin": "https://evil.test"}, False),
            ({"Origin": "null"}, False),
            ({}, False),
        ],
    )
    def test_takes_forms_from_its_own_pages_only(self, house, headers, may):
        """The browser says where a form comes from; one that says nothing is refused."""
        client = TestClient(house.app(), headers=headers)
        client.cookies.set("vigifuite", house.token())
        answer = client.post("/account/language", data={"language": "fr"}, follow_redirects=False)

        assert (303 if may else 403) == answer.status_code

    def test_gives_each_page_its_own_nonce(self, house):
        """It is that of the page's one script, and of no other page."""
        client = house.client()
        answers = [client.get("/"), client.get("/")]
        nonces = [nonce_of(answer.headers) for answer in answers]

        assert 2 == len(set(nonces))
        for answer, nonce in zip(answers, nonces, strict=True):
            assert [nonce] == re.findall(r'<script src="/desk.js" nonce="([^"]+)" defer>', answer.text)

    def test_holds_browsers_to_https_where_there_is_an_address(self, house):
        """The cookie then cannot be set or read over anything else."""
        app = house.app(public_url="https://desk.test")
        client = TestClient(app, base_url="https://desk.test", headers={"Sec-Fetch-Site": "same-origin"})
        house.add_user("lead", Role.LEAD)
        code = pyotp.TOTP(house.secrets["lead"]).now()
        form = {"name": "lead", "password": PASSWORD, "code": code}
        answer = client.post("/login", data=form, follow_redirects=False)
        cookie = answer.headers["set-cookie"]

        assert cookie.startswith("__Host-vigifuite=")
        for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
            assert part in cookie
        assert "max-age=31536000; includeSubDomains" == answer.headers["strict-transport-security"]

    def test_answers_head(self, house):
        """A probe may ask for the headers alone."""
        assert 200 == house.client().head("/health").status_code

    @pytest.mark.parametrize(
        ("host", "status"),
        [
            ("127.0.0.1:8737", 200),
            ("localhost", 200),
            ("[::1]:8737", 200),
            ("evil.test", 400),
            ("127.0.0.1.evil.test", 400),
            ("localhost.evil.test:8737", 400),
            ("testserver", 400),
        ],
    )
    def test_answers_to_its_own_names_only(self, house, host, status):
        """Another site's name made to resolve to this machine gets nothing (DNS rebinding)."""
        client = TestClient(make_app(house.store, house.services(), "1"))

        assert status == client.get("/health", headers={"Host": host}).status_code

    def test_keeps_an_error_to_itself(self, house):
        """Neither the page nor the log says what an exception says."""

        def broken():
            raise RuntimeError("Jeanne 2550699999999 34")

        services = replace(house.services(), sources=broken)
        client = TestClient(make_app(house.store, services, "1", ["testserver"]), headers={"Accept-Language": "en"})
        client.cookies.set("vigifuite", house.token())
        with capture_logs() as logs:
            answer = client.get("/?entity=Jeanne")

        assert (500, True) == (answer.status_code, "cette page" in answer.text.lower())
        assert [{"event": "page_failed", "log_level": "error", "page": "GET /", "error": "RuntimeError"}] == logs
        assert "2550699999999" not in answer.text
        assert "RuntimeError" not in answer.text
        assert "no-store" == answer.headers["cache-control"]


class TestHealth:
    def test_tells_a_probe_that_it_lives(self, house):
        """State and version as JSON."""
        assert {"status": "ok", "version": "1.2.3"} == house.client().get("/health").json()
