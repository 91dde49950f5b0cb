"""Templates and the few ways values are written on a page. Everything is escaped; nothing is marked safe."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.visible import pieces, visible
from detectors.model import Act, Price, Reading, Severity
from detectors.sample_profile import sample_lines

Item = TypeVar("Item")

_UNITS = ("kB", "MB", "GB", "TB")
_HEADLINE = 160  # characters
_SYMBOLS = {Severity.LOW: "○", Severity.MEDIUM: "◐", Severity.HIGH: "▲", Severity.CRITICAL: "◆"}
_ACTS = {
    Act.SALE: "offered for sale",
    Act.FREE: "given away, with a way to get it",
    Act.LEAK: "possession asserted, neither price nor link",
    Act.MIRROR: "the same thing again, elsewhere",
    Act.REQUEST: "asked for",
    Act.THREAT: "threatened with",
    Act.DISPUTE: "quarrelled about",
    Act.REPORT: "reported: news, research, a court",
    Act.DENIAL: "denied",
}
_PERSONAL_LABELS = {
    "nir": "NIR",
    "email": "e-mail",
    "phone": "telephone",
    "name": "name",
    "birth_date": "birth date",
    "address": "postal address",
    "iban": "IBAN",
    "rpps": "RPPS number",
    "adeli": "ADELI number",
    "patient_id": "patient number",
    "password": "password",
    "blood_group": "blood group",
    "diagnosis": "diagnosis",
    "drug": "drug",
    "comment": "remark about a person",
}


def render(name: str, **values: object) -> str:
    """A page. Characters that no encoding can hold are replaced."""
    page = _ENVIRONMENT.get_template(name).render(**values)
    return page.encode("utf-8", "replace").decode("utf-8")


def local_time(moment: datetime) -> str:
    """A moment on this machine's clock."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def utc_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def machine_time(moment: datetime) -> str:
    """RFC 3339, as `<time datetime>` takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def file_size(size: int) -> str:
    """A size in decimal units.

    >>> file_size(999), file_size(86_400_000)
    ('999 bytes', '86.4 MB')
    """
    if size < 1_000:
        return f"{size} byte{'' if size == 1 else 's'}"
    amount = float(size)
    for unit in _UNITS:
        amount /= 1_000
        if amount < 999.95 or unit == _UNITS[-1]:
            break
    return f"{amount:,.1f} {unit}"


def thousands(number: int) -> str:
    """A number with its thousands apart."""
    return f"{number:,}"


def percent(share: float) -> str:
    return f"{share:.0%}"


def headline(reading: Reading) -> str:
    """The first line that says something: of the title, the text, or the files' names."""
    for part in (reading.title, reading.text, *(file.name for file in reading.files)):
        line = next(filter(None, map(str.strip, (part or "")[:10_000].splitlines())), "")
        if line:
            return line if len(line) <= _HEADLINE else line[: _HEADLINE - 1].rstrip() + "…"
    return "(no text)"


def entity_names(reading: Reading) -> list[str]:
    """The names of the organisations mentioned, each once."""
    return list(dict.fromkeys(mention.name for mention in reading.mentions))


def at_most(items: Sequence[Item], most: int) -> Sequence[Item]:
    """No more items than a page should hold."""
    return items[:most]


def symbol(severity: Severity) -> str:
    return _SYMBOLS[severity]


def personal_label(label: str) -> str:
    return _PERSONAL_LABELS.get(label, label)


def price(asked: Price) -> str:
    """What is asked, with its currency; at most eight digits behind the point."""
    if asked.value is None:
        return "best offer"
    digits = f"{asked.value:,.8f}".rstrip("0").rstrip(".")
    return f"{digits} {asked.currency}"


def act_in_words(act: Act) -> str:
    return _ACTS[act]


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(
    pieces=pieces,
    visible=visible,
    local_time=local_time,
    utc_time=utc_time,
    machine_time=machine_time,
    file_size=file_size,
    thousands=thousands,
    percent=percent,
    headline=headline,
    entity_names=entity_names,
    at_most=at_most,
    symbol=symbol,
    personal_label=personal_label,
    act_in_words=act_in_words,
    price=price,
    sample_lines=sample_lines,
)
