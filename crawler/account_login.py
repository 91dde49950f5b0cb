"""Logging an account in, once, by a human: number and code, or a QR code; then the password, if it has one."""

from collections.abc import Callable
from dataclasses import dataclass

from telethon import TelegramClient, errors

from crawler.account_client import lock_name, new_client, session_path
from crawler.account_faults import BROKEN
from crawler.account_gate import LOGGING_IN
from crawler.account_session import SessionFileError
from crawler.account_settings import AccountSettings, SecretsError, read_secrets
from storage.errors import SourceBusyError
from storage.store import Store

TRIES = 3
SCAN_SECONDS = 25.0  # a QR code is good for half a minute
SCANS = 10


class LoginError(Exception):
    """The login did not come about. The text says why, and how to go on; it shows no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """Who answers the questions of a login."""

    phone: Callable[[], str]
    code: Callable[[], str]
    password: Callable[[], str]
    show: Callable[[str], None]  # a tg:// address, to be scanned with a telephone that is logged in


async def log_in(settings: AccountSettings, store: Store, human: Human, *, by_qr: bool) -> int:
    """Log an account in, and keep its session; its number at Telegram. Raises `LoginError`."""
    try:
        with store.holding(lock_name(settings.name)):
            return await _logged_in(settings, store, human, by_qr)
    except SourceBusyError as busy:
        raise LoginError(f"{busy}: stop that first") from None
    except (SecretsError, SessionFileError) as error:
        raise LoginError(str(error)) from None
    except errors.AuthKeyNotFound:
        raise LoginError("Telegram no longer knows the key of this session: it was removed, log in again") from None
    except (errors.FloodWaitError, errors.PhoneNumberFloodError) as flood:
        seconds = getattr(flood, "seconds", 24 * 3600)
        raise LoginError(f"Telegram asks to wait {seconds} s before another login") from None
    except (errors.PhoneNumberBannedError, errors.UserDeactivatedBanError):
        raise LoginError("Telegram has banned this number: use another one") from None
    except errors.RPCError as refused:
        raise LoginError(f"Telegram refuses the login ({type(refused).__name__})") from None
    except BROKEN as error:
        raise LoginError(f"Telegram cannot be reached ({type(error).__name__}): check network and proxy") from None


async def _logged_in(settings: AccountSettings, store: Store, human: Human, by_qr: bool) -> int:
    client = new_client(settings, store.folder, LOGGING_IN)
    try:
        await client.connect()
        if not await client.is_user_authorized():
            try:
                await (_scan(client, human) if by_qr else _by_phone(client, settings, human))
            except errors.SessionPasswordNeededError:
                await _second_factor(client, human)
        me = await client.get_me()
        if me is None:
            raise LoginError("Telegram did not accept the login: try again")
        client.session.save()
        return int(me.id)
    except errors.AuthKeyNotFound:
        session_path(store.folder, settings.name).unlink(missing_ok=True)
        raise
    finally:
        await client.disconnect()


async def _by_phone(client: TelegramClient, settings: AccountSettings, human: Human) -> None:
    phone = read_secrets(settings).phone or human.phone()
    sent = await client.send_code_request(phone)
    for _ in range(TRIES):
        try:
            await client.sign_in(phone, human.code(), phone_code_hash=sent.phone_code_hash)
            return
        except (errors.PhoneCodeInvalidError, errors.PhoneCodeEmptyError):
            continue
    raise LoginError("the code was wrong three times: begin again")


async def _scan(client: TelegramClient, human: Human) -> None:
    scan = await client.qr_login()
    for _ in range(SCANS):
        human.show(scan.url)
        try:
            await scan.wait(SCAN_SECONDS)
            return
        except TimeoutError:
            await scan.recreate()
    raise LoginError("nobody scanned the code: begin again")


async def _second_factor(client: TelegramClient, human: Human) -> None:
    for _ in range(TRIES):
        try:
            await client.sign_in(password=human.password())
            return
        except errors.PasswordHashInvalidError:
            continue
    raise LoginError("the password was wrong three times: begin again")
