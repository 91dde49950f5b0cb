"""The one way out of the desk: mail through the configured server, HTTP to the configured addresses, nothing else.

No redirect is followed and nothing of the environment is read. What comes back is a code and our own words: the text of
a server's answer is somebody else's.
"""

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import aiosmtplib
import httpx

from detectors.model import Tlp
from storage.outbox import Sending

Security = Literal["starttls", "tls", "none"]

_MAIL_SECONDS = 60.0  # for one mail, from the connection to the server's word; far below the outbox's lease
_WEB_SECONDS = 15.0
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463
_GONE = 410  # by which a webhook's receiver says that he wants no more


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes our mail."""

    host: str
    port: int
    security: Security
    sender: str  # the address mails come from, also as the envelope says
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None  # whose certificates count; none: the system's


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where notices go as JSON."""

    name: str
    url: str
    secret: bytes = field(repr=False)
    cleared_for: Tlp = Tlp.AMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How an attempt went."""

    state: Sending  # sent, refused, or waiting for another attempt
    reason: str | None = None
    is_servers: bool = False  # it would have gone the same with any other mail


async def send_mail(server: MailServer, recipient: str, message: str) -> Delivery:
    """Hand one message to the server for one recipient. Sent means that the server took charge of it."""
    step = "connection"
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        # Not the name of this machine: it is nobody's business, and asking for it may ask the network.
        local_hostname=server.sender.rpartition("@")[2],
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=None if server.security == "none" else _tls(server.ca_file),
        timeout=_MAIL_SECONDS,
    )
    try:
        async with asyncio.timeout(_MAIL_SECONDS):
            await client.connect()
            step = "login"
            if server.username is not None:
                await client.login(server.username, server.password or "")
            step = "transfer"
            await client.sendmail(server.sender, [recipient], message.encode("ascii"))
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _answered(error.recipients[0], "recipient")
    except aiosmtplib.SMTPDataError as error:
        return _answered(error, "content")
    except aiosmtplib.SMTPResponseException as error:
        # About the server, our name or our password: another day it may be well.
        return Delivery(state=Sending.WAITING, reason=f"{_code(error)} at {step}", is_servers=True)
    except ssl.SSLCertVerificationError as error:
        return Delivery(state=Sending.WAITING, reason=f"certificate: {error.verify_message}", is_servers=True)
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        lost = f"{_cause(error)} at {step}"
        # Lost while it was handed over, the next one may go well; lost before, no other would.
        return Delivery(state=Sending.WAITING, reason=lost, is_servers=step != "transfer")
    finally:
        await _leave(client)
    return Delivery(state=Sending.SENT)


async def post_webhook(webhook: Webhook, headers: Mapping[str, str], body: str) -> Delivery:
    """Post JSON to a webhook; anything but a 2xx is tried again, but for 410."""
    try:
        async with _client() as client:
            request = client.build_request("POST", webhook.url, headers=dict(headers), content=body.encode())
            status = await _status(client, request)
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        return Delivery(state=Sending.WAITING, reason=f"{_cause(error)} at {_host(webhook.url)}")
    if httpx.codes.is_success(status):
        return Delivery(state=Sending.SENT)
    if httpx.codes.is_redirect(status):
        return Delivery(state=Sending.WAITING, reason=f"HTTP {status}: redirects are not followed")
    return Delivery(state=Sending.REFUSED if status == _GONE else Sending.WAITING, reason=f"HTTP {status}")


async def beat(target: str) -> str | None:
    """Say that we are alive: an address is asked for, a file touched. What went wrong comes back."""
    if not target.startswith(("http://", "https://")):
        try:
            await asyncio.to_thread(Path(target).write_text, f"{datetime.now(UTC).isoformat(timespec='seconds')}\n")
        except OSError as error:
            return f"{target} cannot be written: {error.strerror}"
        return None
    try:
        async with _client() as client:
            status = await _status(client, client.build_request("GET", target))
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        return f"{_cause(error)} at {_host(target)}"
    return None if httpx.codes.is_success(status) else f"HTTP {status} at {_host(target)}"


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        follow_redirects=False, trust_env=False, timeout=_WEB_SECONDS, verify=ssl.create_default_context()
    )


async def _status(client: httpx.AsyncClient, request: httpx.Request) -> int:
    """The answer's code alone: its body is not read."""
    async with asyncio.timeout(_WEB_SECONDS):
        answer = await client.send(request, stream=True)
        await answer.aclose()
    return answer.status_code


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Say good-bye; how that goes changes nothing about what was handed over."""
    try:
        if client.is_connected:
            async with asyncio.timeout(2):
                await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        pass
    finally:
        client.close()


def _answered(error: aiosmtplib.SMTPResponseException, what: str) -> Delivery:
    for_good = error.code >= 500
    return Delivery(state=Sending.REFUSED if for_good else Sending.WAITING, reason=f"{what} refused: {_code(error)}")


def _code(error: aiosmtplib.SMTPResponseException) -> str:
    enhanced = _ENHANCED.match(str(error.message))
    return f"{error.code} {enhanced[0]}" if enhanced else str(error.code)


def _cause(error: Exception) -> str:
    """The kind of fault in words."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return "no TLS"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected | httpx.RemoteProtocolError):
        return "connection lost"
    if isinstance(error, ConnectionError | OSError | httpx.ConnectError):
        return "no connection"
    return type(error).__name__


def _host(url: str) -> str:
    """What of an address may be told: its path may be a secret."""
    return urlsplit(url).hostname or "?"
