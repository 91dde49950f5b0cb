"""The page a notice's link opens: what that recipient was told, and a button. Looking at it changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from desk.mail import render
from desk.mail_words import Language, Words
from desk.notice import is_of, read_token
from desk.pages.mail import read_back
from storage import notices, outbox
from storage.store import Store

_ZONE = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page and its status."""

    html: str
    status: int


def notice_page(store: Store, token: str, accepted: str, now: datetime, *, acknowledges: bool) -> NoticePage:
    """The page of a link, in the browser's language; a wrong or foreign token learns nothing.

    It says what stood in the subject of the recipient's own mail: more he may not be allowed to see.
    """
    language: Language = "en" if accepted.lower().startswith("en") else "fr"
    words = Words(language, _ZONE)
    notice_id, who = read_token(token, store.fingerprint_key) or (0, "")
    mails = [item for item in outbox.of_notice(store, notice_id) if is_of(item.recipient, who, store.fingerprint_key)]
    if not mails:
        return NoticePage(render("notice_page.html", words=words, told=None, when="", done="", token=""), 404)
    if acknowledges:
        notice = notices.acknowledge(store, notice_id, mails[0].recipient, now)
    else:
        with store.reading() as session:
            notice = notices.find_notice(session, notice_id)
    done = ""
    if notice and notice.acknowledged_at:
        by = notice.acknowledged_by or words("page.nobody_told")
        done = words("page.done", by=by, when=words.moment(notice.acknowledged_at))
    told = read_back(mails[0]).subject if mails[0].body else ""
    when = words("page.told_at", when=words.moment(mails[0].made_at))
    return NoticePage(render("notice_page.html", words=words, told=told, when=when, done=done, token=token), 200)
