"""Invented posts, graded by disguise: the same seed gives the same posts.

Each post names one entity (or nobody) and carries the ids a reader would accept, where the name stands, and whether
the town is said. About one name in five is a vendor, product or network, the others establishments: half drawn from the
whole register, half from what is written about most (hospitals, clinics, laboratories, homes).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.evaluation.directory import Directory, Known
from benchmarks.evaluation.disguises import DISGUISES, is_disguised
from benchmarks.evaluation.name_parts import canonical, parts, parts_of_words
from benchmarks.evaluation.negatives import NearMisses, near_misses
from benchmarks.evaluation.surroundings import (
    GLUED_TEMPLATES,
    LANGUAGE_SHARES,
    LANGUAGES,
    TEMPLATES,
    filled,
    prose,
)
from benchmarks.evaluation.written_names import Pen, Written
from detectors.model import EntityKind

NEGATIVES = "negatives"
OTHER_REGISTER = "other register"
LEVELS = ("plain", "wording", *DISGUISES)
NO_BAR = ("repeated", "twice")  # beyond what is asked: printed, and no bar set

LONG = 420  # characters of a post padded with prose about nothing
_SHIPPED_SHARE = 0.2
_PROMINENT_SHARE = 0.5
_PROMINENT = frozenset(("hospital", "clinic", "laboratory", "home"))
_REWORDED_SHARE = 0.3  # of disguised names that are reworded before
_TOWN_DISGUISED_SHARE = 0.3
_GLUED_SHARE = 0.35  # of joined names that stand in a file's or host's name
_TRIES = 400
_LONGEST_NAME_WORDS = 7  # looked for in posts that should name nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A post and what a reader would accept as answer."""

    text: str
    level: str
    language: str
    kind: EntityKind | None = None  # none where nobody is named
    written: str = ""  # the name before it was disguised
    acceptable: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()  # named too, being a part of the name
    spans: tuple[tuple[int, int], ...] = ()  # where the name stands, alone and with its town
    town_given: bool = False
    trap: str = ""  # what the near miss is


@dataclass(frozen=True, slots=True)
class Generator:
    """Writes posts over one directory. Made by `generator_over`."""

    pen: Pen
    shipped: Sequence[Known]
    establishments: Sequence[Known]
    prominent: Sequence[Known]
    traps: NearMisses

    def cases(self, seed: int, level: str, count: int, *, long: bool = False) -> Iterator[Case]:
        """So many posts of a level."""
        random = Random(f"{seed}/{level}/{long}")
        for _ in range(count):
            case = self._negative(random) if level == NEGATIVES else self._positive(random, level)
            yield _padded(random, case) if long else case

    def _positive(self, random: Random, level: str) -> Case:
        for _ in range(_TRIES):
            language = random.choices(LANGUAGES, LANGUAGE_SHARES)[0]
            written = self._written(random, level, language)
            if written and (case := self._case(random, written, level, language)):
                return case
        raise ValueError(f"no name of this register can be written as {level}")

    def _written(self, random: Random, level: str, language: str) -> Written | None:
        known = self._drawn(random)
        is_shipped = known.entity.kind is not EntityKind.ESTABLISHMENT
        if level == "wording" or (level != "plain" and not is_shipped and random.random() < _REWORDED_SHARE):
            return self.pen.reworded(random, known, language)
        return self.pen.plain(random, known)

    def _drawn(self, random: Random) -> Known:
        if self.shipped and random.random() < _SHIPPED_SHARE:
            return random.choice(self.shipped)
        prominent = self.prominent and random.random() < _PROMINENT_SHARE
        return random.choice(self.prominent if prominent else self.establishments)

    def _case(self, random: Random, written: Written, level: str, language: str) -> Case | None:
        name, town = written.name, written.town
        if disguise := DISGUISES.get(level):
            # A name that is also a word counts only with its own capitals and letters.
            if written.needs_context and level not in _KEEPS_CAPITALS:
                return None
            disguised = disguise(random, name)
            if disguised is None or not is_disguised(name, disguised):
                return None
            if town and random.random() < _TOWN_DISGUISED_SHARE and level not in ("separators", "dotted", "spaced"):
                town = disguise(random, town) or town
            name = disguised
        template = self._template(random, written, name, level, language)
        if template is None:
            return None
        glued = template.count("{name}.") or "_" in template.replace("{name}", "", 1)
        if glued and level == "separators" and town:
            return None  # whom it means depends on a town that a file's name would not say
        before, _, after = template.partition("{name}")
        start = len(before)
        spans = [(start, start + len(name)), (start, start + len(name + town))]
        if written.core and not DISGUISES.get(level) and written.core in name:
            at = start + name.index(written.core)
            spans += [(at, at + len(written.core)), (at, start + len(name + town))]
        return Case(
            text=before + name + town + after,
            level=level,
            language=language,
            kind=written.kind,
            written=written.name + written.town,
            acceptable=written.acceptable | self._also_means(written, name, level),
            within=written.within,
            spans=tuple(dict.fromkeys(spans)),
            town_given=written.town_given and bool(town or not written.town),
        )

    def _template(self, random: Random, written: Written, name: str, level: str, language: str) -> str | None:
        if level == "separators" and not written.needs_context and random.random() < _GLUED_SHARE:
            if "-" in name and name.islower() and name.isascii():
                return self._around(random, random.choice(GLUED_TEMPLATES["host"]), language)
            if name.isascii() and "/" not in name and "\n" not in name and "#" not in name:
                return self._around(random, random.choice(GLUED_TEMPLATES["file"]), language)
        able = [text for speaks, text in TEMPLATES[language] if speaks or not written.needs_context]
        return filled(random, random.choice(able))

    def _around(self, random: Random, glued: str, language: str) -> str:
        sentence = random.choice([text for _, text in TEMPLATES[language]])
        return filled(random, sentence.replace("{name}", glued, 1))

    def _also_means(self, written: Written, name: str, level: str) -> frozenset[str]:
        """Whom the disguised form names outright: a slip may turn one name into another."""
        if level not in ("typo1", "typo2", "phonetic"):
            return frozenset()
        said = parts(name)
        if said.telling == parts(written.name).telling or said.telling not in self.pen.directory.by_telling:
            return frozenset()
        return self.pen.directory.meaning(said)

    # ------------------------------------------------------------ nobody

    def _negative(self, random: Random) -> Case:
        for _ in range(_TRIES):
            trap = self.traps.family(random)
            text, language = self.traps.post(random, trap)
            if not self._names_somebody(text):
                return Case(text=text, level=NEGATIVES, language=language, trap=trap)
        raise ValueError("every near miss of this register is a hit")

    def _names_somebody(self, text: str) -> bool:
        """Whether a watched name stands in full, with its kind of place, in a post that should name nobody."""
        words = canonical(text)
        directory = self.pen.directory
        for start in range(len(words)):
            for end in range(start + 2, min(start + _LONGEST_NAME_WORDS, len(words)) + 1):
                said = parts_of_words(words[start:end])
                known = said.families and said.telling in directory.by_telling
                if known and directory.is_nameable(said) and directory.meaning(said):
                    return True
        return False


_KEEPS_CAPITALS = frozenset(("invisible",))


def generator_over(directory: Directory) -> Generator:
    """A generator over these entities."""
    shipped = [known for known in directory.known if known.entity.kind is not EntityKind.ESTABLISHMENT]
    establishments = [known for known in directory.known if known.entity.kind is EntityKind.ESTABLISHMENT]
    return Generator(
        pen=Pen(directory),
        shipped=shipped,
        establishments=establishments,
        prominent=[known for known in establishments if known.families & _PROMINENT],
        traps=near_misses(directory),
    )


def other_register_cases(
    seed: int, count: int, rows: Sequence[tuple[str, str, str]], known_ids: frozenset[str]
) -> Iterator[Case]:
    """Posts that call an establishment what another register calls it: (id, its name there, its town)."""
    random = Random(f"{seed}/{OTHER_REGISTER}")
    able = [row for row in rows if row[0] in known_ids]
    for entity_id, name, town in random.sample(able, min(count, len(able))):
        language = random.choices(LANGUAGES, LANGUAGE_SHARES)[0]
        before, _, after = filled(random, random.choice(TEMPLATES[language])[1]).partition("{name}")
        said = f" à {town}" if random.random() < 0.5 else ""
        start = len(before)
        yield Case(
            text=before + name + said + after,
            level=OTHER_REGISTER,
            language=language,
            kind=EntityKind.ESTABLISHMENT,
            written=name,
            acceptable=frozenset({entity_id}),
            spans=((start, start + len(name)), (start, start + len(name + said))),
            town_given=bool(said),
        )


def _padded(random: Random, case: Case) -> Case:
    """The post amid prose about nothing, about 420 characters in all."""
    missing = max(0, LONG - len(case.text))
    share = random.random()
    before = prose(random, case.language, int(missing * share)) if missing * share > 30 else ""
    after = prose(random, case.language, max(0, missing - len(before) - 30))
    shift = len(before) + 1 if before else 0
    text = "\n".join(part for part in (before, case.text, after) if part)
    return replace(case, text=text, spans=tuple((start + shift, end + shift) for start, end in case.spans))
