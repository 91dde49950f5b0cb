"""French and English: nothing is left untranslated, and each reader gets his own."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import desk.languages
from desk import rendering
from desk.said import said
from detectors.model import Attachment, State
from detectors.redaction import redact_string
from detectors.scoring import _ACT_REASONS, _SENSITIVE
from storage import decisions, desk_sweeps
from storage.decisions import Reason
from storage.sources import HealthState
from tests.desk.house import SALE, SEEN_AT, line

DESK = Path(desk.languages.__file__).parent
Message = str | tuple[str, ...]
UNSAID = {"bdi", "code", "time", "script", "style", "kbd", "pre"}  # what nobody translates: foreign, codes, moments


def messages() -> Iterator[Message]:
    """Every message of templates and code."""
    jinja = {"encoding": "utf-8", "trimmed": "true"}
    for path in DESK.rglob("*.html"):
        for _, message, _, _ in extract("jinja2.ext:babel_extract", BytesIO(path.read_bytes()), options=jinja):
            yield message
    for path in DESK.rglob("*.py"):
        for _, message, _, _ in extract("python", BytesIO(path.read_bytes()), keywords={"_": None, "marked": None}):
            yield message


@pytest.fixture(scope="module")
def french():
    with (DESK / "locale/fr.po").open("rb") as file:
        return read_po(file, locale="fr")


class TestCatalogue:
    def test_has_every_message_and_no_other(self, french):
        """A message added to a page is added here; one no longer said is removed."""
        said_somewhere = {message if isinstance(message, str) else message[0] for message in messages()}
        known = {each.id if isinstance(each.id, str) else each.id[0] for each in french if each.id}

        assert len(said_somewhere) > 400
        assert said_somewhere == known

    def test_every_message_is_translated_whole(self, french):
        """None empty, none marked doubtful, and what is put in is put in."""
        for each in french:
            forms = each.string if isinstance(each.string, tuple) else (each.string,)
            assert all(forms), each.id
            assert not each.fuzzy
            wanted = set(re.findall(r"%\(\w+\)s", each.id if isinstance(each.id, str) else each.id[1]))
            assert [] == [form for form in forms if each.id and set(re.findall(r"%\(\w+\)s", form)) != wanted]


class TestSaid:
    def test_knows_what_the_detectors_say(self):
        """Why an alert is one is said in French."""
        sentences = [
            *_ACT_REASONS.values(),
            "names a watched vendor and establishment",
            "speaks of 491,840 patients",
            f"says that it holds {' and '.join(list(_SENSITIVE.values())[:3])}",
            "shows 1 valid social-security number",
            "shows an extract of 12 rows",
            "93% of the rows",
            "its own number or code stands in the rows",
            "the software is known of 1,204 of 3,010 watched establishments there (40%)",
            "3 of the 4 places found whose software is known are its customers, 10^2.1 times likelier than by chance",
        ]
        known = desk.languages.catalogue("fr").gettext
        told = {each: said(each, known, str) for each in sentences}

        assert [] == [each for each, french in told.items() if french is None or french == each]
        assert "93\u202f% des lignes" == told["93% of the rows"]
        assert "parle de 491840 patients" == told["speaks of 491,840 patients"]


class Words(HTMLParser):
    """The words of a page that nobody translated: not marked, and not foreign."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.left: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    @property
    def _is_said(self) -> bool:
        return not any(silent for _, silent in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in UNSAID or given.get("translate") == "no" or (given.get("lang") == "en" and tag != "html")
        for name in ("title", "placeholder", "aria-label", "alt"):
            if self._is_said and not silent and tag != "mark" and "unseen" not in (given.get("class") or ""):
                self._keep(given.get(name) or "")
        if tag not in ("meta", "link", "input", "br", "wbr", "path", "rect"):
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        in_option = any(tag == "option" for tag, _ in self._open)
        if self._is_said and not (in_option and "⟦" not in data and data.strip() in OWN_NAMES):
            self._keep(data)

    def _keep(self, text: str) -> None:
        while "⟦" in text:
            without = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
            if without == text:
                break
            text = without
        if re.search(r"[^\W\d_]{2,}", text):
            self.left.append(" ".join(text.split()))


# Names of sources, organisations, accounts, and our own: what an option or a heading says as it is.
OWN_NAMES = {"example", "forum", "lead", "admin", "ana", 'Clinique Hespérion <b onclick="window.executed=1">'}
LEFT = re.compile(
    r"Clinique Hespérion <b onclick=\"window.executed=1\">"
    r"|VF-\d{4}-\d{4}|Vigifuite|example|export|TLP|TLP:[A-Z+]+|VF|≈|sha256|Mo"
)


class TestPages:
    def test_say_nothing_untranslated(self, house, monkeypatch):
        """In a language that marks each message, every word of every page is marked, foreign words aside."""

        class Marking:
            def gettext(self, message):
                return f"⟦{message}⟧"

            def ngettext(self, one, many, number):
                return f"⟦{one if number == 1 else many}⟧"

        monkeypatch.setattr(rendering, "catalogue", lambda _: Marking())
        files = (Attachment(name="base.zip", size=86_400_000, file_id="f-1"),)
        number = house.publish(f"{SALE} https://files.test/a.zip", files=files, author="Vendeur", ref="5")
        house.publish(f"{SALE} vendu", ref="5", seen_at=SEEN_AT.replace(hour=9))
        decisions.assign(house.store, number, None, "ana")
        decisions.decide(house.store, number, State.IN_REVIEW, "ana", "said", reason=Reason.OTHER)
        house.lines = [line(), line("forum", HealthState.REFUSED, reason="403", missed=3, what_to_do="not read yet")]
        asked = desk_sweeps.NewSweep(
            target=redact_string("@x"),
            words=None,
            since=SEEN_AT,
            until=None,
            most=9,
            asked_by="ana",
            started_at=SEEN_AT,
        )
        sweep = house.sweeps.start(asked)
        paths = ["/", "/?state=all&words=base", "/?words=nothing", f"/alerts/{number}", f"/alerts/{number}?revision=1",
                 "/sources", "/sweeps", f"/sweeps/{sweep}", "/watchlist", "/watchlist?words=clin", "/watchlist/entity",
                 "/watchlist/entity?id=example:clinic-01", "/mail", "/overview", "/account", "/people"]  # fmt: skip
        left = {path: Words(house.page(path, "admin", "fr")).left for path in paths}
        left["/login"] = Words(house.client(None, "fr").get("/login").text).left
        left["404"] = Words(house.client("lead", "fr").get("/nothing").text).left

        assert {} == {
            path: found
            for path, texts in left.items()
            if (found := [t for t in texts if LEFT.sub("", t).strip(" ·×()0123456789.,/–-→←↑%:+")])
        }


class TestChoice:
    @pytest.mark.parametrize(("accepted", "language"), [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB", "en"), ("", "fr")])
    def test_follows_the_browser(self, house, accepted, language):
        """Until somebody says otherwise."""
        client = house.client()
        client.headers["Accept-Language"] = accepted

        assert f'<html lang="{language}">' in client.get("/").text

    def test_follows_the_account_before_the_browser(self, house):
        """What somebody chose, he keeps everywhere."""
        client = house.client(language="en")
        client.post("/account/language", data={"language": "fr"})

        assert '<html lang="fr">' in client.get("/").text
