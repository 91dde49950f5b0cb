"""Pages of t.me as plain values: a channel's preview, one of its posts, and the pages shown in their place.

Runs in the sandbox. The markup is nobody's promise: each post is read apart from the others, what is not
understood keeps its words, and a page that is not understood is never taken for a page without posts.
"""

import base64
import html
import json
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.pages.reading import classes, first_text, text_of, within
from crawler.sandbox import strip_tags
from detectors.model import JsonValue

Values = dict[str, JsonValue]

MESSAGE = "tgme_widget_message"
POST = re.compile(r"([A-Za-z0-9_]{1,64})/([0-9]{1,10})")
ORIGIN = re.compile(
    r"https?://(?:t|telegram)\.me/(?:s/)?(?:c/(?P<id>[0-9]{1,12})|(?P<name>[A-Za-z][A-Za-z0-9_]{3,31}))"
    r"(?:/(?:[0-9]{1,10}/)?(?P<ref>[0-9]{1,10}))?/?(?:[?#].*)?",
)
SCHEME = re.compile(r"(?i)(?:https?|ftp|tg):")
SIZE = re.compile(r"[0-9][0-9.,]{0,9}\s?[KMGT]?B", re.IGNORECASE)
WHOLE_TAIL = 1000  # characters behind which a page must have ended

# What a person sees in a post beside words; a card shows a page linked to.
PICTURES = ", ".join(
    f".{MESSAGE}_{kind}"
    for kind in (
        "photo_wrap video_player video_wrap roundvideo_player grouped_wrap sticker_wrap voice voice_player "
        "location_wrap link_preview document_wrap"
    ).split()
)
# What surrounds the words of a post.
AROUND = frozenset(
    f"{MESSAGE}_{part}"
    for part in (
        "user author forwarded_from reply reply_template footer info reactions service_date_wrap inline_keyboard "
        "bubble_tail"
    ).split()
) | {"media_not_supported_cont", "message_media_not_supported_wrap"}


def parse_channel(page: str) -> Values:
    """A page of a channel's preview; `outcome` says what it is, its posts come oldest first."""
    tree = LexborHTMLParser(page)
    blocks = tree.css("[data-post]")
    is_whole = "</html>" in page[-WHOLE_TAIL:]
    # The last one may lack its end.
    posts = [_isolated(block) for block in (blocks if is_whole else blocks[:-1])]
    posts += [_unnumbered(wrap) for wrap in tree.css(f".{MESSAGE}_wrap") if _lacks_number(wrap)]
    return {
        "outcome": _outcome(tree, posts) if is_whole else "cut",
        "title": first_text(tree, ".tgme_channel_info_header_title span, .tgme_page_title span"),
        "name": first_text(tree, ".tgme_channel_info_header_username"),
        "channel_id": next(filter(None, map(_channel_id, blocks)), None),
        "before": _more(tree, "before"),
        "after": _more(tree, "after"),
        "posts": list(posts),
    }


def parse_post(page: str) -> str:
    """Whether the page of one post shows it: `there`, `gone`, or `unclear`."""
    tree = LexborHTMLParser(page)
    if tree.css_first(f"[data-post] .{MESSAGE}_date"):
        return "there"
    return "gone" if tree.css_first(f".{MESSAGE}_error") else "unclear"


# ---------------------------------------------------------------- the page


def _outcome(tree: LexborHTMLParser, posts: list[Values]) -> str:
    if posts:
        odd = sum("odd" in post or not post.get("posted_at") for post in posts)
        return "odd" if odd > max(2, len(posts) / 2) else "posts"
    if tree.css_first(".tme_no_messages_found"):
        return "none"
    return _stands_in(tree) or "changed"


def _stands_in(tree: LexborHTMLParser) -> str | None:
    """What the page shown in place of a preview is about, as far as it tells."""
    if not tree.css_first(".tgme_page"):
        return None
    if tree.css_first('.tgme_page_context_link[href^="/s/"]'):
        return "channel"
    extra = " ".join(node.text() for node in tree.css(".tgme_page_extra")).lower()
    action = (first_text(tree, ".tgme_page_action") or "").lower()
    if "subscriber" in extra:
        return "hidden"
    if "member" in extra or "online" in extra or "group" in action:
        return "group"
    if "monthly user" in extra or "bot" in action:
        return "bot"
    if "join" in action or "request" in action:
        return "invitation"
    if "message" in action or tree.css_first(".tgme_icon_user"):
        return "person" if first_text(tree, ".tgme_page_title") else "unknown"
    return "hidden" if first_text(tree, ".tgme_page_title") else None


def _more(tree: LexborHTMLParser, way: str) -> int | None:
    """The number the link to older or newer posts names."""
    link = tree.css_first(f"a.tme_messages_more[data-{way}]")
    number = (link.attributes.get(f"data-{way}") or "") if link else ""
    return int(number) if re.fullmatch(r"[0-9]{1,10}", number) else None


def _channel_id(block: LexborNode) -> str | None:
    """The channel's number, which the token that counts views holds."""
    token = block.attributes.get("data-view") or ""
    try:
        number = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["c"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return str(-number) if isinstance(number, int) and -(10**12) < number < 0 else None


def _lacks_number(wrap: LexborNode) -> bool:
    return bool(wrap.css_first(f".{MESSAGE}")) and not wrap.css_first("[data-post]")


# ---------------------------------------------------------------- one post


def _isolated(block: LexborNode) -> Values:
    """The post of a block; one that breaks its reader keeps its number and words."""
    name = POST.fullmatch(block.attributes.get("data-post") or "")
    if not name:
        return _unnumbered(block)
    try:
        return {"number": int(name[2]), **_post(block, name[1])}
    except Exception as error:
        return {"number": int(name[2]), "odd": type(error).__name__, "text": strip_tags(block.html or "")}


def _unnumbered(block: LexborNode) -> Values:
    return {"number": None, "odd": "number", "text": text_of(block, AROUND)}


def _post(block: LexborNode, channel: str) -> Values:
    texts = list(_texts(block))
    poll = _poll(block)
    files = list(_files(block))
    hidden = any(
        not within(node, block, "media_not_supported_cont") for node in block.css(".message_media_not_supported")
    )
    is_service = "service_message" in classes(block)
    found: Values = {
        "text": "\n".join(filter(None, [*map(text_of, texts), *poll])),
        "posted_at": _posted_at(block),
        "is_edited": _is_edited(block),
        "is_service": is_service,
        "is_hidden": hidden,
        "author": first_text(block, f".{MESSAGE}_owner_name"),
        "signature": first_text(block, f".{MESSAGE}_from_author"),
        "views": first_text(block, f".{MESSAGE}_views"),
        "files": list(files),
        "links": list(dict.fromkeys(_links(block, texts))),
        "forward": _forward(block),
        "reply_to": _reply_to(block, channel),
        "album": list(_album(block)),
    }
    if not (texts or poll or files or hidden or block.css_first(PICTURES)):
        found["text"] = text_of(block, AROUND)
        if not is_service:
            found["odd"] = "content"
    return found


def _texts(block: LexborNode) -> Iterator[LexborNode]:
    """Where the words of a post stand: not those of the post it answers, and none twice."""
    for node in block.css(f".{MESSAGE}_text"):
        if "js-message_reply_text" not in classes(node) and not within(
            node, block, f"{MESSAGE}_text", f"{MESSAGE}_reply", f"{MESSAGE}_reply_template"
        ):
            yield node


def _poll(block: LexborNode) -> list[str]:
    question = first_text(block, f".{MESSAGE}_poll_question")
    options = [text_of(node) for node in block.css(f".{MESSAGE}_poll_option_text")]
    return [question or "", *(f"- {option}" for option in options if option)] if question or options else []


def _files(block: LexborNode) -> Iterator[Values]:
    for document in block.css(f".{MESSAGE}_document"):
        name = first_text(document, f".{MESSAGE}_document_title")
        extra = first_text(document, f".{MESSAGE}_document_extra") or ""
        if name:
            # Beside a piece of music stands its performer.
            yield {"name": name, "size": extra if SIZE.fullmatch(extra) else None}


def _posted_at(block: LexborNode) -> str | None:
    time = block.css_first(f".{MESSAGE}_date time[datetime]") or block.css_first("time[datetime]")
    return time.attributes.get("datetime") if time else None


def _is_edited(block: LexborNode) -> bool:
    if block.css_first(f".{MESSAGE}_edited"):
        return True
    meta = block.css_first(f".{MESSAGE}_meta")
    # Its own words only: an author may be called anything.
    own = [node.text_content or "" for node in meta.iter(include_text=True) if node.is_text_node] if meta else []
    return any("edited" in words for words in own)


def _links(block: LexborNode, texts: list[LexborNode]) -> Iterator[str]:
    anchors = [anchor for text in texts for anchor in text.css("a[href]")]
    anchors += block.css(f"a.{MESSAGE}_inline_button[href], a.{MESSAGE}_link_preview[href]")
    for anchor in anchors:
        target = (anchor.attributes.get("href") or "").strip()
        if "&amp;" in target:  # escaped twice: seen on t.me since 2024
            target = html.unescape(target)
        is_mention = text_of(anchor).lower() == f"@{target.lower().rpartition('/')[2]}"
        if SCHEME.match(target) and not is_mention:
            yield target


def _forward(block: LexborNode) -> Values | None:
    node = block.css_first(f".{MESSAGE}_forwarded_from_name")
    if not node and not block.css_first(f".{MESSAGE}_forwarded_from"):
        return None
    name = (
        text_of(node)
        if node
        else (first_text(block, f".{MESSAGE}_forwarded_from") or "").removeprefix("Forwarded from")
    )
    author = first_text(block, f".{MESSAGE}_forwarded_from_author")
    origin = ORIGIN.fullmatch((node.attributes.get("href") or "") if node else "")
    return {
        "name": " – ".join(dict.fromkeys(filter(None, [name.strip(), author]))) or None,
        "place": f"telegram:{origin['id'] or '@' + origin['name'].lower()}" if origin else None,
        "ref": origin["ref"] if origin else None,
    }


def _reply_to(block: LexborNode, channel: str) -> str | None:
    node = block.css_first(f"a.{MESSAGE}_reply[href]")
    origin = ORIGIN.fullmatch((node.attributes.get("href") or "") if node else "")
    return origin["ref"] if origin and (origin["name"] or "").lower() == channel.lower() else None


def _album(block: LexborNode) -> list[int]:
    """The numbers of the other posts an album shows as one."""
    targets = [anchor.attributes.get("href") or "" for anchor in block.css('a[href$="?single"]')]
    members = {int(origin["ref"]) for target in targets if (origin := ORIGIN.fullmatch(target)) and origin["ref"]}
    return sorted(members) if len(members) > 1 else []


# ---------------------------------------------------------------- without parsing

PLAIN_POST = re.compile(
    r'<div class="tgme_widget_message[ "][^<>]{0,500}?data-post="[A-Za-z0-9_]{1,64}/([0-9]{1,10})"[^<>]{0,500}>'
)
PLAIN_MORE = re.compile(r'data-(before|after)="([0-9]{1,10})"')
PLAIN_TIME = re.compile(r'datetime="([0-9T:+Z-]{19,32})"')
PLAIN_END = re.compile(rf'<div class="{MESSAGE}_(?:footer|reactions)')


def read_plainly(page: str) -> Values:
    """The posts of a page its parser refused, as stripped text: not pretty, but none is lost."""
    starts = list(PLAIN_POST.finditer(page))
    ends = [start.start() for start in starts[1:]] + [len(page)]
    posts: list[JsonValue] = []
    for start, end in zip(starts, ends, strict=False):
        block = page[start.end() : end]
        time, words = PLAIN_TIME.search(block), PLAIN_END.split(block, maxsplit=1)[0]
        posts.append(
            {"number": int(start[1]), "odd": "plain", "text": strip_tags(words), "posted_at": time and time[1]}
        )
    more = {way: int(number) for way, number in PLAIN_MORE.findall(page)}
    is_whole = "</html>" in page[-WHOLE_TAIL:]
    return {
        "outcome": "changed" if not posts else "posts" if is_whole else "cut",
        "before": more.get("before"),
        "after": more.get("after"),
        "posts": posts if is_whole else posts[:-1],
    }
