"""The second factor: Telegram's variant of SRP (core.telegram.org/api/srp), the server's half."""

import hashlib
import os
from typing import Any

from telethon import types as T  # noqa: N812
from telethon.password import compute_hash

from tests.telegram_server.world import made

# Telegram's own prime, which clients know; another they would take minutes to prove (core.telegram.org/api/srp).
PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DBFA336F6E0AC92513"
    "9543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F642477FE96BB2A941D5BCD1D4AC8CC4988"
    "0708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4"
    "B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F"
    "0D8115F635B105EE2E4E15D04B2454BF6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
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


def challenge(word: str) -> Any:
    """The question that only who knows the word can answer."""
    product = int.from_bytes(_sha256(_bytes(PRIME), _bytes(GENERATOR)), "big")
    public = (product * _verifier(word) + pow(GENERATOR, _secret, PRIME)) % PRIME
    return made(
        T.account.Password,
        new_algo=_algorithm(),
        new_secure_algo=T.SecurePasswordKdfAlgoUnknown(),
        has_password=True,
        current_algo=_algorithm(),
        srp_B=_bytes(public),
        srp_id=1,
    )


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
