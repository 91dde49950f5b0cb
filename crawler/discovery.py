"""Which other Telegram channels a post points to: where it was forwarded from, what it links to, what follows it."""

import re
from collections.abc import Iterator

from detectors.model import Post

LINK = re.compile(r"(?i)(?:https?://)?(?:t|telegram)\.me/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})\b(?:/[0-9]{1,10})?")
HANDLE = re.compile(r"(?<![\w/@.])@([A-Za-z][A-Za-z0-9_]{4,31})\b")
CHANNEL = re.compile(r"telegram:(?:[0-9]{1,12}|@[a-z][a-z0-9_]{3,31})")
NO_CHANNELS = frozenset({"joinchat", "share", "proxy", "socks", "addstickers", "addlist", "login", "iv", "bot"})

# What channels say that move, or fear to be closed: they point to where they go on.
SUCCESSION = re.compile(
    r"(?i)\b(?:new|backup|reserve|second|main) (?:channel|chat|group)|moved to|join us at"
    r"|we(?:'| a)re (?:now )?(?:at|on) @"
    r"|nouveau (?:canal|groupe)|canal (?:de secours|de remplacement|principal)|on (?:a )?déménag|rejoignez[- ]nous"
    r"|нов(?:ый|ом) (?:канал|чат)|резервн\w+ (?:канал|чат)|переехали|переходим"
    r"|yeni kanal|yedek kanal|taşındık"
)


def pointers(post: Post) -> Iterator[tuple[str, str]]:
    """The channels a post points to, and why: `("telegram:@name", "link")`; each once.

    A handle alone may be a person's: it counts only where the post speaks of a channel that goes on elsewhere.
    """
    found: dict[tuple[str, str], None] = {}
    origin = post.forwarded_from.place if post.forwarded_from else None
    if origin and CHANNEL.fullmatch(origin):
        found[origin, "forward"] = None
    linked = [name for text in (post.text, *post.links) if "me/" in text for name in LINK.findall(text)]
    handles = HANDLE.findall(post.text) if "@" in post.text else []
    is_succession = bool(linked or handles) and bool(SUCCESSION.search(post.text))
    for name in [*linked, *(handles if is_succession else ())]:
        lowered = name.lower()
        if lowered not in NO_CHANNELS and not lowered.endswith("bot"):
            found[f"telegram:@{lowered}", "successor" if is_succession else "link"] = None
    own = (post.place, f"telegram:@{(post.url or '').lower().rpartition('t.me/')[2].partition('/')[0]}")
    yield from (pointer for pointer in found if pointer[0] not in own)
