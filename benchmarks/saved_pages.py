"""The saved pages of Telegram's preview, for `make measure`: are their posts, forwards, files and edits all read?

What should be read is counted in the page's own text, without parsing it. Each page is also cut at forty places and
altered in three ways; then it may be read in part and must be told to be changed, and never "no posts".
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.collectors.telegram_preview import FAULTS, INSTEAD
from crawler.collectors.telegram_preview_page import Outcome, PreviewPage, page_of
from crawler.pages.telegram_preview import parse_channel

Row = tuple[str, str]

CUTS = 40
_POST = re.compile(r'data-post="')
_FORWARD = re.compile(r'class="tgme_widget_message_forwarded_from_name[ "]')
_FILE = re.compile(r'class="tgme_widget_message_document_title[ "]')
_EDIT = re.compile(r"(?:>|&nbsp;)\s*edited\b")


def preview_rows(data: Path, looked_at: list[str]) -> Iterator[Row]:
    """One row a page."""
    for path in sorted((data / "fixtures" / "telegram").glob("tme_*.html")):
        html = path.read_text(encoding="utf-8", errors="replace")
        page = _read(html)
        if not page.shown:
            yield f"preview {path.name}", f"{page.outcome.value} ({_error_of(page.outcome)})"
            continue
        posts = [block.post for block in page.shown]
        members = sum(len(block.members) for block in page.shown)
        read = {
            "posts": len(posts) + page.unnumbered,
            "forwards": sum(post.forwarded_from is not None for post in posts),
            "files": sum(len(post.files) for post in posts),
            "edits": sum(post.is_edited for post in posts),
        }
        there = {
            "posts": len(_POST.findall(html)),
            "forwards": len(_FORWARD.findall(html)),
            "files": len(_FILE.findall(html)),
            "edits": len(_EDIT.findall(html)),
        }
        wrong = [f"{what} {read[what]} of {there[what]}" for what in read if read[what] != there[what]]
        looked_at += [f"preview {path.name}: {each}" for each in wrong]
        looked_at += [f"preview {path.name}: {block.number} {block.problem}" for block in page.shown if block.problem]
        damaged, kept_silent = _damaged(html, looked_at, path.name)
        counts = ", ".join(f"{number} {what}" for what, number in read.items())
        yield (
            f"preview {path.name}",
            f"{counts}, {members} with the members of albums; {wrong or 'as in the page'}",
        )
        yield f"preview {path.name}, damaged", f"{damaged} ways, {kept_silent} of them taken for whole or empty"


def _damaged(html: str, looked_at: list[str], name: str) -> tuple[int, int]:
    cuts = [html[: len(html) * number // CUTS] for number in range(CUTS)]
    altered = [
        html.replace("data-post", "data-item"),
        html.replace("tgme_widget_message_date", "tgme_message_time").replace("<time", "<span"),
        html.replace("tgme_", "tg2_").replace("data-post", "data-p"),
    ]
    silent = 0
    for number, page in enumerate([*cuts, *altered]):
        outcome = _read(page).outcome
        if outcome in (Outcome.POSTS, Outcome.NONE):
            silent += 1
            looked_at.append(f"preview {name}, damage {number}: taken for {outcome.value}")
    return len(cuts) + len(altered), silent


def _read(html: str) -> PreviewPage:
    return page_of(parse_channel(html), "measured", None, datetime.now(UTC))


def _error_of(outcome: Outcome) -> str:
    error = INSTEAD.get(outcome)
    return error[1] if error else FAULTS.get(outcome, "")
