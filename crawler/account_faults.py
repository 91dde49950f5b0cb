"""What Telegram's refusals and broken connections mean for the source that was being read."""

from datetime import UTC, datetime, timedelta

from telethon import errors

from crawler.collector import (
    AccessDenied,
    AccountFrozen,
    CollectorError,
    SessionRevoked,
    SourceGone,
    SourcePrivate,
    SourceUnavailable,
)

FLOODS = (errors.FloodWaitError, errors.FloodPremiumWaitError, errors.SlowModeWaitError)
BROKEN = (OSError, EOFError, TimeoutError, errors.SecurityError, BufferError)  # ConnectionError is an OSError

_FROZEN = (
    errors.FrozenMethodInvalidError,
    errors.UserDeactivatedBanError,
    errors.UserDeactivatedError,
    errors.PhoneNumberBannedError,
)
# UnauthorizedError stands for all its kinds: unknown key, session revoked or expired.
_LOGGED_OUT = (errors.UnauthorizedError, errors.AuthKeyError, errors.AuthKeyNotFound)
_PRIVATE = (errors.ChannelPrivateError, errors.ChannelPublicGroupNaError)
_GONE = (errors.UsernameNotOccupiedError, errors.UsernameInvalidError, errors.ChannelInvalidError)


def collector_error(error: Exception, account: str, source: str) -> CollectorError:
    """What an error of Telethon's means, in our words: never Telethon's, which may quote a request."""
    if isinstance(error, FLOODS):
        until = datetime.now(UTC) + timedelta(seconds=error.seconds)
        return SourceUnavailable(f"account {account}: Telegram wants to be left alone", until=until)
    if isinstance(error, _FROZEN):
        return AccountFrozen(f"account {account} is frozen or banned by Telegram")
    if isinstance(error, _LOGGED_OUT):
        return SessionRevoked(f"account {account} is logged out: its session was ended")
    if isinstance(error, _PRIVATE):
        return SourcePrivate(f"{source}: it is private now, and account {account} is no member")
    if isinstance(error, _GONE):
        return SourceGone(f"{source}: there is no such channel any more")
    if isinstance(error, errors.ServerError | errors.TimedOutError):
        return SourceUnavailable(f"account {account}: Telegram has internal trouble ({error.code})")
    if isinstance(error, errors.RPCError):
        return AccessDenied(f"{source}: Telegram refuses account {account} ({type(error).__name__})")
    return SourceUnavailable(f"account {account}: Telegram cannot be reached ({type(error).__name__})")
