import re
import tomllib
from datetime import time
from pathlib import Path

import pytest
from pydantic import BaseModel

from commands.durations import seconds
from commands.output import UnusableError
from commands.settings import Settings, read_settings
from detectors.model import Severity, Tlp

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
LEAST = '[storage]\nfolder = "store"\n'


def source(kind: str, target: str) -> str:
    return f'[[crawler.sources]]\nname = "a"\nkind = "{kind}"\ntarget = "{target}"\ninterval = "5m"\n'


def mail(more: str) -> str:
    """Mail settings, and a recipient after them."""
    return f"[desk.mail]\n{more}\n"


RECIPIENT = '[[desk.mail.recipients]]\naddress = "a@cert.test"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def keys_of(model: type[BaseModel], prefix: str = "") -> set[str]:
    """Every key of the settings, dotted."""
    found = set()
    for name, field in model.model_fields.items():
        inner = next(
            (each for each in (field.annotation, *getattr(field.annotation, "__args__", ())) if is_model(each)), None
        )
        found |= keys_of(inner, f"{prefix}{name}.") if inner else {prefix + name}
    return found


def is_model(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, BaseModel)


def keys_in(document: object, prefix: str = "") -> set[str]:
    if isinstance(document, list) and document and isinstance(document[0], dict):
        return set().union(*(keys_in(item, prefix) for item in document))
    if isinstance(document, dict):
        return set().union(*(keys_in(value, f"{prefix}{key}.") for key, value in document.items()))
    return {prefix.removesuffix(".")}


class TestExample:
    def test_has_every_key(self):
        """Every setting the program knows stands in config.example.toml, and no other."""
        assert keys_of(Settings) == keys_in(tomllib.loads(EXAMPLE.read_text()))

    def test_explains_every_key(self):
        """Above each key of a first entry stands a comment, its own or its neighbours'."""
        lines = EXAMPLE.read_text().splitlines()
        unexplained = []
        explained: set[str] = set()
        for number, line in enumerate(lines):
            key = re.match(r"(\w+) = ", line)
            if key and key[1] not in explained:
                above = lines[number - 1]
                if not above.startswith("#") and not re.match(r"\w+ = ", above):
                    unexplained.append(key[1])
                explained.add(key[1])

        assert [] == unexplained

    def test_can_be_read(self):
        """A new installation starts with it as it is."""
        settings = read_settings(EXAMPLE)

        assert [
            ("example", True),
            ("a-telegram-channel", False),
            ("a-telegram-group", False),
            ("a-paste-site", False),
        ] == [(source.name, source.enabled) for source in settings.declared_sources()]
        assert () == settings.accounts()


class TestReadSettings:
    def test_paths_start_at_the_configuration(self, tmp_path):
        """Wherever the program is started from."""
        settings = read_settings(written(tmp_path, LEAST))

        assert tmp_path / "store" == settings.storage.folder

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("[storage\n", "not valid TOML"),
            ("", "storage is missing"),
            ('[storage]\nfolder = "s"\nfloder = "t"\n', "storage.floder is no known key"),
            ("[storage]\nfolder = 3\n", "storage.folder"),
            (LEAST + 'capture = "full"\n', "needs its legal_basis"),
            (LEAST + 'capture = "all"\n', "storage.capture"),
            (LEAST + '[desk]\nhost = "0.0.0.0"\n', "the desk speaks no TLS"),
            (LEAST + '[desk]\nhost = "example.test"\n', "the desk speaks no TLS"),
            (LEAST + "[desk]\nport = 70000\n", "desk.port"),
            (LEAST + source("telegram", "@x"), "names no channel"),
            (LEAST + source("telegram", "https://t.me/c/1900000001/5"), "only be read through an account"),
            (LEAST + source("telegram", "@fuites_brumalis/5"), "is one post"),
            (LEAST + source("paste", "paste.test"), "begins with http"),
            (LEAST + source("paste", "https://a:b@paste.test"), "must not hold a user"),
            (LEAST + source("paste", "https://paste.test") + 'proxy = "http://secret@x:1"\n', "socks5://host:port"),
            (LEAST + source("paste", "https://paste.test") + 'allow = ["here"]\n', "here is no network"),
            (LEAST + '[crawler]\npace = "2m"\n', "crawler.pace"),
            (LEAST + mail("enabled = true"), "nobody gets any"),
            (LEAST + mail('security = "none"\nhost = "mail.test"'), "only towards this machine"),
            (LEAST + mail('username = "a"'), "username and password_file go together"),
            (LEAST + mail('sender = "Vigifuite"'), "desk.mail.sender"),
            (LEAST + mail('notice_severity = "worst"'), "must be one of low, medium, high, critical"),
            (LEAST + mail('notice_window = "long"'), "for instance 5m"),
            (LEAST + RECIPIENT + 'digest_at = "8h"', "must be an hour of the day such as 08:00"),
            (LEAST + RECIPIENT + 'quiet_hours = "22:00"', "22:00-07:00"),
            (LEAST + RECIPIENT + 'timezone = "Paris"', "such as Europe/Paris"),
            (LEAST + RECIPIENT + 'cleared_for = "CLEAR"', "GREEN, AMBER, AMBER+STRICT, RED"),
            (LEAST + RECIPIENT + 'language = "de"', "language"),
            (LEAST + 2 * RECIPIENT, "a@cert.test stands there twice"),
            (LEAST + '[[desk.mail.recipients]]\naddress = "a@b.test\\nBcc: c@d.test"\n', "address"),
            (
                LEAST + '[[desk.mail.webhooks]]\nname = "a"\nurl = "http://tickets.test/"\nsecret_file = "s"\n',
                "must be https://host/path",
            ),
            (LEAST + '[desk.heartbeat]\nafter_digest = "http://watch.test/"\n', "must be https://host/path"),
            (LEAST + '[desk]\npublic_url = "https://desk.test/path"\n', "without a path"),
            (LEAST + '[crawler]\nuser_agent = "é"\n', "crawler.user_agent"),
            (LEAST + '[crawler]\ntelegram_url = "t.me"\n', "crawler.telegram_url"),
            (LEAST + source("telegram", "@annonces") + "comments = true\n", "only a source of kind telegram-account"),
            (LEAST + source("telegram-account", "@annonces") + 'account = "x"\n', "there is no account named x"),
            (LEAST + source("telegram-account", "@annonces") + 'allow = ["10.0.0.0/8"]\n', "is its account's"),
            (LEAST + source("telegram-account", "@annonces/5"), "is one post"),
            (LEAST + 2 * '[[crawler.accounts]]\nname = "a"\n', "two accounts are named a"),
            (LEAST + '[[crawler.accounts]]\nname = "a"\nproxy = "http://secret@x:1"\n', "socks5://host:port"),
            (LEAST + '[[crawler.accounts]]\nname = "a"\nproxy = "mtproxy://x:1/eeff"\n', "needs fake TLS"),
            (LEAST + '[[crawler.accounts]]\nname = "a"\nproxy = "mtproxy://x:1/ff"\n', "32 hexadecimal digits"),
            (LEAST + '[[crawler.accounts]]\nname = "a"\nserver = "here"\n', "must be host:port"),
            (
                LEAST + '[[crawler.sources]]\nname = "a"\nkind = "export"\ntarget = "x"\ninterval = "often"\n',
                "for instance 5m",
            ),
            (
                LEAST + 2 * '[[crawler.sources]]\nname = "a"\nkind = "export"\ntarget = "x"\ninterval = "5m"\n',
                "two sources are named a",
            ),
        ],
    )
    def test_says_what_is_wrong_in_one_line(self, tmp_path, text, told):
        """What, where and how to mend it."""
        with pytest.raises(UnusableError) as refused:
            read_settings(written(tmp_path, text))

        assert told in str(refused.value)
        assert "\n" not in str(refused.value)
        assert "config.toml" in str(refused.value)

    def test_a_full_capture_with_its_basis_is_accepted(self, tmp_path):
        """The controller's decision is named."""
        settings = read_settings(written(tmp_path, LEAST + 'capture = "full"\nlegal_basis = "decision 12/2026"\n'))

        assert "full" == settings.storage.capture

    def test_reads_what_mails_need(self, tmp_path):
        """Hours, labels, severities and paths as the program uses them."""
        text = LEAST + mail('host = "mail.test"\nca_file = "ca.pem"\nnotice_severity = "high"')
        text += RECIPIENT + 'quiet_hours = "22:00-07:00"\ncleared_for = "AMBER+STRICT"\n'
        read = read_settings(written(tmp_path, text)).desk.mail
        recipient = read.recipients[0]

        assert (Severity.HIGH, tmp_path / "ca.pem") == (read.notice_severity, read.ca_file)
        assert ((time(22), time(7)), Tlp.AMBER_STRICT) == (recipient.quiet_hours, recipient.cleared_for)

    def test_a_missing_file_says_how_to_make_one(self, tmp_path):
        """`init` writes it."""
        with pytest.raises(UnusableError, match="vigifuite init"):
            read_settings(tmp_path / "none.toml")


class TestSeconds:
    @pytest.mark.parametrize(("written_as", "meant"), [("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400)])
    def test_reads_numbers_with_a_unit(self, written_as, meant):
        """The units of the example."""
        assert meant == seconds(written_as)

    @pytest.mark.parametrize("wrong", ["5", "m", "0s", "-1m", "5 m", "1w", "", 5, None])
    def test_refuses_anything_else(self, wrong):
        """Better a question than a guess."""
        with pytest.raises(ValueError, match="5m"):
            seconds(wrong)
