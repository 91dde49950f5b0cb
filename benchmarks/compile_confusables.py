"""Writes `detectors/confusables.py`: letters of other scripts that pass for Latin ones.

From the table of the Unicode Consortium (UTS 39, confusables.txt), either that file itself or as the package
confusable-homoglyphs carries it: `python -m benchmarks.compile_confusables confusables.txt`. Kept are single letters
that pass for one Latin letter and that no decomposition leads to it already.
"""

import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "detectors" / "confusables.py"
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEAD = '''"""Letters that pass for Latin ones, by Unicode's table of confusables (UTS 39).

Made by `benchmarks/compile_confusables.py`; not to be edited by hand.
"""

# Each pair is a letter and the Latin letter it passes for.
_PAIRS = (
'''
TAIL = """)
CONFUSABLES: dict[str, str] = {pair[0]: pair[1] for pair in _PAIRS.split()}
"""
PAIRS_A_LINE = 30


def main() -> None:
    """Read the table and write the module."""
    source = Path(sys.argv[1])
    text = source.read_text(encoding="utf-8-sig")
    pairs = dict(_of_package(json.loads(text)) if source.suffix == ".json" else _of_table(text))
    row = [f"{letter}{latin}" for letter, latin in sorted(pairs.items())]
    lines = (row[at : at + PAIRS_A_LINE] for at in range(0, len(row), PAIRS_A_LINE))
    TARGET.write_text(HEAD + "".join(f'    "{" ".join(line)} "\n' for line in lines) + TAIL, encoding="utf-8")


def _of_table(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        cells = line.partition("#")[0].split(";")
        if len(cells) >= 2:
            written, seen = ("".join(chr(int(code, 16)) for code in cell.split()) for cell in cells[:2])
            if seen in LATIN and _is_wanted(written):
                yield written, seen.lower()


def _of_package(table: dict[str, list[dict[str, str]]]) -> Iterator[tuple[str, str]]:
    for latin in LATIN:
        for each in table.get(latin, ()):
            if _is_wanted(each["c"]):
                yield each["c"], latin.lower()


def _is_wanted(written: str) -> bool:
    return (
        len(written) == 1
        and not written.isascii()
        and unicodedata.category(written).startswith("L")
        and not unicodedata.normalize("NFKD", written).isascii()
    )


if __name__ == "__main__":
    main()
