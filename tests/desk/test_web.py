"""Around every page: headers, methods, names of the host, errors."""

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from desk.web import make_app


class TestGuard:
    @pytest.mark.parametrize("path", ["/", "/health", "/style.css", "/nothing", "/?page=x"])
    def test_puts_headers_on_every_answer(self, house, path):
        """Errors and the stylesheet included."""
        headers = house.client().get(path).headers

        assert headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert "nosniff" == headers["x-content-type-options"]
        assert "no-referrer" == headers["referrer-policy"]
        assert "same-origin" == headers["cross-origin-opener-policy"]
        assert "same-origin" == headers["cross-origin-resource-policy"]
        assert ("max-age=600" if path == "/style.css" else "no-store") == headers["cache-control"]

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
    @pytest.mark.parametrize("path", ["/", "/health", "/nothing"])
    def test_lets_nothing_be_written(self, house, method, path):
        """Reading is all there is."""
        answer = house.client().request(method, path)

        assert (405, "GET, HEAD") == (answer.status_code, answer.headers["allow"])

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
        client = TestClient(make_app(house.store, list, "1"))

        assert status == client.get("/health", headers={"Host": host}).status_code

    def test_keeps_an_error_to_itself(self, house):
        """Neither the page nor the log says what an exception says."""

        def broken():
            raise RuntimeError("Jeanne 2550699999999 34")

        client = TestClient(make_app(house.store, broken, "1", ["testserver"]))
        with capture_logs() as logs:
            answer = client.get("/?entity=Jeanne")

        assert (500, True) == (answer.status_code, "This page could not be made" in answer.text)
        assert [{"event": "page_failed", "log_level": "error", "page": "alerts", "error": "RuntimeError"}] == logs
        assert "2550699999999" not in answer.text
        assert "RuntimeError" not in answer.text
        assert "no-store" == answer.headers["cache-control"]


class TestHealth:
    def test_tells_a_probe_that_it_lives(self, house):
        """State and version as JSON."""
        assert {"status": "ok", "version": "1.2.3"} == house.client().get("/health").json()
