import asyncio

import pytest
from sitecustomize import OutsideLoopbackError
from telethon import functions, types
from telethon.sessions import MemorySession

from crawler.account_client import new_client
from crawler.account_gate import LOGGING_IN, READING, GatedClient, RequestRefusedError
from tests.crawler.telegram_accounts import Reader, accounts_of, enrolled
from tests.telegram_server.world import document

ACTS = [
    functions.channels.JoinChannelRequest(types.InputChannel(1, 1)),
    functions.channels.LeaveChannelRequest(types.InputChannel(1, 1)),
    functions.channels.ReadHistoryRequest(types.InputChannel(1, 1), 1),
    functions.messages.GetMessagesViewsRequest(types.InputPeerChannel(1, 1), [1], increment=True),
    functions.messages.SendMessageRequest(types.InputPeerChannel(1, 1), "x"),
    functions.messages.ImportChatInviteRequest("x"),
    functions.account.UpdateStatusRequest(offline=False),
    functions.upload.GetFileRequest(types.InputDocumentFileLocation(1, 1, b"", ""), 0, 1024),
]


class TestGate:
    @pytest.mark.parametrize("request_", ACTS, ids=lambda request: type(request).__name__)
    async def test_what_does_more_than_read_is_never_sent(self, settings, store, telegram, request_):
        """Join, read receipt, view count, status, download: refused before anything goes out, alone or in a list."""
        await enrolled(settings, store)
        client = new_client(settings, store.folder)
        try:
            await client.connect()
            before = list(telegram.requests)
            for asked in (request_, [functions.updates.GetStateRequest(), request_]):
                with pytest.raises(RequestRefusedError, match=type(request_).__name__):
                    await client(asked)
            assert before == telegram.requests
        finally:
            await client.disconnect()

    async def test_friendly_methods_end_at_the_gate_too(self, settings, store):
        """Telethon's own helpers send through the same gate."""
        await enrolled(settings, store)
        client = new_client(settings, store.folder)
        try:
            await client.connect()
            for act in (client.send_read_acknowledge, client.delete_dialog):
                with pytest.raises(RequestRefusedError):
                    await act(types.InputPeerChannel(1, 1))
        finally:
            await client.disconnect()

    async def test_everything_asked_for_is_on_the_list(self, settings, store, telegram, channel):
        """A life of an account: login, first look, edits, deletions, gaps, albums, a rename. Nothing else was sent."""
        group = telegram.channel("discussion", is_group=True)
        channel.linked = group
        for number in range(1, 160):
            telegram.post(
                channel, f"annonce {number}", media=document("a.zip", 1), grouped_id=9 if number > 155 else None
            )
        channel.members.add(await enrolled(settings, store))
        channel.withheld[150] = 9
        async with accounts_of(store, settings) as accounts:
            reader = Reader(accounts, comments=True)
            await reader.look()
            telegram.edit(channel, 3, "vendu")
            telegram.delete(channel, 5)
            channel.username = "annonces_bis"
            await reader.look()

        assert {f"{kind.__name__}" for kind in LOGGING_IN} >= set(telegram.requests)

    def test_logging_in_adds_nothing_that_acts(self):
        """The longer list of a login holds the methods of a login."""
        assert {"SendCodeRequest", "SignInRequest", "CheckPasswordRequest", "ExportLoginTokenRequest"} <= {
            kind.__name__ for kind in LOGGING_IN - READING
        }
        assert all("auth" in kind.__module__ or "account" in kind.__module__ for kind in LOGGING_IN - READING)


class TestGuard:
    def test_a_forgotten_address_reaches_nobody(self):
        """An empty session points at Telegram itself: the guard of the tests refuses the dial."""

        async def dial() -> None:
            await GatedClient(MemorySession(), 1, "a" * 32, connection_retries=1).connect()

        with pytest.raises(OutsideLoopbackError):
            asyncio.run(dial())
