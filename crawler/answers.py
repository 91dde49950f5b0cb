"""What a site answered: its status judged, its body inflated under a cap, its bytes read as text."""

import codecs
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.collector import AccessDenied, SourceChanged, SourceUnavailable
from crawler.trouble import Trouble

_LONGEST_PAUSE = 24 * 3600.0  # of a Retry-After: no host can silence itself for good
_MAX_MEMBERS = 100  # gzip members of one body
_GZIP = 31  # zlib's word for the gzip container

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DENIED = frozenset({401, 403, 407, 451})
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_TAKEN = frozenset({304, 404, 410})  # beside 2xx: for the collector to judge

_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)

# Python's names of the charsets a browser reads. utf-7, punycode, unicode_escape and the like let a page say
# one thing to a browser and another to us.
_CHARSETS = frozenset(
    "ascii utf-8 utf-16 utf-16-le utf-16-be iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 "
    "iso8859-8 iso8859-9 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp866 cp874 cp1250 cp1251 cp1252 "
    "cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u mac-roman mac-cyrillic gbk gb2312 gb18030 big5 "
    "euc_jp shift_jis euc_kr".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: what came, from where and when."""

    url: str  # where the answer came from in the end
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes  # inflated, at most the cap
    received_at: datetime  # UTC
    was_cut: bool  # the cap was reached (only with cut=True)

    @property
    def text(self) -> str:
        """The body as text, whatever it is made of: UTF-8, else the declared charset, else with replacements."""
        # A cut may fall within a character: `final=False` leaves its first half out.
        reader = codecs.getincrementaldecoder("utf-8")("strict")
        try:
            return reader.decode(self.body, final=not self.was_cut)
        except UnicodeDecodeError:
            return self.body.decode(self._declared_charset(), errors="replace")

    @property
    def validators(self) -> dict[str, str]:
        """What to hand to a later `get`, so that the site may answer "not modified"."""
        return {name: value for name in ("etag", "last-modified") if (value := self.headers.get(name))}

    def _declared_charset(self) -> str:
        declared = _CHARSET.search(self.headers.get("content-type", "")[:500])
        meta = _META_CHARSET.search(self.body[:2048])
        name = declared[1] if declared else meta[1].decode("ascii") if meta else "utf-8"
        try:
            known = codecs.lookup(name).name
        except LookupError:
            return "utf-8"
        if known in ("iso8859-1", "ascii"):
            return "cp1252"  # what every browser reads there
        return known if known in _CHARSETS else "utf-8"


@dataclass(slots=True)
class Body:
    """Takes a body in, bounded whatever it unfolds to."""

    cap: int
    gzip: bool
    kept: bytearray = field(default_factory=bytearray)
    wire: int = 0
    members: int = 0
    inflater: "zlib._Decompress | None" = None

    def take(self, chunk: bytes) -> bool:
        """Adds a chunk; False once there is more than the cap."""
        self.wire += len(chunk)
        if self.gzip:
            self._inflate(chunk)
        else:
            self.kept += chunk
        return self.wire <= self.cap and len(self.kept) <= self.cap

    def is_complete(self) -> bool:
        """Whether the gzip came to its end."""
        return self.inflater is None or self.inflater.eof

    def _inflate(self, chunk: bytes) -> None:
        while chunk and len(self.kept) <= self.cap:
            if self.inflater is None or self.inflater.eof:
                # Some servers leave bytes behind the end; only another member is part of the body.
                if self.members and chunk[0] != 0x1F:
                    return
                self.members += 1
                if self.members > _MAX_MEMBERS:
                    raise Trouble("sends gzip in too many pieces", SourceChanged)
                self.inflater = zlib.decompressobj(_GZIP)
            self.kept += self.inflater.decompress(chunk, self.cap + 1 - len(self.kept))
            chunk = self.inflater.unused_data if self.inflater.eof else self.inflater.unconsumed_tail


def is_gzip(headers: Mapping[str, str]) -> bool:
    named = [name.strip() for name in headers.get("content-encoding", "").lower().split(",")]
    encodings = [name for name in named if name not in ("", "identity")]
    # One gzip in another turns 2 KB into 1 GB: nobody honest sends that.
    if encodings not in ([], ["gzip"], ["x-gzip"]):
        raise Trouble("answers in an encoding we did not ask for", SourceChanged)
    return bool(encodings)


def joined(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("ascii", errors="replace").lower()
        try:
            value = raw_value.decode("utf-8")
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def refuse_status(status: int, headers: Mapping[str, str]) -> None:
    if 200 <= status < 300 or status in _TAKEN or status in REDIRECTS:
        return
    if status in _DENIED:
        raise Trouble(f"answered {status}", AccessDenied)
    if status in _TRY_AGAIN:
        pause = _seconds_of(headers.get("retry-after", "")) if status in (429, 503) else None
        raise Trouble(f"answered {status}", again=True, pause=pause)
    raise Trouble(f"answered {status}", SourceChanged if 300 <= status < 500 else SourceUnavailable)


def _seconds_of(retry_after: str) -> float | None:
    """The seconds a Retry-After asks for, as a number or a date."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after):
        return min(float(retry_after), _LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(retry_after[:100])
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None  # the library's parser was not made for hostile dates
    return min(max(seconds, 0.0), _LONGEST_PAUSE)
