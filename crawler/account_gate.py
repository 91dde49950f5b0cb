"""The one gate every Telegram request passes: methods that read, and nothing else.

No join, no read receipt, no view counted, no status of being online: what is not on the list is never sent.
"""

from telethon import TelegramClient, functions

READING = frozenset(
    {
        functions.help.GetConfigRequest,
        functions.users.GetUsersRequest,  # ourselves: is the session still good
        functions.updates.GetStateRequest,
        functions.updates.GetDifferenceRequest,
        functions.updates.GetChannelDifferenceRequest,
        functions.contacts.ResolveUsernameRequest,
        functions.channels.GetChannelsRequest,
        functions.channels.GetFullChannelRequest,
        functions.channels.GetMessagesRequest,
        functions.messages.GetHistoryRequest,
        functions.messages.GetRepliesRequest,
        functions.messages.SearchRequest,
    }
)
LOGGING_IN = READING | {
    functions.auth.SendCodeRequest,
    functions.auth.SignInRequest,
    functions.auth.CheckPasswordRequest,
    functions.auth.ExportLoginTokenRequest,
    functions.auth.ImportLoginTokenRequest,
    functions.account.GetPasswordRequest,
}


class RequestRefusedError(Exception):
    """A request that does more than read was about to be sent: a fault of ours. It was not sent."""


class GatedClient(TelegramClient):  # type: ignore[misc]  # Telethon has no types
    """Telethon's client, which sends only what is allowed, whoever asks: us, or a part of Telethon itself."""

    def __init__(self, *arguments: object, allowed: frozenset[type] = READING, **more: object) -> None:
        self._allowed = allowed
        super().__init__(*arguments, **more)

    async def _call(self, sender: object, request: object, **more: object) -> object:
        # Every method of Telethon ends here; only the first packet of a connection (GetConfig) is sent past it.
        for each in request if isinstance(request, list | tuple) else [request]:
            if type(each) not in self._allowed:
                raise RequestRefusedError(f"{type(each).__name__} is no method that only reads")
        return await super()._call(sender, request, **more)
