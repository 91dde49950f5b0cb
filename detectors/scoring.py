"""Findings → severity: additive points, each with its reason in words an analyst would use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detectors.model import Act, Claim, EntityKind, Mention, Severity

# What each thing adds to the score. Scores are capped at 1.
ACT_POINTS = {
    Act.FREE: 0.45,
    Act.SALE: 0.35,
    Act.MIRROR: 0.35,
    Act.LEAK: 0.30,
    Act.THREAT: 0.30,
    Act.DISPUTE: 0.25,
    Act.REQUEST: 0.20,
    Act.REPORT: 0.10,
    Act.DENIAL: 0.10,
}
NAMED_POINTS = 0.25
FRENCH_PATIENTS_POINTS = 0.15
MANY_RECORDS_POINTS = 0.10  # a thousand and more
MASS_OF_RECORDS_POINTS = 0.15  # a hundred thousand and more
FEW_NUMBERS_SHOWN_POINTS = 0.15
NUMBERS_SHOWN_POINTS = 0.20  # three social-security numbers and more
CONTACT_DATA_SHOWN_POINTS = 0.05
WAY_TO_GET_IT_POINTS = 0.05

THRESHOLDS = ((0.80, Severity.CRITICAL), (0.60, Severity.HIGH), (0.40, Severity.MEDIUM), (0.0, Severity.LOW))

_ACT_REASONS = {
    Act.FREE: "gives data away",
    Act.SALE: "offers data for sale",
    Act.MIRROR: "offers the data again elsewhere",
    Act.LEAK: "asserts a leak",
    Act.THREAT: "threatens to publish",
    Act.DISPUTE: "is a quarrel about a leak",
    Act.REQUEST: "asks for the data",
    Act.REPORT: "reports a leak",
    Act.DENIAL: "denies a leak",
}
_ONLY_SPOKEN_OF = (Act.REPORT, Act.DENIAL)
_KIND_WORDS = {
    EntityKind.VENDOR: "vendor",
    EntityKind.PRODUCT: "product",
    EntityKind.ESTABLISHMENT: "establishment",
    EntityKind.NETWORK: "network",
}


@dataclass(frozen=True, slots=True)
class Weighing:
    """How bad, why, and whether it is an alert at all."""

    score: float  # 0 to 1
    severity: Severity | None
    reasons: tuple[str, ...]


def weigh(
    mentions: Sequence[Mention], claim: Claim | None, personal_data: Mapping[str, int], french_patients: bool
) -> Weighing:
    """An alert is a watched name with a claim, or health data of French patients offered or shown."""
    points = list(_points(mentions, claim, personal_data, french_patients))
    score = round(min(1.0, sum(point for point, _ in points)), 2)
    reasons = tuple(reason for _, reason in points)
    if not _is_alert(mentions, claim, personal_data, french_patients):
        return Weighing(score, None, reasons)
    severity = next(severity for threshold, severity in THRESHOLDS if score >= threshold)
    if claim and claim.act in _ONLY_SPOKEN_OF and not personal_data.get("nir"):
        severity = Severity.LOW
    return Weighing(score, severity, reasons)


def _is_alert(
    mentions: Sequence[Mention], claim: Claim | None, personal_data: Mapping[str, int], french_patients: bool
) -> bool:
    numbers = personal_data.get("nir", 0)
    if mentions:
        return claim is not None or numbers > 0
    if numbers >= 2:
        return True
    return french_patients and claim is not None and claim.act not in _ONLY_SPOKEN_OF


def _points(
    mentions: Sequence[Mention], claim: Claim | None, personal_data: Mapping[str, int], french_patients: bool
) -> Iterator[tuple[float, str]]:
    if mentions:
        kinds = dict.fromkeys(_KIND_WORDS[mention.kind] for mention in mentions)
        best = max(mention.confidence for mention in mentions)
        yield NAMED_POINTS * best, f"names a watched {' and '.join(kinds)}"
    elif french_patients:
        yield FRENCH_PATIENTS_POINTS, "speaks of the health data of French patients"
    if claim:
        yield ACT_POINTS[claim.act], _ACT_REASONS[claim.act]
        yield from _claim_points(claim)
    numbers = personal_data.get("nir", 0)
    if numbers:
        plural = "s" if numbers > 1 else ""
        points = NUMBERS_SHOWN_POINTS if numbers >= 3 else FEW_NUMBERS_SHOWN_POINTS
        yield points, f"shows {numbers} valid social-security number{plural}"
    if personal_data.get("email", 0) + personal_data.get("phone", 0) >= 3:
        yield CONTACT_DATA_SHOWN_POINTS, "shows e-mail addresses or telephone numbers"


def _claim_points(claim: Claim) -> Iterator[tuple[float, str]]:
    if claim.quantities:
        most = max(claim.quantities, key=lambda quantity: quantity.value)
        if most.value >= 1_000:
            mass = most.value >= 100_000
            yield MASS_OF_RECORDS_POINTS if mass else MANY_RECORDS_POINTS, f"speaks of {most.value:,} {most.unit}"
    if claim.act not in _ONLY_SPOKEN_OF and (claim.archives or claim.links or claim.password_given):
        yield WAY_TO_GET_IT_POINTS, "gives a link, an archive or a password"
