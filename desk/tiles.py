"""The French départements as tiles: a map without geography, where each is as easy to see as any other.

Laid out by hand: north above, neighbours beside each other as far as squares allow.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_ROWS = """
.. .. .. .. .. .. .. 62 59 .. .. .. ..
.. .. .. .. .. 76 80 02 08 .. .. .. ..
.. 50 14 27 95 60 77 51 55 54 57 67 ..
29 22 35 61 78 93 94 10 52 88 68 90 ..
56 44 53 28 92 75 91 89 21 70 25 .. ..
.. 49 72 41 45 18 58 71 39 01 74 .. ..
.. 85 79 37 36 03 42 69 38 73 .. .. ..
.. 17 86 87 23 63 43 07 26 05 .. .. ..
.. 33 16 24 19 15 48 84 04 06 .. .. ..
.. 40 47 46 12 30 13 83 .. .. .. 2B ..
64 32 82 81 34 .. .. .. .. .. .. 2A ..
65 31 09 11 66 .. .. .. .. .. .. .. ..
"""
_OVERSEAS = ("971", "972", "973", "974", "976")
_ACROSS, _BOTTOM = 13, 13


@dataclass(frozen=True, slots=True)
class Tile:
    """A département's place in the map."""

    code: str
    column: int
    row: int


TILES = (
    *(
        Tile(code, column, row)
        for row, line in enumerate(_ROWS.strip().splitlines())
        for column, code in enumerate(line.split())
        if code != ".."
    ),
    *(Tile(code, 2 * number, 12) for number, code in enumerate(_OVERSEAS)),
)


def extra_tiles(codes: Iterable[str]) -> Iterator[Tile]:
    """Codes that are no département of the map (invented ones, other territories), in a row below."""
    known = {tile.code for tile in TILES}
    for number, code in enumerate(sorted(set(codes) - known)[:_ACROSS]):
        yield Tile(code, number, _BOTTOM)
