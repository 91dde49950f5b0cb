"""The page a notice's link opens: what was told, and a button. Looking at it changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from desk.mail import names, render, what_is_claimed
from desk.mail_words import Language, Words
from desk.notice import is_of, read_token
from storage import notices
from storage.notices import Notice
from storage.store import Store

_SHOWN = 10  # alerts
_ZONE = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page and its status."""

    html: str
    status: int


def notice_page(store: Store, token: str, accepted: str, now: datetime, *, acknowledges: bool) -> NoticePage:
    """The page of a link, in the browser's language; a wrong or foreign token learns nothing."""
    language: Language = "en" if accepted.lower().startswith("en") else "fr"
    words = Words(language, _ZONE)
    known = read_token(token, store.fingerprint_key)
    notice = _look_up(store, *known, now, acknowledges) if known else None
    if notice is None:
        return NoticePage(render("notice_page.html", words=words, notice=None, told=[], done=None, token=""), 404)
    done = None
    if notice.acknowledged_at:
        by = notice.acknowledged_by or words("page.nobody_told")
        done = words("page.done", by=by, when=words.moment(notice.acknowledged_at))
    told = [(line, names(line, words), what_is_claimed(line, words)) for line in notice.alerts[:_SHOWN]]
    return NoticePage(render("notice_page.html", words=words, notice=notice, told=told, done=done, token=token), 200)


def _look_up(store: Store, notice_id: int, who: str, now: datetime, acknowledges: bool) -> Notice | None:
    with store.reading() as session:
        notice = notices.find_notice(session, notice_id)
        told = notices.recipients_of(session, notice_id)
    by = next((address for address in told if is_of(address, who, store.fingerprint_key)), None)
    if notice is None or by is None:
        return None
    return notices.acknowledge(store, notice_id, by, now) if acknowledges else notice
