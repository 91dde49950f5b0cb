"""`make measure`: detection quality over the real registers, pages and corpora of VIGIFUITE_DATA.

None of that data is in the repository: without it this says so and measures nothing. Prints one table; what it
found wrong in unrelated texts is listed by corpus and line, to be looked at by eye.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.claims import judged, labelled_posts, labelled_watchlist, score
from benchmarks.samples import sample_rows
from benchmarks.saved_pages import preview_rows
from commands.compiled import compiled_watchlist
from crawler.collector import CollectorError
from crawler.collectors.telegram_export import TelegramExportCollector
from detectors.model import Act, Post
from detectors.registers import read_register
from detectors.triage import Examination, examine
from detectors.watchlist import Watchlist

_UNRELATED = ("hackerforum_labelled_en", "telegram_politics_ru", "telegram_pharma_en", "telegram_ctinews_en")
_REGISTER = Path("finess") / "finess_etablissements_20210108.csv.gz"

Row = tuple[str, str]


def main() -> int:
    """Measure what is at hand."""
    data = Path(os.environ.get("VIGIFUITE_DATA", ""))
    if not (data / _REGISTER).is_file():
        print(f"no data at {data.resolve()}: set VIGIFUITE_DATA to the folder that holds {_REGISTER}", file=sys.stderr)
        return 2
    watchlist = compiled_watchlist([data / _REGISTER])
    table = Table("what", "measured", title=f"{len(watchlist.entities):,} entities watched")
    looked_at: list[str] = []
    for what, measured in [
        *_register_rows(data),
        *_unrelated_rows(data, watchlist, looked_at),
        *_page_rows(data, watchlist, looked_at),
        *_claim_rows(),
        *_export_rows(data),
        *preview_rows(data, looked_at),
        *sample_rows(),
    ]:
        table.add_row(what, measured)
    Console(width=150).print(table)
    for line in looked_at:
        print(line)
    return 0


def _register_rows(data: Path) -> Iterator[Row]:
    left_out: list[Exception] = []
    with (data / _REGISTER).open("rb") as file:
        kinds = Counter(entity.kind.value for entity in read_register(file, "finess", left_out.append))
    yield "register: entities read", f"{kinds.total():,}, {len(left_out)} terms left out"


def _unrelated_rows(data: Path, watchlist: Watchlist, looked_at: list[str]) -> Iterator[Row]:
    """Posts that have nothing to do with us: every alert and every name found in them is wrong or nearly so."""
    for corpus in _UNRELATED:
        posts = alerts = named = 0
        for number, row in enumerate(_lines(data / "corpora" / f"{corpus}.jsonl"), 1):
            found = _examined(str(row.get("text") or ""), watchlist)
            posts += 1
            named += bool(found.sightings)
            if found.weighing.severity:
                alerts += 1
                names = ", ".join(each.name for each in found.sightings)
                looked_at.append(f"alert in {corpus} line {number}: {names or 'no name'}")
        yield f"{corpus}: alerts, posts with a name", f"{alerts}, {named} of {posts}"


def _page_rows(data: Path, watchlist: Watchlist, looked_at: list[str]) -> Iterator[Row]:
    """Press pages: a leak is a report, a leak denied a denial, anything else claims nothing."""
    right, total = Counter[str](), Counter[str]()
    for number, row in enumerate(_lines(data / "corpora" / "pages_fr_en_labelled.jsonl"), 1):
        kind = str(row["kind"])
        claim = _examined(str(row["text"]), watchlist).claim.claim
        expected = Act.REPORT if kind.startswith("leak") else Act.DENIAL if kind.startswith("denied") else None
        total[kind] += 1
        if expected is (claim.act if claim else None):
            right[kind] += 1
        else:
            looked_at.append(f"page line {number} ({kind}): {claim.act.value if claim else 'no claim'}")
    for kind, count in total.items():
        yield f"pages, {kind}: read rightly", f"{right[kind]} of {count}"


def _claim_rows() -> Iterator[Row]:
    """The repository's own labelled posts; `python -m benchmarks.claims` has the confusion tables."""
    found = judged(list(labelled_posts()), labelled_watchlist())
    for name, held_out in (("tuned", False), ("held out", True)):
        its = score([each for each in found if each.post.held_out is held_out])
        figures = f"{its.act:.3f}, {its.quantities:.3f}, {its.f1:.3f}"
        yield f"labelled posts, {its.posts} {name}: act, quantities, F1 of alerts", figures


def _export_rows(data: Path) -> Iterator[Row]:
    """The saved exports, read to their end."""
    for path in sorted((data / "fixtures" / "telegram_export").glob("*.json")):
        yield f"export {path.name}", asyncio.run(_read_export(path))


async def _read_export(path: Path) -> str:
    posts = skipped = 0
    try:
        async for taken, _ in TelegramExportCollector(path).collect({}):
            posts += isinstance(taken, Post)
            skipped += taken is not None and not isinstance(taken, Post)
    except CollectorError as error:
        return f"failed: {error}"
    return f"{posts} posts, {skipped} skipped"


def _examined(text: str, watchlist: Watchlist) -> Examination:
    return examine(Post(place="measure", ref="1", text=text, seen_at=datetime.now(UTC)), watchlist)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
