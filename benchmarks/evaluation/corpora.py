"""Real texts: posts that have nothing to do with us, and press pages whose names were marked by hand."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.evaluation.directory import Directory
from benchmarks.evaluation.name_parts import parts
from benchmarks.evaluation.scoring import Answer, Matcher

UNRELATED = ("hackerforum_labelled_en", "telegram_politics_ru", "telegram_pharma_en", "telegram_ctinews_en")
PAGES = "pages_fr_en_labelled"
REGISTER = Path("finess") / "finess_etablissements_20210108.csv.gz"
OTHER = Path("finess") / "eurostat_hopitaux_fr_2020.csv"


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a real text, to be read by eye."""

    corpus: str
    line: int
    entity_id: str
    surface: str
    around: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Pages:
    """What was found on the marked pages."""

    marked: int  # names marked by hand that the watchlist knows
    found: int
    missed: tuple[str, ...]
    others: tuple[Hit, ...]  # found beside the marked ones


def texts(data: Path, corpus: str) -> list[str]:
    """The texts of a corpus, in order."""
    with (data / "corpora" / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
        return [str(json.loads(line).get("text") or "") for line in lines]


def unrelated_hits(data: Path, matcher: Matcher) -> tuple[int, list[Hit]]:
    """How many unrelated posts there are, and every name found in them."""
    hits: list[Hit] = []
    total = 0
    for corpus in UNRELATED:
        posts = texts(data, corpus)
        total += len(posts)
        hits += _hits(corpus, posts, matcher)
    return total, hits


def _hits(corpus: str, posts: Sequence[str], matcher: Matcher) -> Iterator[Hit]:
    for line, (text, answers) in enumerate(zip(posts, matcher(posts), strict=True), 1):
        yield from (_hit(corpus, line, text, answer) for answer in answers)


def _hit(corpus: str, line: int, text: str, answer: Answer) -> Hit:
    around = text[max(0, answer.start - 40) : answer.end + 40].replace("\n", " ")
    return Hit(corpus, line, answer.entity_id, text[answer.start : answer.end], around, answer.confidence)


def marked_pages(data: Path, matcher: Matcher, directory: Directory) -> Pages:
    """The marked names that the watchlist knows, against what was found at their place."""
    with (data / "corpora" / f"{PAGES}.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    posts = [str(row["text"]) for row in rows]
    marked, found = 0, 0
    missed: list[str] = []
    others: list[Hit] = []
    for line, (row, text, answers) in enumerate(zip(rows, posts, matcher(posts), strict=True), 1):
        places: list[tuple[int, int]] = []
        for name in map(str, row["names"]):
            places += (here := [match.span() for match in re.finditer(_loosely(name), text, re.IGNORECASE)])
            meant = directory.meaning(parts(name))
            if not here or not meant:
                continue
            marked += 1
            right = any(_overlaps(answer, here) and meant & set(answer.candidates) for answer in answers)
            found += right
            if not right:
                missed.append(f"page {line}: {name}")
        others += (_hit(PAGES, line, text, answer) for answer in answers if not _overlaps(answer, places))
    return Pages(marked, found, tuple(missed), tuple(others))


def _loosely(name: str) -> str:
    return re.sub("['’]", "['’]", re.escape(name))


def _overlaps(answer: Answer, places: Sequence[tuple[int, int]]) -> bool:
    return any(answer.start < end and answer.end > start for start, end in places)


def other_register(data: Path) -> list[tuple[str, str, str]]:
    """Hospitals as another register calls them: id, name, town. Empty where that file is not at hand."""
    path = data / OTHER
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (f"finess:{row['finess']}", row["nom_long"], row["commune"]) for row in csv.DictReader(file, delimiter=";")
        ]
