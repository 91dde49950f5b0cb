"""The way out: real servers on loopback, with TLS and a password."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from benchmarks import mail_server
from benchmarks.mail_server import PASSWORD, STEPS, USER, make_certificate
from desk.notice import webhook_headers
from desk.outgoing import MailServer, Webhook, beat, post_webhook, send_mail
from storage.outbox import Sending
from tests.desk.letters import NOW

REFUSED = "parti@cert.test"
LETTER = "From: a@cert.test\r\nTo: b@cert.test\r\nSubject: x\r\n\r\nBonjour\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def running(certificate) -> Iterator[mail_server.MailServer]:
    """A mail server that does as it is told."""
    server = mail_server.MailServer(certificate, refused=[REFUSED])
    server.start()
    yield server
    server.stop()


@pytest.fixture
def way(running, certificate) -> MailServer:
    return MailServer(
        host="localhost",
        port=running.port,
        security="starttls",
        sender="vigifuite@cert.test",
        username=USER,
        password=PASSWORD,
        ca_file=certificate,
    )


class TestSendMail:
    async def test_hands_over(self, running, way):
        """Encrypted, with a password; the server has it as it was given."""
        delivery = await send_mail(way, "b@cert.test", LETTER)

        assert (Sending.SENT, None) == (delivery.state, delivery.reason)
        assert (("b@cert.test", LETTER.encode()),) == running.taken()

    @pytest.mark.parametrize("step", [step for step in STEPS if step != "QUIT"])
    async def test_dropped_connection_is_tried_again(self, running, way, step):
        """At whatever step: it waits for another attempt, also where the server has taken it and its word was lost."""
        running.fault = lambda: step
        delivery = await send_mail(way, "b@cert.test", LETTER)

        assert Sending.WAITING is delivery.state
        assert {step} == running.mailbox.met
        assert (1 if step == "reply" else 0) == len(running.taken())

    async def test_lost_good_bye_changes_nothing(self, running, way):
        """The server has said that it took it."""
        running.fault = lambda: "QUIT"

        assert Sending.SENT is (await send_mail(way, "b@cert.test", LETTER)).state

    async def test_refused_recipient(self, way):
        """For good; the reason is the server's code, never its words."""
        delivery = await send_mail(way, REFUSED, LETTER)

        assert (Sending.REFUSED, "recipient refused: 550 5.1.1") == (delivery.state, delivery.reason)

    @pytest.mark.parametrize(("fault", "reason"), [("450 RCPT", "recipient refused: 450 4.2.0"),
                                                   ("451 DATA", "content refused: 451 4.3.0"),
                                                   ("421 MAIL", "421 4.3.2 at transfer")])  # fmt: skip
    async def test_refused_for_now(self, running, way, fault, reason):
        """Greylisting and a server that shuts down are tried again."""
        running.fault = lambda: fault
        delivery = await send_mail(way, "b@cert.test", LETTER)

        assert (Sending.WAITING, reason) == (delivery.state, delivery.reason)

    async def test_wrong_password(self, way):
        """Nothing is sent, and another mail would fare no better."""
        delivery = await send_mail(replace(way, password="falsch"), "b@cert.test", LETTER)

        assert (Sending.WAITING, "535 5.7.8 at login", True) == (delivery.state, delivery.reason, delivery.is_servers)

    async def test_unknown_certificate(self, running, way):
        """Nobody's word is taken for who he is."""
        delivery = await send_mail(replace(way, ca_file=None), "b@cert.test", LETTER)

        assert Sending.WAITING is delivery.state
        assert str(delivery.reason).startswith("certificate: ")
        assert () == running.taken()

    async def test_server_without_tls(self, certificate, way):
        """Where it offers no STARTTLS, neither the password nor the mail is said."""
        bare = mail_server.MailServer(certificate, tls=False)
        bare.start()
        try:
            delivery = await send_mail(replace(way, port=bare.port), "b@cert.test", LETTER)
        finally:
            bare.stop()

        assert (Sending.WAITING, True) == (delivery.state, delivery.is_servers)
        assert () == bare.taken()

    async def test_encrypted_from_the_start(self, certificate, way):
        """Port 465's way."""
        server = mail_server.MailServer(certificate, from_the_start=True)
        server.start()
        try:
            delivery = await send_mail(replace(way, port=server.port, security="tls"), "b@cert.test", LETTER)
        finally:
            server.stop()

        assert Sending.SENT is delivery.state
        assert 1 == len(server.taken())

    async def test_nobody_there(self, way):
        """No connection, in words."""
        delivery = await send_mail(replace(way, port=1), "b@cert.test", LETTER)

        assert (Sending.WAITING, "no connection at connection") == (delivery.state, delivery.reason)


class Receiver(BaseHTTPRequestHandler):
    """Answers with the code its path names, and remembers what it was sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.got.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(int(self.path.strip("/")))
        if self.path == "/302":
            self.send_header("Location", "/200")
        self.end_headers()

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class TestWebhook:
    def post(self, receiver, code: int):
        hook = Webhook(name="t", url=f"http://127.0.0.1:{receiver.server_port}/{code}", secret=b"geheim-genug-1234")
        body = json.dumps({"type": "notice"})
        return asyncio.run(post_webhook(hook, webhook_headers("notice.1", body, hook.secret, NOW), body))

    def test_is_signed(self, receiver):
        """The receiver can check who it comes from, and knows the same thing when it comes twice."""
        delivery = self.post(receiver, 204)
        _, headers, body = receiver.got[0]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(b"geheim-genug-1234", signed, hashlib.sha256).digest()).decode()

        assert Sending.SENT is delivery.state
        assert "notice.1" == headers["webhook-id"]
        assert f"v1,{expected}" == headers["webhook-signature"]

    def test_follows_no_redirect(self, receiver):
        """It goes where the configuration says and nowhere else."""
        delivery = self.post(receiver, 302)

        assert (Sending.WAITING, "HTTP 302: redirects are not followed") == (delivery.state, delivery.reason)
        assert ["/302"] == [path for path, *_ in receiver.got]

    @pytest.mark.parametrize(
        ("code", "state"), [(500, Sending.WAITING), (404, Sending.WAITING), (410, Sending.REFUSED)]
    )
    def test_other_answers(self, receiver, code, state):
        """Tried again, but for the one that says it wants no more."""
        assert state is self.post(receiver, code).state


class TestBeat:
    def test_writes_a_file(self, tmp_path):
        """What watches it sees a new time."""
        assert asyncio.run(beat(str(tmp_path / "alive"))) is None
        assert (tmp_path / "alive").read_text().strip()

    def test_asks_an_address(self, receiver):
        """And tells what is wrong with it, without its path: that may be a secret."""
        base = f"http://127.0.0.1:{receiver.server_port}"

        assert asyncio.run(beat(f"{base}/200")) is None
        assert "HTTP 302 at 127.0.0.1" == asyncio.run(beat(f"{base}/302"))
        assert 2 == len(receiver.got)

    def test_tells_a_missing_folder(self, tmp_path):
        """In one line."""
        assert "cannot be written" in str(asyncio.run(beat(str(tmp_path / "none" / "alive"))))
