"""Where a channel read through an account was left: what its bookmark says, as types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.collector import Bookmark
from detectors.model import JsonValue

NEVER = datetime.min.replace(tzinfo=UTC)
MOST_MISSING = 2000  # posts asked for again at every look
COMMENTED = 200  # posts whose comments are followed


@dataclass(slots=True)
class Standing:
    """What was taken in of a channel; it moves with every post."""

    ref: int | None = None  # the newest post taken in by reading history forward
    floor: int = 0  # behind it, and up to the newest, every post is in `marks`
    marks: dict[int, str] = field(default_factory=dict)  # of the newest posts
    albums: dict[int, int] = field(default_factory=dict)  # album → its ref, among these
    missing: set[int] = field(default_factory=set)  # posts that should be there and were not given
    channel_id: int | None = None
    pts: int | None = None  # how far the log of what happened in the channel was read
    must_reread: bool = False  # more happened than the log told
    revisited_at: datetime = NEVER  # when the alerted posts further back were looked at again
    former_name: str | None = None  # a name it gave up
    is_taken: bool = False  # which another channel has now
    comments: dict[int, int] = field(default_factory=dict)  # post → its newest comment taken in

    @classmethod
    def of(cls, bookmark: Bookmark) -> "Standing":
        """The standing a bookmark describes; what is no word of ours counts for nothing.

        A bookmark left by the web preview says how far it read, and that counts here too.
        """
        ref, number = _whole(bookmark.get("ref")), bookmark.get("channel_id")
        former = bookmark.get("former_name")
        return cls(
            ref=ref,
            # Without marks of our own nothing before the newest post can be told to be new.
            floor=_whole(bookmark.get("floor")) or (0 if "floor" in bookmark else ref or 0),
            marks={int(n): mark for n, mark in _pairs(bookmark.get("recent")) if isinstance(mark, str)},
            albums=_numbers(bookmark.get("albums")),
            missing={n for n in _list(bookmark.get("missing")) if isinstance(n, int)},
            channel_id=int(number) if isinstance(number, str) and number.isdecimal() else None,
            pts=_whole(bookmark.get("pts")),
            must_reread=bookmark.get("must_reread") is True,
            revisited_at=_moment(bookmark.get("revisited_at")),
            former_name=former if isinstance(former, str) else None,
            is_taken=bookmark.get("is_taken") is True,
            comments=_numbers(bookmark.get("comments")),
        )

    def bookmark(self) -> Bookmark:
        return {
            "ref": self.ref,
            "floor": self.floor,
            "recent": {str(number): mark for number, mark in self.marks.items()},
            "albums": {str(album): ref for album, ref in self.albums.items()},
            "missing": list[JsonValue](sorted(self.missing)),
            "channel_id": str(self.channel_id) if self.channel_id else None,
            "pts": self.pts,
            "must_reread": self.must_reread,
            "revisited_at": self.revisited_at.isoformat(),
            "former_name": self.former_name,
            "is_taken": self.is_taken,
            "comments": {str(post): comment for post, comment in self.comments.items()},
        }

    def is_late(self, ref: int) -> bool:
        """Whether a post stands behind others that were taken in without it: Telegram's servers lag."""
        return self.ref is not None and self.floor < ref <= self.ref and ref not in self.marks

    def miss(self, numbers: Iterable[int]) -> None:
        """Posts that should be there and were not given."""
        self.missing = set(sorted({*self.missing, *numbers})[-MOST_MISSING:])

    def heard(self, post: int, comment: int) -> None:
        """The newest comment taken in on a post."""
        self.comments[post] = comment
        for old in sorted(self.comments)[:-COMMENTED]:
            del self.comments[old]


def in_runs(numbers: Iterable[int]) -> str:
    """Numbers as a person writes them.

    >>> in_runs([4, 1, 2, 3, 9])
    '1–4, 9'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    said = ["–".join(map(str, run)) for run in runs[:10]]
    return ", ".join(said) + (", …" if len(runs) > 10 else "")


def _whole(value: JsonValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _pairs(value: JsonValue) -> list[tuple[str, JsonValue]]:
    items = value.items() if isinstance(value, Mapping) else ()
    return [(key, inner) for key, inner in items if key.isdecimal()]


def _numbers(value: JsonValue) -> dict[int, int]:
    return {int(key): number for key, inner in _pairs(value) if (number := _whole(inner)) is not None}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _moment(value: JsonValue) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else NEVER
    except ValueError:
        return NEVER
    return moment if moment.tzinfo else NEVER
