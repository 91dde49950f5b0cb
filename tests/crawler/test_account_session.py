import stat

import pytest
from telethon.crypto import AuthKey

from crawler.account_session import SessionFile, SessionFileError
from tests.crawler.telegram_accounts import accounts_of, enrolled


class TestSessionFile:
    async def test_is_ours_alone_from_the_first_moment(self, settings, store):
        """Mode 0600 in a folder of mode 0700: a session is the account."""
        await enrolled(settings, store)
        path = store.folder / "accounts" / "first.session"

        assert 0o600 == stat.S_IMODE(path.stat().st_mode)
        assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)

    async def test_holds_no_one(self, settings, store, served):
        """Neither the number, nor the secrets, nor a name: a key and where it belongs."""
        await enrolled(settings, store)
        text = (store.folder / "accounts" / "first.session").read_text()

        assert "33600000001" not in text
        assert "a" * 32 not in text
        assert str(served.port) in text

    def test_comes_back_whole(self, tmp_path):
        """What was written is read again."""
        made = SessionFile(tmp_path / "x.session")
        made.set_dc(4, "127.0.0.1", 443)
        made.auth_key = AuthKey(bytes(range(256)))
        made.save()
        again = SessionFile(tmp_path / "x.session")

        assert (4, "127.0.0.1", 443) == (again.dc_id, again.server_address, again.port)
        assert bytes(range(256)) == again.auth_key.key
        assert again.has_key

    def test_without_a_key_nothing_is_written(self, tmp_path):
        """Nobody logged in, so there is nothing to keep."""
        made = SessionFile(tmp_path / "x.session", ("127.0.0.1", 1))
        made.save()

        assert not made.has_key
        assert not (tmp_path / "x.session").exists()

    @pytest.mark.parametrize("content", ["", "{}", "[1]", '{"key": "zz"}', '{"data_centre": 2'])
    def test_damaged(self, tmp_path, content):
        """One line says what to do."""
        path = tmp_path / "x.session"
        path.touch(0o600)
        path.write_text(content)

        with pytest.raises(SessionFileError, match="is damaged: remove it and log in again"):
            SessionFile(path)

    def test_readable_by_others(self, tmp_path):
        """It is not used before that is mended."""
        path = tmp_path / "x.session"
        path.write_text('{"data_centre": 2, "address": "127.0.0.1", "port": 1, "key": ""}')
        path.chmod(0o644)

        with pytest.raises(SessionFileError, match="chmod 600"):
            SessionFile(path)

    async def test_a_restart_asks_for_no_name_again(self, settings, store, telegram, channel):
        """The channel's number and hash are kept, for names are the scarce call."""
        from tests.crawler.telegram_accounts import Reader

        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        for _ in range(3):
            async with accounts_of(store, settings) as accounts:
                await Reader(accounts).look()

        assert 1 == telegram.requests.count("ResolveUsernameRequest")
