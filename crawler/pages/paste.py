"""The public list of a paste site: which family of sites it belongs to, and what it lists."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NoReturn, get_args
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from detectors.model import JsonValue

Access = Literal["open", "closed", "later", "unsaid"]
"""Whether a paste may be read: yes; never; not yet; or the list does not say whether reading would destroy it."""

ACCESSES: dict[str, Access] = {access: access for access in get_args(Access)}

MOST_ROWS = 10_000  # of one list; the newest
LONGEST_TITLE = 200  # characters

Object = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlList:
    """A list for people: links whose words say everything."""

    links: str  # CSS
    row: re.Pattern[str]  # of a link's words; groups ref, title, posted_at (UTC), closed
    sign: str  # in the page even when it lists nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonList:
    """A list for programs. A field inside another is written `outer/inner`."""

    rows: str | None  # where the rows lie; None: the whole is an object, each row under its id
    title: str
    posted_at: str  # seconds since 1970, or ISO 8601; without a zone it is UTC
    total: str | None = None  # how many pastes there are, listed or not
    closed: str | None = None  # true: reading the paste would destroy it
    locked: str | None = None  # true: not for the public, until somebody unlocks it
    complete: str | None = None  # false: still being uploaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A kind of paste site. Its paths lie behind the site's root."""

    name: str
    list_path: str  # `{limit}`: how many rows are asked for
    list_form: HtmlList | JsonList
    page_path: str  # for people; `{ref}`: the id of a paste
    raw_path: str  # its bytes
    ref: re.Pattern[str]  # every id, and nothing that could change the path
    other_lists: tuple[str, ...] = ()  # where the list is shown as well
    open_header: str | None = None  # its raw answers say here `False`; a form for a password does not
    name_header: str | None = None  # its raw answers name the paste here, also when the list no longer does
    is_numbered: bool = False  # ids count up without gaps, and only the last of them are listed


PASTTLE = Family(
    name="pasttle",
    list_path="recent",
    list_form=HtmlList(
        links="div.section ul li a",
        # The name is the uploader's and may imitate all the rest: what stands last is the site's own.
        row=re.compile(
            r"Paste #(?P<ref>\d+), (?P<title>.*) \([^()]*\) (?P<posted_at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)?"
            r" \(Protected: (?:False|(?P<closed>True))\)",
            re.ASCII | re.DOTALL,
        ),
        sign="<h3>Showing the most recent ",
    ),
    page_path="{ref}",
    raw_path="raw/{ref}",
    ref=re.compile(r"[1-9]\d{0,14}", re.ASCII),
    open_header="x-pasttle-protected",
    name_header="x-pasttle-filename",
    is_numbered=True,
)

BEPASTY = Family(
    name="bepasty",
    list_path="apis/rest/items",
    list_form=JsonList(
        rows=None,
        title="file-meta/filename",
        posted_at="file-meta/timestamp-upload",
        locked="file-meta/locked",
        complete="file-meta/complete",
    ),
    page_path="{ref}",
    raw_path="{ref}/+inline",
    ref=re.compile(r"[A-Za-z0-9]{8}|[a-z0-9]{8}(?:-[a-z0-9]{4}){3}-[a-z0-9]{12}", re.ASCII),
    other_lists=("+list",),
)

QUICK_PASTE = Family(
    name="quick-paste",
    list_path="api/pastes?limit={limit}",
    list_form=JsonList(rows="pastes", title="title", posted_at="created_at", total="total", closed="burn_after_read"),
    page_path="{ref}",
    raw_path="{ref}/raw",
    ref=re.compile(r"[a-z0-9]{4,12}", re.ASCII),
)

FAMILIES = {family.name: family for family in (QUICK_PASTE, BEPASTY, PASTTLE)}


def read_list(family_name: str, page: str, root: str, base: str | None) -> JsonValue:
    """What a list shows: `{"rows": [[ref, title, posted, access]], "shown": 0, "strange": 0, "total": null}`.

    Oldest first, each ref once; `posted` in seconds since 1970, null where it cannot be read; `shown` counts
    all rows, `strange` those not understood. None when the page is no list of this family. With `base`, where
    the page came from, a link must lead to its paste behind `root`, the site's address with a slash at its end.
    """
    family = FAMILIES[family_name]
    found: list[Row | None] | None
    total: JsonValue = None
    if isinstance(form := family.list_form, HtmlList):
        found = _html_rows(family, form, page, root, base)
    else:
        whole = _json(page)
        found = _json_rows(family, form, whole)
        total = _at(whole, form.total) if form.total else None
    if found is None:
        return None
    rows: dict[str, Row] = {}
    for row in found:
        if row:
            rows.setdefault(row.ref, row)
    if found and not rows:
        return None
    newest = sorted(rows.values(), key=_age)[-MOST_ROWS:]
    return {
        "rows": [[row.ref, row.title, row.posted, row.access] for row in newest],
        "shown": len(found),
        "strange": found.count(None),
        "total": total if isinstance(total, int) and not isinstance(total, bool) else None,
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One paste of a list."""

    ref: str
    title: str | None
    posted: float | None  # seconds since 1970
    access: Access


def _age(row: Row) -> tuple[float, int, str]:
    return row.posted or 0.0, int(row.ref) if row.ref.isdecimal() else 0, row.ref


def _html_rows(family: Family, form: HtmlList, page: str, root: str, base: str | None) -> list[Row | None] | None:
    links = LexborHTMLParser(page).css(form.links)
    rows: list[Row | None] = []
    for link in links:
        said = form.row.fullmatch(link.text().strip())
        if said is None or not family.ref.fullmatch(said["ref"]):
            rows.append(None)
            continue
        goal = root + family.page_path.format(ref=said["ref"])
        if base is not None and not _leads_to(link.attributes.get("href"), base, goal):
            rows.append(None)
            continue
        access: Access = "closed" if said["closed"] else "open"
        rows.append(Row(said["ref"], _title(said["title"]), _seconds(said["posted_at"]), access))
    return rows if any(rows) or form.sign in page else None


def _leads_to(href: str | None, base: str, goal: str) -> bool:
    try:
        link, wanted = urlsplit(urljoin(base, href or "")), urlsplit(goal)
        return (link.hostname, link.path) == (wanted.hostname, wanted.path)
    except ValueError:
        return False


def _json_rows(family: Family, form: JsonList, whole: JsonValue) -> list[Row | None] | None:
    listed: list[tuple[JsonValue, JsonValue]]
    match _at(whole, form.rows) if form.rows else whole:
        case list(rows) if form.rows:
            listed = [(row.get("id") if isinstance(row, dict) else None, row) for row in rows]
        case dict(rows) if not form.rows:
            listed = list(rows.items())
        case _:
            return None
    return [_json_row(family, form, ref, row) for ref, row in listed]


def _json_row(family: Family, form: JsonList, ref: JsonValue, row: JsonValue) -> Row | None:
    if isinstance(ref, int) and not isinstance(ref, bool):
        ref = str(ref)
    when = _at(row, form.posted_at)
    if not isinstance(ref, str) or not family.ref.fullmatch(ref) or when is None:
        return None
    return Row(ref, _title(_at(row, form.title)), _seconds(when), _access(form, row))


def _access(form: JsonList, row: JsonValue) -> Access:
    if form.complete and _at(row, form.complete) is False:
        return "later"
    if form.locked and _at(row, form.locked):
        return "later"
    if form.closed is None:
        return "open"
    mark = _at(row, form.closed)
    return "unsaid" if mark is None else "open" if mark is False else "closed"


def _json(page: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(page.removeprefix("\ufeff"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _at(value: JsonValue, path: str) -> JsonValue:
    for step in path.split("/"):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _title(value: JsonValue) -> str | None:
    # A lone surrogate could not be written as UTF-8.
    return value[:LONGEST_TITLE].encode("utf-8", "replace").decode() if isinstance(value, str) and value else None


def _seconds(value: JsonValue) -> float | None:
    """
    >>> [_seconds(value) for value in ("2026-11-21 23:18:21", "2026-11-21T23:18:21+01:00", 1795303101, "soon")]
    [1795303101.0, 1795299501.0, 1795303101.0, None]
    """
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        seconds = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1.0
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < 2**33 else None
