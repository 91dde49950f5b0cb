"""What posters assert. Everybody and everything is invented."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.claims import judged, labelled_posts, labelled_watchlist, score
from detectors.claims import ClaimReading, find_claim, size_in_bytes
from detectors.model import Act, Archive, Attachment, Claim, Price, Quantity
from detectors.normalisation import fold
from detectors.personal_data import find_personal_data


def reading(raw: str, *files: Attachment, links: tuple[str, ...] = ()) -> ClaimReading:
    return find_claim(fold(raw), files, links)


def claimed(raw: str, *files: Attachment, links: tuple[str, ...] = ()) -> Claim:
    claim = reading(raw, *files, links=links).claim
    assert claim is not None
    return claim


def act_of(raw: str) -> Act | None:
    claim = reading(raw).claim
    return claim and claim.act


class TestActs:
    @pytest.mark.parametrize(
        ("act", "raw"),
        [
            (Act.SALE, "Vends base de 491 840 patients"),
            (Act.SALE, "Selling database of french patients"),
            (Act.SALE, "Продам базу пациентов"),
            (Act.SALE, "Hasta veritabanı satılık"),
            (Act.SALE, "base patients 500 €"),
            (Act.SALE, "database, $ 500"),
            (Act.FREE, "Base gratuite de patients"),
            (Act.FREE, "Free database of patients"),
            (Act.FREE, "Раздаю базу пациентов"),
            (Act.FREE, "Hasta veritabanı ücretsiz"),
            (Act.LEAK, "Fuite de données patients"),
            (Act.LEAK, "Patient database leaked"),
            (Act.LEAK, "Утечка базы пациентов"),
            (Act.LEAK, "Hasta kayıtları sızdırıldı"),
            (Act.MIRROR, "Miroir de la base"),
            (Act.MIRROR, "Mirror of the database"),
            (Act.MIRROR, "Перезалив базы"),
            (Act.MIRROR, "Veritabanı ayna linki"),
            (Act.REQUEST, "Je cherche la base patients"),
            (Act.REQUEST, "Looking for the database"),
            (Act.REQUEST, "Куплю базу пациентов"),
            (Act.REQUEST, "Veritabanı arıyorum"),
            (Act.THREAT, "Dernier avertissement avant publication des données"),
            (Act.THREAT, "Last warning, all files go public"),
            (Act.THREAT, "Последнее предупреждение, файлы будут опубликованы"),
            (Act.THREAT, "Son uyarı, dosyalar yayınlanacak"),
            (Act.DISPUTE, "Arnaque, cette base est à moi"),
            (Act.DISPUTE, "Scammer, my database"),
            (Act.DISPUTE, "Кидала, база моя"),
            (Act.DISPUTE, "Dolandırıcı, veritabanı benim"),
            (Act.REPORT, "Enquête sur la fuite de données"),
            (Act.REPORT, "Researchers say the database leaked"),
            (Act.REPORT, "Новости: утечка данных"),
            (Act.REPORT, "Haber: veri sızıntısı"),
            (Act.DENIAL, "La société dément la fuite de données"),
            (Act.DENIAL, "The company denies the data breach"),
            (Act.DENIAL, "Компания опровергла утечку данных"),
            (Act.DENIAL, "Şirket veri sızıntısını yalanladı"),
        ],
    )
    def test_in_four_languages(self, act: Act, raw: str):
        """Every act is understood in French, English, Russian and Turkish."""
        assert act is act_of(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            "V3nds b4se patients",
            "ＶＥＮＤＳ ＢＡＳＥ",
            "v\u200bends b\u200base",
            "Vеnds bаse",
            "VENDS\u00a0BASE",
            "v e n d s... non, vends la #base",
        ],
    )
    def test_disguised(self, raw: str):
        """An act is understood through its disguise."""
        assert Act.SALE is act_of(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            "bonjour",
            "Une base de patients",
            "Vends vélo rouge",
            "fuite",
            "dump",
            "vendredi, la base",
            "Fuite d'eau, dossiers trempés",
            "fuite de gaz près des dossiers",
            "fuites de mémoire dans la base",
            "memory leak in the database driver",
            "gas leak near the files",
            "water leaks in the data center",
            "утечка памяти в базе данных",
            "утечка воды, файлы",
            "su sızıntısı, dosyalar",
            "bellek sızıntısı veritabanı",
            "vends vélo" + " rien" * 60 + " base de patients",
        ],
    )
    def test_no_claim(self, raw: str):
        """An act without data near it, data without an act, and leaks of other things claim nothing."""
        assert act_of(raw) is None

    def test_a_leak_beside_water(self):
        """A leak of water does not hide a leak of data."""
        assert Act.LEAK is act_of("Fuite d'eau hier, fuite de la base patients aujourd'hui")

    @pytest.mark.parametrize(
        ("act", "raw"),
        [
            (Act.SALE, "Vends base volée"),
            (Act.FREE, "Base à vendre hier, gratuite aujourd'hui"),
            (Act.MIRROR, "Re-upload gratuit de la base"),
            (Act.REQUEST, "Qui vend cette base ?"),
            (Act.REPORT, "Selon la presse, la base est en vente"),
            (Act.DENIAL, "Selon la presse, la société dément la vente de la base"),
            (Act.THREAT, "Dernier avertissement, sinon la base est en vente"),
            (Act.DISPUTE, "Il vend ma base, arnaque, dernier avertissement"),
        ],
    )
    def test_precedence(self, act: Act, raw: str):
        """Where several are said, a quarrel quotes prices and a report quotes the sale it reports."""
        assert act is act_of(raw)

    def test_says_where(self):
        """The finding of a claim covers the word of the act, as written."""
        raw = "bonjour, v\u200b3nds base"

        (finding,) = reading(raw).findings

        assert ("sale", "v\u200b3nds") == (finding.label, raw[finding.start : finding.end])

    @pytest.mark.parametrize(
        ("raw", "french"),
        [
            ("base patients France", True),
            ("french medical records", True),
            ("пациенты, Франция", True),
            ("Fransa hasta verileri", True),
            ("base patients avec NIR", True),
            ("base patients", False),
            ("vive la France", False),
            ("", False),
        ],
    )
    def test_french_patients(self, raw: str, french: bool):
        """Patients and France together are French patients."""
        assert french is reading(raw).french_patients


class TestQuantities:
    @pytest.mark.parametrize(
        ("written", "value", "unit"),
        [
            ("491 840 patients", 491_840, "patients"),
            ("491\u00a0840 patients", 491_840, "patients"),
            ("491\u202f840 patients", 491_840, "patients"),
            ("491.840 patients", 491_840, "patients"),
            ("491,840 patients", 491_840, "patients"),
            ("491'840 patients", 491_840, "patients"),
            ("491840 patients", 491_840, "patients"),
            ("１２０００ patients", 12_000, "patients"),
            ("1 234 567 lignes", 1_234_567, "rows"),
            ("500k records", 500_000, "records"),
            ("500K+ records", 500_000, "records"),
            ("500 k de fiches", 500_000, "records"),
            ("500 тыс карт", 500_000, "records"),
            ("38 тысяч записей", 38_000, "records"),
            ("2 млн строк", 2_000_000, "rows"),
            ("12.000 kişi", 12_000, "people"),
            ("500 bin hasta", 500_000, "patients"),
            ("1 milyon kayıt", 1_000_000, "records"),
            ("1,2M lignes", 1_200_000, "rows"),
            ("1.2 million records", 1_200_000, "records"),
            ("1,5 millions de lignes", 1_500_000, "rows"),
            ("500 mille patients", 500_000, "patients"),
            ("25 milliers de dossiers", 25_000, "records"),
            ("500 thousand records", 500_000, "records"),
            ("12 mio patients", 12_000_000, "patients"),
            ("300 fichiers", 300, "files"),
            ("5000 french medical records", 5_000, "records"),
            ("20 000 assurés", 20_000, "people"),
            ("1000000000000 lignes", 10**12, "rows"),
            ("half a million patients", 500_000, "patients"),
            ("un million de dossiers", 1_000_000, "records"),
            ("quinze mille personnes", 15_000, "people"),
            ("полмиллиона пациентов", 500_000, "patients"),
            ("yarım milyon kayıt", 500_000, "records"),
            ("près de 500 000 patients", 500_000, "patients"),
            ("750к строк", 750_000, "rows"),
            ("Rows: 600,000 |", 600_000, "rows"),
            ("65 mil filas", 65_000, "rows"),
            ("20.000 Zeilen", 20_000, "rows"),
            ("491840 مريض", 491_840, "patients"),
            ("2 Go de fichiers", 2, "GB"),
            ("40gb", 40, "GB"),
            ("2,5 Go", 2_500, "MB"),
            ("1,5 To de radios", 1_500, "GB"),
            ("350 Mo", 350, "MB"),
            ("3 000 comptes", 3_000, "accounts"),
        ],
    )
    def test_notations(self, written: str, value: int, unit: str):
        """A number and what it counts, in the notations sellers use."""
        assert (Quantity(value=value, unit=unit),) == claimed(f"Vends base : {written}").quantities

    @pytest.mark.parametrize(
        "written",
        [
            "1 patients",
            "0 patients",
            "500 €",
            "500 euros, patients",
            "12 pommes",
            "2023 nouveaux patients",
            "50 hastane",
            "2020. Patients",
            "06 39 98 00 11 patients",
            "0639980011 patients",
            "2 55 06 99 999 999 34 patients",
            "10^30 patients",
            "1e30 patients",
            f"1{'0' * 30} patients",
            "1 000 000 000 000 000 000 patients",
            "1000000000001 lignes",
            "2 000 000 millions de lignes",
            f"{'9' * 5_000} patients",
            f"1{' 000' * 5_000} patients",
        ],
    )
    def test_no_quantity(self, written: str):
        """Prices, sizes, telephone numbers and what nobody can have are no quantities."""
        assert () == claimed(f"Vends base : {written}").quantities

    def test_each_once(self):
        """What is said twice is one quantity; what differs is two."""
        quantities = claimed("Vends base : 12 000 lignes, 12.000 lignes, 9 000 patients").quantities

        assert (Quantity(value=12_000, unit="rows"), Quantity(value=9_000, unit="patients")) == quantities

    def test_price_before_a_quantity(self):
        """A price is not counted in what follows it."""
        assert (Quantity(value=12_000, unit="rows"),) == claimed("Base : 500 €, 12 000 lignes").quantities

    @settings(deadline=None)
    @given(st.lists(st.sampled_from([*"0123456789 .,'km^", "000", " 000", " millions", " patients "]), max_size=60))
    def test_fits_the_store(self, written: list[str]):
        """No quantity is larger than what a table can hold."""
        assert all(1 < each.value <= 10**12 for each in claimed(f"Vends base : {''.join(written)}").quantities)


class TestTerms:
    @pytest.mark.parametrize(
        ("written", "value", "currency"),
        [
            ("500 €", 500.0, "EUR"),
            ("1 500 euros", 1_500.0, "EUR"),
            ("1.200,00", None, "none"),
            ("$1,100", 1_100.0, "USD"),
            ("$2k", 2_000.0, "USD"),
            ("300 usdt", 300.0, "USD"),
            ("0,8 XMR", 0.8, "XMR"),
            ("0.05 btc", 0.05, "BTC"),
            ("5000 руб", 5_000.0, "RUB"),
            ("900$", 900.0, "USD"),
            ("3000 TL", 3_000.0, "TRY"),
            ("meilleure offre", None, None),
            ("best offer", None, None),
        ],
    )
    def test_prices(self, written: str, value: float | None, currency: str | None):
        """What is asked, in the notations sellers use; a bare number is no price."""
        expected = () if currency == "none" else (Price(value=value, currency=currency),)

        assert expected == claimed(f"Vends base patients, {written}").prices

    def test_a_fine_is_no_price(self):
        """What a report gives without a sale is nobody's price."""
        assert () == claimed("Selon la Cnil, amende de 800 000 € pour la fuite de données de la base").prices

    @pytest.mark.parametrize(
        ("written", "period"),
        [
            ("2015 – octobre 2020", ("2015", "2020-10")),
            ("entre 2015 et 2020", ("2015", "2020")),
            ("from January 2019 to 03/2021", ("2019-01", "2021-03")),
            ("date: 02/2021", ("2021-02", "2021-02")),
            ("с 2018 по 2021", ("2018", "2021")),
            ("2020 à 2015", None),
            ("2021", None),
            ("06 39 98 20 20", None),
        ],
    )
    def test_period(self, written: str, period: tuple[str, str] | None):
        """The years the data are of, as years or months; a bare year is none."""
        assert period == claimed(f"Vends base patients {written}").period

    def test_fields(self):
        """The kinds of data said to be in it, in one vocabulary."""
        raw = "Vends base : prénom, num_secu, ddn, tél, adresse mail, médecin traitant, mutuelle, groupe sanguin, mdp"
        expected = ("nir", "name", "email", "phone", "birth_date", "doctor", "insurer", "blood_group", "password")

        assert expected == claimed(raw).fields

    def test_formats(self):
        """The formats of files named."""
        assert ("csv", "sql", "pdf") == claimed("Vends base en csv ou sql, examens pdf").formats

    @pytest.mark.parametrize(
        ("raw", "actor"),
        [
            ("Un hacker sous le pseudonyme « nuage » dit vendre la base de données volées", "nuage"),
            ("Le groupe Korb revendique le vol de données", "Korb"),
            ("Vends base de patients", None),
        ],
    )
    def test_actor(self, raw: str, actor: str | None):
        """Who is said to have done it."""
        assert actor == claimed(raw).actor


class TestContactTokens:
    KEY = b"k" * 32

    def token(self, raw: str) -> tuple[str, ...]:
        text = fold(raw)
        claim = find_claim(text, shown=find_personal_data(text), key=self.KEY).claim
        assert claim is not None
        return claim.contacts

    def test_the_same_for_the_same_contact(self):
        """An address to write to is one token however it is spelled, and shows nothing of it."""
        plain, disguised = (
            self.token(f"Vends base, contact {address}") for address in ("korb@vente.test", "KORB＠vente.test")
        )

        assert plain == disguised
        assert (1, True) == (len(plain), plain[0].startswith("email:"))
        assert "korb" not in plain[0]

    def test_numbers_at_home_and_abroad(self):
        """A number is one token with or without the country's code."""
        assert self.token("Vends base, contact 06 39 98 00 11") == self.token("Base à vendre, tel +33639980011")

    def test_nobody_to_write_to(self):
        """An address without a word of contact is no contact; without a key there is no token."""
        text = fold("Vends base, contact korb@vente.test")

        assert () == self.token("Vends base\n\n" + "x " * 40 + "jeanne@courriel.test")
        assert (claim := find_claim(text, shown=find_personal_data(text)).claim) is not None
        assert () == claim.contacts


class TestLabelledPosts:
    @pytest.mark.parametrize("held_out", [False, True])
    def test_bars(self, held_out: bool):
        """Of the labelled posts as many are read rightly as is promised."""
        posts = [post for post in labelled_posts() if post.held_out is held_out]
        its = score(judged(posts, labelled_watchlist()))

        assert (True, True, True) == (its.act >= 0.92, its.quantities >= 0.95, its.f1 >= 0.97)

    def test_enough_and_of_every_kind(self):
        """There are 600 posts and more, about half of them held out, of every act and none twice."""
        posts = list(labelled_posts())

        assert len(posts) >= 600
        assert 0.45 <= sum(post.held_out for post in posts) / len(posts) <= 0.55
        assert {*Act, None} == {post.act for post in posts if post.held_out}
        assert len(posts) == len({post.text for post in posts})


class TestWaysToGetIt:
    def test_contacts(self):
        """Handles are contacts, each once; addresses are not."""
        raw = "Vends base, @un_vendeur ou @un_vendeur, jeanne@courriel.test, @abc"

        assert ("@un_vendeur",) == claimed(raw).contacts

    def test_a_handle_that_holds_a_number(self):
        """A telephone number used as a handle is covered."""
        assert ("@tel_██████████",) == claimed("Vends base, @tel_0639980011").contacts

    def test_links(self):
        """Links are defanged, without the punctuation behind them, each once."""
        raw = "Vends base (https://drop.test/a.b), https://drop.test/a.b. HTTP://t.test"

        assert ("hxxps://drop[.]test/a.b", "hxxp://t[.]test") == claimed(raw).links

    def test_hidden_links(self):
        """Links behind words count too."""
        assert ("hxxps://drop[.]test/x",) == claimed("Vends base ici", links=("https://drop.test/x",)).links

    @pytest.mark.parametrize(
        "link",
        [
            "https://drop.test/06 39 98 00 11",
            "https://drop.test/?m=jeanne@courriel.test",
            "https://drop.test/2550699999999 34",
        ],
    )
    def test_links_hold_nothing_personal(self, link: str):
        """Where a link ends within a number, the half of it is covered as well."""
        links = claimed(f"Vends base {link} vite").links

        assert all(secret not in repr(links) for secret in ("06", "jeanne", "2550"))

    def test_archives(self):
        """Archives named in the text have no size, those attached have theirs."""
        attached = Attachment(name="patients.zip", size=1024)

        assert (
            Archive(name="patients.zip", size=1024),
            Archive(name="dump.sql.gz", size=None),
        ) == claimed("Vends base patients.zip et dump.sql.gz", attached, Attachment(name="photo.jpg", size=3)).archives

    def test_archives_hold_nothing_personal(self):
        """Where a name of a file is the end of a number, it is covered."""
        assert ("██.csv",) == tuple(archive.name for archive in claimed("Vends base 06 39 98 00 11.csv").archives)

    @pytest.mark.parametrize("raw", ["mdp: 1234", "mot de passe 1234", "password 1234", "пароль 1234", "şifre: 1234"])
    def test_password(self, raw: str):
        """A password is said in four languages."""
        assert claimed(f"Vends base, {raw}").password_given

    def test_no_password(self):
        """No word for it, or the word that there is none: no password."""
        assert not claimed("Vends base, passage 1234").password_given
        assert not claimed("Vends base, sans mot de passe").password_given


class TestSizeInBytes:
    @pytest.mark.parametrize("size", [0, 1, 2**53])
    def test_a_size(self, size: int):
        """What can be a size is one."""
        assert size == size_in_bytes(Attachment(name="a", size=size))

    @pytest.mark.parametrize("size", [None, -1, -(2**70), 2**53 + 1, 10**30])
    def test_no_size(self, size: int | None):
        """What cannot is none."""
        assert size_in_bytes(Attachment(name="a", size=size)) is None


class TestFindClaim:
    @settings(deadline=None)
    @given(st.text(st.characters()))
    def test_any_text(self, raw: str):
        """Any text is read; the words of the act lie within it."""
        text = f"{raw} vends base {raw}"

        assert all(0 <= each.start < each.end <= len(text) for each in reading(text).findings)

    @pytest.mark.timeout(20)
    @pytest.mark.parametrize(
        "unit",
        [
            "base ",
            "vends ",
            "1 ",
            "a-",
            "a.",
            "a@",
            "1 patients ",
            "491 840 ",
            "$ 1 ",
            "http://a.b/",
            "@abcdef",
            "a.zip",
            "h0pit4l@",
            "v e n d s ",
            "j ai la ",
            "group a ",
            "2015 - ",
            "un million ",
            "prix : ",
            "nom ",
            "fuite d'",
            "9",
            "é\u0301",
        ],
    )
    def test_long_posts(self, unit: str):
        """A post of 200,000 characters made to slow the reading down is read at once."""
        assert Act.SALE is act_of(unit * (200_000 // len(unit)) + " ; Vends base")

    @pytest.mark.timeout(20)
    def test_acts_far_from_data(self):
        """Ten thousand acts out of reach of ten thousand words for data are weighed at once."""
        assert act_of("vends " * 10_000 + "-" * 300 + "base " * 10_000) is None
