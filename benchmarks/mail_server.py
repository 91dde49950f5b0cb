"""A real mail server on loopback (aiosmtpd, with TLS and a password) that fails as servers do, wherever it is told to.

It writes down what it took charge of, also where its answer is then lost on the way.
"""

import asyncio
import logging
import random
import ssl
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "vigifuite", "un-mot-de-passe-invente"
# Where a connection is dropped: before each command is answered, in the middle of the message, after it was taken.
STEPS = ("greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "body", "reply", "QUIT")
REFUSALS = ("450 RCPT", "451 DATA", "421 MAIL")  # what another day may take

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # every dropped connection would be told

Fault = Callable[[], str | None]  # what happens to the next connection: a step, a refusal, or nothing


@dataclass
class Mailbox:
    """What the server took charge of, in order: recipient and the whole message."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    met: set[str] = field(default_factory=set)  # faults that really happened


def make_certificate(folder: Path) -> Path:
    """A key and a certificate of its own for localhost, in one file."""
    path = folder / "mail.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + (folder / "cert.pem").read_bytes())
    return path


def drawn(chosen: random.Random, share: float) -> Fault:
    """A fault for a share of the connections, each kind as likely as the others."""
    kinds = (*STEPS, *REFUSALS)
    return lambda: chosen.choice(kinds) if chosen.random() < share else None


class MailServer(Controller):
    """The server; start() and stop() run it in a thread of its own."""

    def __init__(
        self,
        certificate: Path,
        fault: Fault = lambda: None,
        refused: Sequence[str] = (),
        *,
        tls: bool = True,
        from_the_start: bool = False,  # TLS without STARTTLS
    ) -> None:
        self.mailbox = Mailbox()
        self.ca_file = certificate
        self.fault = fault
        self.refused = refused  # recipients, for good
        self._context: ssl.SSLContext | None = None
        if tls:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(certificate)
        self._starttls = self._context is not None and not from_the_start
        super().__init__(
            _Handler(self),
            hostname="127.0.0.1",
            port=0,
            ready_timeout=30,
            ssl_context=self._context if from_the_start else None,
        )

    def taken(self) -> Sequence[tuple[str, bytes]]:
        """Recipient and message, in order."""
        return tuple(self.mailbox.taken)

    def factory(self) -> SMTP:
        """One connection."""
        return _Connection(
            self.handler,
            self.fault(),
            self.mailbox,
            hostname="localhost",
            tls_context=self._context if self._starttls else None,
            require_starttls=self._starttls,
            auth_required=self._starttls,
            auth_require_tls=self._starttls,
            authenticator=_authenticate,
            loop=self.loop,
        )

    def _trigger_server(self) -> None:
        # The base class would connect to the port it asked for; ours is whatever the system gave.
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _authenticate(_: SMTP, __: Session, ___: Envelope, mechanism: str, given: Any) -> AuthResult:
    fits = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    # Not handled: the server says so itself.
    return AuthResult(success=fits and mechanism in ("PLAIN", "LOGIN"), handled=False)


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, connection: "_Connection", _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        if address in self._server.refused:
            return "550 5.1.1 no such mailbox: jeanne.exemple@courriel.test"  # somebody else's words
        if connection.fault == "450 RCPT":
            self._server.mailbox.met.add("450 RCPT")
            return "450 4.2.0 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, connection: "_Connection", _: Session, envelope: Envelope) -> str:  # noqa: N802
        if connection.fault == "451 DATA":
            self._server.mailbox.met.add("451 DATA")
            return "451 4.3.0 try again later"
        if connection.fault == "body":
            connection.drop("body")
            return "451 lost"
        for address in envelope.rcpt_tos:
            content = envelope.content or b""
            self._server.mailbox.taken.append((address, content if isinstance(content, bytes) else content.encode()))
        if connection.fault == "reply":
            connection.drop("reply")
        return "250 2.0.0 taken"


class _Connection(SMTP):
    """A connection with what is to happen to it."""

    def __init__(self, handler: Any, fault: str | None, mailbox: Mailbox, **given: Any) -> None:
        super().__init__(handler, **given)
        self.fault = fault
        self._mailbox = mailbox

    def drop(self, step: str) -> bool:
        """Cut the line, as a server that dies does."""
        self._mailbox.met.add(step)
        self._line.abort()
        return True

    def connection_made(self, transport: Any) -> None:
        self._line: asyncio.Transport = transport
        super().connection_made(transport)
        if self.fault == "greeting":
            self.drop("greeting")

    async def smtp_EHLO(self, argument: str) -> None:  # noqa: N802
        if self.fault != "EHLO" or not self.drop("EHLO"):
            await super().smtp_EHLO(argument)

    async def smtp_STARTTLS(self, argument: str) -> None:  # noqa: N802
        if self.fault != "STARTTLS" or not self.drop("STARTTLS"):
            await super().smtp_STARTTLS(argument)

    async def smtp_AUTH(self, argument: str) -> None:  # noqa: N802
        if self.fault != "AUTH" or not self.drop("AUTH"):
            await super().smtp_AUTH(argument)

    async def smtp_MAIL(self, argument: str | None) -> None:  # noqa: N802
        if self.fault == "421 MAIL":
            self._mailbox.met.add("421 MAIL")
            await self.push("421 4.3.2 shutting down")
            self._line.close()
        elif self.fault != "MAIL" or not self.drop("MAIL"):
            await super().smtp_MAIL(argument)

    async def smtp_RCPT(self, argument: str | None) -> None:  # noqa: N802
        if self.fault != "RCPT" or not self.drop("RCPT"):
            await super().smtp_RCPT(argument)

    async def smtp_DATA(self, argument: str) -> None:  # noqa: N802
        if self.fault != "DATA" or not self.drop("DATA"):
            await super().smtp_DATA(argument)

    async def smtp_QUIT(self, argument: str) -> None:  # noqa: N802
        if self.fault != "QUIT" or not self.drop("QUIT"):
            await super().smtp_QUIT(argument)
