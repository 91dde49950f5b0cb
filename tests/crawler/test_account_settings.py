import pytest

from crawler.account_settings import AccountSettings, SecretsError, read_secrets

GOOD = f'api_id = 12345\napi_hash = "{"0a" * 16}"\nphone = "+33 6 00 00 00 01"\n'


@pytest.fixture
def secrets(tmp_path):
    path = tmp_path / "secrets.toml"
    path.touch(0o600)
    path.write_text(GOOD)
    return path


class TestReadSecrets:
    def test_from_a_file(self, secrets):
        """The number without its ornaments."""
        found = read_secrets(AccountSettings(name="x", secrets=secrets))

        assert (12345, "0a" * 16, "33600000001") == (found.api_id, found.api_hash, found.phone)

    def test_from_the_environment(self, monkeypatch):
        """The account's own variable goes before the common one."""
        monkeypatch.setenv("VIGIFUITE_TELEGRAM_API_ID", "7")
        monkeypatch.setenv("VIGIFUITE_TELEGRAM_API_HASH", "f" * 32)
        monkeypatch.setenv("VIGIFUITE_TELEGRAM_PHONE", "33600000001")
        monkeypatch.setenv("VIGIFUITE_TELEGRAM_NIGHT_WATCH_PHONE", "33600000002")
        found = read_secrets(AccountSettings(name="night-watch"))

        assert (7, "f" * 32, "33600000002") == (found.api_id, found.api_hash, found.phone)

    def test_a_variable_goes_before_the_file(self, monkeypatch, secrets):
        """So that one can try another without touching the file."""
        monkeypatch.setenv("VIGIFUITE_TELEGRAM_API_ID", "7")

        assert 7 == read_secrets(AccountSettings(name="x", secrets=secrets)).api_id

    @pytest.mark.parametrize(
        ("content", "mode", "said"),
        [
            (GOOD, 0o640, "can be read by others: chmod 600"),
            ("api_id = ", 0o600, "is no TOML file"),
            ('api_id = 1\napi_hash = "short"', 0o600, "has no usable api_id and api_hash"),
            (f'api_id = 1\napi_hash = "{"0a" * 16}"\nphone = "call me"', 0o600, "its phone must be written like"),
        ],
    )
    def test_not_usable(self, secrets, content, mode, said):
        """One line says what and where, and repeats no secret."""
        secrets.write_text(content)
        secrets.chmod(mode)

        with pytest.raises(SecretsError, match=said) as raised:
            read_secrets(AccountSettings(name="x", secrets=secrets))
        assert "0a0a" not in str(raised.value)
        assert "call me" not in str(raised.value)

    def test_missing(self, tmp_path):
        """A file that is not there is named; without any, the variables are."""
        with pytest.raises(SecretsError, match="cannot be read"):
            read_secrets(AccountSettings(name="x", secrets=tmp_path / "none.toml"))
        with pytest.raises(SecretsError, match="VIGIFUITE_TELEGRAM_API_ID"):
            read_secrets(AccountSettings(name="x"))

    def test_are_not_shown(self, secrets):
        """Neither in a log nor in a traceback."""
        assert "0a0a" not in repr(read_secrets(AccountSettings(name="x", secrets=secrets)))


class TestReads:
    @pytest.mark.parametrize(("patterns", "name", "is_read"), [
        (("*",), "x", True), (("leaks-*",), "leaks-1", True), (("leaks-*",), "chat", False), ((), "x", False),
    ])  # fmt: skip
    def test_by_pattern(self, patterns, name, is_read):
        """A source's name against the account's patterns."""
        assert is_read == AccountSettings(name="a", sources=patterns).reads(name)
