"""What posters wrote, on a page: harmless, readable, and without what it gives away of people."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

import desk.web
from detectors.model import Attachment, Forward, State
from storage import decisions
from tests.desk.hostile import CONTEXTS, EACH, MARKUP, hostile_post
from tests.desk.house import SALE, line, words

# Where a browser isolates what runs the other way: in <bdi>, in an option, in an attribute.
ISOLATED = re.compile(r"<bdi>.*?</bdi>|<option.*?</option>|(?:title|href)=\"[^\"]*\"", re.DOTALL)
DESK = Path(desk.web.__file__).parent


class Tags(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.scripts: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))
        self.attributes |= {(name, value or "") for name, value in attrs}


class TestPrivacy:
    def test_shows_no_personal_data(self, house):
        """What a post gives away of people is on no page, whichever field it stood in."""
        secrets = ("2550699999999 34", "jeanne.exemple@courriel.test", "06 39 98 00 11")
        given = " ".join(secrets)
        number = house.publish(
            f"{SALE} {given}",
            **dict.fromkeys(("title", "author", "author_id", "topic"), given),
            url=f"https://t.test/{secrets[1]}",
            links=(f"https://t.test/?mail={secrets[1]}",),
            files=(Attachment(name=given),),
            forwarded_from=Forward(name=given),
        )
        decisions.decide(house.store, number, State.CONFIRMED, "ana", f"called {secrets[2]}")
        pages = house.page() + house.page(f"/alerts/{number}")

        assert [] == [secret for secret in secrets if secret in pages or secret.replace(" ", "") in pages]
        assert "█" in pages


class TestHostileText:
    @pytest.mark.parametrize("payload", EACH, ids=lambda payload: ascii(payload[:20]))
    def test_adds_nothing_to_a_page(self, house, payload):
        """No field of a post brings an element, an attribute of its own or a way out."""
        number = hostile_post(house, payload)
        house.lines = [line(payload[:60], reason=payload[:500], what_to_do=payload[:60])]
        for path in ("/", f"/alerts/{number}", f"/?source={number}&entity={'%3Cscript%3E'}"):
            page = house.page(path)
            tags = Tags(page)

            assert not {"img", "svg", "iframe", "object", "base", "style", "b", "plaintext"} & tags.names
            assert [] == [name for name, _ in tags.attributes if name.startswith("on") or name == "style"]
            assert ["/desk.js"] == [value for name, value in tags.attributes if name == "src"] == tags.scripts
            assert {"/"} >= {v[:1] for n, v in tags.attributes if n in ("href", "action") and not v.startswith("#")}
            assert "62710561" not in words(page).replace("VF-", "") or "7919*7919" not in payload

    def test_other_contexts_add_nothing_either(self, house):
        """Every spelling and encoding that fooled some page before, beside each other."""
        for ref, payload in enumerate(CONTEXTS):
            tags = Tags(house.page(f"/alerts/{house.publish(f'{SALE} {payload}', ref=str(ref), title=payload)}"))

            assert not {"img", "svg", "iframe", "object", "base", "style", "b", "video", "math"} & tags.names
            assert [] == [name for name, _ in tags.attributes if name.startswith("on") or name == "style"]
            assert ["/desk.js"] == tags.scripts

    @pytest.mark.parametrize("payload", MARKUP, ids=lambda payload: ascii(payload[:20]))
    def test_is_still_readable(self, house, payload):
        """An attack is shown as it was written: it is evidence."""
        said = unescape(
            re.sub(r"</?(?:mark|wbr|bdi)\b[^>]*>", "", house.page(f"/alerts/{house.publish(f'{SALE} {payload}')}"))
        )

        assert payload in said

    def test_isolates_every_foreign_string(self, house):
        """Text that runs the other way cannot turn its surroundings around."""
        number = hostile_post(house, "زبون")
        for path in ("/", f"/alerts/{number}"):
            outside = ISOLATED.sub("", house.page(path))
            assert "زبون" not in outside

    def test_labels_what_cannot_be_seen(self, house):
        """A reversed file name is shown for what it is."""
        files = (Attachment(name="facture\u202efdp.exe"),)
        page = house.page(f"/alerts/{house.publish(files=files)}")

        assert "facture[U+202E]fdp.exe" in words(page)
        assert "\u202e" not in page

    @pytest.mark.parametrize("payload", EACH, ids=lambda payload: ascii(payload[:20]))
    def test_cannot_flood_a_page(self, house, payload):
        """A page stays below a megabyte whatever was posted."""
        number = hostile_post(house, payload)

        assert len(house.page(f"/alerts/{number}").encode()) < 1_000_000
        assert len(house.page().encode()) < 100_000


class TestTemplates:
    def test_mark_nothing_safe(self):
        """Escaping is never switched off, in templates or in code."""
        sources = [path.read_text("utf-8") for path in DESK.rglob("*") if path.suffix in (".py", ".html")]

        assert len(sources) > 8
        assert [] == [s for s in sources if re.search(r"\|\s*safe\b|Markup\(|autoescape false|markupsafe", s)]

    def test_use_no_script_and_no_inline_style(self):
        """Every page works without what the policy forbids. Mails bring their own colours: no sheet comes with them."""
        mails = {"digest.html", "mail_frame.html", "notice.html"}
        pages = [path for path in DESK.rglob("*.html") if path.name not in mails]
        script = r"<script(?! src=\"/desk\.js\" nonce)|\son\w+="

        assert [] == [p for p in pages if re.search(rf"{script}|<style|style=", p.read_text("utf-8"))]
        assert [] == [p for p in DESK.rglob("*.html") if re.search(script, p.read_text("utf-8"))]
