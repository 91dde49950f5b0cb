"""Signing in: a password, a code that counts once, and delays that grow with each failure. No name is given away."""

import re
import threading
from collections.abc import Mapping
from datetime import datetime

import pyotp
import segno
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from wordfreq import zipf_frequency

from desk.languages import marked as _
from storage import accounts, sessions
from storage.store import Store

SHORTEST = 12  # characters of a password
_STEP = 30  # seconds a code lasts
_EVERYDAY = 3.0  # Zipf frequency from which a word is among those tried first

# RFC 9106's second recommended setting; one at a time, or twenty sign-ins at once would take a small machine's memory.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=2)
_ONE_AT_A_TIME = threading.Lock()
# Of no password anybody has: who does not exist takes as long to refuse as who does.
_NOBODY = _HASHER.hash("nobody: " + pyotp.random_base32())


class SignInError(Exception):
    """Not let in. The text says why, to be translated; `values` go into it."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.values: Mapping[str, object] = values


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(password)


def is_password(password_hash: str, password: str) -> bool:
    """Whether a password is the one that was hashed."""
    with _ONE_AT_A_TIME:
        try:
            return _HASHER.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False


def what_is_wrong(password: str, name: str) -> str | None:
    """Why a password will not do, to be translated.

    >>> what_is_wrong("Motdepasse2026!", "ana"), what_is_wrong("quatre girafes en velours", "ana")
    ('an everyday word with digits is guessed first: take several words', None)
    """
    if len(password) < SHORTEST:
        return _("at least 12 characters: several words are easiest to remember")
    letters = re.sub(r"[\W\d_]+", "", password.lower())
    if len(set(password)) < 5 or "vigifuite" in letters or (len(name) > 3 and name in password.lower()):
        return _("too easily guessed: take several words that have nothing to do with you or this desk")
    one_word = not re.search(r"\s", password.strip()) and any(
        zipf_frequency(part, language) >= _EVERYDAY for part in (letters, letters[:-1]) for language in ("fr", "en")
    )
    if one_word or letters in ("motdepasse", "azertyuiop", "qwertyuiop", "azertyuiopqs"):
        return _("an everyday word with digits is guessed first: take several words")
    return None


def code_step(secret: str, code: str, at: datetime) -> int | None:
    """The step of time a code belongs to: this one, or those beside it; nothing where it is wrong."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    current = int(at.timestamp()) // _STEP
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if pyotp.utils.strings_equal(totp.at(step * _STEP), digits):
            return step
    return None


def sign_in(store: Store, name: str, password: str, code: str, address: str, at: datetime) -> str:
    """The token of a new session for whoever these belong to. Raises `SignInError`."""
    wait = sessions.wait_before(store, name, address, at)
    if wait.total_seconds() > 0:
        minutes = int(wait.total_seconds() // 60) + 1
        raise SignInError(_("too many attempts: try again in %(minutes)s min"), minutes=minutes)
    user = accounts.find_user(store, name)
    known = is_password(user.password_hash if user else _NOBODY, password)
    step = code_step(accounts.totp_secret(store, user) if user else pyotp.random_base32(), code, at)
    if user is None or not known or step is None or user.disabled_at or not accounts.use_step(store, user, step):
        sessions.note_failure(store, name, address, at)
        raise SignInError(_("name, password or code is wrong; a code counts once"))
    return sessions.begin(store, user, address, at)


def setup_address(secret: str, name: str) -> str:
    """What an authenticator reads: an address of its own kind."""
    return pyotp.TOTP(secret).provisioning_uri(name=name or "vigifuite", issuer_name="Vigifuite")


def picture(text: str) -> tuple[int, str]:
    """A QR code: how many modules a side, and one path of an SVG that draws the dark ones."""
    rows = list(segno.make(text, error="m").matrix)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return len(rows), path
