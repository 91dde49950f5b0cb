"""How well claims are read: the repository's own labelled posts, the tuned half and the half never looked at.

The posts and their watchlist are invented (tests/data). Act, quantities and the decision to raise an alert are
scored each on its own; what was wrong is told apart by confusion tables.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from detectors.model import Act, Post, Quantity
from detectors.registers import read_register
from detectors.triage import examine, read
from detectors.watchlist import Watchlist, compile_watchlist

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
_MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A post and what a reader says of it."""

    id: str
    text: str
    language: str
    held_out: bool
    act: Act | None
    quantities: frozenset[Quantity]
    alert: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A labelled post and what the detectors say of it."""

    post: Labelled
    act: Act | None
    quantities: frozenset[Quantity]
    alert: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Shares of the posts read rightly."""

    posts: int
    act: float
    quantities: float  # of the posts that claim something: all of them, and no other
    precision: float  # of the alerts
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the alerts' precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.recall else 0.0


def labelled_posts() -> Iterator[Labelled]:
    """The posts of the repository."""
    for line in (DATA / "labelled_posts.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Labelled(
            id=row["id"],
            text=row["text"],
            language=row["language"],
            held_out=row["held_out"],
            act=Act(row["act"]) if row["act"] else None,
            quantities=frozenset(Quantity(**each) for each in row["quantities"]),
            alert=row["alert"],
        )


def labelled_watchlist() -> Watchlist:
    """The invented organisations the posts speak of."""
    with (DATA / "labelled_watchlist.csv").open("rb") as file:
        return compile_watchlist(tuple(read_register(file, "csv")))


def judged(posts: Sequence[Labelled], watchlist: Watchlist) -> list[Judged]:
    """Every post judged by all detectors, as a scan judges it."""
    return [_judged(post, watchlist) for post in posts]


def _judged(labelled: Labelled, watchlist: Watchlist) -> Judged:
    post = Post(place="labelled", ref=labelled.id, text=labelled.text, seen_at=_MOMENT)
    reading = read(post, examine(post, watchlist))
    claim = reading.claim
    return Judged(
        post=labelled,
        act=claim.act if claim else None,
        quantities=frozenset(claim.quantities if claim else ()),
        alert=reading.severity is not None,
    )


def score(found: Sequence[Judged]) -> Score:
    """How much of it is right."""
    claiming = [each for each in found if each.post.act]
    raised = sum(each.alert for each in found)
    wanted = sum(each.post.alert for each in found)
    right = sum(each.alert and each.post.alert for each in found)
    return Score(
        posts=len(found),
        act=sum(each.act is each.post.act for each in found) / len(found),
        quantities=sum(each.quantities == each.post.quantities for each in claiming) / len(claiming),
        precision=right / raised if raised else 0.0,
        recall=right / wanted,
    )


def confusion(found: Sequence[Judged]) -> Counter[tuple[str, str]]:
    """How often each act was read as each: (labelled, read)."""
    return Counter((_word(each.post.act), _word(each.act)) for each in found)


def _word(act: Act | None) -> str:
    return act.value if act else "nothing"


def tables(found: Sequence[Judged]) -> Iterator[Table]:
    """The figures of each half, by language, and a confusion table of acts."""
    figures = Table("posts", "number", "act", "quantities", "precision", "recall", "F1", title="claims")
    halves = {"tuned": False, "held out": True}
    for name, held_out in halves.items():
        half = [each for each in found if each.post.held_out is held_out]
        figures.add_row(name, *_cells(score(half)))
        for language in dict.fromkeys(each.post.language for each in half):
            figures.add_row(f"  {language}", *_cells(score([each for each in half if each.post.language == language])))
    yield figures
    for name, held_out in halves.items():
        counts = confusion([each for each in found if each.post.held_out is held_out])
        words = [*(act.value for act in Act), "nothing"]
        table = Table("labelled", *words, title=f"acts, {name}: each row as it was read")
        for word in words:
            table.add_row(word, *(str(counts[word, other] or "·") for other in words))
        yield table


def _cells(figures: Score) -> list[str]:
    shares = (figures.act, figures.quantities, figures.precision, figures.recall, figures.f1)
    return [str(figures.posts), *(f"{share:.3f}" for share in shares)]


def main() -> int:
    """Score and print; with `--misses` also the posts of the tuned half that were read wrongly."""
    found = judged(list(labelled_posts()), labelled_watchlist())
    console = Console(width=150)
    for table in tables(found):
        console.print(table)
    if "--misses" in sys.argv:
        for each in found:
            if not each.post.held_out and (each.act is not each.post.act or each.alert != each.post.alert):
                print(f"{each.post.id}: {_word(each.post.act)} read as {_word(each.act)}, alert {each.alert}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
