"""Sealed captures: opened by the analysts' keys alone, with Debian's own `age`."""

import hashlib
import hmac
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from detectors.model import Attachment, Post
from storage.errors import SealError
from storage.seal import (
    CaptureMode,
    Opened,
    Sealed,
    canonical,
    commitment,
    fingerprint,
    make_keys,
    open_sealed,
    read_recipients,
    seal,
    sealed_path,
    write_private,
    write_sealed,
)

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
KEY = bytes(range(32))

MakePost = Callable[..., Post]
Recipients = tuple[x25519.Recipient, ...]


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A public and a private key file."""
    return make_keys(tmp_path / "keys")


@pytest.fixture
def recipients(keys: tuple[Path, Path]) -> Recipients:
    return read_recipients(keys[0])


@pytest.fixture
def private(keys: tuple[Path, Path]) -> Path:
    return keys[1]


def by_age(sealed: Sealed, private: Path) -> dict[str, bytes]:
    """The members of a sealed file, taken out with Debian's programs only."""
    command = ["/usr/bin/age", "-d", "-i", str(private)]
    opened = subprocess.run(command, input=sealed.data, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(opened.stdout), mode="r:") as archive:
        return {member.name: archive.extractfile(member).read() for member in archive.getmembers()}  # type: ignore[union-attr]


def refusal(data: bytes, private: Path) -> str:
    """Why a file is not opened; always one line."""
    with pytest.raises(SealError) as refused:
        open_sealed(data, private)
    assert 1 == len(str(refused.value).splitlines())
    return str(refused.value)


def a_tar(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


class TestSeal:
    @pytest.mark.parametrize("mode", ["extract", "full"])
    def test_opens_with_debians_age(self, leak: Post, recipients: Recipients, private: Path, mode: CaptureMode):
        """Anybody with the key and Debian's tools finds the capture and what opens its commitment."""
        sealed = seal(leak, mode, recipients)
        members = by_age(sealed, private)
        opening = json.loads(members["opening.json"])

        assert ["capture.json", "opening.json"] == list(members)
        assert {"salt", "sha256", "mode"} == opening.keys()
        assert mode == opening["mode"]
        assert hashlib.sha256(members["capture.json"]).hexdigest() == opening["sha256"]
        by_hand = hmac.new(bytes.fromhex(opening["salt"]), bytes.fromhex(opening["sha256"]), "sha256").hexdigest()
        assert by_hand == sealed.commitment
        assert len(members["capture.json"]) == sealed.length

    def test_commitment_by_openssl(self, leak: Post, recipients: Recipients, private: Path):
        """The commitment can be recomputed with openssl alone."""
        sealed = seal(leak, "extract", recipients)
        opening = json.loads(by_age(sealed, private)["opening.json"])
        command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{opening['salt']}"]
        data = bytes.fromhex(opening["sha256"])
        told = subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()

        assert sealed.commitment == told.split()[-1]

    def test_extract_holds_no_secret(self, leak: Post, recipients: Recipients, private: Path, secrets: tuple[str, ...]):
        """An extract shows the post with every personal value covered, in each of its parts."""
        capture = by_age(seal(leak, "extract", recipients), private)["capture.json"].decode()
        tree = json.loads(capture)

        assert [] == [secret for secret in secrets if secret in capture]
        assert "Vends base patients Quorvane" in tree["text"]
        assert "█████@courriel.test" in tree["files"][0]["name"]
        assert asdict(leak).keys() == tree.keys()

    def test_extract_commits_to_the_whole(self, leak: Post, recipients: Recipients, private: Path):
        """The whole post, seized elsewhere, can be shown to be the one the extract was made from."""
        whole = by_age(seal(leak, "full", recipients), private)["capture.json"]
        sealed = seal(leak, "extract", recipients)
        salt = bytes.fromhex(json.loads(by_age(sealed, private)["opening.json"])["salt"])

        expected = hmac.new(salt, hashlib.sha256(whole).digest(), "sha256").hexdigest()
        assert expected == sealed.full_commitment != sealed.commitment

    def test_full_is_the_post(self, leak: Post, recipients: Recipients, private: Path, secrets: tuple[str, ...]):
        """A full capture holds every part of the post as it was, times in UTC."""
        sealed = seal(leak, "full", recipients)
        tree = json.loads(by_age(sealed, private)["capture.json"])

        assert sealed.commitment == sealed.full_commitment
        assert [] == [secret for secret in secrets if secret not in json.dumps(tree)]
        assert leak.text == tree["text"]
        assert "2026-11-22T07:00:00+00:00" == tree["seen_at"] == tree["edited_at"]
        assert {"name": leak.files[0].name, "size": str(2**40), "mime": "text/csv", "file_id": "f-1"} == tree["files"][
            0
        ]
        assert list(leak.links) == tree["links"]
        assert {"name": leak.forwarded_from.name, "place": "telegram:2", "ref": "3"} == tree["forwarded_from"]  # type: ignore[union-attr]

    def test_sizes_and_times_stay(self, make_post: MakePost, recipients: Recipients, private: Path):
        """A size or time that looks like a telephone number is not covered."""
        post = make_post(files=(Attachment(name="a.csv", size=639981234), Attachment(name="b.csv", size=33639981234)))
        tree = json.loads(open_sealed(seal(post, "extract", recipients).data, private).capture)

        assert ["639981234", "33639981234"] == [file["size"] for file in tree["files"]]
        assert "2026-11-22T07:00:00+00:00" == tree["posted_at"]

    def test_same_capture_from_any_zone(self, make_post: MakePost, recipients: Recipients, private: Path):
        """The bytes of a capture do not depend on the zone a clock was read in."""
        zones = (NOW, NOW.astimezone(timezone(timedelta(hours=-5))))
        captures = {
            open_sealed(seal(make_post(posted_at=at), "full", recipients).data, private).capture for at in zones
        }

        assert 1 == len(captures)

    def test_never_twice_the_same(self, leak: Post, recipients: Recipients, private: Path):
        """Two seals of one post share neither salt, commitment nor bytes: who sees them cannot match them."""
        one, other = (seal(leak, "full", recipients) for _ in range(2))
        salts = {open_sealed(sealed.data, private).salt for sealed in (one, other)}

        assert 2 == len(salts) == len({one.commitment, other.commitment}) == len({one.sha256, other.sha256})
        assert {32} == {len(salt) for salt in salts}

    def test_hashes_its_bytes(self, leak: Post, recipients: Recipients):
        """The sha256 is that of the file as it goes to the disk."""
        sealed = seal(leak, "full", recipients)

        assert hashlib.sha256(sealed.data).hexdigest() == sealed.sha256

    def test_several_recipients(self, leak: Post, tmp_path: Path):
        """Each of several analysts opens it with a key of their own."""
        pairs = [make_keys(tmp_path / name) for name in ("alice", "bob", "carol")]
        together = tmp_path / "together.pub"
        together.write_text("# analysts\n\n" + "".join(public.read_text() for public, _ in pairs))
        sealed = seal(leak, "full", read_recipients(together))

        assert 3 == len(read_recipients(together))
        assert 1 == len({by_age(sealed, private)["capture.json"] for _, private in pairs})

    @pytest.mark.parametrize("mode", ["extract", "full"])
    def test_half_characters(self, make_post: MakePost, recipients: Recipients, private: Path, mode: CaptureMode):
        """Half characters become U+FFFD; NUL and a byte-order mark inside a text stay what they are in a full one."""
        post = make_post("\ufeffa\ud800b\udc00c\ud83d", title="\udfff", links=("http://a.test/\ud800",))
        tree = json.loads(open_sealed(seal(post, mode, recipients).data, private).capture)

        assert ("\ufeffa\ufffdb\ufffdc\ufffd", "\ufffd", ["http://a.test/\ufffd"]) == (
            tree["text"], tree["title"], tree["links"]
        )  # fmt: skip

    def test_five_megabytes(self, make_post: MakePost, recipients: Recipients, private: Path, secrets: tuple[str, ...]):
        """A post as long as they come is sealed with its last secret covered."""
        row = f"nom {secrets[0]} {secrets[2]} et du texte qui ne dit rien; " + "x" * 900 + "\n"
        text = row * (5_000_000 // len(row)) + secrets[0]
        sealed = seal(make_post(text), "extract", recipients)
        capture = open_sealed(sealed.data, private).capture.decode()

        assert 5_000_000 < len(capture) + 1000
        assert [False, False] == [secret in capture for secret in (secrets[0], secrets[2])]


class TestOpenSealed:
    @pytest.fixture
    def sealed(self, leak: Post, recipients: Recipients) -> Sealed:
        return seal(leak, "full", recipients)

    def test_gives_back(self, sealed: Sealed, private: Path):
        """What was sealed comes out, and its commitment is that of the seal."""
        opened = open_sealed(sealed.data, private)

        assert sealed.commitment == commitment(opened.salt, opened.capture)
        assert by_age(sealed, private)["capture.json"] == opened.capture

    def test_sealed_by_age(self, private: Path, keys: tuple[Path, Path]):
        """What Debian's age sealed is opened too: the format is its own."""
        tar = a_tar({"opening.json": b'{"salt":"00ff"}', "capture.json": b"{}"})
        command = ["/usr/bin/age", "-R", str(keys[0])]
        data = subprocess.run(command, input=tar, capture_output=True, check=True).stdout

        assert Opened(capture=b"{}", salt=b"\x00\xff") == open_sealed(data, private)

    def test_wrong_key(self, sealed: Sealed, tmp_path: Path):
        """Another analyst's key does not open it; the text says so and names the key."""
        _, other = make_keys(tmp_path / "other")

        expected = f"{other} does not open this file: it was sealed to another key, or altered"
        assert expected == refusal(sealed.data, other)

    def test_several_keys_in_one_file(self, sealed: Sealed, private: Path, tmp_path: Path):
        """A file of old and new keys opens what was sealed to any of them."""
        _, other = make_keys(tmp_path / "other")
        both = tmp_path / "both.key"
        both.write_text(other.read_text() + "\n" + private.read_text())

        assert open_sealed(sealed.data, private) == open_sealed(sealed.data, both)

    @pytest.mark.parametrize("cut", [0, 1, 50, 200, -1, -17, -1000])
    def test_truncated(self, sealed: Sealed, private: Path, cut: int):
        """A file cut anywhere, or empty, is refused."""
        assert "or altered" in refusal(sealed.data[:cut], private)

    def test_every_bit_counts(self, make_post: MakePost, recipients: Recipients, private: Path):
        """A bit changed anywhere is noticed: in the header, the nonce or the content."""
        data = seal(make_post("Quorvane"), "full", recipients).data
        for place in range(0, len(data), 97):
            changed = bytearray(data)
            changed[place] ^= 1
            assert "or altered" in refusal(bytes(changed), private)

    @pytest.mark.parametrize("garbage", [b"garbage", b"age-encryption.org/v1\n", bytes(5000), "é".encode() * 99])
    def test_garbage(self, private: Path, garbage: bytes):
        """What is no age file is refused."""
        assert "or altered" in refusal(garbage, private)

    @pytest.mark.parametrize(
        "inside",
        [
            b"",
            b"no tar at all" * 99,
            a_tar({}),
            a_tar({"capture.json": b"{}"}),
            a_tar({"opening.json": b'{"salt":"00"}'}),
            a_tar({"capture.json": b"{}", "opening.json": b"[]"}),
            a_tar({"capture.json": b"{}", "opening.json": b"7"}),
            a_tar({"capture.json": b"{}", "opening.json": b"{}"}),
            a_tar({"capture.json": b"{}", "opening.json": b'{"salt":7}'}),
            a_tar({"capture.json": b"{}", "opening.json": b'{"salt":"xy"}'}),
            a_tar({"capture.json": b"{}", "opening.json": b"\xff\xfe\xfd"}),
            a_tar({"opening.json": b'{"salt":"00"}', "capture.json": b"{}" * 1000})[:1200],
        ],
        ids=range(12),
    )
    def test_no_capture_inside(self, private: Path, recipients: Recipients, inside: bytes):
        """What opens, but was not made by us, is refused in one line too: anybody can seal to a public key."""
        data = pyrage.encrypt(inside, list(recipients))

        assert "the file opens, but is not a capture of Vigifuite" == refusal(data, private)

    @pytest.mark.parametrize(
        "content", ["", "# only a comment\n", "age1notaprivatekey\n", "AGE-SECRET-KEY-1NONSENSE\n"]
    )
    def test_no_key_in_the_file(self, sealed: Sealed, tmp_path: Path, content: str):
        """A key file without a valid key is named as such, not blamed on the capture."""
        path = tmp_path / "a.key"
        path.write_text(content)

        assert f"{path} holds no valid age private key (AGE-SECRET-KEY-…)" == refusal(sealed.data, path)

    def test_key_is_not_repeated(self, sealed: Sealed, private: Path):
        """A damaged private key does not show in the error."""
        private.write_text(private.read_text().replace("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1X"))

        assert "AGE-SECRET-KEY-1" not in refusal(sealed.data, private)

    def test_no_text(self, sealed: Sealed, tmp_path: Path):
        """A key file that is no text, or not there, cannot be read; the text says what to name."""
        path = tmp_path / "binary.key"
        path.write_bytes(b"\xff\xfe\x00")

        for wrong in (path, tmp_path / "none", tmp_path):
            assert f"cannot read the private key {wrong}: name the file `init` made" == refusal(sealed.data, wrong)


class TestMakeKeys:
    def test_private_file(self, private: Path):
        """The private key is its owner's alone, and is the one of the public file."""
        identity = x25519.Identity.from_str(private.read_text().splitlines()[-1])

        assert 0o600 == stat.S_IMODE(private.stat().st_mode)
        assert f"{identity.to_public()}\n" == private.with_name("analysts.pub").read_text()

    def test_whatever_the_umask(self, tmp_path: Path):
        """The most generous umask does not open the private key to others."""
        script = "import os, sys; from pathlib import Path; from storage.seal import make_keys; os.umask(0)"
        command = [sys.executable, "-c", f"{script}; make_keys(Path(sys.argv[1]))", str(tmp_path)]
        subprocess.run(command, check=True)

        assert 0o600 == stat.S_IMODE((tmp_path / "analyst.key").stat().st_mode)

    def test_never_overwrites(self, keys: tuple[Path, Path]):
        """A private key that stands is not overwritten, nor is the public one beside it."""
        before = [path.read_text() for path in keys]

        with pytest.raises(FileExistsError):
            make_keys(keys[0].parent)
        assert before == [path.read_text() for path in keys]

    def test_each_its_own(self, tmp_path: Path):
        """No two pairs are the same."""
        made = {make_keys(tmp_path / name)[1].read_text() for name in "abc"}

        assert 3 == len(made)


class TestWritePrivate:
    def test_follows_no_link(self, tmp_path: Path):
        """A link laid where the key will be does not lead the key elsewhere."""
        (tmp_path / "key").symlink_to(tmp_path / "elsewhere")

        with pytest.raises(FileExistsError):
            write_private(tmp_path / "key", "secret")
        assert not (tmp_path / "elsewhere").exists()


class TestReadRecipients:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "analysts.pub"

    def refusal(self, path: Path) -> str:
        with pytest.raises(SealError) as refused:
            read_recipients(path)
        assert 1 == len(str(refused.value).splitlines())
        return str(refused.value)

    def test_missing(self, path: Path):
        """No file: the text names it and the command that makes it."""
        expected = f"no public key at {path}: run `vigifuite init`, or put the analysts' age keys there"
        assert expected == self.refusal(path)

    @pytest.mark.parametrize("content", ["", "\n\n", "# nobody yet\n"])
    def test_empty(self, path: Path, content: str):
        """A file without a key seals to nobody and is refused."""
        path.write_text(content)

        assert f"{path} holds no public key: run `vigifuite init`" in self.refusal(path)

    @pytest.mark.parametrize(
        "content",
        [b"age1nonsense\n", b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\n", b"\xff\xfe\x00", "clé".encode("latin-1")],
    )
    def test_wrong_line(self, path: Path, content: bytes):
        """A line that is no age key is refused, text or not: nobody's captures may go to a guessed key."""
        path.write_bytes(content)

        expected = f"{path} holds a line that is no age public key (age1…): remove or correct it"
        assert expected == self.refusal(path)

    def test_one_wrong_among_good(self, path: Path, keys: tuple[Path, Path]):
        """One wrong line refuses the file: an analyst left out would notice too late."""
        path.write_text(keys[0].read_text() + "age1wrong\n")

        assert "remove or correct it" in self.refusal(path)

    def test_private_key_in_the_wrong_file(self, path: Path, private: Path):
        """A private key put there by mistake is refused and not repeated."""
        path.write_text(private.read_text())

        assert "AGE-SECRET-KEY" not in self.refusal(path)

    def test_spaces(self, path: Path, keys: tuple[Path, Path]):
        """Spaces and line ends of another system do no harm."""
        path.write_bytes(b"# us\r\n  " + keys[0].read_bytes().strip() + b" \r\n\r\n")

        assert 1 == len(read_recipients(path))


class TestFingerprint:
    def test_same_content(self, leak: Post):
        """Clocks, author and links do not make another content."""
        later = replace(leak, seen_at=NOW + timedelta(days=1), edited_at=None, author="other", links=(), url=None)

        assert fingerprint(leak, KEY) == fingerprint(later, KEY)

    def test_other_content(self, leak: Post):
        """Text, title, and each file's name and size do."""
        file = leak.files[0]
        posts = [
            leak,
            replace(leak, text=leak.text + " "),
            replace(leak, title="other"),
            replace(leak, title=None),
            replace(leak, files=()),
            replace(leak, files=(file, file)),
            replace(leak, files=(replace(file, name="other"),)),
            replace(leak, files=(replace(file, size=1),)),
            replace(leak, files=(replace(file, size=None),)),
        ]

        assert len(posts) == len({fingerprint(post, KEY) for post in posts})

    def test_parts_do_not_run_together(self, make_post: MakePost):
        """What moves from one part to another is another content."""
        posts = [make_post("ab", title="c"), make_post("a", title="bc"), make_post("abc"), make_post('a","b')]

        assert 4 == len({fingerprint(post, KEY) for post in posts})

    def test_keyed(self, leak: Post):
        """Without the store's key it cannot be made: a short text is not guessed from it."""
        assert fingerprint(leak, KEY) != fingerprint(leak, KEY[::-1])

    def test_half_characters(self, make_post: MakePost):
        """A text no encoding holds has a fingerprint too."""
        assert 64 == len(fingerprint(make_post("\ud800"), KEY))


class TestCanonical:
    @pytest.mark.parametrize(
        ("tree", "expected"),
        [
            ({"b": "1", "a": [None, True, "é"]}, '{"a":[null,true,"é"],"b":"1"}'),
            ("\u20ac\n\x0f", '"€\\n\\u000f"'),
            ("\ufeff", '"\ufeff"'),
            ("\ud83d\ude00", '"😀"'),
            ("\ud800\ud83d\ude00\udc00", '"\ufffd😀\ufffd"'),
            ("", '""'),
        ],
    )
    def test_rfc_8785(self, tree: object, expected: str):
        """Sorted keys, no spaces, UTF-8; halves that belong together become one character, others U+FFFD."""
        assert expected.encode() == canonical(tree)  # type: ignore[arg-type]


class TestWriteSealed:
    def test_named_by_its_hash(self, tmp_path: Path, leak: Post, recipients: Recipients):
        """The file has the name of its sha256, in a folder of its first two figures, and nothing lies beside it."""
        sealed = seal(leak, "full", recipients)
        path = write_sealed(tmp_path / "captures", sealed)

        assert sealed_path(tmp_path / "captures", sealed.sha256) == path
        assert f"captures/{sealed.sha256[:2]}/{sealed.sha256}.age" == str(path.relative_to(tmp_path))
        assert sealed.data == path.read_bytes()
        assert [path.name] == os.listdir(path.parent)

    def test_twice(self, tmp_path: Path, leak: Post, recipients: Recipients):
        """Writing it again, as after a crash, leaves one whole file."""
        sealed = seal(leak, "full", recipients)
        path = write_sealed(tmp_path, sealed)
        path.with_suffix(".partial").write_bytes(b"half")
        write_sealed(tmp_path, sealed)

        assert sealed.data == path.read_bytes()
        assert [path.name] == os.listdir(path.parent)
