"""One connection of the pretend Telegram: MTProto's key exchange, framing and encryption, on Telethon's TL classes.

The client on the other side is the unmodified one: it dials TCP, exchanges a key and encrypts as with Telegram.
"""

import asyncio
import os
import struct
import time
import zlib
from collections.abc import Callable
from hashlib import sha1, sha256
from typing import Any

import rsa
from telethon import helpers
from telethon import types as T  # noqa: N812 (as Telethon's own documents call it)
from telethon.crypto import AES
from telethon.crypto import rsa as known_keys
from telethon.extensions import BinaryReader
from telethon.network.mtprotostate import MTProtoState
from telethon.tl.core import GzipPacked, MessageContainer

# RFC 3526, group 14: a safe prime of 2048 bits; its generator is 2.
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
FACTORS = 1229739323 * 1402015859  # what the client has to take apart
RESULT = 0xF35C6D01
UNKNOWN_KEY = struct.pack("<i", -404)

Answer = Callable[[Any, "Connection"], bytes | None]


# Two primes of 1024 bits anybody can write down: this key keeps no secret, and looking for a new one takes seconds.
PUBLISHED = (2**1023 + 2**1022 + 1037, 2**1023 + 2**1022 + 1697)
EXPONENT = 65537


class Keys:
    """The server's key pair, and the keys agreed upon with clients."""

    def __init__(self) -> None:
        p, q = PUBLISHED
        self.public = rsa.PublicKey(p * q, EXPONENT)
        self._private = rsa.PrivateKey(p * q, EXPONENT, pow(EXPONENT, -1, (p - 1) * (q - 1)), p, q)
        self.pem = self.public.save_pkcs1().decode()
        self.fingerprint = known_keys._compute_fingerprint(self.public)  # Telethon has no public way to it
        self.agreed: dict[int, bytes] = {}

    def opened(self, sealed: bytes) -> bytes:
        return pow(int.from_bytes(sealed, "big"), self._private.d, self._private.n).to_bytes(255, "big")


class DropError(Exception):
    """The connection ends here, without an answer."""


class Connection:
    """Talks to one client until either hangs up."""

    def __init__(self, keys: Keys, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.user: int | None = None  # who is logged in, once the key is known
        self.key_id: int | None = None
        self._keys, self._answer, self._reader, self._writer = keys, answer, reader, writer
        self._key = b""
        self._session = 0
        self._frames = 0
        self._sent = 0
        self._last_id = 0

    async def run(self, user_of: Callable[[int], int | None]) -> None:
        try:
            while True:
                length, _ = struct.unpack("<ii", await self._reader.readexactly(8))
                packet = (await self._reader.readexactly(length - 8))[:-4]
                key_id = struct.unpack("<Q", packet[:8])[0]
                if key_id == 0:
                    self._shake_hands(BinaryReader(packet[20:]).tgread_object())
                elif key_id not in self._keys.agreed:
                    self._frame(UNKNOWN_KEY)
                else:
                    self.key_id, self._key, self.user = key_id, self._keys.agreed[key_id], user_of(key_id)
                    self._take_in(packet)
                await self._writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, DropError):
            pass
        finally:
            self.close()

    def close(self) -> None:
        self._writer.close()

    def push(self, update: Any) -> None:
        """Tell the client without being asked."""
        if self._session:
            self._send(bytes(update), is_answer=False)

    def _take_in(self, packet: bytes) -> None:
        key, iv = MTProtoState._calc_key(self._key, packet[8:24], True)
        data = AES.decrypt_ige(packet[24:], key, iv)
        _, self._session, message_id, _, length = struct.unpack("<qqqii", data[:32])
        self._read(message_id, BinaryReader(data[32 : 32 + length]).tgread_object())

    def _read(self, message_id: int, said: Any) -> None:
        if isinstance(said, MessageContainer):
            for message in said.messages:
                self._read(message.msg_id, message.obj)
        elif isinstance(said, GzipPacked):
            self._read(message_id, BinaryReader(said.data).tgread_object())
        elif type(said).__name__ in ("PingRequest", "PingDelayDisconnectRequest"):
            self._send(bytes(T.Pong(message_id, said.ping_id)))
        elif type(said).__name__ not in ("MsgsAck", "HttpWaitRequest"):
            answer = self._answer(said, self)
            if answer is not None:
                self._send(struct.pack("<Iq", RESULT, message_id) + answer)

    def _send(self, body: bytes, *, is_answer: bool = True) -> None:
        data = (
            struct.pack("<qqqii", 0, self._session, self._message_id(is_answer), self._sent * 2 + 1, len(body)) + body
        )
        self._sent += 1
        data += os.urandom(-(len(data) + 12) % 16 + 12)
        message_key = sha256(self._key[96:128] + data).digest()[8:24]
        key, iv = MTProtoState._calc_key(self._key, message_key, False)
        self._frame(struct.pack("<Q", self.key_id) + message_key + AES.encrypt_ige(data, key, iv))

    def _frame(self, payload: bytes) -> None:
        framed = struct.pack("<ii", len(payload) + 12, self._frames) + payload
        self._frames += 1
        if not self._writer.is_closing():
            self._writer.write(framed + struct.pack("<I", zlib.crc32(framed)))

    def _message_id(self, is_answer: bool) -> int:
        number = (int(time.time() * 2**32) & ~3) | (1 if is_answer else 3)
        while number <= self._last_id:
            number += 4
        self._last_id = number
        return number

    # ---------------------------------------------------------------- the key

    def _plain(self, said: Any) -> None:
        body = bytes(said)
        self._frame(struct.pack("<qqi", 0, self._message_id(True), len(body)) + body)

    def _shake_hands(self, said: Any) -> None:
        """The three steps of the key exchange (core.telegram.org/mtproto/auth_key)."""
        match type(said).__name__:
            case "ReqPqMultiRequest":
                self._nonce, self._own_nonce = said.nonce, int.from_bytes(os.urandom(16), "little", signed=True)
                product = known_keys.get_byte_array(FACTORS)
                self._plain(T.ResPQ(self._nonce, self._own_nonce, product, [self._keys.fingerprint]))
            case "ReqDHParamsRequest":
                inner = BinaryReader(self._keys.opened(said.encrypted_data)[20:]).tgread_object()
                self._new_nonce = inner.new_nonce
                self._shared = helpers.generate_key_data_from_nonce(self._own_nonce, self._new_nonce)
                self._secret = int.from_bytes(os.urandom(256), "big")
                prime, half = known_keys.get_byte_array(PRIME), known_keys.get_byte_array(pow(2, self._secret, PRIME))
                body = bytes(T.ServerDHInnerData(self._nonce, self._own_nonce, 2, prime, half, int(time.time())))
                body = sha1(body).digest() + body  # noqa: S324 (the protocol's)
                body += os.urandom(-len(body) % 16)
                self._plain(T.ServerDHParamsOk(self._nonce, self._own_nonce, AES.encrypt_ige(body, *self._shared)))
            case "SetClientDHParamsRequest":
                inner = BinaryReader(AES.decrypt_ige(said.encrypted_data, *self._shared)[20:]).tgread_object()
                key = pow(int.from_bytes(inner.g_b, "big"), self._secret, PRIME).to_bytes(256, "big")
                digest = sha1(key).digest()  # noqa: S324
                self._keys.agreed[struct.unpack("<Q", digest[12:20])[0]] = key
                proof = sha1(self._new_nonce.to_bytes(32, "little", signed=True) + b"\x01" + digest[:8])  # noqa: S324
                number = int.from_bytes(proof.digest()[4:20], "little", signed=True)
                self._plain(T.DhGenOk(self._nonce, self._own_nonce, number))
