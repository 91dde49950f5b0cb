"""One's own account: language, password, sessions."""

from starlette.responses import Response

from desk import signing_in
from desk.asking import Ask, RefusedError
from desk.desk import Desk
from desk.languages import LANGUAGES
from desk.languages import marked as _
from storage import accounts, sessions


def account_page(desk: Desk, ask: Ask) -> Response:
    """The page."""
    return _page(desk, ask)


def language(desk: Desk, ask: Ask) -> Response:
    """Read the desk in another language; empty: as the browser says."""
    chosen = ask.form.one("language")
    accounts.set_language(desk.store, ask.who.user_id, chosen if chosen in LANGUAGES else None)
    return desk.back("/account")


def password(desk: Desk, ask: Ask) -> Response:
    """Change one's password: with the old one and a code, and every other session ends."""
    user = accounts.find_user(desk.store, ask.who.name)
    if user is None:
        raise RefusedError("", 401)
    at = desk.clock()
    wait = sessions.wait_before(desk.store, user.name, ask.address, at)
    step = signing_in.code_step(accounts.totp_secret(desk.store, user), ask.form.one("code", 20), at)
    chosen = ask.form.secret("password")
    if (
        wait.total_seconds() > 0
        or not signing_in.is_password(user.password_hash, ask.form.secret("old"))
        or step is None
    ):
        sessions.note_failure(desk.store, user.name, ask.address, at)
        return _page(desk, ask, _("the old password or the code is wrong; a code counts once"))
    wrong = signing_in.what_is_wrong(chosen, user.name)
    if wrong or chosen != ask.form.secret("again"):
        return _page(desk, ask, wrong or _("the two passwords are not the same"))
    if not accounts.use_step(desk.store, user, step):
        return _page(desk, ask, _("the old password or the code is wrong; a code counts once"))
    accounts.set_password(desk.store, user.id, signing_in.hash_password(chosen))
    sessions.end_others(desk.store, user.id, but=ask.who.session)
    return _page(desk, ask, done=_("The password is changed; every other session of yours has ended."))


def end_session(desk: Desk, ask: Ask) -> Response:
    """Sign out somewhere else."""
    sessions.end(desk.store, ask.params["sha256"], ask.who.user_id)
    return desk.back("/account")


def _page(desk: Desk, ask: Ask, wrong: str = "", done: str = "") -> Response:
    return desk.page(
        ask,
        "account.html",
        400 if wrong else 200,
        wrong=desk.say(ask, wrong) if wrong else "",
        done=desk.say(ask, done) if done else "",
        sessions=sessions.open_sessions(desk.store, desk.clock(), ask.who.user_id),
    )
