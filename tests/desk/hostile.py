"""What a hostile poster writes into every field he can reach. Everything here is invented."""

from detectors.model import Attachment, Forward
from tests.desk.house import SALE, House

EXECUTE = "window.executed=1"

MARKUP = (
    f"<script>{EXECUTE}</script>",
    f"</title><script>{EXECUTE}</script>",
    f"</textarea></style></select></option><script>{EXECUTE}</script>",
    f"\"><img src=x onerror='{EXECUTE}'>",
    f"' autofocus onfocus='{EXECUTE}' onmouseover='{EXECUTE}' x='",
    f'" autofocus onfocus="{EXECUTE}" onmouseover="{EXECUTE}" x="',
    f"<svg onload='{EXECUTE}'><animate onbegin='{EXECUTE}' attributeName=x dur=1s></svg>",
    f"<svg><style><img src=x onerror='{EXECUTE}'></style></svg>",
    f"<iframe srcdoc='<script>parent.{EXECUTE}</script>'></iframe>",
    f"<a href='javascript:{EXECUTE}'>click</a> javascript:{EXECUTE}",
    f"data:text/html,<script>{EXECUTE}</script>",
    "<meta http-equiv=refresh content='0;url=https://evil.test/'><base href='https://evil.test/'>",
    "<link rel=stylesheet href='https://evil.test/a.css'><style>@import 'https://evil.test/b.css'</style>",
    "<form action='https://evil.test/'><button autofocus>go</button></form><object data='https://evil.test/'></object>",
    "<!-- <plaintext> ]]> &lt;b&gt; &#60;script&#62;",
    "{{7919*7919}} {% for a in b %} ${7919*7919} #{7919*7919} <%= 7919*7919 %> {{config}}",
)
UNSEEN = (
    "facture\u202efdp.exe \u2066isolated \u200b\u200d zero width",
    "Z" + "\u0335\u0321\u0334\u0322" * 60 + "algo" + "\u0e47" * 80,
    "a\x00b\x1b[31mc\x07\x85\u2028\u2029 \ufeff\U000e0041",
    "tab\tand\r\nline\nends",
)
# Signs rather than letters: a line of a megabyte that no browser may break.
LONG = ("=" * 1_000_000, "A" * 3_000, "\u200b;" * 20_000, "\n" * 50_000 + "end")
ALL = (*MARKUP, *UNSEEN, *LONG)

EVERY_FIELD = ("title", "author", "author_id", "url", "reply_to", "topic", "ref", "place")


def hostile_post(house: House, payload: str) -> str:
    """An alert with the payload in every field a poster reaches."""
    text, payload = f"{SALE} {payload}", payload[:20_000]
    return house.publish(
        text,
        source=payload[:60],
        **dict.fromkeys(EVERY_FIELD, payload),
        files=(Attachment(name=payload, size=1, mime=payload, file_id=payload),),
        links=(payload, f"https://files.test/{payload}"),
        forwarded_from=Forward(name=payload, place=payload, ref=payload),
    )
