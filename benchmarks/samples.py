"""How well an extract is judged and attributed: the invented leak in its real size, its variants, and fresh worlds.

The worlds' seeds were not looked at while the rules were made; the first dozen were.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.leaked_file import (
    COLUMNS,
    LABORATORIES,
    LEAKED_DEPARTMENTS,
    ROWS,
    SHARED_VENDOR,
    LeakedWorld,
    Row,
    make_rows,
    make_world,
    people_in,
    reordered,
    shuffled,
    tenth,
    with_random_nirs,
    write_file,
)
from detectors.attribution import Attribution, attribute
from detectors.sample import profile_sample
from detectors.sample_profile import Verdict
from detectors.sample_sketches import KnownSample
from detectors.sample_tally import Profiled

SEED = 2_027
FRESH_WORLDS = range(9_001, 9_021)
ROWS_OF_A_WORLD = 8_000
ROWS_OF_A_VARIANT = 100_000
KEY = b"a key of the benchmark"


def sample_rows() -> Iterator[tuple[str, str]]:
    """What was measured, and the figure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leak.csv"
        yield from _whole_file(path)
        yield from _variants(path)
        yield from _fresh_worlds(path)


def _whole_file(path: Path) -> Iterator[tuple[str, str]]:
    world = make_world(SEED)
    write_file(path, make_rows(world, SEED))
    people = people_in(make_rows(world, SEED))
    profiled = _profiled(path)
    profile, found = profiled.profile, attribute(profiled.traces, world.entities)
    departments = {each.what for each in profile.departments}
    yield f"extract of {ROWS:,} rows: verdict", profile.authenticity.verdict.value
    yield "extract: distinct people", f"{profile.people:,} of {people:,}, {profile.people / people - 1:+.2%}"
    yield "extract: départements", f"{len(departments & set(LEAKED_DEPARTMENTS))} of 5, {len(departments)} told"
    yield "extract: laboratories named first", f"{len(rightly_named(world, found))} of {LABORATORIES}"
    yield "extract: among the candidates", f"{len(among_candidates(world, found))} of {LABORATORIES}"
    yield "extract: rank of the shared vendor", f"{_vendor_rank(found)} of {len(found.vendors)}; {found.completeness}"


def _variants(path: Path) -> Iterator[tuple[str, str]]:
    world = make_world(SEED)
    rows = list(make_rows(world, SEED, ROWS_OF_A_VARIANT))
    write_file(path, rows)
    known = KnownSample(name="known", rows=len(rows), people=0, sketches=_profiled(path).sketches)
    header, other_order = reordered(COLUMNS, rows, SEED)
    everything = [name for name in COLUMNS if name not in ("num_dossier", "fin")]
    variants: tuple[tuple[str, Iterable[Row], Sequence[str], Verdict], ...] = (
        ("columns reordered", other_order, header, Verdict.RECYCLED),
        ("a tenth of the rows", tenth(rows, SEED), COLUMNS, Verdict.RECYCLED),
        ("56 rows", rows[5_000:5_056], COLUMNS, Verdict.RECYCLED),
        ("numbers at random, right keys", with_random_nirs(rows, SEED, right_keys=True), COLUMNS, Verdict.FABRICATED),
        ("numbers at random, any key", with_random_nirs(rows, SEED, right_keys=False), COLUMNS, Verdict.FABRICATED),
        ("every column shuffled", shuffled(rows, SEED, everything), COLUMNS, Verdict.FABRICATED),
        ("numbers shuffled", shuffled(rows, SEED, ["num_secu"]), COLUMNS, Verdict.FABRICATED),
        ("sexes shuffled", shuffled(rows, SEED, ["sexe", "titre"]), COLUMNS, Verdict.FABRICATED),
        ("names shuffled", shuffled(rows, SEED, ["nom_usuel", "prenom"]), COLUMNS, Verdict.FABRICATED),
        ("people of other rows", make_rows(world, SEED + 1, 20_000), COLUMNS, Verdict.CONSISTENT),
    )
    for what, variant, names, expected in variants:
        write_file(path, variant, names)
        verdict = _profiled(path, known).profile.authenticity.verdict
        yield f"variant, {what}: {expected.value}", verdict.value if verdict is expected else f"WRONG: {verdict.value}"


def _fresh_worlds(path: Path) -> Iterator[tuple[str, str]]:
    first = candidates = vendors = 0
    for seed in FRESH_WORLDS:
        world = make_world(seed)
        write_file(path, make_rows(world, seed, ROWS_OF_A_WORLD))
        found = attribute(_profiled(path).traces, world.entities)
        first += len(rightly_named(world, found))
        candidates += len(among_candidates(world, found))
        vendors += _vendor_rank(found) == 1
    worlds = len(FRESH_WORLDS)
    yield (
        f"{worlds} fresh worlds: laboratories named first, among the candidates",
        f"{first / worlds:.1f}, {candidates / worlds:.1f} of {LABORATORIES}",
    )
    yield f"{worlds} fresh worlds: the shared vendor ranked first", f"{vendors} of {worlds}"


def rightly_named(world: LeakedWorld, found: Attribution) -> set[str]:
    """The laboratories whose own site was read as theirs."""
    site_of = {laboratory.id: laboratory.site for laboratory in world.laboratories}
    return {place.entity_id for place in found.places if site_of.get(place.entity_id) in place.sites}


def among_candidates(world: LeakedWorld, found: Attribution) -> set[str]:
    """The laboratories their own site may be, best or not."""
    return {
        laboratory.id
        for laboratory in world.laboratories
        for place in found.places
        if laboratory.site in place.sites and laboratory.id in (place.entity_id, *place.others)
    }


def _vendor_rank(found: Attribution) -> int:
    ranked = [vendor.entity_id for vendor in found.vendors]
    return ranked.index(SHARED_VENDOR) + 1 if SHARED_VENDOR in ranked else 0


def _profiled(path: Path, *known: KnownSample) -> Profiled:
    with path.open(encoding="iso-8859-1", newline="") as lines:
        return profile_sample(lines, key=KEY, known=known)
