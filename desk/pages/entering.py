"""Signing in and out, and the one-time link by which an account is made or set anew."""

from starlette.responses import Response

from desk import signing_in
from desk.asking import Ask
from desk.desk import Desk, safe_path
from desk.languages import marked as _
from desk.signing_in import SignInError
from storage import accounts, sessions
from storage.errors import StoreError

_EIGHT_HOURS = int(sessions.LONGEST.total_seconds())


def login_page(desk: Desk, ask: Ask) -> Response:
    """The form; whoever is signed in already goes on."""
    if ask.visitor:
        return desk.back(safe_path(ask.query.get("next", "/")))
    return _login(desk, ask)


def login(desk: Desk, ask: Ask) -> Response:
    """Sign in."""
    name, password, code = ask.form.one("name").lower(), ask.form.secret("password"), ask.form.one("code", 20)
    try:
        token = signing_in.sign_in(desk.store, name, password, code, ask.address, desk.clock())
    except SignInError as error:
        return _login(desk, ask, desk.say(ask, str(error), **error.values))
    return _signed_in(desk, token, safe_path(ask.form.one("next") or "/"))


def logout(desk: Desk, ask: Ask) -> Response:
    """Sign out here."""
    sessions.end(desk.store, ask.who.session)
    answer = desk.back("/login")
    answer.delete_cookie(desk.cookie, path="/", secure=desk.is_public, httponly=True, samesite="strict")
    return answer


def welcome_page(desk: Desk, ask: Ask) -> Response:
    """What a one-time link leads to."""
    return _welcome(desk, ask)


def welcome(desk: Desk, ask: Ask) -> Response:
    """Make the account, or set it anew; then sign in."""
    token, at = ask.params["token"], desk.clock()
    invitation = accounts.invitation(desk.store, token, at)
    if invitation is None:
        return _welcome(desk, ask)
    name = invitation.name or ask.form.one("name").lower()
    password = ask.form.secret("password")
    step = signing_in.code_step(accounts.totp_secret_of(desk.store, token), ask.form.one("code", 20), at)
    wrong = None
    if not accounts.is_name(name):
        wrong = _("a name has 2 to 32 small letters, digits, points or dashes")
    elif password != ask.form.secret("again"):
        wrong = _("the two passwords are not the same")
    else:
        wrong = signing_in.what_is_wrong(password, name)
        if not wrong and step is None:
            wrong = _("the code is not the one of this key at this time: look at the clock of your telephone")
    if wrong or step is None:
        return _welcome(desk, ask, desk.say(ask, wrong or ""))
    try:
        user = accounts.accept(desk.store, token, name, signing_in.hash_password(password), step, at)
    except StoreError as error:
        return _welcome(desk, ask, str(error))
    return _signed_in(desk, sessions.begin(desk.store, user, ask.address, at), "/")


def _login(desk: Desk, ask: Ask, wrong: str = "") -> Response:
    name, leads_to = ask.form.one("name"), ask.form.one("next") or ask.query.get("next", "/")
    is_new = not accounts.has_users(desk.store)
    return desk.page(
        ask, "login.html", 401 if wrong else 200, wrong=wrong, name=name, next=safe_path(leads_to), is_new=is_new
    )


def _welcome(desk: Desk, ask: Ask, wrong: str = "") -> Response:
    token = ask.params["token"]
    invitation = accounts.invitation(desk.store, token, desk.clock())
    if invitation is None:
        return desk.page(ask, "welcome.html", 404, invitation=None)
    secret = accounts.totp_secret_of(desk.store, token)
    name = invitation.name or ask.form.one("name")
    size, path = signing_in.picture(signing_in.setup_address(secret, name))
    return desk.page(
        ask,
        "welcome.html",
        400 if wrong else 200,
        invitation=invitation,
        wrong=wrong,
        name=name,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        size=size,
        path=path,
    )


def _signed_in(desk: Desk, token: str, leads_to: str) -> Response:
    answer = desk.back(leads_to)
    # `Secure` and `__Host-` where the desk has an https address; on plain loopback a browser may refuse both.
    answer.set_cookie(
        desk.cookie, token, max_age=_EIGHT_HOURS, path="/", secure=desk.is_public, httponly=True, samesite="strict"
    )
    return answer
