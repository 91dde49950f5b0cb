"""Reading the words of a page as a person does."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

BLOCKS = frozenset({"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre", "table", "tr"})
UNREAD = frozenset({"script", "style", "template", "svg", "canvas"})
BLANKS = " \t\r\f"


def classes(node: LexborNode) -> frozenset[str]:
    return frozenset((node.attributes.get("class") or "").split())


def first_text(node: LexborHTMLParser | LexborNode, selector: str) -> str | None:
    """The words of the first node that is selected, if it has any."""
    found = node.css_first(selector)
    return text_of(found) or None if found else None


def within(node: LexborNode, top: LexborNode, *names: str) -> bool:
    """Whether a node below the top one stands in a node of one of these classes."""
    above = node.parent
    while above is not None and above.mem_id != top.mem_id:
        if not classes(above).isdisjoint(names):
            return True
        above = above.parent
    return False


def text_of(top: LexborNode, without: frozenset[str] = frozenset()) -> str:
    """The words of a node, line by line; what stands in nodes of the classes left out is not read."""
    lines = _Lines()
    # Our own stack: nesting has no limit, recursion has. A string ends the block of that name.
    stack: list[LexborNode | str] = list(_children(top))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            lines.end_block(node)
        elif node.is_text_node:
            lines.write(node.text_content or "")
        elif node.tag == "br":
            lines.new_line()
        elif node.tag not in UNREAD and not (without and not classes(node).isdisjoint(without)):
            if node.tag in BLOCKS:
                lines.start_block(node.tag)
                stack.append(node.tag)
            stack.extend(_children(node))
    return "".join(lines.parts).strip()


def _children(node: LexborNode) -> Iterator[LexborNode]:
    """Last first."""
    child = node.last_child
    while child is not None:
        yield child
        child = child.prev


class _Lines:
    """Words as they are laid out: a block has lines of its own, but adds none to those that are there."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._is_due = False  # the next words begin a line
        self._depth_of_pre = 0

    def start_block(self, tag: str) -> None:
        self._is_due = True
        self._depth_of_pre += tag == "pre"

    def end_block(self, tag: str) -> None:
        self._is_due = True
        self._depth_of_pre -= tag == "pre"

    def new_line(self) -> None:
        self._is_due = False
        self.parts.append("\n")

    def write(self, text: str) -> None:
        text = text if self._depth_of_pre else _on_one_line(text)
        if self._is_due and not text.strip():
            return
        if self._is_due and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")
        self._is_due = False
        self.parts.append(text)


def _on_one_line(text: str) -> str:
    """Line ends of the page's source are blanks to its reader; other blanks stay, a table may be drawn with them."""
    if "\n" not in text:
        return text
    first, *middle, last = text.split("\n")
    words = (line.strip(BLANKS) for line in middle)
    return " ".join([first.rstrip(BLANKS), *filter(None, words), last.lstrip(BLANKS)])
