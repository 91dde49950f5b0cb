"""What every command is given."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Front:
    """The global options."""

    config: Path
    json: bool
