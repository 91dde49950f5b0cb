"""Posts that name nobody we watch, but nearly: towns, surnames, streets, everyday words, other sectors.

Towns and surnames are the register's own, so that each is a part of some watched name; firms, schools and people are
invented. A post that by accident says a watched name in full is thrown away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.evaluation.directory import Directory
from benchmarks.evaluation.name_parts import canonical, is_telling
from benchmarks.evaluation.surroundings import LANGUAGE_SHARES, LANGUAGES, filled, invented_word, prose
from benchmarks.evaluation.written_names import as_title
from detectors.model import EntityKind

_TOWNS = {
    "fr": (
        "Grand vide-grenier dimanche à {town}, venez nombreux",
        "Travaux sur la route de {town} jusqu'en mars",
        "La mairie de {town} cherche un jardinier",
        "il pleut encore à {town}, quelle semaine",
        "covoit {town} - {other} vendredi soir, 2 places, {price}€",
        "Le club de {town} l'emporte 3-1 contre {other}",
    ),
    "en": ("Anyone driving from {town} to {other} this weekend?", "Moving to {town} next month, any flat to rent?"),
    "ru": ("Кто-нибудь едет из {town} в {other} на выходных?", "Погода в {town} сегодня ужасная"),
    "tr": ("Hafta sonu {town} gezisi çok güzeldi, sonra {other}", "{town} için otobüs kaçta kalkıyor?"),
}
_SURNAMES = {
    "fr": (
        "Merci à Mme {surname} pour son aide hier soir",
        "M. {surname} a vendu sa voiture à {town}",
        "{first} {surname} signe chez les pros, bravo",
        "bon anniversaire {surname}, à samedi",
        "L'agence {surname} vend une maison à {town}, {price} 000 €",
    ),
    "en": ("{first} {surname} won the race again, what a season", "Ask {surname} about the keys before Friday"),
    "ru": ("{first} {surname} снова выиграл гонку", "Спросите {surname} про ключи до пятницы"),
    "tr": ("{first} {surname} yine kazandı, tebrikler", "Anahtarları {surname} biliyor, ona sor"),
}
_STREETS = {
    "fr": (
        "Rendez-vous 12 rue {surname} à {town}, 2e étage",
        "Appartement T3 avenue {surname}, {town}, loyer {price}€",
        "boulevard {surname} bloqué, prenez la rue {first} {surname}",
        "livraison au 4 place {surname}, {town}",
    ),
    "en": ("Parcel stuck at 7 rue {surname}, {town}, any news?",),
    "ru": ("Посылка застряла: 7 rue {surname}, {town}",),
    "tr": ("Kargo 7 rue {surname}, {town} adresinde kaldı",),
}
_GENERIC = {
    "fr": (
        "L'hôpital est saturé, six heures d'attente aux urgences",
        "Le centre hospitalier recrute des infirmiers",
        "j'ai rendez-vous au laboratoire demain matin",
        "la pharmacie du coin est fermée, pff",
        "Ma grand-mère entre en maison de retraite lundi",
        "Vends base patients d'un labo français, {n} lignes, {price}€",
        "les cliniques privées et les centres de santé protestent",
        "Base de pharmacies françaises, {n} emails, {price}€",
        "Le médecin de la clinique m'a dit de revenir jeudi",
        "un EHPAD sur trois en déficit en {year}",
    ),
    "en": (
        "French hospital database for sale, {n} patients, {price}$",
        "my lab results came back today, all fine",
        "The clinic called, appointment moved to Friday",
        "nursing home staff on strike again",
    ),
    "ru": (
        "Продам базу французской больницы, {n} строк",
        "Сдал анализы в лаборатории, жду результаты",
        "клиника закрыта до пятницы",
    ),
    "tr": (
        "Fransız hastanesi veritabanı satılık, {n} kayıt",
        "Hastaneden çıktım, eve gidiyorum",
        "eczane kapalıydı yine",
    ),
}
_SECTORS = {
    "fr": (
        "Vends base clients banque {firm}, {n} lignes, IBAN inclus, {price}€ {contact}",
        "Fuite chez l'opérateur {firm} : {n} abonnés concernés",
        "[VENTE] lycée {surname} {town}, notes et bulletins, {fmt}",
        "Le collège {surname} de {town} victime d'un piratage",
        "base assurance auto {firm} {year}, {n} contrats",
        "dump boutique en ligne {firm}, {n} commandes, {fmt}",
        "Mairie de {town} : {n} fiches d'état civil en {fmt}",
        "Hôtel du {surname} à {town}, {n} réservations, {price}€",
        "Université de {town}, {n} comptes étudiants, {contact}",
    ),
    "en": (
        "Selling {firm} bank customers, {n} rows, {price}$ {contact}",
        "{firm} telecom breach, {n} subscribers, {fmt}",
        "School {surname} in {town} hacked, student records online",
    ),
    "ru": ("Продам базу клиентов банка {firm}, {n} строк, {price}$", "Слив оператора {firm}, {n} абонентов, {fmt}"),
    "tr": ("{firm} bankası müşteri verileri, {n} kayıt, {price}$", "{firm} telekom veritabanı satılık, {fmt}"),
}
_EVERYDAY = {
    "fr": (
        "on se retrouve au parc à midi, j'apporte le pain",
        "Les jardins sont fleuris, quel beau printemps",
        "Le moulin tourne encore, les enfants adorent",
        "quelqu'un a une place de parking près de la gare ?",
        "nouveau record du monde, incroyable soirée",
        "La résidence secondaire prend l'eau, merci la tempête",
        "la villa est à louer en août, vue sur la vallée",
        "Saint patron du jour, bonne fête à tous",
        "le soleil, la mer et les pins, que demander de plus",
        "mise à jour du forum ce soir, coupure de dix minutes",
    ),
    "en": (
        "Selling my old bike, barely used, {price}$",
        "new proxy list out, {n} checked, enjoy",
        "thanks mate, works like a charm",
        "The garden looks great after the rain",
    ),
    "ru": (
        "Всем привет, новый список прокси, {n} штук",
        "спасибо, всё работает",
        "Продам велосипед, {price}$, почти новый",
    ),
    "tr": ("Bisikletim satılık, {price}$, az kullanılmış", "teşekkürler, çalışıyor", "yarın hava güzel olacak galiba"),
}
# Names that are words too, where nothing speaks of health or software.
_AMBIGUOUS = {
    "fr": (
        "on parle de {word} depuis ce matin, bizarre",
        "{word}, quel beau mot quand même",
        "j'ai encore rêvé de {word} cette nuit",
        "le chat de la voisine s'appelle {word}",
        "{Word} arrive demain par le train de midi",
    ),
    "en": (
        "it went {word} and we left before dark",
        "{word}? never heard of it",
        "{Word} and friends, best song this year",
    ),
    "ru": ("вчера весь вечер слушали {word}", "{Word} это что вообще?"),
    "tr": ("dün gece {word} dinledik", "{Word} ne demek bilen var mı"),
}

_PROSE_SHARE = 0.5  # of posts that go on about nothing

Templates = dict[str, Sequence[str]]
FAMILIES: dict[str, Templates] = {
    "town": _TOWNS,  # type: ignore[dict-item]
    "surname": _SURNAMES,  # type: ignore[dict-item]
    "street": _STREETS,  # type: ignore[dict-item]
    "generic word": _GENERIC,  # type: ignore[dict-item]
    "other sector": _SECTORS,  # type: ignore[dict-item]
    "everyday": _EVERYDAY,  # type: ignore[dict-item]
    "ambiguous, no context": _AMBIGUOUS,  # type: ignore[dict-item]
}


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Makes posts that name nobody. Made by `near_misses`."""

    towns: Sequence[str]
    surnames: Sequence[str]
    firsts: Sequence[str]
    ambiguous: Sequence[str]

    def family(self, random: Random) -> str:
        """Which trap to set."""
        able = [name for name in FAMILIES if self.ambiguous or name != "ambiguous, no context"]
        return random.choice(able)

    def post(self, random: Random, family: str) -> tuple[str, str]:
        """A post and its language."""
        language = random.choices(LANGUAGES, LANGUAGE_SHARES)[0]
        template = random.choice(FAMILIES[family][language])
        word = random.choice(self.ambiguous) if self.ambiguous else ""
        pieces: dict[str, Callable[[], str]] = {
            "town": lambda: random.choice(self.towns),
            "other": lambda: random.choice(self.towns),
            "surname": lambda: random.choice(self.surnames),
            "first": lambda: random.choice(self.firsts),
            "firm": lambda: invented_word(random, "en").title(),
            "word": word.lower,
            "Word": lambda: word,
        }
        for slot, piece in pieces.items():
            if f"{{{slot}}}" in template:
                template = template.replace(f"{{{slot}}}", piece())
        text = filled(random, template)
        if random.random() < _PROSE_SHARE:
            text += " " + prose(random, language, random.randint(20, 50))
        return text, language


_FIRSTS = "Adèle Bastien Camille Damien Elsa Fabien Gaël Hortense Ivan Jules Karim Lise Marius Nadia Paul Rémi".split()
_FEWEST_LETTERS = 4


def near_misses(directory: Directory) -> NearMisses:
    """The towns and surnames of the register, and the listed names that are words too."""
    towns = {
        as_title(each.entity.city) for each in directory.known if each.entity.city and len(each.town) >= _FEWEST_LETTERS
    }
    surnames = set()
    for each in directory.known:
        words = canonical(each.entity.name)
        # A pharmacy called by one word that is not an everyday one bears its owner's name.
        match words:
            case ("pharmacie", owner) if owner.isalpha() and is_telling(owner) and len(owner) >= _FEWEST_LETTERS:
                surnames.add(owner.title())
    ambiguous = [
        each.entity.name
        for each in directory.known
        if each.entity.ambiguous and each.entity.kind is not EntityKind.ESTABLISHMENT and " " not in each.entity.name
    ]
    return NearMisses(sorted(towns), sorted(surnames) or ["Quelvain"], _FIRSTS, sorted(ambiguous))
