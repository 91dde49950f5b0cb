"""The second factor: Telegram's variant of SRP (core.telegram.org/api/srp), the server's half."""

import hashlib
import os
from typing import Any

from telethon import types as T  # noqa: N812
from telethon.password import compute_hash, pbkdf2sha512  # noqa: F401 (compute_hash is the protocol's own)

from tests.telegram_server.transport import PRIME
from tests.telegram_server.world import made

GENERATOR = 3
_salts = (b"salt-one", b"salt-two")
_secret = int.from_bytes(os.urandom(256), "big")


def _algorithm() -> Any:
    kind = T.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow
    return kind(_salts[0], _salts[1], GENERATOR, _bytes(PRIME))


def _bytes(number: int) -> bytes:
    return number.to_bytes(256, "big")


def _sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _verifier(word: str) -> int:
    return pow(GENERATOR, int.from_bytes(compute_hash(_algorithm(), word), "big"), PRIME)


_words: list[str] = []


def challenge() -> Any:
    """The question; the word it is about is the one last set by `set_word`."""
    product = int.from_bytes(_sha256(_bytes(PRIME), _bytes(GENERATOR)), "big")
    public = (product * _verifier(_words[-1]) + pow(GENERATOR, _secret, PRIME)) % PRIME
    return made(
        T.account.Password,
        new_algo=_algorithm(),
        new_secure_algo=T.SecurePasswordKdfAlgoUnknown(),
        has_password=True,
        current_algo=_algorithm(),
        srp_B=_bytes(public),
        srp_id=1,
    )


def set_word(word: str) -> None:
    _words.append(word)


def is_right(word: str, given: Any) -> bool:
    """Whether the proof shows that the word is known."""
    product = int.from_bytes(_sha256(_bytes(PRIME), _bytes(GENERATOR)), "big")
    verifier = _verifier(word)
    public = (product * verifier + pow(GENERATOR, _secret, PRIME)) % PRIME
    mixed = int.from_bytes(_sha256(given.A, _bytes(public)), "big")
    shared = pow(int.from_bytes(given.A, "big") * pow(verifier, mixed, PRIME), _secret, PRIME)
    of_prime, of_generator = _sha256(_bytes(PRIME)), _sha256(_bytes(GENERATOR))
    both = bytes(a ^ b for a, b in zip(of_prime, of_generator, strict=True))
    proof = _sha256(both, _sha256(_salts[0]), _sha256(_salts[1]), given.A, _bytes(public), _sha256(_bytes(shared)))
    return bool(proof == given.M1)
