"""What every register file shares: its bytes, its lines, its error."""

import gzip
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import IO, Literal, cast

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_LINE = 1_000_000  # bytes

# The curly quotes and the œ of Windows, in files that are, or were converted as if they were, ISO-8859-1.
WINDOWS_LETTERS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}

Encoding = Literal["utf-8", "iso-8859-1"]


class RegisterError(ValueError):
    """A register that cannot be read: what, where and how to mend it, without the words of the cell."""


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """The same bytes, decompressed where the file is gzip, after the byte order mark where there is one."""
    if beginning(file, len(GZIP_MAGIC)) == GZIP_MAGIC:
        file = cast(IO[bytes], gzip.GzipFile(fileobj=file))
    if beginning(file, len(BOM_UTF8)) == BOM_UTF8:
        file.read(len(BOM_UTF8))
    return file


def beginning(file: IO[bytes], size: int = 4096) -> bytes:
    """The first bytes; the file stays where it was."""
    start = file.tell()
    head = file.read(size)
    file.seek(start)
    return head


def text_lines(file: IO[bytes], encoding: Encoding) -> Iterator[str]:
    """The lines as text, ends kept; a line that is not text is refused with its number."""
    number = 0
    while raw := file.readline(LONGEST_LINE):
        number += 1
        if len(raw) >= LONGEST_LINE:
            raise RegisterError(f"line {number}: longer than {LONGEST_LINE:,} bytes; is this the right file?")
        if b"\0" in raw:
            raise RegisterError(f"line {number}: holds NUL bytes; save the file as UTF-8 text")
        yield _decoded(raw, number, encoding)


def _decoded(raw: bytes, number: int, encoding: Encoding) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise RegisterError(f"line {number}: not UTF-8; save the file as UTF-8") from error
    return raw.decode("iso-8859-1")


def tidy(cell: str) -> str:
    """The cell on one line, without stray spaces or invisible characters.

    >>> tidy(" CH  de\\tl\\x92Orme\\u200b ")
    'CH de l’Orme'
    """
    if not cell.isprintable():
        cell = cell.translate(WINDOWS_LETTERS)
    cell = " ".join(cell.split())
    return cell if cell.isprintable() else "".join(filter(str.isprintable, cell))
