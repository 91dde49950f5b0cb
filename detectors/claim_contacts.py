"""Whom a text says to write to, where it says the data lie, and who it says did it.

Found in the raw text, taken from the redacted one: half a number cut out of a text is no longer seen as one. A
seller's public handle stays as it is; an e-mail address or telephone number becomes a token under the caller's key,
the same for the same contact, so that two posts can be tied together and nobody can be called.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Sequence

from detectors.model import Archive, Attachment, Finding, RedactedText
from detectors.normalisation import Text, fold
from detectors.redaction import COVER, cut, defang, keyed_token, redact_string

Spans = Sequence[tuple[int, int]]

_MOST_BYTES = 2**53  # beyond it JSON readers lose digits
_HANDLE = re.compile(r"(?<![\w.@/])@[a-z][a-z0-9_]{4,31}(?![\w@]|\.[a-z])", re.IGNORECASE)
_NAMED_HANDLE = re.compile(
    r"(?<![^\W_])(?:telegram|tg|tlg|session|tox|wickr|jabber|xmpp|icq|discord|qtox|телега|телеграм)"
    r" ?[:=] ?@?(?P<handle>[a-z0-9][a-z0-9_.]{4,75})(?![\w@])",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:(?:h(?:tt|xx)ps?|ftp)://|(?<![\w.@])(?:t\.me|mega\.nz|gofile\.io)/)[^\s<>\"']+", re.IGNORECASE)
_ARCHIVE = re.compile(
    r"(?<![\w.\-])[\w\-]+(?:\.[\w\-]+)*\.(?:zip|rar|7z|tar|gz|tgz|sql|csv|xlsx?|json|bak|dump|mdb|txt)(?![\w])",
    re.IGNORECASE,
)
_MAY_BE_ARCHIVE = re.compile(r"\.(?:zip|rar|7z|tar|gz|tgz|sql|csv|xls|json|bak|dump|mdb|txt)", re.IGNORECASE)
_PASSWORD = re.compile(
    r"(?<![^\W_])(?:mots? de passe|mdp|password|pass|pwd|пароль|sifre\w*|parola|clave|passwort)(?![^\W_])"
)
_SIGNS_OF_A_PASSWORD = ("mot", "mdp", "pass", "pwd", "парол", "sifre", "parola", "clave")
_NO_PASSWORD = re.compile(
    r"(?:pas de|sans|aucun|no|without|без) (?:mots? de passe|mdp|password|pass|парол\w+)|sifre(?:siz| yok)|changez vos|"
    r"mots? de passe en clair|(?:mail|login|user)s?[:/](?:mdp|pass)"
)
_REACHING = re.compile(
    r"(?<![^\W_])(?:contact\w*|e-?mails?|mail|ecri\w+|joindre|joignable|write|reach|dm|pm|mp|tel|whatsapp|signal|sms|"
    r"пиш\w+|связ\w+|почт\w+|yaz\w*|iletisim|escrib\w+|schreib\w+)(?![^\W_])"
)
_REACH = 40  # characters between a word of contact and the address
_TOKEN_DIGITS = 12  # 48 bits: no two contacts of one store share a token by chance
_ACTOR = re.compile(
    r"(?<![^\W_])(?:alias|surnom|pseudonyme|pseudo|nickname|groupe|group|gang|collectif|collective|équipe|команда|группа|"
    r"группировка|grubu)(?: de| of| nommé| named| dit| called| pirate| hacker)? ?[:«\"'“‘]? ?"
    r"(?P<name>[A-Z0-9][\w.\-]{2,23}|(?<=[«\"'“‘])[\w.\-]{3,24}|(?<=[«\"'“‘] )[\w.\-]{3,24})"
)
_SIGNS_OF_AN_ACTOR = (
    "alias", "surnom", "pseudo", "nickname", "group", "gang", "collecti", "équipe", "команда", "групп", "grubu",
)  # fmt: skip
_SIGNS_OF_SIGNING = ("sign", "—", "by")
_SIGNED = re.compile(r"(?:^|\n|[.!] )(?:signé|signed|— ?|by) ?:? ?(?P<name>[A-Z0-9][\w.\-]{2,23})\s*$")


def contacts(
    text: Text, redacted: RedactedText, blocks: Spans, shown: Iterable[Finding], key: bytes | None
) -> tuple[RedactedText, ...]:
    """The handles outside samples, and tokens of addresses and numbers beside a word of contact, each once."""
    raw = text.raw
    handles = [match.span() for match in _HANDLE.finditer(raw)] if "@" in raw else []
    if ":" in raw or "=" in raw:
        handles += [match.span("handle") for match in _NAMED_HANDLE.finditer(raw)]
    found = [(span, cut(redacted, *span)) for span in sorted(set(handles)) if not _lies_in(span, blocks)]
    if key:
        found += [(span, token) for span, token in _tokens(text, shown, key) if not _lies_in(span, blocks)]
    return tuple(dict.fromkeys(contact for _, contact in sorted(found)))


def _tokens(text: Text, shown: Iterable[Finding], key: bytes) -> Iterator[tuple[tuple[int, int], RedactedText]]:
    for finding in shown:
        if finding.label in ("email", "phone"):
            before = fold(text.raw[max(0, finding.start - _REACH) : finding.start]).folded
            if _REACHING.search(before):
                yield (finding.start, finding.end), contact_token(key, finding.label, _whole(text, finding))


def _whole(text: Text, finding: Finding) -> str:
    """An address with its domain, in one spelling; a number's last nine digits, the same at home and abroad."""
    if finding.label == "phone":
        return re.sub(r"\D", "", fold(text.raw[finding.start : finding.end]).folded)[-9:]
    domain = re.match(r"\S*", text.raw[finding.end :])
    return fold(text.raw[finding.start : finding.end] + (domain[0] if domain else "")).folded.rstrip(".,;:)")


def contact_token(key: bytes, label: str, contact: str) -> RedactedText:
    """The token of a contact: the same for the same contact under one key, and no way back without it."""
    digest = hmac.digest(key, f"contact:{label}:{contact}".encode(errors="surrogatepass"), "sha256")
    return keyed_token(label, digest.hex()[:_TOKEN_DIGITS])


def _lies_in(span: tuple[int, int], blocks: Spans) -> bool:
    return any(start < span[1] and span[0] < end for start, end in blocks)


def links(raw: str, redacted: RedactedText, hidden: Iterable[str]) -> tuple[RedactedText, ...]:
    """Every link, defanged, each once; those behind words count too."""
    written = _LINK.finditer(raw) if "/" in raw else ()
    given = (cut(redacted, *match.span()).rstrip(".,;:)") for match in written)
    return tuple(dict.fromkeys(defang(link) for link in (*given, *hidden)))


def archives(raw: str, redacted: RedactedText, files: Iterable[Attachment]) -> tuple[Archive, ...]:
    """Archives attached, with their sizes, and those only named, each once."""
    attached = {file.name: file for file in files if _ARCHIVE.fullmatch(file.name)}
    written = _ARCHIVE.finditer(raw) if _MAY_BE_ARCHIVE.search(raw) else ()
    named = {match[0]: match.span() for match in written if match[0] not in attached}
    return (
        *(Archive(name=redact_string(file.name), size=size_in_bytes(file)) for file in attached.values()),
        *(Archive(name=cut(redacted, *span), size=None) for span in named.values()),
    )


def archive_spans(folded: str) -> Iterator[tuple[int, int]]:
    """Where archives are named."""
    if _MAY_BE_ARCHIVE.search(folded):
        yield from (match.span() for match in _ARCHIVE.finditer(folded))


def size_in_bytes(attachment: Attachment) -> int | None:
    """The size a place gives for a file, where it can be one."""
    size = attachment.size
    return size if size is not None and 0 <= size <= _MOST_BYTES else None


def password_given(read: str) -> bool:
    """Whether a folded text gives a password, or says where it is; `no password` gives none."""
    is_likely = any(map(read.__contains__, _SIGNS_OF_A_PASSWORD))
    return is_likely and _PASSWORD.search(_NO_PASSWORD.sub("", read)) is not None


def actor(raw: str, redacted: RedactedText) -> RedactedText | None:
    """Who the text says did it: a group or an alias it names."""
    match = _ACTOR.search(raw) if any(map(raw.__contains__, _SIGNS_OF_AN_ACTOR)) else None
    if match is None and any(map(raw.__contains__, _SIGNS_OF_SIGNING)):
        match = _SIGNED.search(raw)
    if match is None:
        return None
    name = cut(redacted, *match.span("name"))
    return None if COVER in name else name
