"""What was sent and what was not, the digest as it would be sent now, and mails as they were sent."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage

from desk.digest import SourceTrouble, Watch
from desk.mail import Letterhead, Mail, Recipient
from desk.pages.alerts import Sources
from desk.postman import digest_now
from desk.rendering import render
from detectors.model import Tlp
from storage import outbox
from storage.coverage import coverage
from storage.outbox import Item, Kind
from storage.store import Store

# A mail brings its own colours; it runs nothing and loads nothing.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def mail_page(store: Store, version: str) -> str:
    """What was written last, with what became of it."""
    return render("mail.html", items=outbox.listed(store), version=version)


def sent_page(store: Store, item_id: int) -> str | None:
    """The HTML of a mail as it was sent, while it is kept; a webhook has none."""
    item = outbox.find(store, item_id)
    return read_back(item).html or None if item and item.body and item.kind is not Kind.WEBHOOK else None


def preview_page(store: Store, sources: Sources, version: str, language: str | None, now: datetime) -> str:
    """The digest as it would be sent now, with all the desk may see."""
    lines = sources()
    troubles = [
        SourceTrouble(name=line.name, state=line.status.health.state, read_at=line.status.read_at)
        for line in lines
        if line.needs_a_hand
    ]
    reader = Recipient(address="", language="en" if language == "en" else "fr", cleared_for=Tlp.RED)
    # Links that start at the desk itself: the page is read there.
    head = Letterhead(sender="", desk_url="", version=version, key=store.fingerprint_key)
    watch = Watch(coverage=coverage(lines, now), troubles=troubles)
    mail, _ = digest_now(store, head, reader, watch, now.astimezone(reader.zone).date(), now)
    return mail.html


def read_back(item: Item) -> Mail:
    """The parts of a message as it was sent."""
    read = email.message_from_string(item.body or "", _class=EmailMessage, policy=email.policy.default)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    return Mail(
        subject=str(read["Subject"]),
        text=str(text.get_content()) if text else "",
        html=str(html.get_content()) if html else "",
    )
