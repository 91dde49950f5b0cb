"""Comments on a channel's posts, which stand in the group linked to it: read only where the source says so.

Who comments is a private person as a rule: the number of the account is kept, never its name.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace

from telethon import functions, types

from crawler.collector import Taken
from crawler.collectors.reading import Clock
from crawler.collectors.telegram_account_post import Shown, post_of, shown_in
from crawler.collectors.telegram_account_standing import Standing
from crawler.collectors.telegram_channel import MOST, AccountChannel


async def comments_of(
    shown: Shown, channel: AccountChannel, standing: Standing, clock: Clock
) -> AsyncGenerator[Taken, None]:
    """The comments on a post behind those taken in before, oldest first."""
    replies = getattr(shown.messages[0], "replies", None)
    if not isinstance(replies, types.MessageReplies) or not replies.comments or not replies.channel_id:
        return
    around = replace(channel.around(), channel_id=replies.channel_id, username=None, hides_persons=True)
    while (replies.max_id or 0) > (known := standing.comments.get(shown.ref, 0)):
        request = functions.messages.GetRepliesRequest(
            peer=channel.peer,
            msg_id=shown.ref,
            offset_id=known + 1,
            offset_date=None,
            add_offset=-MOST,
            limit=MOST,
            max_id=0,
            min_id=0,
            hash=0,
        )
        page = await channel.page(await channel.ask(request))
        new = [message for message in page.messages if message.id > known]
        if not new:
            return
        for comment in shown_in(new, {}):
            post = post_of(comment, around, clock())
            standing.heard(shown.ref, comment.last)
            if post is not None:
                yield post
