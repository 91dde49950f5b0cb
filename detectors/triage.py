"""Post → alert or nothing: fold, detect, weigh, redact. Pure: the same post gives the same reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from detectors import personal_data
from detectors.claims import ClaimReading, find_claim, size_in_bytes
from detectors.language import language_of
from detectors.model import (
    Attachment,
    Finding,
    Forward,
    Mention,
    Post,
    Reading,
    RedactedFile,
    RedactedForward,
    RedactedText,
)
from detectors.normalisation import Text, fold
from detectors.redaction import defang, redact, redact_optional, redact_string
from detectors.scoring import Weighing, weigh
from detectors.suppression import Rule, Suppressed, suppress
from detectors.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class Examination:
    """What the detectors found in a post; still in memory, nothing redacted yet."""

    text: Text
    mentions: tuple[Mention, ...]
    findings: tuple[Finding, ...]
    claim: ClaimReading
    weighing: Weighing
    suppressed: tuple[Suppressed, ...] = ()  # mentions that rules took out before the weighing

    @property
    def found_something(self) -> bool:
        return bool(self.mentions or self.findings)


def triage(post: Post, watchlist: Watchlist, rules: Sequence[Rule] = ()) -> Reading | None:
    """The alert a post makes, redacted; nothing if it concerns no one we watch."""
    examination = examine(post, watchlist, rules)
    return read(post, examination) if examination.weighing.severity else None


def examine(post: Post, watchlist: Watchlist, rules: Sequence[Rule] = ()) -> Examination:
    """Run the detectors over every part of a post; what the rules in force silence does not count."""
    return examine_all((post,), watchlist, rules)[0]


def examine_all(posts: Sequence[Post], watchlist: Watchlist, rules: Sequence[Rule] = ()) -> list[Examination]:
    """The same for many posts, in order: names are looked for in all of them at once, which costs a tenth."""
    parts = [_parts(post) for post in posts]
    named = iter(watchlist.mentions_of([text for each in parts for text in each.values()]))
    return [_examined(post, each, named, rules) for post, each in zip(posts, parts, strict=True)]


def _examined(
    post: Post, parts: dict[str, Text], named: Iterator[tuple[Mention, ...]], rules: Sequence[Rule]
) -> Examination:
    found = tuple(
        mention if part == "text" else replace(mention, part=part) for part in parts for mention in next(named)
    )
    mentions, suppressed = suppress(found, parts, rules)
    shown = tuple(
        finding for part, folded in parts.items() for finding in personal_data.find_personal_data(folded, part)
    )
    claim = _claim(post, parts)
    weighing = weigh(mentions, claim.claim, personal_data.count(shown), claim.french_patients)
    return Examination(parts["text"], mentions, (*claim.findings, *shown), claim, weighing, suppressed)


def _parts(post: Post) -> dict[str, Text]:
    return {"text": fold(post.text), **{name: fold(value) for name, value in _other_parts(post)}}


def _other_parts(post: Post) -> Iterator[tuple[str, str]]:
    """What is read beside the text: title, file names, the name a forward came from."""
    if post.title:
        yield "title", post.title
    for index, attachment in enumerate(post.files):
        yield f"files[{index}]", attachment.name
    if post.forwarded_from and post.forwarded_from.name:
        yield "forwarded_from", post.forwarded_from.name
    for index, link in enumerate(post.links):
        if link not in post.text:
            yield f"links[{index}]", link


def _claim(post: Post, parts: dict[str, Text]) -> ClaimReading:
    """The claim of the text, else of the title."""
    claim = find_claim(parts["text"], post.files, post.links)
    if claim.claim is None and "title" in parts:
        titled = find_claim(parts["title"], post.files, post.links)
        return replace(titled, findings=tuple(replace(finding, part="title") for finding in titled.findings))
    return claim


def read(post: Post, examination: Examination) -> Reading:
    """The redacted reading of an examined post."""
    text = examination.text
    return Reading(
        place=post.place,
        ref=post.ref,
        text=redact(text),
        seen_at=post.seen_at,
        posted_at=post.posted_at,
        edited_at=post.edited_at,
        url=defang(post.url) if post.url else None,
        title=redact_optional(post.title),
        author=redact_optional(post.author),
        author_id=redact_optional(post.author_id),
        files=tuple(_redacted_file(attachment) for attachment in post.files),
        links=tuple(defang(link) for link in post.links),
        forwarded_from=_redacted_forward(post.forwarded_from),
        reply_to=post.reply_to,
        topic=redact_optional(post.topic),
        views=redact_optional(post.views),
        is_edited=post.is_edited,
        language=language_of(text),
        mentions=examination.mentions,
        findings=examination.findings,
        claim=examination.claim.claim,
        personal_data=personal_data.count(examination.findings),
        score=examination.weighing.score,
        severity=examination.weighing.severity,
        reasons=examination.weighing.reasons,
    )


def _redacted_file(attachment: Attachment) -> RedactedFile:
    return RedactedFile(
        name=redact_string(attachment.name),
        size=size_in_bytes(attachment),
        mime=_redacted(attachment.mime),
        file_id=_redacted(attachment.file_id),
    )


def _redacted_forward(forward: Forward | None) -> RedactedForward | None:
    if forward is None:
        return None
    return RedactedForward(name=redact_optional(forward.name), place=forward.place, ref=forward.ref)


def _redacted(value: str | None) -> RedactedText | None:
    return redact_optional(value)
