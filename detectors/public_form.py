"""A reading as the findings JSON of the contract: what `scan` prints and an alert carries."""

from detectors.model import Claim, Inferred, JsonValue, Mention, Reading
from detectors.sample_profile import sample_json


def findings_json(reading: Reading) -> dict[str, JsonValue]:
    """The findings of a reading. Positions are indices of the text as given; no personal datum is in it."""
    return {
        "id": reading.ref,
        "alert": reading.severity is not None,
        "severity": reading.severity.label if reading.severity else None,
        "score": reading.score,
        "language": reading.language,
        "entities": [*map(_entity_json, reading.mentions), *map(_inferred_json, reading.inferred)],
        "claim": _claim_json(reading.claim) if reading.claim else None,
        "personal_data": dict(reading.personal_data),
        "sample": _as_json(sample_json(reading.sample)) if reading.sample else None,
        "reasons": list(reading.reasons),
    }


def _as_json(tree: object) -> JsonValue:
    """The same with lists for tuples, as it comes back from JSON."""
    if isinstance(tree, dict):
        return {str(key): _as_json(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_as_json(value) for value in tree]
    return tree if isinstance(tree, str | int | float) else None


def nothing_found_json(ref: str) -> dict[str, JsonValue]:
    """The same for a post nothing was found in."""
    return {
        "id": ref,
        "alert": False,
        "severity": None,
        "score": 0.0,
        "language": None,
        "entities": [],
        "claim": None,
        "personal_data": {},
        "sample": None,
        "reasons": [],
    }


def _entity_json(mention: Mention) -> dict[str, JsonValue]:
    form: dict[str, JsonValue] = {
        "id": mention.entity_id,
        "name": mention.name,
        "kind": mention.kind.value,
        "roles": [role.value for role in mention.roles],
        "surface": mention.surface,
        "start": mention.start,
        "end": mention.end,
        "confidence": mention.confidence,
        "candidates": list(mention.candidates),
        "disguise": mention.disguise,
    }
    if mention.part != "text":  # positions are then of that part, not of the text
        form["part"] = mention.part
    return form


def _inferred_json(inferred: Inferred) -> dict[str, JsonValue]:
    """The keys of a named one; it stands nowhere, and says what it rests on."""
    return {
        "id": inferred.entity_id,
        "name": inferred.name,
        "kind": inferred.kind.value,
        "roles": [inferred.role.value],
        "surface": None,
        "start": None,
        "end": None,
        "confidence": inferred.confidence,
        "candidates": list(inferred.candidates),
        "disguise": None,
        "share": inferred.share,
        "basis": list(inferred.basis),
    }


def _claim_json(claim: Claim) -> dict[str, JsonValue]:
    quantities: list[JsonValue] = [{"value": each.value, "unit": each.unit} for each in claim.quantities]
    archives: list[JsonValue] = [{"name": each.name, "size": each.size} for each in claim.archives]
    prices: list[JsonValue] = [{"value": each.value, "currency": each.currency} for each in claim.prices]
    return {
        "act": claim.act.value,
        "actor": claim.actor,
        "quantities": quantities,
        "prices": prices,
        "period": list(claim.period) if claim.period else None,
        "fields": list(claim.fields),
        "formats": list(claim.formats),
        "contacts": list(claim.contacts),
        "links": list(claim.links),
        "archives": archives,
        "password_given": claim.password_given,
    }
