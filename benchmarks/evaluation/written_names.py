"""How sellers and journalists write the name of an establishment, a vendor, a product or a network.

`plain` is the register's own spelling, in capitals, small letters or as a title. `reworded` is the same name as people
write it: abbreviated or spelled out, its kind left out, swapped or translated, with its town, by its town, in another
order, by its initials, by its brand.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.evaluation.directory import MOST_HOMONYMS, Directory, Known
from benchmarks.evaluation.name_parts import (
    ABBREVIATIONS,
    ARTICLES,
    FAMILIES,
    LEGAL_FORMS,
    Parts,
    canonical,
    flat,
    is_telling,
    is_type_word,
    parts,
    spelled_words,
)
from detectors.model import EntityKind

_CUT = 38  # characters after which the register cuts its names
_TOWN_SHARE = 0.4  # of posts that say the town beside the name
_ACCENTED = {
    "hopital": "hôpital", "residence": "résidence", "sante": "santé", "medical": "médical", "medicale": "médicale",
    "generale": "générale", "regional": "régional", "specialise": "spécialisé", "prive": "privé",
}  # fmt: skip
_SMALL = ARTICLES | {"saint", "sainte"}

# The kind of place, in other words; by family, then by the language of the text around.
SWAPS: dict[str, dict[str, tuple[str, ...]]] = {
    "hospital": {
        "fr": ("hôpital", "centre hospitalier", "CH", "hosto"),
        "en": ("hospital", "medical center"),
        "ru": ("больница", "госпиталь", "клиническая больница"),
        "tr": ("hastanesi", "hastane"),
    },
    "clinic": {
        "fr": ("clinique", "polyclinique"),
        "en": ("clinic",),
        "ru": ("клиника",),
        "tr": ("kliniği", "klinik"),
    },
    "laboratory": {
        "fr": ("labo", "laboratoire", "LBM", "LABM", "laboratoire d'analyses"),
        "en": ("laboratory", "lab"),
        "ru": ("лаборатория",),
        "tr": ("laboratuvarı", "laboratuvar"),
    },
    "pharmacy": {
        "fr": ("pharmacie", "officine"),
        "en": ("pharmacy",),
        "ru": ("аптека",),
        "tr": ("eczanesi", "eczane"),
    },
    "home": {
        "fr": ("EHPAD", "maison de retraite", "résidence"),
        "en": ("nursing home",),
        "ru": ("дом престарелых",),
        "tr": ("huzurevi",),
    },
}
_BEFORE_THE_NAME = {"fr": True, "en": False, "ru": True, "tr": False}
_CALLED = {
    EntityKind.VENDOR: {
        "fr": ("éditeur {}", "société {}", "{} SAS"),
        "en": ("{} software", "vendor {}"),
        "ru": ("компания {}",),
        "tr": ("{} şirketi",),
    },
    EntityKind.PRODUCT: {
        "fr": ("logiciel {}", "appli {}", "{} (logiciel)"),
        "en": ("{} software", "{} app"),
        "ru": ("программа {}",),
        "tr": ("{} yazılımı",),
    },
    EntityKind.NETWORK: {
        "fr": ("groupe {}", "réseau {}"),
        "en": ("{} group",),
        "ru": ("группа {}",),
        "tr": ("{} grubu",),
    },
}
_BRAND_SITES = 20  # laboratories that share a first word make it a brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A name as somebody writes it, and whom it can mean."""

    entity_id: str
    kind: EntityKind
    name: str
    core: str = ""  # the part of the name that may be taken for all of it, if any
    town: str = ""  # what is written after the name: ` à Rouen`
    town_given: bool = False
    needs_context: bool = False  # also an everyday word: it counts beside words of health or software
    acceptable: frozenset[str]
    within: frozenset[str]  # named too, being a part of the name


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes names. The same seed, the same names."""

    directory: Directory

    def plain(self, random: Random, known: Known) -> Written | None:
        """The name as the register has it; nothing where it names nobody by itself."""
        entity = known.entity
        name = _tidy(entity.name)
        if entity.kind is not EntityKind.ESTABLISHMENT:
            name = _tidy(random.choice((entity.name, *entity.aliases)))
            return self._written(known, name, parts(name))
        given = random.random() < _TOWN_SHARE
        return self._written(known, _cased(random, name), parts(name), random if given else None)

    def reworded(self, random: Random, known: Known, language: str) -> Written | None:
        """The name in other words; nothing where it cannot be said otherwise."""
        if known.entity.kind is not EntityKind.ESTABLISHMENT:
            return self._called(random, known, language)
        ways = list(_WAYS)
        random.shuffle(ways)
        ways.sort(key=lambda way: random.random() ** (1 / way[1]), reverse=True)
        for way, _ in ways:
            written = way(self, random, known, language)
            if written and canonical(written.name + written.town) and written.name != known.entity.name:
                return written
        return None

    def _written(self, known: Known, name: str, said: Parts, town_from: Random | None = None) -> Written | None:
        """What is written with those it can mean; nothing where that is nobody, or a crowd."""
        if not self.directory.is_nameable(said) or not _stands_alone(known, said, self.directory):
            return None
        here = known.town if town_from else ""
        acceptable = self.directory.meaning(said, here)
        if len(acceptable) > MOST_HOMONYMS and not here and known.town:
            here = known.town
            town_from = town_from or Random(name)
            acceptable = self.directory.meaning(said, here)
        if known.entity.id not in acceptable or len(acceptable) > MOST_HOMONYMS:
            return None
        return Written(
            entity_id=known.entity.id,
            kind=known.entity.kind,
            name=name,
            town=_town_said(town_from, known) if here and town_from else "",
            town_given=bool(here),
            needs_context=bool(known.entity.ambiguous),
            acceptable=acceptable,
            within=self.directory.within(said, here),
        )

    # ------------------------------------------------------------ the ways to reword

    def _abbreviated(self, random: Random, known: Known, language: str) -> Written | None:  # noqa: ARG002
        """Short forms for long ones, long ones for short ones."""
        name = _tidy(known.entity.name)
        again = name
        for short, long in random.sample(ABBREVIATIONS, len(ABBREVIATIONS)):
            short_form = rf"\b{short}\b(?![.'])"
            if re.search(short_form, again):
                again = re.sub(short_form, long, again, count=1)
            elif long_form := _found_long(again, long):
                again = again[: long_form[0]] + short + again[long_form[1] :]
        again = re.sub(r"\bSUR\b", random.choice(("S/", "sur")), again)
        again = _hyphens(random, again)
        return (
            self._written(known, _cased(random, again), parts(again), _maybe(random))
            if flat(again) != flat(name)
            else None
        )

    def _without_kind(self, random: Random, known: Known, language: str) -> Written | None:  # noqa: ARG002
        """The kind of place left out, where two words are left that are not just the town's."""
        tokens = _tidy(known.entity.name).split()
        kept = [token for token in tokens if not _is_kind(token)]
        said = parts(" ".join(kept))
        telling = {word for word in said.telling if is_telling(word) and len(word) > 2}
        if len(kept) == len(tokens) or len(telling - set(known.town.split())) < 2:
            return None
        while flat(kept[0]).strip("'-") in {*ARTICLES, ""}:
            kept = kept[1:]
        kept[0] = re.sub("^[DL]'", "", kept[0], flags=re.IGNORECASE)
        return self._written(known, _cased(random, " ".join(kept)), said, _maybe(random))

    def _kind_swapped(self, random: Random, known: Known, language: str) -> Written | None:
        """Another word for the kind of place, often in the language of the post."""
        tokens = _tidy(known.entity.name).split()
        family, kept = _without_leading_kind(tokens, known)
        if family not in SWAPS or not kept:
            return None
        spoken = language if random.random() < 0.7 else random.choice(("fr", "en"))
        kind = random.choice(SWAPS[family][spoken])
        rest = _cased(random, " ".join(kept), capitals=False)
        if not _BEFORE_THE_NAME[spoken]:
            rest = re.sub(r"^(?:de la|de l'|du|des|de|d'|d)\s*", "", rest, flags=re.IGNORECASE)
        name = f"{kind} {rest}" if _BEFORE_THE_NAME[spoken] else f"{rest} {kind}"
        telling = parts(" ".join(kept)).telling
        written = self._written(known, name, Parts(telling, frozenset({family})), _maybe(random))
        return replace(written, core=rest) if written else None

    def _by_town(self, random: Random, known: Known, language: str) -> Written | None:
        """`l'hôpital de Viriat`: the kind and the town, where the town has few of them."""
        families = known.families & SWAPS.keys() - {"pharmacy"}
        if not families or not known.town or len(known.town) < _SHORTEST_TOWN:
            return None
        family = min(families)
        acceptable = self.directory.in_town(frozenset({family}), known.town)
        if not 1 <= len(acceptable) <= _MOST_IN_TOWN:
            return None
        town = as_title(known.entity.city or "")
        spoken = language if random.random() < 0.5 else "fr"
        kind = random.choice([kind for kind in SWAPS[family][spoken] if kind != "résidence"])
        of = "d'" if flat(town)[:1] in "aeiouyh" else "de "
        joint = f" {of}" if spoken == "fr" else " "
        name = f"{kind}{joint}{town}" if _BEFORE_THE_NAME[spoken] else f"{town} {kind}"
        within = self.directory.within(Parts(frozenset(known.town.split()), frozenset({family})))
        return Written(
            entity_id=known.entity.id,
            kind=known.entity.kind,
            name=name,
            town_given=True,
            acceptable=acceptable,
            within=within,
        )

    def _reordered(self, random: Random, known: Known, language: str) -> Written | None:  # noqa: ARG002
        """The kind behind the name, or two words of the name swapped."""
        tokens = _tidy(known.entity.name).split()
        family, kept = _without_leading_kind(tokens, known)
        if family and kept and len(kept) < len(tokens) and random.random() < 0.6:
            name = " ".join((*_without_article(kept), *tokens[: len(tokens) - len(kept)]))
        else:
            able = [
                at for at, token in enumerate(tokens) if len(token) > 2 and any(map(is_telling, parts(token).telling))
            ]
            if len(able) < 3:
                return None
            one, other = random.sample(able, 2)
            tokens[one], tokens[other] = tokens[other], tokens[one]
            name = " ".join(tokens)
        return self._written(known, _cased(random, name), parts(name), _maybe(random))

    def _shortened(self, random: Random, known: Known, language: str) -> Written | None:  # noqa: ARG002
        """Words left out that nobody says: legal form, `site`, articles, the last of many words."""
        tokens = _tidy(known.entity.name).split()
        kept = [token for token in tokens if flat(token).strip(".'") not in LEGAL_FORMS | {"site", "siege"}]
        if random.random() < 0.5:
            kept = [token for token in kept if flat(token) not in ARTICLES]
        telling = [token for token in kept if parts(token).telling]
        if len(telling) >= _MANY_WORDS and random.random() < 0.7:
            kept.remove(telling[-1])
        if kept == tokens:
            return None
        name = " ".join(kept)
        return self._written(known, _cased(random, name), parts(name), _maybe(random))

    def _by_initials(self, random: Random, known: Known, language: str) -> Written | None:  # noqa: ARG002
        """`CHSF`, with the town that tells it from another."""
        name = _tidy(known.entity.name)
        if len(name) >= _CUT or not known.town:
            return None
        initials = _initials(name)
        if not initials:
            return None
        same = [
            index
            for index in self.directory.by_town.get(known.town, ())
            if _initials(_tidy(self.directory.known[index].entity.name)) == initials
        ]
        acceptable = frozenset(self.directory.known[index].entity.id for index in same)
        return Written(
            entity_id=known.entity.id,
            kind=known.entity.kind,
            name=initials,
            town=_town_said(random, known),
            town_given=True,
            acceptable=acceptable,
            within=frozenset(),
        )

    def _by_brand(self, random: Random, known: Known, language: str) -> Written | None:
        """A laboratory by its network's brand and, mostly, its town."""
        if "laboratory" not in known.families:
            return None
        telling = [word for word in canonical(known.entity.name) if is_telling(word)]
        if not telling or len(self.directory.by_word.get(telling[0], ())) < _BRAND_SITES or len(telling[0]) < 5:
            return None
        brand = next((token for token in _tidy(known.entity.name).split() if telling[0] in spelled_words(token)), "")
        kind = random.choice((*SWAPS["laboratory"][language], "", "")) if _BEFORE_THE_NAME[language] else ""
        name = f"{kind} {as_title(brand)}".strip()
        here = known.town if random.random() < 0.8 else ""
        return Written(
            entity_id=known.entity.id,
            kind=known.entity.kind,
            name=name,
            core=as_title(brand),
            town=_town_said(random, known) if here else "",
            town_given=bool(here),
            acceptable=self.directory.bearing(telling[0], here),
            within=frozenset(),
        )

    def _called(self, random: Random, known: Known, language: str) -> Written | None:
        """A vendor, product or network with what it is, without its suffix, otherwise hyphenated or joined."""
        entity = known.entity
        name = _tidy(random.choice((entity.name, *entity.aliases)))
        said = parts(name)
        draw = random.random()
        again = name
        if entity.kind in _CALLED and draw < 0.5:
            again = random.choice(_CALLED[entity.kind][language]).format(name)
        elif draw < 0.7 and not entity.ambiguous:
            again = random.choice((name.upper(), name.lower()))
        elif draw < 0.9 and re.search(r"[ -]", name):
            again = re.sub(r"[ -]", random.choice((" ", "-")), name)
        for short, long in ABBREVIATIONS:
            if not entity.ambiguous and re.search(rf"\b{short}\b", again) and random.random() < 0.5:
                again = re.sub(rf"\b{short}\b", long, again, count=1)
        written = self._written(known, again, said) if again != name else None
        return replace(written, core=name if name in again else "") if written else None


_SHORTEST_TOWN = 4
_RARE = 20  # names a word stands in
_SHORTEST_INITIALLED = 2
_LONGEST_KIND = 4
_MOST_IN_TOWN = 12
_MANY_WORDS = 4

Way = Callable[[Pen, Random, Known, str], Written | None]
# Each with how often people write so, were all of them possible.
_WAYS: Sequence[tuple[Way, float]] = (
    (Pen._abbreviated, 0.30),
    (Pen._kind_swapped, 0.22),
    (Pen._without_kind, 0.14),
    (Pen._shortened, 0.12),
    (Pen._reordered, 0.08),
    (Pen._by_town, 0.10),
    (Pen._by_brand, 0.10),
    (Pen._by_initials, 0.03),
)


# ---------------------------------------------------------------- pieces of names


def _tidy(name: str) -> str:
    """Without the quotes, brackets and colons that nobody writes."""
    return " ".join(re.sub(r"[\"()«»:;,]", " ", name).split())


def _stands_alone(known: Known, said: Parts, directory: Directory) -> bool:
    """Whether a reader would take the words for a name: a town, surname or single common word needs its kind."""
    if known.entity.kind is not EntityKind.ESTABLISHMENT or said.families:
        return True
    telling = [word for word in said.telling if is_telling(word) and len(word) > 2]
    own = [word for word in telling if word not in directory.town_words]
    if len(own) >= 2:
        return any(directory.frequency[word] <= _RARE for word in own)
    return bool(own) and len(own[0]) >= 7 and directory.frequency[own[0]] <= 3 and "pharmacy" not in known.families


def _is_kind(token: str) -> bool:
    return (
        is_type_word(token) or flat(token).strip(".'") in LEGAL_FORMS or flat(token) in ("hospitalier", "hospitaliere")
    )


def _without_leading_kind(tokens: Sequence[str], known: Known) -> tuple[str, list[str]]:
    """The family the first words say, and the tokens after them."""
    at = 0
    while at < len(tokens) and flat(tokens[at]).strip(".'") in LEGAL_FORMS:
        at += 1
    for short, long in ABBREVIATIONS:
        length = len(long.split())
        if length > 1 and spelled_words(" ".join(tokens[at : at + length])) == spelled_words(long):
            found = parts(short).families
            return (min(found) if found else "", list(tokens[at + length :]))
    found = parts(tokens[at]).families if at < len(tokens) else frozenset()
    families = found & known.families
    return (min(families), list(tokens[at + 1 :])) if families else ("", list(tokens))


def _without_article(tokens: Sequence[str]) -> Sequence[str]:
    return tokens[1:] if len(tokens) > 1 and flat(tokens[0]) in ARTICLES else tokens


def _found_long(name: str, long: str) -> tuple[int, int] | None:
    pattern = r"[\s'’-]+".join(re.escape(word) for word in spelled_words(long))
    match = re.search(rf"\b{pattern}\b", flat(name))
    # Flat text is as long as this one but where a ligature stands: then leave it.
    return match.span() if match and len(flat(name)) == len(name) else None


def _hyphens(random: Random, name: str) -> str:
    draw = random.random()
    if draw < 0.2:
        return name.replace("-", " ")
    if draw < 0.4:
        return re.sub(r"\b(SAINTE?|STE?) (?=\w)", r"\1-", name)
    return name


def _initials(name: str) -> str:
    """`CHSF` of a hospital's or clinic's name of one kind and at least two plain words; empty of any other."""
    kind, *rest = [word for word in canonical(name) if word not in LEGAL_FORMS] or [""]
    plain = [word for word in rest if word.isalpha() and len(word) > _SHORTEST_INITIALLED and not is_type_word(word)]
    if FAMILIES.get(kind) not in ("hospital", "clinic") or len(plain) != len(rest) or not 2 <= len(rest) <= 4:
        return ""
    first = kind.upper() if len(kind) <= _LONGEST_KIND else kind[0].upper()
    return first + "".join(word[0].upper() for word in rest)


def _cased(random: Random, name: str, *, capitals: bool = True) -> str:
    draw = random.random()
    if capitals and draw < 0.25:
        return name.upper()
    return name.lower() if draw > 0.8 else as_title(name)


def as_title(name: str) -> str:
    """As a journalist capitalises: `Centre hospitalier de Saint-Calais`.

    >>> as_title("CH DE L'ORME BLANC")
    "CH de l'Orme Blanc"
    """
    return " ".join(_title_word(word, first=not at) for at, word in enumerate(name.split()))


def _title_word(word: str, *, first: bool) -> str:
    small = flat(word)
    if small in _SMALL and small in ARTICLES and not first:
        return word.lower()
    if re.match(r"[dl]'", small):
        return word[:2].lower() + _title_word(word[2:], first=False)
    if re.fullmatch(r"(?:\w\.){2,}\w?", word):
        return word.upper()
    if small in ("st", "ste"):
        return word.capitalize()
    if any(small == short.lower() for short, _ in ABBREVIATIONS[:-5]) or not re.search(r"[aeiouy]", small):
        return word.upper()
    accented = _ACCENTED.get(word.lower(), word.lower())
    return "-".join(part[:1].upper() + part[1:] if part not in ARTICLES else part for part in accented.split("-"))


def _maybe(random: Random) -> Random | None:
    return random if random.random() < _TOWN_SHARE else None


def _town_said(random: Random, known: Known) -> str:
    """The town as it stands behind a name."""
    town = as_title(re.sub(r"\s*\bCEDEX\b.*", "", known.entity.city or "", flags=re.IGNORECASE))
    if random.random() < 0.5:
        town = re.sub(r"\bSt\b", "Saint", re.sub(r"\bSte\b", "Sainte", town))
    if random.random() < 0.3:
        town = town.replace(" ", "-")
    postcode = known.entity.postcode or ""
    way = random.choice((" à {}", " à {}", " ({})", ", {}", " - {}", " {}", " de {}"))
    shown = f"{postcode} {town}" if postcode and random.random() < 0.15 else town
    return way.format(shown)
