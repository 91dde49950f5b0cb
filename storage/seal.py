"""Captures, sealed before they touch the disk: encrypted to the analysts' public keys (age), named by sha256.

The machine that takes posts in cannot read back what it kept. A sealed file holds two members in a tar:
`capture.json`, the post as RFC 8785 JSON, and `opening.json`, the salt that opens the log line's commitments.
"""

import hashlib
import hmac
import io
import json
import os
import secrets
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pyrage
import rfc8785
from pyrage import x25519

from detectors.model import Post
from detectors.redaction import redact_string
from storage.errors import SealError

CaptureMode = Literal["extract", "full"]
JsonTree = str | int | float | bool | None | list["JsonTree"] | dict[str, "JsonTree"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A capture as it goes to the disk, and what the log may say of it."""

    data: bytes  # the age file
    sha256: str  # of `data`
    commitment: str  # HMAC-SHA256 under the salt of sha256(capture.json)
    full_commitment: str  # the same of the whole post's bytes, redacted or not
    length: int  # of capture.json, bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an analyst's key takes out of a sealed file."""

    capture: bytes
    salt: bytes


def make_keys(folder: Path) -> tuple[Path, Path]:
    """Write a new key pair: the public file the crawler needs and the private one to be moved away."""
    identity = x25519.Identity.generate()
    folder.mkdir(parents=True, exist_ok=True)
    public, private = folder / "analysts.pub", folder / "analyst.key"
    write_private(private, f"# Opens Vigifuite's captures. Keep it off the lookout's machine.\n{identity}\n")
    public.write_text(f"{identity.to_public()}\n", encoding="utf-8")
    return public, private


def read_recipients(path: Path) -> tuple[x25519.Recipient, ...]:
    """The public keys captures are sealed to, one a line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        recipients = tuple(
            x25519.Recipient.from_str(line.strip()) for line in lines if line.strip() and not line.startswith("#")
        )
    except OSError:
        raise SealError(f"no public key at {path}: run `vigifuite init`, or put the analysts' age keys there") from None
    except (pyrage.RecipientError, UnicodeDecodeError):
        raise SealError(f"{path} holds a line that is no age public key (age1…): remove or correct it") from None
    if not recipients:
        raise SealError(f"{path} holds no public key: run `vigifuite init`, or put the analysts' age keys there")
    return recipients


def seal(post: Post, mode: CaptureMode, recipients: Sequence[x25519.Recipient]) -> Sealed:
    """Encrypt a post's capture. `extract` covers its personal data, committing to the full bytes all the same."""
    full = canonical(_tree(post))
    capture = full if mode == "full" else canonical(_redacted_tree(_tree(post)))
    salt = secrets.token_bytes(32)
    opening = canonical({"salt": salt.hex(), "sha256": hashlib.sha256(capture).hexdigest(), "mode": mode})
    data = pyrage.encrypt(_tar({"capture.json": capture, "opening.json": opening}, post.seen_at), list(recipients))
    return Sealed(
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        commitment=commitment(salt, capture),
        full_commitment=commitment(salt, full),
        length=len(capture),
    )


def open_sealed(data: bytes, key_file: Path) -> Opened:
    """Decrypt a sealed file with a private key."""
    try:
        lines = key_file.read_text(encoding="utf-8").splitlines()
        identities = [x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except (OSError, UnicodeDecodeError):
        raise SealError(f"cannot read the private key {key_file}: name the file `init` made") from None
    except pyrage.IdentityError:
        identities = []
    if not identities:
        raise SealError(f"{key_file} holds no valid age private key (AGE-SECRET-KEY-…)")
    try:
        members = _untar(pyrage.decrypt(data, identities))
        salt = bytes.fromhex(json.loads(members["opening.json"])["salt"])
        return Opened(capture=members["capture.json"], salt=salt)
    except pyrage.DecryptError:
        raise SealError(f"{key_file} does not open this file: it was sealed to another key, or altered") from None
    except (tarfile.TarError, KeyError, TypeError, ValueError):
        raise SealError("the file opens, but is not a capture of Vigifuite") from None


def commitment(salt: bytes, content: bytes) -> str:
    """HMAC-SHA256 under the salt of the content's sha256: binds without being guessable."""
    return hmac.new(salt, hashlib.sha256(content).digest(), hashlib.sha256).hexdigest()


def fingerprint(post: Post, key: bytes) -> str:
    """Tells two contents of one ref apart, under the store's own key: a short text cannot be guessed from it."""
    content: JsonTree = [post.text, post.title or "", [[file.name, str(file.size)] for file in post.files]]
    return hmac.new(key, canonical(content), hashlib.sha256).hexdigest()


def write_sealed(folder: Path, sealed: Sealed) -> Path:
    """Put a sealed capture on the disk for good: write, fsync, rename, fsync the folders."""
    path = sealed_path(folder, sealed.sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(sealed.data)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    # The folders above too: they may be as new as the file.
    for changed in (path.parent, folder, folder.parent):
        directory = os.open(changed, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    return path


def sealed_path(folder: Path, sha256: str) -> Path:
    """Where the sealed file of this hash lies."""
    return folder / sha256[:2] / f"{sha256}.age"


def canonical(tree: JsonTree) -> bytes:
    """RFC 8785 JSON; characters no encoding can hold become U+FFFD."""
    return rfc8785.dumps(_writable(tree))


def _writable(tree: JsonTree) -> JsonTree:
    match tree:
        case str():
            return tree.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_writable(item) for item in tree]
        case dict():
            return {key: _writable(value) for key, value in tree.items()}
    return tree


def _tree(post: Post) -> JsonTree:
    """The post as JSON values: times in RFC 3339 UTC, sizes as text (RFC 8785 knows no integer over 2^53)."""
    return _as_json(asdict(post))


def _as_json(value: object) -> JsonTree:
    match value:
        case Mapping():
            return {str(key): _as_json(item) for key, item in value.items()}
        case list() | tuple():
            return [_as_json(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case int() if not isinstance(value, bool):
            return str(value)
        case None:
            return None
    return str(value)


def _redacted_tree(tree: JsonTree) -> JsonTree:
    match tree:
        case str():
            return str(redact_string(tree))
        case list():
            return [_redacted_tree(item) for item in tree]
        case dict():
            # Times and sizes are ours: redaction would take a long number for a telephone's.
            kept = ("seen_at", "posted_at", "edited_at", "size")
            return {key: value if key in kept else _redacted_tree(value) for key, value in tree.items()}
    return tree


def _tar(members: Mapping[str, bytes], at: datetime) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(content), int(at.timestamp()), 0o600
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _untar(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        contents = ((member.name, archive.extractfile(member)) for member in archive.getmembers())
        return {name: file.read() for name, file in contents if file is not None}


def write_private(path: Path, content: str) -> None:
    """Never readable by others, not even for a moment; an existing key is never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
