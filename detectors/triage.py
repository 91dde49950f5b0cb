"""Post → alert or nothing: fold, detect, weigh, redact. Pure: the same post gives the same reading."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from detectors import personal_data
from detectors.claims import ActReading, ClaimReading, find_act, find_claim, size_in_bytes
from detectors.inference import infer
from detectors.language import language_of
from detectors.model import (
    Act,
    Attachment,
    Claim,
    EntityKind,
    Finding,
    FindingKind,
    Forward,
    Inferred,
    Post,
    Reading,
    RedactedFile,
    RedactedForward,
    RedactedText,
    Sighting,
)
from detectors.normalisation import Text, fold
from detectors.personal_data import Spans
from detectors.redaction import defang, redact, redact_optional, shown
from detectors.sample_sketches import NO_SAMPLES, KnownSamples
from detectors.scoring import NOTHING, Weighing, is_alert, weigh
from detectors.shown_sample import ShownSample, find_sample
from detectors.suppression import Rule, Suppressed, suppress
from detectors.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class Examination:
    """What the detectors found in a post; still in memory, nothing redacted yet."""

    parts: Mapping[str, Text]  # `text`, `title`, `files[0]`, …
    sightings: tuple[Sighting, ...]
    findings: tuple[Finding, ...]
    act: ActReading
    claim_part: str  # the part that says the act
    claim: ClaimReading  # the act alone, until the rest is asked for
    weighing: Weighing
    sample: ShownSample | None = None
    contact_key: bytes | None = None
    suppressed: tuple[Suppressed, ...] = ()  # sightings that rules took out before the weighing
    inferred: tuple[Inferred, ...] = ()  # whom the rows shown point to

    @property
    def text(self) -> Text:
        return self.parts["text"]

    @property
    def found_something(self) -> bool:
        return bool(self.sightings or self.findings)

    def kept(self, part: str) -> Spans:
        """Where watched names stand in a part: they are never taken for a person's."""
        return _kept(self.sightings, part)


def triage(
    post: Post,
    watchlist: Watchlist,
    rules: Sequence[Rule] = (),
    contact_key: bytes | None = None,
    known: KnownSamples = NO_SAMPLES,
) -> Reading | None:
    """The alert a post makes, redacted; nothing if it concerns no one we watch."""
    examination = examine(post, watchlist, rules, contact_key, known)
    return read(post, examination) if examination.weighing.severity else None


def examine(
    post: Post,
    watchlist: Watchlist,
    rules: Sequence[Rule] = (),
    contact_key: bytes | None = None,
    known: KnownSamples = NO_SAMPLES,
) -> Examination:
    """Run the detectors over every part of a post; what the rules in force silence does not count.

    Under `contact_key` an e-mail address or telephone number a seller gives to be reached becomes a token. An extract
    shown is compared with the `known` ones, and sketched under their key.
    """
    return examine_all([post], watchlist, rules, contact_key, known)[0]


def examine_all(
    posts: Sequence[Post],
    watchlist: Watchlist,
    rules: Sequence[Rule] = (),
    contact_key: bytes | None = None,
    known: KnownSamples = NO_SAMPLES,
) -> list[Examination]:
    """The same of many posts, in order: names are looked for in all of them at once, which costs far less."""
    parts = [{"text": fold(post.text), **{name: fold(value) for name, value in _other_parts(post)}} for post in posts]
    found = iter(watchlist.sightings_of([text for its in parts for text in its.values()]))
    examined = (
        _examined(post, its, _named(its, found), rules, contact_key, known)
        for post, its in zip(posts, parts, strict=True)
    )
    return [each if each.sample is None else _with_inferred(each, watchlist, rules) for each in examined]


def _named(parts: Mapping[str, Text], found: Iterator[tuple[Sighting, ...]]) -> tuple[Sighting, ...]:
    """The sightings in the next texts, one for each part, each saying which part it is of."""
    return tuple(
        sighting if part == "text" else replace(sighting, part=part) for part in parts for sighting in next(found)
    )


def _examined(
    post: Post,
    parts: Mapping[str, Text],
    named: tuple[Sighting, ...],
    rules: Sequence[Rule],
    contact_key: bytes | None,
    known: KnownSamples,
) -> Examination:
    sightings, suppressed = suppress(named, parts, rules)
    sample = find_sample(post.text, key=known.key, known=known.but_of((post.place, post.ref)))
    shown = tuple(
        finding
        for part, folded in parts.items()
        for finding in personal_data.find_personal_data(folded, part, kept=_kept(named, part))
    )
    act, part = _act(post, parts, sample)
    counts = personal_data.count(shown)
    claim = ClaimReading(Claim(act=act.act) if act.act else None, act.findings, act.french_patients)
    # The figures of a claim cost a redaction: they are read where they change how bad an alert is.
    figures_count = act.act is not None and is_alert(sightings, act.act, counts, act.french_patients)
    examination = Examination(
        parts=parts,
        sightings=sightings,
        findings=(*act.findings, *shown),
        act=act,
        claim_part=part,
        claim=claim,
        weighing=NOTHING if figures_count else _weighed(sightings, claim, counts, sample, ()),
        sample=sample,
        contact_key=contact_key,
        suppressed=suppressed,
    )
    return _with_whole_claim(post, examination) if figures_count else examination


def _with_whole_claim(post: Post, examination: Examination) -> Examination:
    """The same with all that is claimed, weighed with it; nothing is done twice."""
    if examination.act.act is None or examination.claim.redacted is not None:
        return examination
    part, sample = examination.claim_part, examination.sample
    claim = find_claim(
        examination.parts[part],
        post.files,
        post.links,
        act=examination.act,
        shown=[finding for finding in examination.findings if finding.part == part],
        blocks=sample.spans if sample and part == "text" else (),
        kept=examination.kept(part),
        key=examination.contact_key,
    )
    counts = personal_data.count(examination.findings)
    weighing = _weighed(examination.sightings, claim, counts, sample, examination.inferred)
    return replace(examination, claim=claim, weighing=weighing)


def _with_inferred(examination: Examination, watchlist: Watchlist, rules: Sequence[Rule]) -> Examination:
    """The same with whom the rows of an alert point to, where it names no establishment."""
    sample, sightings = examination.sample, examination.sightings
    is_named = any(sighting.kind is EntityKind.ESTABLISHMENT for sighting in sightings)
    if sample is None or is_named or examination.weighing.severity is None:
        return examination
    named = {entity for sighting in sightings for entity in (sighting.entity_id, *sighting.candidates)}
    silenced = {rule.entity_id for rule in rules if rule.entity_id and rule.phrase is None}
    inferred = infer(sample.traces, watchlist.entities, frozenset(named | silenced))
    if not inferred:
        return examination
    counts = personal_data.count(examination.findings)
    weighing = _weighed(sightings, examination.claim, counts, sample, inferred)
    return replace(examination, inferred=inferred, weighing=weighing)


def _weighed(
    sightings: Sequence[Sighting],
    claim: ClaimReading,
    counts: Mapping[str, int],
    sample: ShownSample | None,
    inferred: Sequence[Inferred],
) -> Weighing:
    return weigh(sightings, claim.claim, counts, claim.french_patients, sample.profile if sample else None, inferred)


def _kept(sightings: Sequence[Sighting], part: str) -> Spans:
    return sorted((sighting.start, sighting.end) for sighting in sightings if sighting.part == part)


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


def _act(post: Post, parts: Mapping[str, Text], sample: ShownSample | None) -> tuple[ActReading, str]:
    """The act of the text, else of the title, and which of the two says it; rows shown are a leak by themselves."""
    act = find_act(parts["text"], post.links)
    if act.act is None and "title" in parts:
        titled = find_act(parts["title"], post.links)
        if titled.act:
            findings = tuple(replace(finding, part="title") for finding in titled.findings)
            return replace(
                titled, findings=findings, french_patients=titled.french_patients or act.french_patients
            ), "title"
    if act.act is None and sample and sample.spans:
        return replace(act, act=Act.LEAK, findings=(_rows_shown(sample),)), "text"
    return act, "text"


def _rows_shown(sample: ShownSample) -> Finding:
    start, end = sample.spans[0]
    return Finding(
        kind=FindingKind.CLAIM, label=Act.LEAK.value, start=start, end=end, confidence=0.8, reason="rows are shown"
    )


def read(post: Post, examination: Examination) -> Reading:
    """The redacted reading of an examined post, with all that is claimed."""
    examination = _with_whole_claim(post, examination)
    text, sample = examination.text, examination.sample
    redacted = {part: _redacted_part(examination, part) for part in examination.parts}
    return Reading(
        place=post.place,
        ref=post.ref,
        text=redacted["text"],
        seen_at=post.seen_at,
        posted_at=post.posted_at,
        edited_at=post.edited_at,
        url=defang(post.url) if post.url else None,
        title=redacted.get("title"),
        author=redact_optional(post.author),
        author_id=redact_optional(post.author_id),
        files=tuple(_redacted_file(file, redacted[f"files[{i}]"]) for i, file in enumerate(post.files)),
        links=tuple(defang(link) for link in post.links),
        forwarded_from=_redacted_forward(post.forwarded_from, redacted.get("forwarded_from")),
        reply_to=post.reply_to,
        topic=redact_optional(post.topic),
        views=redact_optional(post.views),
        is_edited=post.is_edited,
        language=language_of(text),
        mentions=tuple(shown(each, redacted[each.part]) for each in examination.sightings),
        findings=examination.findings,
        claim=examination.claim.claim,
        personal_data=personal_data.count(examination.findings),
        sample=sample.profile if sample else None,
        inferred=examination.inferred,
        score=examination.weighing.score,
        severity=examination.weighing.severity,
        reasons=examination.weighing.reasons,
    )


def _redacted_part(examination: Examination, part: str) -> RedactedText:
    """A part as it is kept; the claim has read one of them redacted already."""
    if examination.claim_part == part and examination.claim.redacted is not None:
        return examination.claim.redacted
    blocks = examination.sample.spans if examination.sample and part == "text" else ()
    return redact(examination.parts[part], blocks=blocks, kept=examination.kept(part))


def _redacted_file(attachment: Attachment, name: RedactedText) -> RedactedFile:
    return RedactedFile(
        name=name,
        size=size_in_bytes(attachment),
        mime=redact_optional(attachment.mime),
        file_id=redact_optional(attachment.file_id),
    )


def _redacted_forward(forward: Forward | None, name: RedactedText | None) -> RedactedForward | None:
    if forward is None:
        return None
    return RedactedForward(
        name=name if forward.name else redact_optional(forward.name), place=forward.place, ref=forward.ref
    )
