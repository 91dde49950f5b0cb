"""Administration: who may use the desk, and who is signed in."""

from starlette.responses import Response

from desk.asking import Ask, RefusedError
from desk.desk import Desk
from desk.languages import marked as _
from storage import accounts, sessions
from storage.accounts import Role


def people_page(desk: Desk, ask: Ask) -> Response:
    """Accounts and sessions."""
    return _page(desk, ask)


def invite(desk: Desk, ask: Ask) -> Response:
    """A one-time link for somebody new. It is shown once: the store keeps only its digest."""
    token = accounts.invite(desk.store, _role(desk, ask), ask.who.name, desk.clock())
    return _page(desk, ask, link=link_of(desk, token))


def anew(desk: Desk, ask: Ask) -> Response:
    """A one-time link by which somebody sets his password and second factor anew."""
    token = accounts.invite(desk.store, Role.READER, ask.who.name, desk.clock(), user=ask.params["name"])
    return _page(desk, ask, link=link_of(desk, token), of=ask.params["name"])


def role(desk: Desk, ask: Ask) -> Response:
    """Change what somebody may do."""
    accounts.set_role(desk.store, ask.params["name"], _role(desk, ask))
    return desk.back("/people")


def disable(desk: Desk, ask: Ask) -> Response:
    """Let somebody in no more."""
    accounts.disable(desk.store, ask.params["name"], desk.clock())
    return desk.back("/people")


def enable(desk: Desk, ask: Ask) -> Response:
    """Let somebody in again."""
    accounts.enable(desk.store, ask.params["name"])
    return desk.back("/people")


def end_session(desk: Desk, ask: Ask) -> Response:
    """Sign somebody out."""
    sessions.end(desk.store, ask.params["sha256"])
    return desk.back("/people")


def link_of(desk: Desk, token: str) -> str:
    """The link to send; only its path where the desk has no public address."""
    return f"{(desk.public_url or '').rstrip('/')}/welcome/{token}"


def _role(desk: Desk, ask: Ask) -> Role:
    given = ask.form.one("role")
    for each in Role:
        if each.label == given:
            return each
    raise RefusedError(desk.say(ask, _("choose a role")))


def _page(desk: Desk, ask: Ask, link: str = "", of: str = "") -> Response:
    now = desk.clock()
    return desk.page(
        ask,
        "people.html",
        users=accounts.users(desk.store),
        sessions=sessions.open_sessions(desk.store, now),
        roles=tuple(Role),
        link=link,
        of=of,
    )
