"""What may be said of a shown extract: counts, shares and verdicts, never a value of a row.

A code or a mail domain appears only where many rows share it, a column's name only redacted.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, cast

from detectors.model import JsonValue, RedactedText
from detectors.redaction import redact_string


class Meaning(StrEnum):
    """What a column holds."""

    NIR = "nir"
    NIR_KEY = "nir_key"
    NAME = "name"
    FIRST_NAME = "first_name"
    BIRTH_DATE = "birth_date"
    BIRTH_PLACE = "birth_place"  # a département, commune number or postcode of birth
    SEX = "sex"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    SITE = "site"
    PRESCRIBER = "prescriber"
    DOCTOR = "doctor"
    FINESS = "finess"
    RPPS = "rpps"
    INSURER = "insurer"
    BLOOD_GROUP = "blood_group"
    PATHOLOGY = "pathology"
    TREATMENT = "treatment"
    PATIENT_ID = "patient_id"
    IBAN = "iban"
    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105  (a column's meaning)
    COMMENT = "comment"
    DATE = "date"
    FLAG = "flag"
    NUMBER = "number"
    TEXT = "text"
    EMPTY = "empty"


PERSONAL = frozenset(
    {
        Meaning.NIR, Meaning.NAME, Meaning.FIRST_NAME, Meaning.BIRTH_DATE, Meaning.BIRTH_PLACE, Meaning.EMAIL,
        Meaning.PHONE, Meaning.ADDRESS, Meaning.INSURER, Meaning.BLOOD_GROUP, Meaning.PATHOLOGY, Meaning.TREATMENT,
        Meaning.PATIENT_ID, Meaning.IBAN, Meaning.LOGIN, Meaning.PASSWORD, Meaning.COMMENT,
    }
)  # fmt: skip


class Verdict(StrEnum):
    """What the checks make of an extract."""

    CONSISTENT = "consistent"
    DOUBTFUL = "doubtful"
    FABRICATED = "fabricated"
    RECYCLED = "recycled"


class Passwords(StrEnum):
    """How the passwords shown came to be."""

    NONE = "none"
    CHOSEN = "chosen"
    GENERATED = "generated"
    HASHED = "hashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column: its name as written, what it holds and how often it is filled."""

    name: RedactedText | None
    meaning: Meaning
    filled: float  # share of rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Something many rows share, and how many."""

    what: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Two columns that must agree in genuine data: how often they do, and how often they would by chance."""

    what: str  # in words
    compared: int  # rows
    agreed: float  # share of them
    chance: float
    weak: bool = False  # they agree more often than by chance, but far from always

    @property
    def strength(self) -> float:
        """1 where the columns always agree, 0 where they agree as often as unrelated ones (Cohen's kappa)."""
        return 1.0 if self.chance >= 1 else (self.agreed - self.chance) / (1 - self.chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticity:
    """A verdict and what it rests on, in words."""

    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleProfile:
    """Aggregates of an extract."""

    format: str  # `csv`, `sql`, `json`, `key_value`, `fixed_width`, `html`
    separator: str | None  # of a CSV
    encoding: str | None  # of a file
    fingerprint: str  # of the layout: the same for two files of one make
    rows: int
    irregular_rows: int  # with another number of cells than the others
    columns: tuple[ColumnProfile, ...]
    people: int  # distinct, estimated within 1 %
    duplicate_rows: int
    nirs: int  # cells shaped like a social-security number
    valid_nirs: int  # of them, with a right key
    checks: tuple[Check, ...]
    period: tuple[str, str] | None  # months, `2015-01`; dates of birth left out
    departments: tuple[Counted, ...]
    mail_domains: tuple[Counted, ...]
    sites: tuple[Counted, ...]
    prescribers: int  # distinct codes
    passwords: Passwords
    authenticity: Authenticity

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of personal data its columns hold, in their order."""
        return tuple(dict.fromkeys(column.meaning.value for column in self.columns if column.meaning in PERSONAL))


def sample_json(profile: SampleProfile) -> dict[str, JsonValue]:
    """The `sample` object of the contract."""
    tree = cast(dict[str, JsonValue], asdict(profile))
    tree["kinds"] = list(profile.kinds)
    return tree


def read_sample_json(tree: Mapping[str, Any]) -> SampleProfile:
    """A profile from what `sample_json` made of it, read back from JSON."""
    parts = {key: value for key, value in tree.items() if key != "kinds"}
    columns = (
        ColumnProfile(
            # It was redacted before it was kept.
            name=None if each["name"] is None else redact_string(each["name"]),
            meaning=Meaning(each["meaning"]),
            filled=each["filled"],
        )
        for each in parts["columns"]
    )
    judged = parts["authenticity"]
    rebuilt: dict[str, Any] = {
        "columns": tuple(columns),
        "checks": tuple(Check(**each) for each in parts["checks"]),
        "period": None if parts["period"] is None else tuple(parts["period"]),
        "passwords": Passwords(parts["passwords"]),
        "authenticity": Authenticity(verdict=Verdict(judged["verdict"]), reasons=tuple(judged["reasons"])),
        **{key: tuple(Counted(**each) for each in parts[key]) for key in ("departments", "mail_domains", "sites")},
    }
    return SampleProfile(**(parts | rebuilt))


def sample_lines(profile: SampleProfile) -> tuple[str, ...]:
    """The profile in short sentences."""
    lines = [f"{_number(profile.rows, 'row')} of {_number(len(profile.columns), 'column')} ({profile.format})"]
    if profile.kinds:
        lines.append("holds " + ", ".join(kind.replace("_", " ") for kind in profile.kinds))
    if profile.people:
        lines.append(f"about {_number(profile.people, 'person', 'people')}")
    if profile.nirs:
        lines.append(f"{profile.valid_nirs:,} of {_number(profile.nirs, 'social-security number')} with a right key")
    if profile.duplicate_rows:
        lines.append(f"{_number(profile.duplicate_rows, 'row')} repeated")
    if profile.period:
        lines.append(f"dates from {profile.period[0]} to {profile.period[1]}")
    if profile.departments:
        lines.append("départements " + ", ".join(each.what for each in profile.departments))
    if profile.sites:
        lines.append(f"{_number(len(profile.sites), 'site code')}")
    if profile.passwords is not Passwords.NONE:
        lines.append(f"passwords, {profile.passwords.value}")
    lines.append(f"{profile.authenticity.verdict.value}: {'; '.join(profile.authenticity.reasons)}")
    return tuple(lines)


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
