"""Letters that pass for others: by their shape, by their sound, by the keys beside them."""

# Look-alikes of a flat Latin letter, by the script they come from. A capital's may differ from its small letter's.
CYRILLIC_SHAPES = dict(
    pair.split("=")
    for pair in "a=а c=с d=ԁ e=е h=һ i=і j=ј k=к l=ӏ m=м n=п o=о p=р q=ԛ s=ѕ t=т u=и v=ѵ w=ԝ x=х y=у "
    "A=А B=В C=С D=Ԁ E=Е G=Ԍ H=Н I=І J=Ј K=К L=Ӏ M=М N=И O=О P=Р R=Я S=Ѕ T=Т V=Ѵ W=Ԝ X=Х Y=У Z=З".split()
)
GREEK_SHAPES = dict(
    pair.split("=")
    for pair in "a=α b=β e=ε i=ι k=κ n=η o=ο p=ρ t=τ u=υ v=ν w=ω x=χ y=γ "
    "A=Α B=Β E=Ε H=Η I=Ι K=Κ M=Μ N=Ν O=Ο P=Ρ S=Σ T=Τ X=Χ Y=Υ Z=Ζ".split()
)
OTHER_SHAPES = dict(
    pair.split("=")
    for pair in "a=ɑ e=ҽ g=ɡ h=հ i=ı l=ǀ n=ո o=օ q=գ s=ꜱ u=ս z=ᴢ A=Ꭺ B=Ᏼ C=Ꮯ D=Ꭰ E=Ꭼ H=Ꮋ J=Ꭻ K=Ꮶ L=Ꮮ M=Ꮇ P=Ꮲ S=Ꮪ "
    "T=Ꭲ V=Ꮩ W=Ꮃ Z=Ꮓ".split()
)
DECORATED = dict(
    pair.split("=")
    for pair in "a=ą b=ƀ c=ċ d=ď e=ė f=ḟ g=ğ h=ħ i=ĩ j=ĵ k=ķ l=ł m=ṁ n=ň o=ø p=ṗ q=ɋ r=ŕ s=ş t=ŧ u=ů v=ṽ w=ŵ x=ẋ "
    "y=ý z=ż".split()
)
SMALL_CAPITALS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))


def styled_letter(letter: str, style: int) -> str:
    """A letter as full-width, mathematical or circled character."""
    small = letter.islower()
    if style == 0:
        return chr(ord(letter) + 0xFEE0)
    if style == 1:  # bold sans-serif, no holes in its row
        return chr((0x1D5EE - 97 if small else 0x1D5D4 - 65) + ord(letter))
    if style == 2:  # monospace
        return chr((0x1D68A - 97 if small else 0x1D670 - 65) + ord(letter))
    if style == 3:  # bold fraktur
        return chr((0x1D586 - 97 if small else 0x1D56C - 65) + ord(letter))
    return chr((0x24D0 - 97 if small else 0x24B6 - 65) + ord(letter))  # circled


STYLES = 5

# By sound, letter for letter, as a keyboard of that script or a transliteration service gives it; `ç` is a c before
# e, i or y.
CYRILLIC_SOUNDS: dict[str, tuple[str, ...]] = {
    "ch": ("ш", "ч"), "ou": ("у",), "ph": ("ф",), "qu": ("к",), "th": ("т",), "eau": ("о",), "gn": ("нь",),
    "ts": ("ц",), "ya": ("я",), "yu": ("ю",),
    "a": ("а",), "b": ("б",), "c": ("к",), "ç": ("с", "ц"), "d": ("д",), "e": ("е", "э"), "f": ("ф",), "g": ("г",),
    "h": ("х",), "i": ("и",), "j": ("ж", "й"), "k": ("к",), "l": ("л",), "m": ("м",), "n": ("н",), "o": ("о",),
    "p": ("п",), "q": ("к",), "r": ("р",), "s": ("с",), "t": ("т",), "u": ("у", "ю"), "v": ("в",), "w": ("в",),
    "x": ("кс",), "y": ("й", "и", "ы"), "z": ("з",),
}  # fmt: skip
GREEK_SOUNDS: dict[str, tuple[str, ...]] = {
    "ou": ("ου",), "ph": ("φ",), "th": ("θ",), "ch": ("χ",), "ps": ("ψ",),
    "a": ("α",), "b": ("μπ", "β"), "c": ("κ",), "ç": ("σ", "κ"), "d": ("δ", "ντ"), "e": ("ε",), "f": ("φ",),
    "g": ("γ",), "h": ("χ",),
    "i": ("ι",), "j": ("ζ",), "k": ("κ",), "l": ("λ",), "m": ("μ",), "n": ("ν",), "o": ("ο", "ω"), "p": ("π",),
    "q": ("κ",), "r": ("ρ",), "s": ("σ",), "t": ("τ",), "u": ("υ", "ου"), "v": ("β",), "w": ("ου",), "x": ("ξ",),
    "y": ("υ", "ι"), "z": ("ζ",),
}  # fmt: skip
ARABIC_SOUNDS: dict[str, tuple[str, ...]] = {
    "ch": ("ش",), "ou": ("و",), "ph": ("ف",), "th": ("ت",), "qu": ("ك",),
    "a": ("ا",), "b": ("ب",), "c": ("ك",), "ç": ("س",), "d": ("د",), "e": ("ي",), "f": ("ف",), "g": ("ج", "غ"),
    "h": ("ه",),
    "i": ("ي",), "j": ("ج",), "k": ("ك",), "l": ("ل",), "m": ("م",), "n": ("ن",), "o": ("و",), "p": ("ب", "پ"),
    "q": ("ق",), "r": ("ر",), "s": ("س",), "t": ("ت",), "u": ("و",), "v": ("ف", "ڤ"), "w": ("و",), "x": ("كس",),
    "y": ("ي",), "z": ("ز",),
}  # fmt: skip

# One foreign letter of the same sound within a Latin word.
SOUND_IN_WORD: dict[str, tuple[str, ...]] = {
    "a": ("α", "а"), "b": ("б", "β"), "d": ("д", "δ"), "e": ("е", "э", "ε"), "f": ("ф", "φ"), "g": ("г", "γ"),
    "i": ("и", "ι"), "k": ("к", "κ"), "l": ("л", "λ"), "m": ("м", "μ"), "n": ("н", "ν"), "o": ("о", "ο"),
    "p": ("п", "π"), "r": ("р", "ρ"), "s": ("с", "σ"), "t": ("т", "τ"), "u": ("у", "υ"), "v": ("в",), "z": ("з", "ζ"),
}  # fmt: skip

LEET: dict[str, tuple[str, ...]] = {
    "a": ("4", "@"), "b": ("8",), "e": ("3", "€"), "g": ("9", "6"), "i": ("1", "!"), "l": ("1", "|", "£"), "o": ("0",),
    "s": ("5", "$"), "t": ("7", "+"), "z": ("2",),
}  # fmt: skip

# Keys beside each other on a French keyboard.
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")
NEIGHBOURS = {
    letter: "".join(row[at - 1 : at] + row[at + 1 : at + 2] for row in _ROWS for at in [row.find(letter)] if at >= 0)
    for row in _ROWS
    for letter in row
}

INVISIBLE = (
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202c", "\u2061",
    "\u2063", "\u034f", "\u180e", "\ufe0f", "\ufe00", "\U000e0041", "\U000e007f", "\U000e0101", "\u2066", "\u2069",
)  # fmt: skip
STRIKES = ("\u0336", "\u0335", "\u0332", "\u0338", "\u20e0")
ZALGO = tuple(chr(code) for code in (*range(0x0300, 0x0315), *range(0x0316, 0x0333), *range(0x0339, 0x033F)))

EMOJI = ("🔥", "💉", "🏥", "💊", "⭐", "🩺", "❤️", "🇫🇷", "👨‍⚕️", "✅", "💥", "🧬", "➡️", "☠️", "🦠", "👍🏽", "🔒", "♥")
