"""Who may ask for what: every route of the desk, for every role and for nobody."""

import re

import pytest
from starlette.routing import Route

from desk.languages import LANGUAGES
from desk.routes import ROUTES
from storage.accounts import Role

# Who may at least ask. A route that is not here fails below: whoever adds one decides it twice.
ANYBODY, READER, ANALYST, LEAD, ADMIN = None, *Role
LEAST = {
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "GET /welcome/{token}": ANYBODY,
    "POST /welcome/{token}": ANYBODY,
    "GET /notices/{token}": ANYBODY,
    "POST /notices/{token}": ANYBODY,
    "GET /health": ANYBODY,
    "GET /style.css": ANYBODY,
    "GET /desk.js": ANYBODY,
    "GET /events": READER,
    "POST /logout": READER,
    "GET /": READER,
    "GET /export/{form}": READER,
    "POST /filters": READER,
    "POST /filters/{id:int}/forget": READER,
    "GET /alerts/{number}": READER,
    "GET /alerts/{number}/export": READER,
    "POST /alerts/{number}/verify": READER,
    "GET /sources": READER,
    "GET /sweeps": READER,
    "GET /sweeps/{id:int}": READER,
    "GET /watchlist": READER,
    "POST /watchlist/test": READER,
    "GET /watchlist/entity": READER,
    "GET /mail": READER,
    "GET /mail/{id:int}": READER,
    "GET /digest": READER,
    "GET /overview": READER,
    "GET /account": READER,
    "POST /account/language": READER,
    "POST /account/password": READER,
    "POST /account/sessions/{sha256}/end": READER,
    "POST /alerts": ANALYST,
    "POST /undo": ANALYST,
    "POST /alerts/{number}/decide": ANALYST,
    "POST /alerts/{number}/assign": ANALYST,
    "POST /alerts/{number}/label": ANALYST,
    "POST /alerts/{number}/comment": ANALYST,
    "POST /alerts/{number}/confirm": ANALYST,
    "POST /alerts/{number}/silence": ANALYST,
    "POST /sources/look": ANALYST,
    "POST /sweeps": ANALYST,
    "POST /sweeps/{id:int}/cancel": ANALYST,
    "POST /sweeps/{id:int}/resume": ANALYST,
    "POST /watchlist/rules": ANALYST,
    "POST /sources": LEAD,
    "POST /sources/{name}/pause": LEAD,
    "POST /sources/{name}/resume": LEAD,
    "POST /sources/{name}/remove": LEAD,
    "POST /watchlist/entity": LEAD,
    "POST /watchlist/entity/remove": LEAD,
    "POST /watchlist/import": LEAD,
    "GET /watchlist/import/{token}": LEAD,
    "POST /watchlist/import/{token}": LEAD,
    "POST /watchlist/rules/{id:int}/remove": LEAD,
    "GET /people": ADMIN,
    "POST /people": ADMIN,
    "POST /people/{name}/role": ADMIN,
    "POST /people/{name}/anew": ADMIN,
    "POST /people/{name}/disable": ADMIN,
    "POST /people/{name}/enable": ADMIN,
    "POST /people/sessions/{sha256}/end": ADMIN,
}


def routes(app) -> set[str]:
    return {
        f"{method} {route.path}"
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or ()) - {"HEAD"}
    }


class TestEveryRoute:
    def test_is_declared_here(self, house):
        """A route nobody thought about is none."""
        assert set(LEAST) == routes(house.app())
        assert {page.name: page.least for page in ROUTES}.items() <= LEAST.items()

    @pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.label if role else "nobody")
    def test_is_open_to_whom_it_should_be(self, house, role):
        """Everybody below is refused before anything is looked at, whatever is sent."""
        client = house.client(role.label if role else None)
        for name, least in LEAST.items():
            if name in ("GET /events", "POST /logout") and role:
                continue  # one never ends, the other ends the session: both below
            method, path = name.split()
            path = re.sub(r"\{\w+(:int)?\}", "1", path)
            answer = client.request(method, path, data={} if method == "POST" else None, follow_redirects=False)
            to_login = answer.headers.get("location", "").startswith("/login")
            refused = answer.status_code == 403 or (least and role is None and (to_login or answer.status_code == 401))

            assert bool(refused) == (least is not None and (role is None or role < least)), (name, answer.status_code)
            assert answer.status_code < 500, name

    def test_signing_out_ends_the_session(self, house):
        """The cookie is worth nothing afterwards, wherever it was copied to."""
        client = house.client("reader")
        cookie = client.cookies["vigifuite"]
        client.post("/logout")
        client.cookies.set("vigifuite", cookie)

        assert 303 == client.get("/", follow_redirects=False).status_code

    def test_events_are_for_those_signed_in(self, house):
        """A stranger does not even learn that there are new alerts."""
        assert 401 == house.client(None).get("/events").status_code

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_refusals_are_in_the_readers_language(self, house, language):
        """What is said is said in French or English."""
        said = house.client("reader", language).get("/people").text

        assert {"fr": "Votre rôle ne le permet pas", "en": "Your role does not allow this"}[language] in said
