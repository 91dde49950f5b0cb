"""What stands around a name: posts of sellers and journalists in four languages, and prose about nothing.

Everything but the name is invented; `{name}` is where it goes. The first of each pair tells whether the sentence
speaks of health or software.
"""

from collections.abc import Sequence
from random import Random

LANGUAGES = ("fr", "en", "ru", "tr")
LANGUAGE_SHARES = (0.52, 0.2, 0.15, 0.13)

Template = tuple[bool, str]

TEMPLATES: dict[str, Sequence[Template]] = {
    "fr": (
        (True, "Vends base patients {name}, {n} lignes, {price}€ {contact}"),
        (True, "[VENTE] {name} : {n} dossiers patients, nom prénom NIR tel. MP {contact}"),
        (True, "Fuite de données : {name} confirme le vol de {n} fiches de patients"),
        (True, "🔥 Leak {name} 🔥 {n} patients, {fmt}, lien en MP"),
        (True, "Cyberattaque : les patients de {name} priés de surveiller leurs comptes"),
        (True, "dump {year} de {name}, résultats d'analyses + numéros de sécu, {price} euros"),
        (False, "Base complète {name} à vendre, {n} lignes en {fmt}, échantillon sur demande"),
        (False, "qui a encore le fichier de {name} ? lien mort depuis hier"),
        (False, "Je donne tout {name}, {fmt}, {size} Go, mdp {word}"),
        (False, "{name} piraté, {n} lignes dans la nature depuis {year}, on attend le communiqué"),
        (True, "Selon nos informations, des données de santé de {name} circulent sur un forum"),
        (True, "Rançongiciel chez {name}, les soignants repassent au papier"),
        (False, "Nouveau sur le canal : {name} ({year}), {price}€ ou échange {contact}"),
        (True, "nouvelle db santé fr : {name} | {n} nir | {price}€ | {contact}"),
    ),
    "en": (
        (True, "Selling {name} patients database, {n} rows, {price}$ {contact}"),
        (True, "[FR] {name} medical records leak, {n} lines, {fmt}, sample in thread"),
        (False, "FRESH dump {year}: {name}, {n} records, contact {contact}"),
        (True, "Hackers claim to have stolen health data from {name}, {n} people affected"),
        (False, "who has {name} full db? paying {price} in xmr"),
        (True, "Ransomware crew lists {name} on its site, {size} GB of patient files"),
        (False, "free for all: {name} {fmt} {size}GB, pass {word}"),
    ),
    "ru": (
        (True, "Продам базу пациентов {name}, {n} строк, {price}$ {contact}"),
        (False, "Слив {name}, Франция, {year} год, {n} записей, {fmt}"),
        (True, "Утечка медицинских данных: {name}, {n} пациентов, пример в треде"),
        (False, "Продаю доступ и базу {name} ({fmt}, {size} ГБ), гарант, {contact}"),
        (True, "Хакеры выложили медкарты из {name}, архив на {size} ГБ"),
        (False, "ищу базу {name}, плачу {price}$, писать {contact}"),
    ),
    "tr": (
        (True, "{name} hasta verileri satılık, {n} kayıt, {price}$ {contact}"),
        (False, "Fransa {name} veritabanı, {year}, {n} satır, {fmt}, fiyat {price}$"),
        (True, "{name} hasta kayıtları sızdırıldı, {n} kişi etkilendi"),
        (False, "{name} full db elimde, {size} GB, isteyen {contact}"),
        (True, "Satılık sağlık verisi: {name}, {n} hasta, örnek var"),
    ),
}

# A name as part of a file's or a host's name, or as a hashtag, stands where such things stand.
GLUED_TEMPLATES: dict[str, Sequence[str]] = {
    "file": (
        "{name}-patients_{year}.sql.gz",
        "{name}_{year}.csv",
        "dump_{name}_full.zip",
        "{name}.{year}.7z",
        "db-{name}.sql",
    ),
    "host": ("https://www.{name}.fr/", "{name}.fr", "extranet.{name}.fr", "admin@{name}.fr", "vpn.{name}.com"),
}

_SYLLABLES = {
    "fr": "ba bre cal cha don dru fai fle gar gou jan jur lam lou mar mon nei nor pli pou quel rai rem sau ser tau tin "
    "vai vro zel",
    "en": "ack ber brin cold dar dwel el fen ford gle grim hald ing ker lam mer nor ost pel quist rud sal ston tham ul "
    "ven wick yor",
    "ru": "ба вер го дра жел зин ка лот ми нор оп пра рыс сте тум ул фед хлоп цен чур шал ян",
    "tr": "ak bal cık çel dır er gün hay ış kar lık mun nar or öz pek rim sal şen tur uz ver yıl zan",
}
_COMMON = {
    "fr": "le la les un une de du dans sur avec pour mais plus très bien encore hier demain matin on il elle nous vous "
    "est était fait dit vu pris mis rien tout deux trois petit grand nouveau bon entre sans chez quand comme alors "
    "donc après".split(),
    "en": "the a an of in on with for but more very well still yesterday morning we he she you they is was made said "
    "seen taken nothing all two three small great new good between without when like then so after before".split(),
    "ru": "и в на с но ещё очень хорошо вчера утром мы он она вы они был была сказал видел взял ничего всё два три "
    "маленький большой новый между без когда как потом так после перед может".split(),
    "tr": "ve bir bu şu ile için ama daha çok iyi dün sabah biz o siz onlar idi dedi gördü aldı hiç her iki üç küçük "
    "büyük yeni arasında gibi sonra önce belki ne zaman".split(),
}
_ENDINGS = (".", ".", ".", "!", "…", "?")


def filled(random: Random, template: str) -> str:
    """A template with its numbers, prices and contacts; `{name}` stays."""
    figures = {
        "n": f"{random.randint(2, 990)}{random.choice((' 000', 'k', '.000', '000'))}",
        "price": str(random.randint(1, 60) * 50),
        "year": str(random.randint(2015, 2026)),
        "size": str(random.randint(1, 300)),
        "fmt": random.choice(("csv", "sql", "xlsx", "json", "txt")),
        "word": invented_word(random, "en"),
        "contact": f"@{invented_word(random, 'en')}{random.randint(1, 99)}",
    }
    for slot, figure in figures.items():
        template = template.replace(f"{{{slot}}}", figure)
    return template


def invented_word(random: Random, language: str) -> str:
    """A word of a language's sound that is in none of its dictionaries; seldom the same twice."""
    syllables = _SYLLABLES[language].split()
    return "".join(random.choices(syllables, k=random.randint(3, 4)))


def prose(random: Random, language: str, length: int, invented_share: float = 0.42) -> str:
    """Sentences about nothing, of about so many characters; the share of words invented for this text."""
    sentences: list[str] = []
    written = 0
    while written < length:
        words = [
            invented_word(random, language) if random.random() < invented_share else random.choice(_COMMON[language])
            for _ in range(random.randint(6, 12))
        ]
        sentence = " ".join(words)
        sentences.append(sentence[0].upper() + sentence[1:] + random.choice(_ENDINGS))
        written += len(sentences[-1]) + 1
    return " ".join(sentences)
