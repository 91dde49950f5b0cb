import asyncio

import pytest
from telethon import types

from crawler.account_client import session_path
from crawler.account_login import LoginError, log_in
from tests.crawler.telegram_accounts import Reader, account_settings, accounts_of, enrolled, human
from tests.telegram_server.world import CODE, RpcError, flood


class TestByPhone:
    async def test_the_code(self, settings, store, telegram):
        """A wrong one may be mended; the number comes from the secrets."""
        user = await log_in(settings, store, human("11111", CODE), by_qr=False)

        assert "33600000001" == telegram.accounts[user]
        assert session_path(store.folder, "first").exists()

    async def test_three_wrong_codes(self, settings, store):
        """Enough: begin again."""
        with pytest.raises(LoginError, match="wrong three times"):
            await log_in(settings, store, human("1", "2", "3"), by_qr=False)

    async def test_the_password(self, settings, store, telegram):
        """Proved, never sent (SRP)."""
        telegram.passwords["33600000001"] = "hunter-2"
        with pytest.raises(LoginError, match="the password was wrong"):
            await log_in(settings, store, human(password="hunter-3"), by_qr=False)

        assert await log_in(settings, store, human(password="hunter-2"), by_qr=False)

    async def test_again(self, settings, store, telegram):
        """Who is logged in already is asked nothing."""
        await enrolled(settings, store)
        await log_in(settings, store, human("never", "asked"), by_qr=False)

        assert 1 == telegram.requests.count("SendCodeRequest")

    async def test_after_the_session_was_ended(self, settings, store, telegram, channel):
        """The same account goes on with what it read."""
        telegram.post(channel, "bonjour")
        await enrolled(settings, store)
        telegram.logged_in.clear()
        await enrolled(settings, store)
        async with accounts_of(store, settings) as accounts:
            assert ["1"] == await Reader(accounts).refs()

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (flood(600), "asks to wait 600 s"),
            (RpcError(400, "PHONE_NUMBER_BANNED"), "banned this number"),
            (RpcError(400, "API_ID_INVALID"), "refuses the login"),
        ],
    )
    async def test_refused(self, settings, store, telegram, error, said):
        """One line, in our words."""
        telegram.faults["SendCodeRequest"].append(error)
        with pytest.raises(LoginError, match=said):
            await log_in(settings, store, human(), by_qr=False)

    async def test_in_use(self, settings, store):
        """Not while another process reads through it."""
        with store.holding("account first"), pytest.raises(LoginError, match="is held by process"):
            await log_in(settings, store, human(), by_qr=False)

    async def test_nobody_answers(self, served, store, tmp_path):
        """The proxy may be at fault."""
        settings = account_settings(served, tmp_path, proxy="socks5://127.0.0.1:9")
        with pytest.raises(LoginError, match="cannot be reached"):
            await log_in(settings, store, human(), by_qr=False)


class TestByQr:
    async def test_scanned(self, settings, store, telegram, served):
        """Shown as an address a telephone understands; logged in once it was scanned."""
        shown: list[str] = []
        login = asyncio.create_task(log_in(settings, store, human(shown=shown), by_qr=True))
        while not shown:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        telegram.accepted_tokens.add(b"token")
        served.tell_everybody(types.UpdateLoginToken())

        assert await asyncio.wait_for(login, 30)
        assert ["tg://login?token=dG9rZW4"] == shown
