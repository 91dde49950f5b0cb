"""The immediate notice: a mail with a link to acknowledge it, and the same as signed JSON for a webhook."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.mail import (
    Letterhead,
    Mail,
    Recipient,
    highest,
    names,
    quiet_name,
    render,
    signature,
    what_is_claimed,
)
from detectors.model import Severity
from storage.notices import Notice
from storage.standing import Line

_SHOWN = 10  # alerts told one by one
_PURPOSE = "acknowledge"
_WHO_DIGITS = 12
_TOKEN = re.compile(r"([0-9]{1,12})-([0-9a-f]{12})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One alert of a notice."""

    title: str
    severity: Severity
    what: str
    number: str
    link: str
    when: str


def make_notice(notice: Notice, head: Letterhead, recipient: Recipient) -> Mail | None:
    """What a recipient is told of a notice; nothing where he may see none of it."""
    seen = [line for line in notice.alerts if recipient.may_see(line.tlp)]
    if not seen:
        return None
    words = recipient.words()
    label = highest(line.tlp for line in seen)
    severity = words(f"severity.{seen[0].severity.label}")
    rest = len(seen) - _SHOWN
    again = notice.told > 1
    shown = {
        "words": words,
        "tlp": label.value,
        "tlp_class": label.name.lower(),
        "title": words("notice.title", n=len(seen), severity=severity),
        "remarks": [
            *([words("notice.more")] if notice.follows else []),
            *([words("notice.again")] if again else []),
        ],
        "told": [_told(line, head, recipient) for line in seen[:_SHOWN]],
        "more": words("digest.more", n=rest) if rest > 0 else "",
        "link": head.link(f"/notices/{token(notice.id, recipient.address, head.key)}"),
        "desk": head.link("/", severity=seen[0].severity.label),
        "footer": words("notice.footer", version=head.version),
    }
    subject = words(
        "subject.notice",
        tlp=label.value,
        n=len(seen),
        severity=severity,
        number=seen[0].number,
    )
    before = words("subject.again", n=notice.told - 1) if again else words("subject.more") if notice.follows else ""
    subject = subject.replace("] ", f"] {before}", 1)
    return Mail(subject=subject, text=render("notice.txt", **shown), html=render("notice.html", **shown))


def _told(line: Line, head: Letterhead, recipient: Recipient) -> Told:
    words = recipient.words()
    return Told(
        title=names(line, words),
        severity=line.severity,
        what=what_is_claimed(line, words),
        number=line.number,
        link=head.alert_link(line.number),
        when=words.moment(line.seen_at),
    )


def webhook_body(notice: Notice, head: Letterhead, alerts: Sequence[Line]) -> str:
    """The notice as JSON: ids, words and numbers of ours, names of the watchlist."""
    return json.dumps(
        {
            "type": "notice",
            "notice": notice.id,
            "told": notice.told,
            "follows": notice.follows,
            "made_at": notice.made_at.isoformat(),
            "severity": notice.severity.label,
            "tlp": highest(line.tlp for line in alerts).value,
            "count": len(alerts),
            "alerts": [_as_json(line, head) for line in alerts[:_SHOWN]],
            "version": head.version,
        },
        ensure_ascii=True,
        separators=(",", ":"),
    )


def _as_json(line: Line, head: Letterhead) -> dict[str, object]:
    return {
        "alert_id": line.number,
        "severity": line.severity.label,
        "score": round(line.score, 3),
        "state": line.state.value,
        "tlp": line.tlp.value,
        "entities": [quiet_name(name) for name in line.entities[:_SHOWN]],
        "inferred": [quiet_name(name) for name in line.inferred[:_SHOWN]],
        "act": line.act.value if line.act else None,
        "amount": {"value": line.amount[0], "unit": line.amount[1]} if line.amount else None,
        "source": line.source,
        "seen_at": line.seen_at.isoformat(),
        "link": head.alert_link(line.number),
    }


def webhook_headers(message_id: str, body: str, secret: bytes, now: datetime) -> dict[str, str]:
    """Headers by which the receiver knows us, and the same thing sent twice (standardwebhooks.com)."""
    moment = str(int(now.timestamp()))
    signed = hmac.new(secret, f"{message_id}.{moment}.{body}".encode(), hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def token(notice_id: int, address: str, key: bytes) -> str:
    """What the link in a recipient's mail ends with: which notice, who, and our signature under both."""
    who = _who(address, key)
    return f"{notice_id}-{who}-{signature(key, _PURPOSE, f'{notice_id} {who}')}"


def read_token(given: str, key: bytes) -> tuple[int, str] | None:
    """The notice and who of a token of ours, nothing of any other."""
    match = _TOKEN.fullmatch(given)
    if match is None:
        return None
    expected = signature(key, _PURPOSE, f"{int(match[1])} {match[2]}")
    return (int(match[1]), match[2]) if hmac.compare_digest(expected, match[3]) else None


def is_of(address: str, who: str, key: bytes) -> bool:
    """Whether a token's who is this recipient."""
    return hmac.compare_digest(_who(address, key), who)


def _who(address: str, key: bytes) -> str:
    return signature(key, "recipient", address)[:_WHO_DIGITS]
