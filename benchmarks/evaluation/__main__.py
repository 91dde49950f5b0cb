"""`python -m benchmarks.evaluation`: the published evaluation. Prints tables, or one JSON object."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from rich.console import Console

from benchmarks.evaluation import corpora, cost, report
from benchmarks.evaluation.directory import directory_of
from benchmarks.evaluation.generator import LEVELS, NEGATIVES, OTHER_REGISTER, Generator, generator_over
from benchmarks.evaluation.matchers import aho_corasick, brute_force, engine
from benchmarks.evaluation.quality import Plan, Quality, measured
from benchmarks.evaluation.scoring import Matcher
from commands.compiled import compiled_watchlist
from detectors.model import Entity
from detectors.registers import read_register, shipped

PARTS = ("quality", "corpora", "speed", "memory", "hostile", "growth")
_USUAL = ("quality", "corpora", "speed")
_SHARE_FOR_BRUTE_FORCE = 40  # posts a level: it does nine a second
_SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main(asked: Sequence[str] | None = None) -> int:
    """Measure what is asked for, on the command line unless given here."""
    arguments = _arguments(asked)
    data = Path(os.environ.get("VIGIFUITE_DATA", ""))
    register = data / corpora.REGISTER
    if not register.is_file():
        print(
            f"no data at {data.resolve()}: set VIGIFUITE_DATA to the folder that holds {corpora.REGISTER}",
            file=sys.stderr,
        )
        return 2
    entities = _entities(register)
    directory = directory_of(entities)
    generator = generator_over(directory)
    watchlist = compiled_watchlist([register])
    ours = engine(watchlist)
    found = report.Report(seed=arguments.seed, per_level=arguments.per_level, entities=len(directory.known))
    parts = arguments.parts
    # Before anything else: what the matcher remembers of posts would make it faster.
    if "speed" in parts:
        found.speeds = _speeds(arguments, generator, ours, entities)
    if "quality" in parts:
        plan = Plan(
            generator=generator,
            seed=arguments.seed,
            per_level=arguments.per_level,
            levels=arguments.levels,
            elsewhere=corpora.other_register(data),
            known_ids=frozenset(entity.id for entity in entities),
        )
        found.quality["engine"] = measured(plan, ours, shown=arguments.show_misses)
        if arguments.peers:
            found.quality |= _peers(plan, entities)
    if "corpora" in parts:
        found.unrelated = corpora.unrelated_hits(data, ours)
        found.pages = corpora.marked_pages(data, ours, directory)
    _measure_costs(found, parts, generator, ours, register.resolve())
    if arguments.json:
        print(json.dumps(report.as_json(found), ensure_ascii=False))
    else:
        report.show(found, Console(width=170))
    return 0


def _entities(register: Path) -> list[Entity]:
    with register.open("rb") as file:
        return list(chain(shipped(), read_register(file, "finess")))


def _peers(plan: Plan, entities: list[Entity]) -> dict[str, Quality]:
    """Exact search over all the posts; brute force, which is slow, over the first of each level."""
    found = {"exact Aho-Corasick": measured(plan, aho_corasick(entities))}
    for scorer, cutoff in (("partial_ratio", 88), ("token_set_ratio", 90)):
        peer = brute_force(entities, scorer, cutoff)
        found[f"rapidfuzz {scorer} ≥ {cutoff}"] = measured(plan, peer, most=_SHARE_FOR_BRUTE_FORCE)
    return found


def _measure_costs(
    found: report.Report, parts: Sequence[str], generator: Generator, ours: Matcher, register: Path
) -> None:
    posts = cost.mixed_posts(generator, found.seed, 2_000, long=False) if {"memory", "growth"} & set(parts) else []
    if "hostile" in parts:
        found.shapes = cost.hostile(generator, ours, found.seed)
    if "memory" in parts:
        found.footprints = cost.footprints(register, posts)
    if "growth" in parts:
        found.grown = list(cost.growth(register, posts, _SIZES))


def _speeds(
    arguments: argparse.Namespace, generator: Generator, ours: Matcher, entities: list[Entity]
) -> list[cost.Speed]:
    seed, count = arguments.seed, arguments.posts
    short = cost.mixed_posts(generator, seed, count, long=False)
    long = cost.mixed_posts(generator, seed, count, long=True)
    found = [cost.speed("engine, short posts", ours, short), cost.speed("engine, long posts", ours, long)]
    exact = aho_corasick(entities)
    found += [
        cost.speed("exact Aho-Corasick, short posts", exact, short),
        cost.speed("exact Aho-Corasick, long posts", exact, long),
    ]
    if arguments.peers:
        peer = brute_force(entities, "partial_ratio", 88)
        found.append(
            cost.speed("rapidfuzz partial_ratio, short posts", peer, short[:_SHARE_FOR_BRUTE_FORCE], again=False)
        )
    return found


def _arguments(asked: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="tune on one, report on others (default 1)")
    parser.add_argument("--per-level", type=int, default=2_000, help="posts a disguise (default 2,000)")
    parser.add_argument("--levels", help=f"comma-separated: {', '.join((*LEVELS, NEGATIVES, OTHER_REGISTER))}")
    parser.add_argument(
        "--show-misses", type=int, default=0, metavar="K", help="print K misses and wrong findings a level"
    )
    parser.add_argument("--peers", action="store_true", help="give the same posts to exact search and to brute force")
    parser.add_argument("--parts", help=f"comma-separated: {', '.join(PARTS)} (default {', '.join(_USUAL)})")
    parser.add_argument("--posts", type=int, default=6_000, help="posts to measure speed with (default 6,000)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    arguments = parser.parse_args(asked)
    arguments.levels = _chosen(parser, arguments.levels, (*LEVELS, NEGATIVES, OTHER_REGISTER), None)
    arguments.parts = _chosen(parser, arguments.parts, PARTS, _USUAL)
    return arguments


def _chosen(
    parser: argparse.ArgumentParser, asked: str | None, known: tuple[str, ...], usual: tuple[str, ...] | None
) -> tuple[str, ...]:
    chosen = tuple(asked.split(",")) if asked else usual or known
    for each in chosen:
        if each not in known:
            parser.error(f"{each!r} is none of {', '.join(known)}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
