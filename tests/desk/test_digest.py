"""The daily digest: what stands in it, how much of it, and when it is due."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from desk.digest import due_at, last_due, make_digest
from desk.mail import Mail, Recipient, message
from desk.mail_words import LANGUAGES, texts
from detectors.model import Act, Severity, State, Tlp
from storage.changes import ChangeKind
from storage.standing import Standing
from tests.desk.letters import DESK, ENGLISH, FRENCH, HEAD, NOW, line, told, watch

PARIS = ZoneInfo("Europe/Paris")
A_DAY = told(
    new=[
        [line(142, Severity.CRITICAL, act=Act.FREE, amount=(491_840, "patients")), line(141, act=Act.MIRROR)],
        [line(140, Severity.MEDIUM, "Groupe Brumalis", known_before="VF-2026-0087")],
    ],
    changed=[line(120, changes=(ChangeKind.WORSE, ChangeKind.DELETED))],
    waiting=[line(87, state=State.IN_REVIEW, amount=(56, "rows"))],
    decided=[line(99, Severity.LOW, state=State.FALSE_POSITIVE)],
)


def digest(standing: Standing = A_DAY, recipient: Recipient = FRENCH, since: datetime | None = None) -> Mail:
    return make_digest(standing, watch(), HEAD, recipient, date(2026, 11, 27), NOW, since)


def shown(html: str) -> str:
    """What a reader of the HTML sees, spaces made one."""
    body = re.sub(r"<(style|title|div style=\"display:none)[^>]*>.*?</[a-z]+>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


class TestWords:
    def test_same_in_both_languages(self):
        """Both languages have the same keys and put the same values into them."""
        french, english = texts("fr"), texts("en")

        assert french.keys() == english.keys()
        for key, text in french.items():
            assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", english[key])), key

    def test_french_counts_nothing_as_one(self):
        """0 alerte, 0 alerts."""
        assert "0 alerte" == FRENCH.words()("digest.alerts", n=0)
        assert "0 alerts" == ENGLISH.words()("digest.alerts", n=0)


class TestMakeDigest:
    def test_subject_counts(self):
        """The sharing label, the day, the worst first; nothing of anybody else's."""
        standing = replace(A_DAY, figures=replace(A_DAY.figures, waiting={Severity.HIGH: 5}))

        assert (
            "[TLP:AMBER] Vigifuite 27 nov. : 1 critique, 1 élevée, 3 nouvelles, 5 en attente"
            == digest(standing).subject
        )
        assert "[TLP:AMBER] Vigifuite 27 Nov: 1 critical, 1 high, 3 new, 5 waiting" == digest(standing, ENGLISH).subject

    def test_tells_when_there_is_nothing(self):
        """An empty digest proves that the lookout lives."""
        mail = digest(told(), ENGLISH)

        assert "[TLP:GREEN] Vigifuite 27 Nov: nothing new" == mail.subject
        for part in (mail.text, shown(mail.html)):
            assert "Nothing new concerns those you watch." in part
            assert "12 of 14 read in the last hour; 1 refused; 1 silent for 3 days." in part

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_text_is_as_good(self, language):
        """Every word and number of the HTML part stands in the text part too, and no link is missing."""
        mail = digest(recipient=replace(FRENCH, language=language))
        words = {word.casefold() for word in re.findall(r"\w+", mail.text)}
        seen = {word.casefold() for word in re.findall(r"\w+", shown(mail.html))}

        assert set() == seen - words - {"24", "h"}  # the heading of the column of today's figures
        assert set(re.findall(r'href="([^"]+)"', mail.html)) == set(re.findall(r"https?://\S+", mail.text))

    def test_groups_what_is_alike_then_by_name(self):
        """Alerts that resemble each other are one line; lines about one organisation stand under its name once."""
        standing = told(new=[[line(3, Severity.CRITICAL), line(2)], [line(4, Severity.MEDIUM, "B")], [line(1)]])
        text = digest(standing, ENGLISH).text

        assert 1 == text.count("Laboratoire Fontarèche")
        assert text.index("VF-2026-0003") < text.index("VF-2026-0001") < text.index("VF-2026-0004")
        assert "VF-2026-0002" not in text
        assert "(2 alerts)" in text

    def test_tells_figures_coverage_evidence(self):
        """Against yesterday and the mean; silent sources; the head of the log; the version."""
        text = digest(recipient=ENGLISH).text

        assert "New alerts: 8 (day before: 3, weekly mean: 4.3)" in text
        assert "- forum-du-nord: refused, last read 26 Nov 02:00" in text
        assert "Evidence log: 1,842 lines, head a3f19c02b7e44d18" in text
        assert "Vigifuite 1.2.3" in text

    def test_tells_what_changed_and_was_decided(self):
        """In the recipient's words."""
        text = digest().text

        assert "(aggravée, message supprimé)" in text
        assert "(en cours d'examen)" in text
        assert "(faux positif)" in text
        assert "(déjà vue, VF-2026-0087)" in text

    def test_hides_what_the_reader_may_not_see(self):
        """An alert above the reader's clearance is counted and not told; the label is the highest that is told."""
        secret = line(7, Severity.CRITICAL, "Clinique Hespérion", tlp=Tlp.RED)
        standing = told(new=[[line(8, tlp=Tlp.GREEN), secret]])
        mail = digest(standing, ENGLISH)

        assert mail.subject.startswith("[TLP:GREEN]")
        assert "1 alert has a higher sharing label" in mail.text
        for part in (mail.text, mail.html):
            assert "VF-2026-0007" not in part
            assert "Hespérion" not in part
        assert digest(standing, replace(ENGLISH, cleared_for=Tlp.RED)).subject.startswith("[TLP:RED]")

    @pytest.mark.parametrize("alerts", [500, 5_000])
    @pytest.mark.parametrize("names", ["one name", "many names"])
    def test_stays_short(self, alerts, names):
        """However much there is: under 100 KB as sent, the worst told, the rest counted and linked."""
        many = names == "many names"
        found = [
            line(
                n, Severity.CRITICAL if n % 50 == 0 else Severity.MEDIUM, f"Établissement {'é' * 80} {n if many else 0}"
            )
            for n in range(1, alerts + 1)
        ]
        groups = sorted(([each] for each in found), key=lambda its: -its[0].severity)
        waiting = {Severity.MEDIUM: alerts}
        standing = told(new=groups, changed=found, waiting=found[:200], decided=found)
        standing = replace(standing, figures=replace(A_DAY.figures, waiting=waiting))
        mail = digest(standing)

        assert len(message(mail, HEAD, FRENCH, "<a@cert.test>", NOW).encode()) < 100_000
        assert "[CRITIQUE]" in mail.text
        first = mail.text.split("CHANGÉES")[0]
        told_one_by_one = first.count("VF-2026-") // 2  # each with its link
        counted = sum(int(re.sub(r"\D", "", n)) for n in re.findall(r"et ([\d ]+) autre", first))
        assert alerts == told_one_by_one + counted
        assert many is (f"{DESK}/?state=new" in first)

    def test_says_whom_the_rows_point_to(self):
        """Where nobody is named, those inferred are told as such; a name counts before them."""
        inferred = ("Laboratoire Quélenn",)
        nobody = replace(line(1), entities=(), inferred=inferred)
        mail = digest(told(new=[[nobody], [replace(line(2), inferred=())]]))

        assert "Laboratoire Quélenn (déduit)" in mail.text
        assert "Laboratoire Fontarèche (déduit)" not in mail.text

    def test_what_waits_among_the_new_is_not_denied(self):
        """Nothing waits *else*: what is new waits too."""
        standing = told(new=[[line(1)]])
        waiting = replace(standing, figures=replace(standing.figures, waiting={Severity.HIGH: 1}))

        assert "Rien d'autre n'attend de décision." in digest(waiting).text
        assert "Rien n'attend de décision.\n" not in digest(waiting).text
        assert "Rien n'attend de décision." in digest(told()).text

    def test_blanks_of_the_text_are_plain(self):
        """A terminal shows a narrow blank as a sign: the text part has none, the page keeps it."""
        mail = digest(told(new=[[line(1, Severity.CRITICAL, act=Act.FREE, amount=(491_840, "patients"))]]))

        assert "491 840" in mail.text
        assert "491\u202f840" in mail.html

    def test_escapes_names(self):
        """A watchlist's name is text: no markup, no header line, nothing a mail program makes a link of."""
        hostile = 'Lab <img src=x onerror="alert(1)">\r\nBcc: a@b.test https://leak.test/x www.leak.test'
        mail = digest(told(new=[[line(1, Severity.HIGH, hostile)]]))
        whole = message(mail, HEAD, FRENCH, "<a@cert.test>", NOW)

        assert "<img" not in mail.html
        assert "\nBcc" not in whole
        for part in (mail.text, mail.html):
            assert not re.findall(r"https?://(?!desk\.cert\.test)|leak\.test|\w@\w", part)

    def test_says_that_mails_did_not_arrive(self):
        """Refused mails of the last days are told to those who get theirs."""
        mail = make_digest(
            told(), replace(watch(), mail_troubles=2), HEAD, ENGLISH, date(2026, 11, 27), NOW, NOW - timedelta(days=1)
        )

        assert "2 mails of the last days did not arrive" in mail.text
        assert "2 mails of the last days did not arrive" in shown(mail.html)


class TestDue:
    def test_local_hour_across_summer_time(self):
        """Eight o'clock stays eight o'clock."""
        assert datetime(2026, 10, 24, 6, tzinfo=UTC) == due_at(FRENCH, date(2026, 10, 24))
        assert datetime(2026, 10, 25, 7, tzinfo=UTC) == due_at(FRENCH, date(2026, 10, 25))
        assert datetime(2026, 3, 29, 6, tzinfo=UTC) == due_at(FRENCH, date(2026, 3, 29))

    def test_hour_that_does_not_exist(self):
        """Half past two on the day the clock jumps over it: when it would have come."""
        at_night = replace(FRENCH, at=time(2, 30))

        assert datetime(2026, 3, 29, 1, 30, tzinfo=UTC) == due_at(at_night, date(2026, 3, 29))

    def test_hour_that_comes_twice(self):
        """The first time counts, the second is the same day's."""
        at_night = replace(FRENCH, at=time(2, 30))
        first = due_at(at_night, date(2026, 10, 25))

        assert datetime(2026, 10, 25, 0, 30, tzinfo=UTC) == first
        assert date(2026, 10, 25) == last_due(at_night, first) == last_due(at_night, first + timedelta(hours=1))

    def test_last_due(self):
        """Before its hour, yesterday's is the last."""
        due = due_at(FRENCH, date(2026, 11, 27))

        assert date(2026, 11, 26) == last_due(FRENCH, due - timedelta(seconds=1))
        assert date(2026, 11, 27) == last_due(FRENCH, due)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("hour", "until_day"),
        [(21, None), (22, 28), (3, 27), (7, None)],
    )
    def test_over_midnight(self, hour, until_day):
        """Between ten in the evening and seven in the morning a notice waits."""
        sleeper = replace(FRENCH, quiet=(time(22), time(7)))
        now = datetime(2026, 11, 27, hour, tzinfo=PARIS).astimezone(UTC)
        expected = datetime(2026, 11, until_day, 7, tzinfo=PARIS).astimezone(UTC) if until_day else now

        assert expected == sleeper.quiet_until(now)
