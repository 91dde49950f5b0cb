"""Whether columns that belong together agree, over whole columns at once.

A social-security number tells sex, year, month and département of birth; a first name mostly tells the sex, a postcode
the town. Values drawn at random or shuffled between rows agree no more often than chance would have it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.sample_profile import Check, Passwords

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NONE: Final = -1
_ENOUGH_FOR_CHANCE: Final = 50  # rows; with fewer, the chance of agreement is the theoretical one
_ROWS_OF_A_CATEGORY: Final = 30  # below, a category of few rows seems to tell something by luck
_MOST_PAIRS: Final = 100_000
_DEPARTMENTS: Final = 96  # 01 to 95, both Corsicas as 20; 99 is abroad

_WEIGHTS = np.array([pow(10, 12 - i, 97) for i in range(13)], dtype=np.int64)
_ZERO: Final = ord("0")


def of_width(cells: Sequence[str], width: int) -> tuple[Numbers, NDArray[np.uint8]]:
    """The cells of exactly this many characters: their rows, and a matrix of their characters (Latin-1)."""
    lengths = np.fromiter(map(len, cells), dtype=np.int64, count=len(cells))
    rows = np.flatnonzero(lengths == width)
    chosen = cells if rows.size == len(cells) else [cells[row] for row in rows.tolist()]
    matrix = np.frombuffer("".join(chosen).encode("latin-1", "replace"), dtype=np.uint8)
    return rows, matrix.reshape(-1, width)


def _number(digits: NDArray[np.int64], start: int, end: int) -> Numbers:
    powers = np.array([10**i for i in range(end - start - 1, -1, -1)], dtype=np.int64)
    result: Numbers = digits[:, start:end] @ powers
    return result


# ---------------------------------------------------------------- social-security numbers


@dataclass(frozen=True, slots=True)
class Nirs:
    """A column of social-security numbers, taken apart; NONE where a row has none."""

    shaped: Flags
    keyed: Flags  # written with their key
    valid: Flags  # with a right one
    sex: Numbers  # 1 or 2
    year: Numbers  # of two digits
    month: Numbers
    department: Numbers


def read_nirs(cells: Sequence[str]) -> Nirs:
    """Take numbers of 13 or 15 characters apart; months that no number has make it none.

    >>> nirs = read_nirs(["255069999999934", "255069999999935", "185032A99001243", ""])
    >>> nirs.valid.tolist(), nirs.sex.tolist(), nirs.month.tolist(), nirs.department.tolist()
    ([True, False, True, False], [2, 2, 1, -1], [6, 6, 3, -1], [99, 99, 20, -1])
    """
    count = len(cells)
    shaped, keyed, valid = (np.zeros(count, dtype=bool) for _ in range(3))
    sex, year, month, department = (np.full(count, NONE, dtype=np.int64) for _ in range(4))
    for width in (15, 13):
        rows, characters = of_width(cells, width)
        if not rows.size:
            continue
        digits = characters.astype(np.int64) - _ZERO
        corsica = {letter: (characters[:, 5] == 50) & (characters[:, 6] & 0xDF == ord(letter)) for letter in "AB"}
        digits[corsica["A"], 5], digits[corsica["A"], 6] = 1, 9
        digits[corsica["B"], 5], digits[corsica["B"], 6] = 1, 8
        months = _number(digits, 3, 5)
        good = ((digits >= 0) & (digits <= 9)).all(axis=1) & np.isin(digits[:, 0], (1, 2, 3, 4, 7, 8))
        good &= ((months >= 1) & (months <= 12)) | ((months >= 20) & (months <= 42)) | (months >= 50)
        rows, digits, months = rows[good], digits[good], months[good]
        shaped[rows] = True
        sex[rows] = 2 - digits[:, 0] % 2
        year[rows] = _number(digits, 1, 3)
        month[rows] = np.where(months <= 12, months, NONE)
        in_corsica = (corsica["A"] | corsica["B"])[good]
        department[rows] = np.where(in_corsica, 20, _number(digits, 5, 7))
        if width == 15:
            keyed[rows] = True
            valid[rows] = _number(digits, 13, 15) == 97 - (digits[:, :13] @ _WEIGHTS) % 97
    return Nirs(shaped, keyed, valid, sex, year, month, department)


# ---------------------------------------------------------------- dates


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLayout:
    """Where year, month and day stand in the dates of a column."""

    width: int  # characters; what is behind them is a time
    year: tuple[int, int]
    month: tuple[int, int]
    day: tuple[int, int]

    def iso(self, cell: str) -> str:
        """The same day whatever the layout, to compare two files by."""
        return cell[slice(*self.year)] + cell[slice(*self.month)] + cell[slice(*self.day)]


_LAYOUTS: Final = (
    (re.compile(r"\d\d\D\d\d\D(?:18|19|20)\d\d"), DateLayout(width=10, year=(6, 10), month=(3, 5), day=(0, 2))),
    (re.compile(r"(?:18|19|20)\d\d\D\d\d\D\d\d"), DateLayout(width=10, year=(0, 4), month=(5, 7), day=(8, 10))),
    (re.compile(r"(?:18|19|20)\d\d[01]\d[0-3]\d"), DateLayout(width=8, year=(0, 4), month=(4, 6), day=(6, 8))),
    (re.compile(r"[0-3]\d[01]\d(?:18|19|20)\d\d"), DateLayout(width=8, year=(4, 8), month=(2, 4), day=(0, 2))),
    (re.compile(r"\d\d\D\d\d\D\d\d"), DateLayout(width=8, year=(6, 8), month=(3, 5), day=(0, 2))),
)  # fmt: skip
_AMERICAN: Final = DateLayout(width=10, year=(6, 10), month=(0, 2), day=(3, 5))


def layout_of(cells: Sequence[str]) -> DateLayout | None:
    """How most of these dates are written."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    for shape, layout in _LAYOUTS:
        matching = [cell for cell in filled if shape.match(cell)]
        if len(matching) * 2 > len(filled):
            if layout is _LAYOUTS[0][1] and any(cell[3:5] > "12" for cell in matching):
                return _AMERICAN
            return layout
    return None


def read_dates(cells: Sequence[str], layout: DateLayout) -> tuple[Numbers, Numbers, Numbers]:
    """Years, months and days; NONE where a cell is no date of this layout. Two digits of a year stay two.

    >>> [part.tolist() for part in read_dates(["31/12/1980", "", "??/??/1980"], layout_of(["31/12/1980"]))]
    [[1980, -1, -1], [12, -1, -1], [31, -1, -1]]
    """
    cut = cells if max(map(len, cells), default=0) <= layout.width else [cell[: layout.width] for cell in cells]
    year, month, day = (np.full(len(cells), NONE, dtype=np.int64) for _ in range(3))
    rows, characters = of_width(cut, layout.width)
    if rows.size:
        digits = characters.astype(np.int64) - _ZERO
        columns = [i for span in (layout.year, layout.month, layout.day) for i in range(*span)]
        parts = [_number(digits, *span) for span in (layout.year, layout.month, layout.day)]
        good = ((digits[:, columns] >= 0) & (digits[:, columns] <= 9)).all(axis=1)
        good &= (parts[1] >= 1) & (parts[1] <= 12) & (parts[2] >= 1) & (parts[2] <= 31)
        for whole, part in zip((year, month, day), parts, strict=True):
            whole[rows[good]] = part[good]
    return year, month, day


# ---------------------------------------------------------------- other columns as numbers

_MALE = frozenset(("m", "h", "1", "masculin", "homme", "male", "mr", "m.", "monsieur"))
_FEMALE = frozenset(("f", "w", "2", "féminin", "feminin", "femme", "female", "mme", "mlle", "madame"))


def read_sexes(cells: Sequence[str]) -> Numbers:
    """1 for men, 2 for women, as a social-security number has it."""
    known = {cell: _sex(cell) for cell in set(cells)}
    return np.fromiter(map(known.__getitem__, cells), dtype=np.int64, count=len(cells))


def _sex(cell: str) -> int:
    word = cell.strip().lower()
    return 1 if word in _MALE else 2 if word in _FEMALE else NONE


def read_departments(cells: Sequence[str]) -> Numbers:
    """The département of postcodes, commune numbers or départements, Corsica as 20."""
    known = {cell: _department(cell) for cell in set(cells)}
    return np.fromiter(map(known.__getitem__, cells), dtype=np.int64, count=len(cells))


def _department(cell: str) -> int:
    digits = cell.strip()
    digits = f"0{digits}" if len(digits) in (1, 4) and digits.isdecimal() else digits
    if digits[:2].upper() in ("2A", "2B"):
        return 20
    return int(digits[:2]) if digits.isdecimal() and digits.isascii() and len(digits) in (2, 3, 5) else NONE


# ---------------------------------------------------------------- agreement


class Agreement:
    """How often two columns of small numbers agree."""

    def __init__(
        self, what: str, size: int, theoretical_chance: float, *, weak: bool = False, mirrored: bool = False
    ) -> None:
        self._what = what
        self._size = size
        self._theoretical_chance = theoretical_chance
        self._weak = weak
        self._mirrored = mirrored  # the other way round is agreement too: some programs write 1 for women
        self._seen = np.zeros((size, size), dtype=np.int64)

    def add(self, one: Numbers, other: Numbers) -> None:
        """Compare two columns where both have a number."""
        both = (one >= 0) & (other >= 0) & (one < self._size) & (other < self._size)
        pairs = one[both] * self._size + other[both]
        self._seen += np.bincount(pairs, minlength=self._size**2).reshape(self._size, self._size)

    def check(self) -> Check | None:
        """None where nothing could be compared, or all rows are the same."""
        compared = int(self._seen.sum())
        if not compared:
            return None
        chance = self._theoretical_chance
        if compared >= _ENOUGH_FOR_CHANCE:
            chance = float(self._seen.sum(axis=0) @ self._seen.sum(axis=1)) / compared**2
            if chance > 0.98:
                return None
        agreed = float(np.trace(self._seen)) / compared
        if self._mirrored and agreed < 1 - agreed:
            agreed, chance = 1 - agreed, 1 - chance
        return Check(what=self._what, compared=compared, agreed=agreed, chance=chance, weak=self._weak)


class Telling:
    """How well one column of words tells another: the share rightly guessed, with it and without it."""

    def __init__(self, what: str, *, weak: bool = False) -> None:
        self._what = what
        self._weak = weak
        self._pairs: Counter[tuple[str, str]] = Counter()

    def add(self, telling: Sequence[str], told: Sequence[str]) -> None:
        """Take in two columns."""
        if len(self._pairs) < _MOST_PAIRS:
            self._pairs.update((one, other) for one, other in zip(telling, told, strict=True) if one and other)

    def check(self) -> Check | None:
        """None where too few rows share a word to tell anything."""
        by_word: dict[str, Counter[str]] = {}
        for (one, other), rows in self._pairs.items():
            by_word.setdefault(one, Counter())[other] += rows
        common = [told for told in by_word.values() if told.total() >= _ROWS_OF_A_CATEGORY]
        overall: Counter[str] = Counter()
        for told in common:
            overall.update(told)
        compared = overall.total()
        if len(common) < 3 or len(overall) < 2:
            return None
        agreed = sum(max(told.values()) for told in common) / compared
        chance = max(overall.values()) / compared
        return Check(what=self._what, compared=compared, agreed=agreed, chance=chance, weak=self._weak)


class NamesInMail:
    """How often an e-mail address holds the name beside it, against the name of another row."""

    def __init__(self) -> None:
        self._compared = self._own = self._other = 0

    def add(self, names: Sequence[str], mails: Sequence[str]) -> None:
        """Take in two columns."""
        pairs = [
            (name[:5], mail)
            for name, mail in zip(map(_letters, names), map(str.lower, mails), strict=True)
            if len(name) >= 3 and "@" in mail
        ]
        self._compared += len(pairs)
        self._own += sum(name in mail for name, mail in pairs)
        self._other += sum(name in mail for (name, _), (_, mail) in zip(pairs, pairs[1:] + pairs[:1], strict=True))

    def check(self) -> Check | None:
        """None below 200 rows."""
        if self._compared < 200:
            return None
        agreed, chance = self._own / self._compared, self._other / self._compared
        return Check(what="name and e-mail address", compared=self._compared, agreed=agreed, chance=chance, weak=True)


def _letters(name: str) -> str:
    return name.strip().lower().split(" ")[0].split("-")[0]


def spread_evenly(departments: Numbers) -> bool:
    """Births counted by département that are as even as lots drawn: no population is born that way."""
    counts = departments[1:_DEPARTMENTS]
    total = int(counts.sum())
    if total < 500:
        return False
    expected = total / counts.size
    # The index of dispersion is 1 for lots drawn, and 4 and more for 500 real people.
    return float(((counts - expected) ** 2).sum()) / expected / (counts.size - 1) < 1.8


# ---------------------------------------------------------------- single values


def department_of(postcode: str) -> str | None:
    """The département of a French postcode; the two Corsican ones as their postcodes begin.

    >>> [department_of(code) for code in ("99110", "1000", "20137", "20620", "97410", "somewhere")]
    ['99', '01', '2A', '2B', '974', None]
    """
    code = postcode.strip()
    code = f"0{code}" if len(code) == 4 else code
    if len(code) != 5 or not (code.isascii() and code.isdecimal()):
        return None
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code[:2] in ("97", "98") else code[:2]


_HASH = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}|\$\w{1,8}\$.{10,200}|\*[0-9A-F]{40}", re.IGNORECASE
)


def kind_of_passwords(passwords: Sequence[str]) -> Passwords:
    """Whether people chose them: chosen ones differ in length and come again, generated ones do neither.

    >>> kind_of_passwords(["azerty", "marie1980", "doudou", "azerty"]).value
    'chosen'
    """
    if not passwords:
        return Passwords.NONE
    if sum(_HASH.fullmatch(each) is not None for each in passwords) > 0.8 * len(passwords):
        return Passwords.HASHED
    lengths = Counter(map(len, passwords))
    alike = lengths.most_common(1)[0][1] / len(passwords)
    mixed = sum(not each.isalpha() and not each.isdecimal() for each in passwords) / len(passwords)
    repeated = 1 - len(set(passwords)) / len(passwords)
    generated = alike > 0.95 and mixed > 0.6 and repeated < 0.02 and len(passwords) >= 3
    return Passwords.GENERATED if generated else Passwords.CHOSEN
