"""A reading ↔ its rows, both ways, without loss."""

from detectors.model import (
    Act,
    Archive,
    Claim,
    EntityKind,
    Finding,
    FindingKind,
    Inferred,
    Mention,
    Price,
    Quantity,
    Reading,
    RedactedFile,
    RedactedForward,
    Role,
    Severity,
)
from detectors.sample_profile import read_sample_json, sample_json
from storage.schema import (
    AlertRow,
    ClaimDetailRow,
    ClaimRow,
    FileRow,
    FindingRow,
    InferredRow,
    LinkRow,
    MentionRow,
    PriceRow,
    QuantityRow,
    RevisionRow,
)


def row_of(reading: Reading, *, ordinal: int, fingerprint: str, log_line: int, sealed_sha256: str) -> RevisionRow:
    """The revision row of a reading, with all that hangs on it."""
    forward = reading.forwarded_from
    return RevisionRow(
        ordinal=ordinal,
        fingerprint=fingerprint,
        log_line=log_line,
        sealed_sha256=sealed_sha256,
        seen_at=reading.seen_at,
        posted_at=reading.posted_at,
        edited_at=reading.edited_at,
        text=reading.text,
        url=reading.url,
        title=reading.title,
        author=reading.author,
        author_id=reading.author_id,
        is_forward=forward is not None,
        forward_name=forward.name if forward else None,
        forward_place=forward.place if forward else None,
        forward_ref=forward.ref if forward else None,
        reply_to=reading.reply_to,
        topic=reading.topic,
        views=reading.views,
        is_edited=reading.is_edited,
        language=reading.language,
        score=reading.score,
        severity=reading.severity,
        reasons=list(reading.reasons),
        personal_data=dict(reading.personal_data),
        sample=sample_json(reading.sample) if reading.sample else None,
        mentions=[_mention_row(mention) for mention in reading.mentions],
        inferred=[_inferred_row(each) for each in reading.inferred],
        findings=[_finding_row(finding) for finding in reading.findings],
        claim=_claim_row(reading.claim) if reading.claim else None,
        files=[FileRow(name=f.name, size=f.size, mime=f.mime, file_id=f.file_id) for f in reading.files],
        links=[LinkRow(url=url) for url in reading.links],
    )


def reading_of(row: RevisionRow, alert: AlertRow) -> Reading:
    """The reading a revision row was made from."""
    forward = RedactedForward(name=row.forward_name, place=row.forward_place, ref=row.forward_ref)
    return Reading(
        place=alert.place,
        ref=alert.ref,
        text=row.text,
        seen_at=row.seen_at,
        posted_at=row.posted_at,
        edited_at=row.edited_at,
        url=row.url,
        title=row.title,
        author=row.author,
        author_id=row.author_id,
        files=tuple(RedactedFile(name=f.name, size=f.size, mime=f.mime, file_id=f.file_id) for f in row.files),
        links=tuple(link.url for link in row.links),
        forwarded_from=forward if row.is_forward else None,
        reply_to=row.reply_to,
        topic=row.topic,
        views=row.views,
        is_edited=row.is_edited,
        language=row.language,
        mentions=tuple(_mention(mention) for mention in row.mentions),
        inferred=tuple(_inferred(each) for each in row.inferred),
        findings=tuple(_finding(finding) for finding in row.findings),
        claim=_claim(row.claim) if row.claim else None,
        personal_data=row.personal_data,
        sample=read_sample_json(row.sample) if row.sample else None,
        score=row.score,
        severity=None if row.severity is None else Severity(row.severity),
        reasons=tuple(row.reasons),
    )


def _mention_row(mention: Mention) -> MentionRow:
    return MentionRow(
        entity_id=mention.entity_id,
        name=mention.name,
        kind=mention.kind.value,
        part=mention.part,
        start=mention.start,
        end=mention.end,
        surface=mention.surface,
        confidence=mention.confidence,
        candidates=list(mention.candidates),
        disguise=mention.disguise,
        roles=[role.value for role in mention.roles],
    )


def _mention(row: MentionRow) -> Mention:
    return Mention(
        entity_id=row.entity_id,
        name=row.name,
        kind=EntityKind(row.kind),
        part=row.part,
        start=row.start,
        end=row.end,
        surface=row.surface,
        confidence=row.confidence,
        candidates=tuple(row.candidates),
        disguise=row.disguise,
        roles=tuple(Role(role) for role in row.roles),
    )


def _inferred_row(inferred: Inferred) -> InferredRow:
    return InferredRow(
        entity_id=inferred.entity_id,
        name=inferred.name,
        kind=inferred.kind.value,
        confidence=inferred.confidence,
        share=inferred.share,
        basis=list(inferred.basis),
        candidates=list(inferred.candidates),
    )


def _inferred(row: InferredRow) -> Inferred:
    return Inferred(
        entity_id=row.entity_id,
        name=row.name,
        kind=EntityKind(row.kind),
        confidence=row.confidence,
        share=row.share,
        basis=tuple(row.basis),
        candidates=tuple(row.candidates),
    )


def _finding_row(finding: Finding) -> FindingRow:
    return FindingRow(
        kind=finding.kind.value,
        label=finding.label,
        part=finding.part,
        start=finding.start,
        end=finding.end,
        confidence=finding.confidence,
        reason=finding.reason,
    )


def _finding(row: FindingRow) -> Finding:
    return Finding(
        kind=FindingKind(row.kind),
        label=row.label,
        part=row.part,
        start=row.start,
        end=row.end,
        confidence=row.confidence,
        reason=row.reason,
    )


def _claim_row(claim: Claim) -> ClaimRow:
    details = [ClaimDetailRow(kind="contact", value=contact) for contact in claim.contacts]
    details += [ClaimDetailRow(kind="link", value=link) for link in claim.links]
    details += [ClaimDetailRow(kind="archive", value=archive.name, size=archive.size) for archive in claim.archives]
    return ClaimRow(
        act=claim.act.value,
        actor=claim.actor,
        period_first=claim.period[0] if claim.period else None,
        period_last=claim.period[1] if claim.period else None,
        fields=list(claim.fields),
        formats=list(claim.formats),
        password_given=claim.password_given,
        prices=[PriceRow(value=price.value, currency=price.currency) for price in claim.prices],
        quantities=[QuantityRow(value=quantity.value, unit=quantity.unit) for quantity in claim.quantities],
        details=details,
    )


def _claim(row: ClaimRow) -> Claim:
    return Claim(
        act=Act(row.act),
        actor=row.actor,
        period=(row.period_first, row.period_last) if row.period_first and row.period_last else None,
        fields=tuple(row.fields),
        formats=tuple(row.formats),
        prices=tuple(Price(value=price.value, currency=price.currency) for price in row.prices),
        password_given=row.password_given,
        quantities=tuple(Quantity(value=quantity.value, unit=quantity.unit) for quantity in row.quantities),
        contacts=tuple(detail.value for detail in row.details if detail.kind == "contact"),
        links=tuple(detail.value for detail in row.details if detail.kind == "link"),
        archives=tuple(Archive(name=d.value, size=d.size) for d in row.details if d.kind == "archive"),
    )
