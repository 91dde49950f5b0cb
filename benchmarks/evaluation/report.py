"""The figures as tables, and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from rich.console import Console
from rich.table import Table

from benchmarks.evaluation.corpora import Hit, Pages
from benchmarks.evaluation.cost import Footprint, Grown, Shape, Speed
from benchmarks.evaluation.generator import NEGATIVES
from benchmarks.evaluation.quality import RECALL_BARS, Quality
from benchmarks.evaluation.scoring import Score, Verdict


@dataclass(slots=True)
class Report:
    """Everything that was measured."""

    seed: int
    per_level: int
    entities: int
    quality: dict[str, Quality] = field(default_factory=dict)
    speeds: list[Speed] = field(default_factory=list)
    unrelated: tuple[int, list[Hit]] | None = None
    pages: Pages | None = None
    footprints: tuple[Footprint, Footprint] | None = None
    shapes: list[Shape] = field(default_factory=list)
    grown: list[Grown] = field(default_factory=list)


def show(report: Report, console: Console) -> None:
    """Print the tables."""
    for what, quality in report.quality.items():
        console.print(_quality_table(f"{what}: seed {report.seed}, {report.entities:,} entities", quality))
        for line in _summary(quality):
            console.print(line, markup=False)
        for verdict in quality.misses:
            _show_fault(console, "missed", verdict)
        for verdict in quality.wrongs:
            _show_fault(console, "wrong", verdict)
    if report.speeds:
        console.print(_speed_table(report.speeds))
    if report.unrelated is not None:
        total, hits = report.unrelated
        posts = len({(hit.corpus, hit.line) for hit in hits})
        console.print(f"unrelated posts with a name: {posts} of {total}", markup=False, highlight=False)
        _show_hits(console, hits)
    if report.pages is not None:
        console.print(f"press pages: {report.pages.found} of {report.pages.marked} marked names found", markup=False)
        for missed in report.pages.missed:
            console.print(f"  missed: {missed}", markup=False)
        _show_hits(console, report.pages.others)
    for table in _cost_tables(report):
        console.print(table)


def _quality_table(title: str, quality: Quality) -> Table:
    table = Table(
        "level",
        "n",
        "recall",
        "bar",
        "establishments",
        "shipped",
        "rank 1",
        "rank 1, town",
        "wrong",
        "candidates",
        "surface",
        title=title,
    )
    for level, score in quality.scores.items():
        if level == NEGATIVES:
            continue
        bar = RECALL_BARS.get(level)
        recall = score.recall()
        mark = "" if bar is None or recall is None else (" ✓" if recall >= bar else " ✗")
        table.add_row(
            level,
            str(score.posts),
            _share(recall) + mark,
            f"{bar:.2f}" if bar else "",
            _share(score.recall("establishment")),
            _share(score.recall("shipped")),
            _share(_of(score.first_right, score.posts)),
            _share(_of(score.first_right_with_town, score.with_town)),
            _share(_of(score.wrong_posts, score.posts)),
            f"{score.median_candidates or 0:g}",
            _share(_of(score.surfaces_right, score.surfaces)),
        )
    return table


def _summary(quality: Quality) -> Iterator[str]:
    yield (
        f"all levels with a bar: recall {_share(quality.share('found'))}, "
        f"rank 1 {_share(quality.share('first_right'))} "
        f"(bar 0.92), with the town {_share(quality.share('first_right_with_town', 'with_town'))} (bar 0.95), "
        f"wholly wrong finding on {_share(quality.share('wrong_posts'))} of posts (bar 0.02), "
        f"surface right {_share(quality.share('surfaces_right', 'surfaces'))}"
    )
    if negatives := quality.scores.get(NEGATIVES):
        fired = sum(negatives.traps.values())
        traps = ", ".join(f"{trap} {count}" for trap, count in negatives.traps.most_common())
        share = _share(_of(fired, negatives.posts))
        yield f"near misses with a finding: {fired} of {negatives.posts} = {share} (bar 0.005) {traps}"
    calibration = quality.calibration
    yield f"expected calibration error {calibration.error:.3f} (bar 0.03), over {sum(calibration.counts):,} findings:"
    for at, (count, right, stated) in enumerate(
        zip(calibration.counts, calibration.right, calibration.sums, strict=True)
    ):
        if count:
            found = f"{count:6,} findings, stated {stated / count:.3f}, right {right / count:.3f}"
            yield f"  {at / 10:.1f}-{(at + 1) / 10:.1f}: {found}"


def _show_fault(console: Console, what: str, verdict: Verdict) -> None:
    case = verdict.case
    answers = "; ".join(
        f"{answer.entity_id} [{case.text[answer.start : answer.end]}] {answer.confidence:.2f} "
        f"of {len(answer.candidates)}"
        for answer in verdict.answers
    )
    expected = ", ".join(sorted(case.acceptable)[:3])
    console.print(
        f"{what} {case.level} {case.trap}: {case.text!r}\n"
        f"    wrote {case.written!r} = {expected}; found {answers or 'nothing'}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _show_hits(console: Console, hits: list[Hit] | tuple[Hit, ...]) -> None:
    for hit in hits:
        console.print(
            f"  {hit.corpus} line {hit.line}: {hit.entity_id} {hit.confidence:.2f} [{hit.surface}] in …{hit.around}…",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _speed_table(speeds: list[Speed]) -> Table:
    table = Table(
        "what",
        "posts",
        "characters",
        "words unseen",
        "cold, posts/s",
        "warm, posts/s",
        "loop, ns",
        "× engine",
        title="processor time of one core",
    )
    ours = {speed.what.partition(", ")[2]: speed.cold for speed in speeds if speed.what.startswith("engine")}
    for speed in speeds:
        reference = ours.get(speed.what.partition(", ")[2])
        table.add_row(
            speed.what,
            f"{speed.posts:,}",
            f"{speed.characters:.0f}",
            f"{speed.unseen:.0%}",
            f"{speed.cold:,.0f}",
            f"{speed.warm:,.0f}" if speed.warm else "",
            f"{speed.loop:.0f}",
            f"{speed.cold / reference:.3g}" if reference else "",
        )
    return table


def _cost_tables(report: Report) -> Iterator[Table]:
    if report.footprints:
        table = Table(
            "compiled watchlist", "cpu s", "wall s", "MB ready", "MB after 2,000 posts", "MB at most", "MB on disk"
        )
        for what, row in zip(("built", "loaded"), report.footprints, strict=True):
            table.add_row(
                what,
                *(f"{value:,.2f}" for value in (row.seconds, row.wall)),
                *(f"{value:,.0f}" for value in (row.ready, row.after, row.peak, row.on_disk)),
            )
        yield table
    if report.grown:
        table = Table("names", "build, cpu s", "µs a post", "× the first", "MB at most, entities included")
        for each in report.grown:
            table.add_row(
                f"{each.names:,}",
                f"{each.build:.1f}",
                f"{each.microseconds:.0f}",
                f"{each.microseconds / report.grown[0].microseconds:.1f}",
                f"{each.peak:,.0f}",
            )
        yield table
    if report.shapes:
        table = Table("hostile post of 64 KB", "cpu s")
        for shape in report.shapes:
            table.add_row(shape.what, f"{shape.seconds:.3f}")
        yield table


def _of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def as_json(report: Report) -> dict[str, object]:
    """The figures, without the posts."""
    return {
        "seed": report.seed,
        "per_level": report.per_level,
        "entities": report.entities,
        "quality": {
            what: {
                "levels": {level: _score_json(score) for level, score in quality.scores.items()},
                "rank_1": quality.share("first_right"),
                "rank_1_town": quality.share("first_right_with_town", "with_town"),
                "wrong": quality.share("wrong_posts"),
                "surface": quality.share("surfaces_right", "surfaces"),
                "calibration_error": quality.calibration.error,
            }
            for what, quality in report.quality.items()
        },
        "speeds": [asdict(speed) for speed in report.speeds],
        "unrelated": {"posts": report.unrelated[0], "hits": [asdict(hit) for hit in report.unrelated[1]]}
        if report.unrelated
        else None,
        "pages": asdict(report.pages) if report.pages else None,
        "footprints": [asdict(row) for row in report.footprints] if report.footprints else None,
        "growth": [asdict(row) for row in report.grown],
        "hostile": [asdict(row) for row in report.shapes],
    }


def _score_json(score: Score) -> dict[str, object]:
    return {
        "posts": score.posts,
        "recall": score.recall(),
        "recall_establishments": score.recall("establishment"),
        "recall_shipped": score.recall("shipped"),
        "rank_1": _of(score.first_right, score.posts),
        "rank_1_town": _of(score.first_right_with_town, score.with_town),
        "wrong": _of(score.wrong_posts, score.posts),
        "candidates": score.median_candidates,
        "surface": _of(score.surfaces_right, score.surfaces),
        "traps": dict(score.traps),
    }
