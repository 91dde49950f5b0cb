"""What all mails have in common: who gets them, who may see what, how a message is put together.

A mail holds our own words, numbers and the watchlist's names, nothing of a post; its links go to the desk alone.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from desk.mail_words import Language, Words
from detectors.model import Severity, State, Tlp
from storage.standing import Line

_LONGEST_NAME = 90  # characters
_MAC_DIGITS = 32
_ORDER = tuple(Tlp)  # from what everybody may see to what nobody else may
# What mail programs make links of: addresses, names of hosts, mail addresses.
_SCHEME = re.compile(r"(?i)\b(h)tt(ps?)(?=:)")
_SEPARATOR = re.compile(r"://|(?<=\w)\.(?=\w)|@")
_DEFANGED = {"://": "[:]//", ".": "[.]", "@": "[@]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody mails go to, as the configuration says."""

    address: str
    language: Language = "fr"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    digest: bool = True
    at: time = time(8)  # when the digest is due, on the recipient's clock
    notices: bool = True
    quiet: tuple[time, time] | None = None  # no notice between these, on the recipient's clock
    cleared_for: Tlp = Tlp.AMBER

    def words(self) -> Words:
        return Words(self.language, self.zone)

    def may_see(self, label: Tlp) -> bool:
        """Whether the sharing label allows it."""
        return may_see(self.cleared_for, label)

    def quiet_until(self, now: datetime) -> datetime:
        """When a notice may go out: now, or when the quiet hours end."""
        if self.quiet is None:
            return now
        local = now.astimezone(self.zone)
        start, end = self.quiet
        clock = local.time()
        is_quiet = start <= clock < end if start < end else clock >= start or clock < end
        if not is_quiet:
            return now
        day = local.date() + timedelta(days=clock >= end)
        return datetime.combine(day, end, self.zone).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands on every mail."""

    sender: str  # an address
    desk_url: str  # without a slash at its end
    version: str
    key: bytes  # the store's own secret: signs links, and makes message ids nobody can guess

    def link(self, path: str = "/", **asked: str) -> str:
        """A link to the desk."""
        return f"{self.desk_url}{path}" + (f"?{urlencode(asked)}" if asked else "")

    def alert_link(self, number: str) -> str:
        return self.link(f"/alerts/{number}")

    def message_id(self, what: str, recipient: str) -> str:
        """The same for the same thing."""
        domain = self.sender.rpartition("@")[2]
        return f"<{what}.{signature(self.key, f'message {what}', recipient)}@{domain}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail before it is put together."""

    subject: str
    text: str
    html: str


def signature(key: bytes, purpose: str, what: str) -> str:
    """What nobody without the key can make, in hexadecimal."""
    signed = hmac.new(key, f"{purpose}\0{what}".encode(), hashlib.sha256)
    return signed.hexdigest()[:_MAC_DIGITS]


def message(mail: Mail, head: Letterhead, recipient: Recipient, message_id: str, now: datetime) -> str:
    """The whole message as it is sent, in ASCII."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address("Vigifuite", addr_spec=head.sender)
    made["To"] = Address(addr_spec=recipient.address)
    made["Subject"] = mail.subject
    made["Date"] = now
    made["Message-ID"] = message_id
    made["Content-Language"] = recipient.language
    # Nobody's absence is announced to the lookout (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made.set_content(mail.text, cte="quoted-printable")
    made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return made.as_bytes().decode("ascii")


_PLAIN_BLANKS = dict.fromkeys(map(ord, "\u00a0\u202f"), " ")


def render(name: str, **values: object) -> str:
    """A part of a mail: .html is escaped, .txt is not; terminals show other blanks than the plain one as signs."""
    rendered = _ENVIRONMENT.get_template(name).render(**values)
    return rendered if name.endswith(".html") else rendered.translate(_PLAIN_BLANKS)


def may_see(cleared_for: Tlp, label: Tlp) -> bool:
    """Whether somebody cleared for one sharing label may see another."""
    return _ORDER.index(label) <= _ORDER.index(cleared_for)


def highest(labels: Iterable[Tlp]) -> Tlp:
    """The most restricted of these; what says nothing of an alert is for the community."""
    return max(labels, key=_ORDER.index, default=Tlp.GREEN)


def names(line: Line, words: Words, most: int = 1) -> str:
    """Who an alert is about: named, or said to be inferred."""
    concerned = line.entities or line.inferred
    if not concerned:
        return words("nobody")
    shown = ", ".join(quiet_name(name) for name in concerned[:most])
    rest = len(concerned) - most
    said = words("more_names", names=shown, n=rest) if rest > 0 else shown
    return said if line.entities else words("inferred", names=said)


def quiet_name(name: str) -> str:
    """A name of the watchlist in a line of its own, cut, and nothing a mail program makes a link of.

    >>> quiet_name("Lab Zéphyr (https://lab.test)")
    'Lab Zéphyr (hxxps[:]//lab[.]test)'
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    plain = _SEPARATOR.sub(lambda found: _DEFANGED[found[0]], _SCHEME.sub(r"\1xx\2", plain))
    return plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - 1].rstrip() + "…"


def what_is_claimed(line: Line, words: Words) -> str:
    """`given away, 491,840 patients`."""
    said = words(f"act.{line.act.value if line.act else 'none'}")
    if line.amount is None:
        return said
    value, unit = line.amount
    return f"{said}, {words.number(value)} {words(f'unit.{unit}')}"


def state_word(state: State, words: Words) -> str:
    return words(f"state.{state.value.replace(' ', '_')}")


def severity_counts(counted: dict[Severity, int], words: Words) -> str:
    """`1 critical, 3 high`: those there are, the worst first."""
    return ", ".join(
        words(f"severities.{level.label}", n=counted[level]) for level in reversed(Severity) if counted.get(level)
    )


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
