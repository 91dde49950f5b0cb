"""Where a channel's preview was left: what its bookmark says, as types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.collector import Bookmark
from crawler.collectors.telegram_preview_page import PreviewPage, Shown
from detectors.model import JsonValue

REMEMBERED = 60  # posts whose change is noticed: three pages
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Standing:
    """What was taken in of a channel; it moves with every post."""

    ref: int | None = None  # the newest post taken in
    marks: dict[int, str] = field(default_factory=dict)  # of the newest posts
    channel_id: str | None = None
    validators: dict[str, str] = field(default_factory=dict)  # of the newest page
    revisited_at: datetime = NEVER  # when the recent posts behind the newest page were looked at again

    @classmethod
    def of(cls, bookmark: Bookmark) -> "Standing":
        """The standing a bookmark describes; what is no word of ours counts for nothing."""
        ref, channel_id = bookmark.get("ref"), bookmark.get("channel_id")
        marks = _strings(bookmark.get("marks"))
        return cls(
            ref=ref if isinstance(ref, int) else None,
            marks={int(number): mark for number, mark in marks.items() if number.isdecimal()},
            channel_id=channel_id if isinstance(channel_id, str) else None,
            validators=_strings(bookmark.get("validators")),
            revisited_at=_moment(bookmark.get("revisited_at")),
        )

    def bookmark(self, validators: Mapping[str, str] | None = None) -> Bookmark:
        return {
            "ref": self.ref,
            "marks": {str(number): mark for number, mark in self.marks.items()},
            "channel_id": self.channel_id,
            "validators": dict(validators or {}),
            "revisited_at": self.revisited_at.isoformat(),
        }

    @property
    def oldest(self) -> int:
        """The oldest post remembered."""
        return min(self.marks, default=0)

    def take(self, block: Shown) -> bool:
        """Whether the block is new or its content another; it then is known."""
        known = self.marks.get(block.number)
        is_new = self.ref is None or block.number > self.ref
        is_changed = known is not None and block.mark not in ("", known)
        if is_new or block.mark:
            self.marks[block.number] = block.mark
            for number in sorted(self.marks)[:-REMEMBERED]:
                del self.marks[number]
        self.ref = max(self.ref or 0, block.last)
        return is_new or is_changed

    def missing_on(self, page: PreviewPage) -> set[int]:
        """Posts that were there before, where this page should show them and does not."""
        shown = frozenset().union(*(block.members for block in page.shown))
        newest = page.newest if page.has_newer else max(self.marks, default=0)
        return {number for number in self.marks if page.oldest <= number <= newest and number not in shown}

    def forget(self, number: int) -> None:
        """The post is gone: nobody need look for it again."""
        self.marks.pop(number, None)


def _strings(value: JsonValue) -> dict[str, str]:
    items = value.items() if isinstance(value, dict) else ()
    return {key: text for key, text in items if isinstance(text, str)}


def _moment(value: JsonValue) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else NEVER
    except ValueError:
        return NEVER
    return moment if moment.tzinfo else NEVER
