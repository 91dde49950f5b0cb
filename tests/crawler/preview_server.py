"""A pretend t.me on this machine: one invented channel that grows, is edited and loses posts while it is read."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 20  # posts
NAME = "fuites_brumalis"
BEGINNING = datetime(2026, 11, 15, 8, 0, tzinfo=UTC)
MINUTES = 2  # between two posts: 5,000 of them are just under a week


def time_of(number: int) -> datetime:
    return BEGINNING + timedelta(minutes=MINUTES * number)


@dataclass
class InventedChannel:
    """The posts of a channel by their numbers, and the pages that show them."""

    posts: dict[int, str] = field(default_factory=dict)
    edited: set[int] = field(default_factory=set)
    newest: int = 0  # number ever given
    token: str = "eyJjIjotMTkwMDAwMDAwMX0"  # number 1900000001
    asked: list[str] = field(default_factory=list)
    on_request: Callable[[int], None] = lambda _: None  # told how many requests there were
    instead: dict[int, str] = field(default_factory=dict)  # request → page given in place of its own
    lock: threading.RLock = field(default_factory=threading.RLock)

    @classmethod
    def of(cls, count: int, holes: int = 0) -> "InventedChannel":
        """A channel of posts; with holes, every so many numbers one is missing."""
        channel = cls()
        for _ in range(count):
            if holes and (channel.newest + 1) % holes == 0:
                channel.newest += 1
            channel.publish()
        return channel

    def publish(self, text: str = "") -> int:
        with self.lock:
            self.newest += 1
            self.posts[self.newest] = text or f"Annonce inventée {self.newest}"
            return self.newest

    def edit(self, number: int, text: str) -> None:
        with self.lock:
            self.posts[number] = text
            self.edited.add(number)

    def delete(self, number: int) -> None:
        with self.lock:
            self.posts.pop(number, None)

    def page(self, before: int | None = None, after: int | None = None) -> str:
        with self.lock:
            numbers = sorted(self.posts)
            if after is not None:
                chosen = [number for number in numbers if number > after][:PAGE]
            else:
                chosen = [number for number in numbers if before is None or number < before][-PAGE:]
            blocks = "\n".join(map(self._block, chosen)) if chosen else NO_POSTS
            older = _more("before", chosen[0]) if chosen and chosen[0] > numbers[0] else ""
            newer = _more("after", chosen[-1]) if chosen and chosen[-1] < numbers[-1] else ""
        return (
            '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Fuites Brumalis – Telegram</title></head><body>'
            '<div class="tgme_channel_info"><div class="tgme_channel_info_header_title"><span>Fuites</span></div></div>'
            f'<main class="tgme_main" data-url="/{NAME}"><section class="tgme_channel_history js-message_history">'
            f"{older}{blocks}{newer}</section></main></body></html>\n<!-- page generated in 3.14ms -->"
        )

    def post_page(self, number: int) -> str:
        with self.lock:
            found = self._block(number) if number in self.posts else GONE
        return f"<!DOCTYPE html><html><body>{found}</body></html>"

    def _block(self, number: int) -> str:
        date = f'<time datetime="{time_of(number).isoformat()}" class="time">08:00</time>'
        return (
            '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
            '<div class="tgme_widget_message text_not_supported_wrap js-widget_message" '
            f'data-post="{NAME}/{number}" data-view="{self.token}"><div class="tgme_widget_message_bubble">'
            f'<div class="tgme_widget_message_text js-message_text" dir="auto">{escape(self.posts[number])}</div>'
            '<div class="tgme_widget_message_footer compact js-message_footer">'
            f'<span class="tgme_widget_message_views">{len(self.asked)}</span><span class="tgme_widget_message_meta">'
            f"{'edited ' if number in self.edited else ''}"
            f'<a class="tgme_widget_message_date" href="https://t.me/{NAME}/{number}">{date}</a>'
            "</span></div></div></div></div>"
        )

    def answer(self, path: str) -> str:
        """The page at a path; counts what was asked."""
        with self.lock:
            self.asked.append(path)
            count = len(self.asked)
        self.on_request(count)
        if count in self.instead:
            return self.instead[count]
        url = urlsplit(path)
        asked = {key: int(values[0]) for key, values in parse_qs(url.query).items() if values[0].isdecimal()}
        if url.path == f"/s/{NAME}":
            return self.page(before=asked.get("before"), after=asked.get("after"))
        return self.post_page(int(url.path.rpartition("/")[2]))


def _more(way: str, number: int) -> str:
    return (
        '<div class="tgme_widget_message_centered js-messages_more_wrap">'
        f'<a href="/s/{NAME}?{way}={number}" class="tme_messages_more js-messages_more" data-{way}="{number}"></a>'
        "</div>"
    )


NO_POSTS = (
    '<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message_centered">'
    '<div class="tme_no_messages_found">No posts found</div></div></div>'
)
GONE = '<div class="tgme_widget_message"><div class="tgme_widget_message_error">Post not found</div></div>'


class Server(ThreadingHTTPServer):
    """A server whose visitors may be killed in the middle of an answer."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """They hang up, and nothing is wrong."""


@contextmanager
def serving(channel: InventedChannel, port: int = 0) -> Iterator[str]:
    """The address of a server that shows the channel; it knows "not modified"."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = channel.answer(self.path).encode()
            # What counts views changes every page; it is no news.
            tag = f'"{hashlib.sha256(repr(sorted(channel.posts.items())).encode()).hexdigest()[:16]}"'
            is_known = self.headers.get("If-None-Match") == tag
            self.send_response(304 if is_known else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", "0" if is_known else str(len(body)))
            self.end_headers()
            if not is_known:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
