"""One line of the tables that `make bench` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside a peer measured in the same run."""

    what: str
    figure: str
    peer: str
    ratio: str
