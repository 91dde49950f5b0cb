import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from commands.output import UnusableError
from commands.settings import Settings, read_settings, seconds

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
LEAST = '[storage]\nfolder = "store"\n'


def source(kind: str, target: str) -> str:
    return f'[[crawler.sources]]\nname = "a"\nkind = "{kind}"\ntarget = "{target}"\ninterval = "5m"\n'


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

        assert [("example", True), ("a-telegram-channel", False), ("a-paste-site", False)] == [
            (source.name, source.enabled) for source in settings.declared_sources()
        ]


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
            (LEAST + '[crawler]\nuser_agent = "é"\n', "crawler.user_agent"),
            (LEAST + '[crawler]\ntelegram_url = "t.me"\n', "crawler.telegram_url"),
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
