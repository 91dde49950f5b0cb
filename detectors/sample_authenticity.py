"""Genuine or not, with reasons: what must agree in genuine data, and what was seen before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from detectors.sample_profile import Authenticity, Check, Verdict
from detectors.sample_sketches import Overlap

_FEWEST_ROWS: Final = 8  # below, an agreement missed may be luck
_FEWEST_ROWS_OF_A_WEAK_TIE: Final = 1_000
_AGREES: Final = 0.5  # strength; an insured parent's number beside a child's birth date still reaches it
_UNRELATED: Final = 0.25
_RECYCLED: Final = 0.5  # share of it in a file seen before
_OVERLAPS: Final = 0.1
_FEWEST_KEYS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the verdict rests on."""

    rows: int
    duplicate_rows: int
    keyed_nirs: int
    valid_nirs: int
    departments_drawn: bool  # births as even over the départements as lots drawn
    checks: Sequence[Check]
    overlaps: Sequence[Overlap]


def judge(facts: Facts) -> Authenticity:
    """The verdict and its reasons, those that decided first."""
    against = _signs_of_fabrication(facts)
    doubts = _doubts(facts)
    agreeing = [check for check in facts.checks if _agrees(check)]
    known = [f"{_overlap(each)} {each.name}, seen before" for each in facts.overlaps if each.strongest >= _OVERLAPS]
    speaking_for = [f"{check.what} agree in {check.agreed:.0%} of {check.compared:,} rows" for check in agreeing]
    if facts.keyed_nirs and facts.valid_nirs >= 0.9 * facts.keyed_nirs:
        speaking_for.insert(
            0, f"{facts.valid_nirs / facts.keyed_nirs:.1%} of the social-security numbers have a right key"
        )
    if against:
        return Authenticity(verdict=Verdict.FABRICATED, reasons=(*against, *doubts, *known))
    # A larger file that holds a sample seen before is the release that sample announced: news, not a re-post.
    if any((each.new_in_known or 0) >= _RECYCLED for each in facts.overlaps):
        return Authenticity(verdict=Verdict.RECYCLED, reasons=(*known, *doubts, *speaking_for))
    if doubts or not agreeing:
        # A right key proves little: generators on the web make them.
        doubts = doubts or ["nothing in it can be checked against anything else in it"]
        return Authenticity(verdict=Verdict.DOUBTFUL, reasons=(*doubts, *known, *speaking_for))
    return Authenticity(verdict=Verdict.CONSISTENT, reasons=(*known, *speaking_for))


def _signs_of_fabrication(facts: Facts) -> list[str]:
    signs = [
        f"{check.what} agree in {check.agreed:.0%} of {check.compared:,} rows, as often as by chance"
        for check in facts.checks
        if _unrelated(check)
    ]
    # One random number in 97 has a right key.
    if facts.keyed_nirs >= _FEWEST_KEYS and facts.valid_nirs < 0.2 * facts.keyed_nirs:
        signs.insert(0, f"only {facts.valid_nirs:,} of {facts.keyed_nirs:,} social-security numbers have a right key")
    if facts.departments_drawn:
        signs.append("the départements of birth are as even as lots drawn")
    return signs


def _doubts(facts: Facts) -> list[str]:
    doubts = []
    if 0.2 * facts.keyed_nirs <= facts.valid_nirs < 0.9 * facts.keyed_nirs or (
        facts.keyed_nirs < _FEWEST_KEYS and facts.valid_nirs < 0.9 * facts.keyed_nirs
    ):
        doubts.append(f"{facts.valid_nirs:,} of {facts.keyed_nirs:,} social-security numbers have a right key")
    doubts += [
        f"{check.what} agree in only {check.agreed:.0%} of {check.compared:,} rows"
        for check in facts.checks
        if not check.weak and not _agrees(check) and not _unrelated(check)
    ]
    if facts.duplicate_rows > facts.rows / 2:
        doubts.append(f"{facts.duplicate_rows:,} of {facts.rows:,} rows are repeated")
    return doubts


def _agrees(check: Check) -> bool:
    if check.weak:
        return check.compared >= _FEWEST_ROWS_OF_A_WEAK_TIE and check.strength >= 0.1
    return check.compared >= 2 and check.strength >= _AGREES


def _unrelated(check: Check) -> bool:
    if check.weak:
        return check.compared >= _FEWEST_ROWS_OF_A_WEAK_TIE and check.strength < 0.01
    return check.compared >= _FEWEST_ROWS and check.strength <= _UNRELATED


def _overlap(overlap: Overlap) -> str:
    if overlap.new_in_known is not None and overlap.new_in_known >= (overlap.known_in_new or 0):
        return f"{overlap.new_in_known:.0%} of it stands in"
    return f"it holds {overlap.known_in_new or 0:.0%} of the {overlap.known_rows:,} rows of"
