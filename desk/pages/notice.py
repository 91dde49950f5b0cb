"""The page a notice's link opens: what that recipient was told, and a button. Looking at it changes nothing.

Programs that scan mails follow links: only the button, a form of this very page, acknowledges.
"""

from starlette.responses import HTMLResponse, Response

from desk.asking import Ask
from desk.desk import Desk
from desk.mail import render
from desk.mail_words import Language, Words
from desk.notice import is_of, read_token
from desk.pages.mail import read_back
from storage import notices, outbox


def notice_page(desk: Desk, ask: Ask) -> Response:
    """The page of a link."""
    return _page(desk, ask, acknowledges=False)


def acknowledge(desk: Desk, ask: Ask) -> Response:
    """By the button: the recipient of the link has seen it."""
    return _page(desk, ask, acknowledges=True)


def _page(desk: Desk, ask: Ask, *, acknowledges: bool) -> Response:
    """In the browser's language; a wrong or foreign token learns nothing.

    It says what stood in the subject of the recipient's own mail: more he may not be allowed to see.
    """
    language: Language = "en" if ask.language == "en" else "fr"
    store, words, token = desk.store, Words(language, desk.zone), ask.params["token"]
    notice_id, who = read_token(token, store.fingerprint_key) or (0, "")
    mails = [item for item in outbox.of_notice(store, notice_id) if is_of(item.recipient, who, store.fingerprint_key)]
    if not mails:
        return HTMLResponse(render("notice_page.html", words=words, told=None, when="", done="", token=""), 404)
    if acknowledges:
        notice = notices.acknowledge(store, notice_id, mails[0].recipient, desk.clock())
    else:
        with store.reading() as session:
            notice = notices.find_notice(session, notice_id)
    done = ""
    if notice and notice.acknowledged_at:
        by = notice.acknowledged_by or words("page.nobody_told")
        done = words("page.done", by=by, when=words.moment(notice.acknowledged_at))
    told = read_back(mails[0]).subject if mails[0].body else ""
    when = words("page.told_at", when=words.moment(mails[0].made_at))
    return HTMLResponse(render("notice_page.html", words=words, told=told, when=when, done=done, token=token))
