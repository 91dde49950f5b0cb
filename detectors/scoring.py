"""Findings → severity: additive points, each with its reason in words an analyst would use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detectors.model import Act, Claim, EntityKind, Inferred, Severity, Sighting
from detectors.sample_profile import SampleProfile, Verdict

# What each thing adds to the score. Scores are capped at 0 and 1.
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
POINTS = {
    "named": 0.25,  # times the confidence of the name
    "french patients": 0.15,
    "many records": 0.10,  # a thousand and more
    "mass of records": 0.15,  # a hundred thousand and more
    "number shown": 0.15,
    "numbers shown": 0.20,  # three social-security numbers and more
    "contact data shown": 0.05,
    "health data shown": 0.10,  # a diagnosis, a drug, a blood group beside a person
    "passwords shown": 0.05,
    "rows shown": 0.05,
    "rows agree": 0.10,
    "rows invented": -0.20,
    "rows known": -0.05,
    "inferred": 0.10,  # times the confidence, where no establishment is named
    "way to get it": 0.05,
    "sensitive fields": 0.05,
}

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
_SIZES = ("GB", "MB")
_SURE = 0.5  # of what is inferred, to count
_SENSITIVE = {
    "nir": "social-security numbers",
    "pathology": "illnesses",
    "treatment": "treatments",
    "test_result": "test results",
    "blood_group": "blood groups",
    "password": "passwords",
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
    sightings: Sequence[Sighting],
    claim: Claim | None,
    personal_data: Mapping[str, int],
    french_patients: bool,
    sample: SampleProfile | None = None,
    inferred: Sequence[Inferred] = (),
) -> Weighing:
    """An alert is a watched name with a claim, or health data of French patients offered or shown."""
    if not (sightings or claim or personal_data or french_patients or sample):
        return NOTHING
    points = [*_points(sightings, claim, personal_data, french_patients, sample), *_inferred_points(inferred)]
    score = round(min(1.0, max(0.0, sum(point for point, _ in points))), 2)
    reasons = tuple(reason for _, reason in points)
    if not is_alert(sightings, claim.act if claim else None, personal_data, french_patients):
        return Weighing(score, None, reasons)
    severity = next(severity for threshold, severity in THRESHOLDS if score >= threshold)
    if claim and claim.act in _ONLY_SPOKEN_OF and not personal_data.get("nir"):
        severity = Severity.LOW
    return Weighing(score, severity, reasons)


NOTHING = Weighing(0.0, None, ())  # most posts


def is_alert(
    sightings: Sequence[Sighting], act: Act | None, personal_data: Mapping[str, int], french_patients: bool
) -> bool:
    """Whether a post is an alert at all: the figures of its claim change how bad it is, never this."""
    numbers = personal_data.get("nir", 0)
    if sightings:
        return act is not None or numbers > 0
    if numbers >= 2:
        return True
    return french_patients and act is not None and act not in _ONLY_SPOKEN_OF


def _points(
    sightings: Sequence[Sighting],
    claim: Claim | None,
    personal_data: Mapping[str, int],
    french_patients: bool,
    sample: SampleProfile | None,
) -> Iterator[tuple[float, str]]:
    if sightings:
        kinds = dict.fromkeys(_KIND_WORDS[sighting.kind] for sighting in sightings)
        best = max(sighting.confidence for sighting in sightings)
        yield POINTS["named"] * best, f"names a watched {' and '.join(kinds)}"
    elif french_patients:
        yield POINTS["french patients"], "speaks of the health data of French patients"
    if claim:
        yield ACT_POINTS[claim.act], _ACT_REASONS[claim.act]
        yield from _claim_points(claim)
    yield from _shown_points(personal_data)
    if sample:
        yield from _sample_points(sample)


def _inferred_points(inferred: Sequence[Inferred]) -> Iterator[tuple[float, str]]:
    for kind in (EntityKind.ESTABLISHMENT, EntityKind.VENDOR):
        sure = [each for each in inferred if each.kind is kind and each.confidence >= _SURE]
        if sure:
            best = max(each.confidence for each in sure)
            number = f"{len(sure)} watched {_KIND_WORDS[kind]}{'s' if len(sure) > 1 else ''}"
            # Once only: the vendor is inferred from the places.
            points = POINTS["inferred"] * best if kind is EntityKind.ESTABLISHMENT else 0.0
            yield points, f"its rows point to {number}, named by nobody"


def _claim_points(claim: Claim) -> Iterator[tuple[float, str]]:
    counted = [quantity for quantity in claim.quantities if quantity.unit not in _SIZES]
    if counted:
        most = max(counted, key=lambda quantity: quantity.value)
        if most.value >= 1_000:
            mass = most.value >= 100_000
            yield POINTS["mass of records" if mass else "many records"], f"speaks of {most.value:,} {most.unit}"
    if claim.act in _ONLY_SPOKEN_OF:
        return
    if claim.archives or claim.links or claim.password_given:
        yield POINTS["way to get it"], "gives a link, an archive or a password"
    if said := [words for name, words in _SENSITIVE.items() if name in claim.fields]:
        yield POINTS["sensitive fields"], f"says that it holds {' and '.join(said[:3])}"


def _shown_points(personal_data: Mapping[str, int]) -> Iterator[tuple[float, str]]:
    numbers = personal_data.get("nir", 0)
    if numbers:
        plural = "s" if numbers > 1 else ""
        points = POINTS["numbers shown" if numbers >= 3 else "number shown"]
        yield points, f"shows {numbers} valid social-security number{plural}"
    if personal_data.get("email", 0) + personal_data.get("phone", 0) >= 3:
        yield POINTS["contact data shown"], "shows e-mail addresses or telephone numbers"
    if any(personal_data.get(label) for label in ("diagnosis", "drug", "blood_group", "comment")):
        yield POINTS["health data shown"], "shows health data beside a person"
    if personal_data.get("password"):
        yield POINTS["passwords shown"], "shows passwords"


def _sample_points(sample: SampleProfile) -> Iterator[tuple[float, str]]:
    verdict = sample.authenticity.verdict
    yield POINTS["rows shown"], f"shows an extract of {sample.rows:,} rows"
    if verdict is Verdict.CONSISTENT:
        yield POINTS["rows agree"], "the extract's columns agree with each other as genuine data do"
    elif verdict is Verdict.FABRICATED:
        yield POINTS["rows invented"], "the extract looks fabricated"
    elif verdict is Verdict.RECYCLED:
        yield POINTS["rows known"], "the extract is part of a leak already known"
