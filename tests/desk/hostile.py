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
# One of each context, spelling and encoding that has fooled some page before.
CONTEXTS = (
    f"<ScRiPt>{EXECUTE}</sCrIpT>",
    f"<script/src=data:,{EXECUTE}></script>",
    f"<<script>{EXECUTE}//<</script>",
    f"<script\x20type=module>{EXECUTE}</script>",
    f"<img src=x onerror={EXECUTE}//",
    f"<img/src=`x`onerror=`{EXECUTE}`>",
    f"<body onload={EXECUTE}><body onpageshow={EXECUTE}>",
    f"<details open ontoggle={EXECUTE}>",
    f"<input autofocus onfocus={EXECUTE}><select autofocus onfocus={EXECUTE}></select>",
    f"<marquee onstart={EXECUTE}></marquee><video><source onerror={EXECUTE}></video>",
    f"<math><mi xlink:href='javascript:{EXECUTE}'>x</mi></math>",
    f"<svg><a xlink:href='javascript:{EXECUTE}'><text y=20>x</text></a></svg>",
    f"<svg><script href='data:,{EXECUTE}'/></svg>",
    f"<noscript><p title='</noscript><img src=x onerror={EXECUTE}>'></noscript>",
    f"<template><script>{EXECUTE}</script></template><slot onslotchange={EXECUTE}></slot>",
    f"<xmp><p title='</xmp><svg onload={EXECUTE}>'></xmp>",
    f"<textarea><script>{EXECUTE}</script>",
    f"<a href='JaVaScRiPt:{EXECUTE}'>x</a><a href=' java\tscript:{EXECUTE}'>x</a>",
    f"<a href='data:text/html;base64,PHNjcmlwdD4='>x</a> vbscript:{EXECUTE} file:///etc/passwd",
    f"<button formaction='javascript:{EXECUTE}'>x</button><form id=x></form><input form=x name=csrf>",
    f"&lt;script&gt;{EXECUTE}&lt;/script&gt; &#x3c;script&#x3e; \\x3cscript\\x3e \\u003cscript\\u003e",
    f"%3Cscript%3E{EXECUTE}%3C/script%3E +ADw-script+AD4-{EXECUTE}+ADw-/script+AD4-",
    f"';{EXECUTE};//\";{EXECUTE};//`;{EXECUTE};//--></script>",
    f"\\';{EXECUTE}//${{{EXECUTE}}}`${{{EXECUTE}}}`",
    "<img src='https://evil.test/pixel.gif'><link rel=icon href='https://evil.test/f.ico'>",
    "<picture><source srcset='https://evil.test/a.png'></picture><video poster='https://evil.test/p.png'></video>",
    "<div style='background:url(https://evil.test/x);position:fixed;inset:0;z-index:9'>cover</div>",
    "<style>@font-face{font-family:x;src:url(https://evil.test/f)}body{display:none}</style>",
    "x\r\nSet-Cookie: vigifuite=stolen\r\nContent-Type: text/html\r\n\r\n<script>window.executed=1</script>",
    "=cmd|' /C calc'!A0 @SUM(1+1) +1+1 -1+1 \t=1+1",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }} {%- raw -%} {# x #}",
    "{{ask.visitor}} {{config.items()}} <%= `id` %> #set($x=7919*7919)$x",
    "زبون ".join(("\u202b", "\u202c", "\u2067", "\u2069")) + "\u200f\u200e مرحبا",
    "\u202e".join("abcdefgh") + "\u2066" * 20,
    "H" + "\u0336".join("opital") + "\u20dd\u20e0" * 30 + "\u0300" * 300,
    "ﷺ" * 300 + "🏳️‍🌈" * 200 + "\u3164" * 300 + "\ufdfd" * 200,
)
UNSEEN = (
    "facture\u202efdp.exe \u2066isolated \u200b\u200d zero width",
    "Z" + "\u0335\u0321\u0334\u0322" * 60 + "algo" + "\u0e47" * 80,
    "a\x00b\x1b[31mc\x07\x85\u2028\u2029 \ufeff\U000e0041",
    "tab\tand\r\nline\nends",
)
# Signs rather than letters: a line of a megabyte that no browser may break.
LONG = ("=" * 1_000_000, "A" * 3_000, "\u200b;" * 20_000, "\n" * 50_000 + "end")
EACH = (*MARKUP, *UNSEEN, *LONG)
ALL = (*MARKUP, *CONTEXTS, *UNSEEN, *LONG)
assert len(ALL) == 60

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
