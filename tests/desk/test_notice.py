"""The immediate notice, and the page its link opens."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from desk.digest import Watch
from desk.mail import message
from desk.notice import make_notice, read_token, token, webhook_body
from desk.outgoing import MailServer, Webhook
from desk.pages.mail import read_back
from desk.postman import Postman
from detectors.model import Severity, Tlp
from storage import outbox
from storage.coverage import coverage
from storage.notices import Notice, Rules
from storage.outbox import Kind
from storage.schema import AlertRow
from storage.store import Store
from tests.desk.house import SEEN_AT
from tests.desk.letters import DESK, ENGLISH, FRENCH, HEAD, NOW, line

NOTICE = Notice(
    id=3,
    made_at=NOW,
    told=1,
    severity=Severity.CRITICAL,
    follows=None,
    alerts=[line(142, Severity.CRITICAL), line(141, Severity.CRITICAL, tlp=Tlp.RED)],
    acknowledged_at=None,
    acknowledged_by=None,
)
RULES = Rules(least=Severity.LOW, window=timedelta(hours=1), repeat=timedelta(minutes=30), most_repeats=3)


class TestMakeNotice:
    def test_tells_what_the_reader_may_see(self):
        """With a link to acknowledge it and one to each alert, all of them to the desk."""
        mail = make_notice(NOTICE, HEAD, ENGLISH)

        assert mail is not None
        assert "[TLP:AMBER] Vigifuite: 1 critical alert, VF-2026-0142" == mail.subject
        links = set(re.findall(r"https?://[^\s\"<]+", mail.text + mail.html))
        assert {f"{DESK}/alerts/VF-2026-0142", f"{DESK}/notices/{token(3, ENGLISH.address, HEAD.key)}"} == links

    def test_nobody_is_told_what_he_may_not_see(self):
        """No mail at all where there is nothing for the reader in it."""
        assert make_notice(replace(NOTICE, alerts=NOTICE.alerts[1:]), HEAD, FRENCH) is None

    def test_reminder_and_more_say_so(self):
        """In the subject and in the mail."""
        again = make_notice(replace(NOTICE, told=3), HEAD, FRENCH)
        more = make_notice(replace(NOTICE, follows=2), HEAD, FRENCH)

        assert again is not None
        assert more is not None
        assert "[TLP:AMBER] rappel 2 : Vigifuite : 1 alerte critique, VF-2026-0142" == again.subject
        assert "Personne n'en a encore accusé réception." in again.text
        assert more.subject.startswith("[TLP:AMBER] suite : ")

    def test_thousands_are_counted(self):
        """Ten are told, the rest counted: far below what mail programs cut."""
        many = replace(NOTICE, alerts=[line(n, Severity.CRITICAL, "é" * 90) for n in range(5_000)])
        mail = make_notice(many, HEAD, ENGLISH)

        assert mail is not None
        assert "and 4,990 more" in mail.text
        assert len(message(mail, HEAD, ENGLISH, "<a@cert.test>", NOW).encode()) < 60_000

    def test_webhook_says_the_same(self):
        """Ids and numbers; the highest label of what it tells."""
        body = json.loads(webhook_body(NOTICE, HEAD, NOTICE.alerts))

        assert (3, "critical", 2, "TLP:RED") == (body["notice"], body["severity"], body["count"], body["tlp"])
        assert "VF-2026-0142" == body["alerts"][0]["alert_id"]


class TestToken:
    def test_is_ours_or_nothing(self):
        """A changed number, somebody else's key, a cut link: nothing."""
        ours = token(3, "a@cert.test", b"k" * 32)

        assert read_token(ours, b"k" * 32) == (3, ours.split("-")[1])
        assert read_token("4" + ours[1:], b"k" * 32) is None
        assert read_token(ours, b"x" * 32) is None
        assert read_token(ours[:-1], b"k" * 32) is None


def label(store: Store, number: str, tlp: Tlp) -> None:
    """Set an alert's sharing label."""
    with store.writing() as session:
        session.query(AlertRow).filter_by(number=number).one().tlp = tlp.value


@pytest.fixture
def postman(house):
    """A postman over the house, who sends nothing by himself."""
    return Postman(
        store=house.store,
        head=replace(HEAD, key=house.store.fingerprint_key),
        recipients=[FRENCH, ENGLISH],
        server=MailServer(host="localhost", port=1, security="none", sender="vigifuite@cert.test"),
        rules=RULES,
        watch=lambda now: Watch(coverage=coverage([], now), troubles=()),
        webhooks=[Webhook(name="tickets", url="http://127.0.0.1:1/", secret=b"geheim-genug-1234")],
        clock=lambda: SEEN_AT + timedelta(minutes=1),
    )


@pytest.fixture
def link(house, postman) -> str:
    """The path of the link in the French recipient's notice."""
    house.publish()
    postman.write()
    item = next(item for item in outbox.listed(house.store, kind=Kind.NOTICE) if item.recipient == FRENCH.address)
    found = re.search(rf"{DESK}(/notices/\S+)", read_back(item).text)
    assert found is not None
    return found[1]


class TestWrite:
    @pytest.mark.usefixtures("link")
    def test_everything_once(self, house, postman):
        """A digest and a notice each, the webhook's notice; a second round writes nothing."""
        written = [(item.kind, item.recipient) for item in outbox.listed(house.store)]
        postman.write()

        assert 5 == len(written) == len(set(written))
        assert written == [(item.kind, item.recipient) for item in outbox.listed(house.store)]

    def test_no_text_of_the_post(self, house, postman):
        """Neither the seller's contact nor a word of his is in anything that is sent, nor a name's markup."""
        house.publish(
            "Vends base Clinique Hespérion contact @vendeur_invente jeanne.exemple@courriel.test 255069999999934"
        )
        postman.write()
        for item in outbox.listed(house.store):
            mail = read_back(item)
            for foreign in ("vendeur_invente", "Vends", "jeanne", "255069999999934"):
                assert foreign not in f"{item.body}{mail.text}{mail.html}"
            assert "<b onclick" not in mail.html

    def test_reminders_do_not_pile_up(self, house, postman):
        """A night of quiet hours, or a day without the server, is one mail a notice when it is over."""
        sleeper = replace(FRENCH, quiet=(time(0), time(12)))
        house.publish()
        for minutes in (1, 32, 63, 94):
            at = SEEN_AT + timedelta(minutes=minutes)
            replace(postman, recipients=[sleeper], clock=lambda at=at: at).write_notices()
        mails = outbox.listed(house.store, kind=Kind.NOTICE)

        assert ["1.1"] == [item.key for item in mails]
        assert "12:00" == mails[0].due_at.astimezone(sleeper.zone).strftime("%H:%M")

    def test_one_that_fails_keeps_nobody_from_his(self, house, postman):
        """A recipient whose digest cannot be made: the others get theirs."""
        broken = replace(FRENCH, address="ä@cert.test")
        with capture_logs() as logs:
            replace(postman, recipients=[broken, ENGLISH]).write()

        assert [ENGLISH.address] == [item.recipient for item in outbox.listed(house.store, kind=Kind.DIGEST)]
        assert "mail_not_written" in {entry["event"] for entry in logs}

    @pytest.mark.usefixtures("link")
    async def test_failed_server_is_asked_once_a_round(self, house, postman):
        """What waits keeps its id; the refusal is a line for `doctor`."""
        await postman.deliver()
        troubles = outbox.troubles(house.store, SEEN_AT)

        assert {("webhook", 1), ("notice", 1)} == {(item.kind.value, item.attempts) for item in troubles}
        assert all(item.reason and item.reason.startswith("no connection") for item in troubles)


class TestNoticePage:
    def test_looking_changes_nothing(self, house, link):
        """Scanners of mails follow links: only the button acknowledges."""
        client = house.client(None)
        for _ in range(3):
            page = client.get(link, headers={"accept-language": "fr"})
            client.head(link)

        assert 200 == page.status_code
        assert "Je m'en occupe" in page.text.replace("&#39;", "'")
        assert "no-store" == page.headers["cache-control"]
        assert "Personne" in client.get(link, headers={"accept-language": "fr"}).text

    def test_button_acknowledges(self, house, link):
        """Who and when; reminders stop; a second press changes nothing."""
        client = house.client(None)
        form = {"sec-fetch-site": "same-origin", "accept-language": "en"}
        first = client.post(link, headers=form).text
        second = client.post(link, headers=form).text

        assert f"Acknowledged by {FRENCH.address}" in first
        assert first == second
        assert "<form" not in first

    @pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}])
    def test_other_sites_cannot_press_it(self, house, link, headers):
        """A form of somebody else's page is refused."""
        client = house.client(None)
        del client.headers["sec-fetch-site"]
        answer = client.post(link, headers=headers)

        assert 403 == answer.status_code
        assert "Personne" in house.client(None, "fr").get(link).text

    def test_shows_what_its_reader_was_told(self, house, postman):
        """Not what else the notice is about: an alert above his clearance stays unseen here too."""
        house.publish()
        secret = house.publish(ref="2")
        label(house.store, secret, Tlp.RED)
        postman.write_notices()
        notice = outbox.listed(house.store, kind=Kind.NOTICE)[0]
        page = house.client(None).get(f"/notices/{token(1, notice.recipient, house.store.fingerprint_key)}").text

        assert "VF-2026-0001" in page
        assert secret not in page
        assert secret not in read_back(notice).text

    def test_wrong_link_learns_nothing(self, house, link):
        """Whether there is such a notice is not told."""
        client = house.client(None)
        wrong = link[:-1] + ("0" if link[-1] != "0" else "1")
        answers = [client.get(wrong), client.get("/notices/9-000000000000-" + "0" * 32), client.get("/notices/x")]

        assert {404} == {answer.status_code for answer in answers}
        assert 1 == len({answer.text for answer in answers})


class TestMailPages:
    @pytest.mark.usefixtures("link")
    def test_lists_what_was_written(self, house):
        """With its state; a mail opens as it was written, in a page that can do nothing."""
        page = house.page("/mail")
        opened = house.client().get(re.findall(r'href="(/mail/\d+)"', page)[0])

        assert ENGLISH.address in page
        assert "waiting" in page
        assert "style-src 'unsafe-inline'" in opened.headers["content-security-policy"]
        assert "script" not in opened.headers["content-security-policy"]

    @pytest.mark.parametrize(("language", "title"), [("fr", "Bulletin du jour"), ("en", "Daily digest")])
    def test_preview(self, house, language, title):
        """The digest as it would be sent now, in both languages, its links to this desk."""
        now = datetime.now(UTC)
        house.publish(seen_at=now)
        page = house.page(f"/digest?lang={language}")

        assert title in page
        assert f'href="/alerts/VF-{now.year}-0001"' in page
