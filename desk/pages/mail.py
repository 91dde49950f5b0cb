"""What was sent and what was not, the digest as it would be sent now, and mails as they were sent."""

import email
import email.policy
from email.message import EmailMessage

from starlette.responses import HTMLResponse, Response

from desk.asking import Ask
from desk.desk import Desk
from desk.digest import SourceTrouble, Watch
from desk.mail import Letterhead, Mail, Recipient
from desk.mail_words import Language
from desk.postman import digest_now
from detectors.model import Tlp
from storage import outbox
from storage.coverage import coverage
from storage.outbox import Item, Kind

# A mail brings its own colours; it runs nothing and loads nothing.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def mail_page(desk: Desk, ask: Ask) -> Response:
    """What was written last, with what became of it."""
    return desk.page(ask, "mail.html", items=outbox.listed(desk.store))


def sent_page(desk: Desk, ask: Ask) -> Response:
    """The HTML of a mail as it was sent, while it is kept; a webhook has none. The page can do nothing."""
    item = outbox.find(desk.store, int(ask.params["id"]))
    html = read_back(item).html if item and item.body and item.kind is not Kind.WEBHOOK else ""
    return _as_mail(html) if html else desk.message(ask, 404, "not found")


def preview_page(desk: Desk, ask: Ask) -> Response:
    """The digest as it would be sent now, with all the desk may see."""
    now, lines = desk.clock(), desk.services.sources()
    troubles = [
        SourceTrouble(name=line.name, state=line.status.health.state, read_at=line.status.read_at)
        for line in lines
        if line.needs_a_hand
    ]
    language: Language = "en" if ask.language == "en" else "fr"
    reader = Recipient(address="", language=language, zone=desk.zone, cleared_for=Tlp.RED)
    # Links that start at the desk itself: the page is read there.
    head = Letterhead(sender="", desk_url="", version=desk.version, key=desk.store.fingerprint_key)
    watch = Watch(coverage=coverage(lines, now), troubles=troubles)
    mail, _ = digest_now(desk.store, head, reader, watch, now.astimezone(reader.zone).date(), now)
    return _as_mail(mail.html)


def _as_mail(html: str) -> Response:
    return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


def read_back(item: Item) -> Mail:
    """The parts of a message as it was sent."""
    read = email.message_from_string(item.body or "", _class=EmailMessage, policy=email.policy.default)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    return Mail(
        subject=str(read["Subject"]),
        text=str(text.get_content()) if text else "",
        html=str(html.get_content()) if html else "",
    )
