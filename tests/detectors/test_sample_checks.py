import numpy as np
import pytest

from detectors.sample_checks import (
    Agreement,
    NamesInMail,
    Telling,
    kind_of_passwords,
    layout_of,
    read_dates,
    read_departments,
    read_nirs,
    read_sexes,
    spread_evenly,
)
from detectors.sample_profile import Passwords


class TestNirs:
    @pytest.mark.parametrize("number", ["255069999999934", "185032A99001243", "185032a99001243"])
    def test_right_keys(self, number):
        """The key counts 2A and 2B as 19 and 18."""
        assert read_nirs([number]).valid.all()

    @pytest.mark.parametrize(
        "number", ["255069999999935", "255139999999934", "955069999999934", "25506999999993", "x" * 15]
    )
    def test_others(self, number):
        """A wrong key, a month nobody is born in, another sex, another length."""
        assert not read_nirs([number]).valid.any()

    def test_without_key(self):
        """Thirteen digits are a number, of which nothing is proven."""
        nirs = read_nirs(["2550699999999"])

        assert (True, False, False) == (bool(nirs.shaped[0]), bool(nirs.keyed[0]), bool(nirs.valid[0]))

    def test_a_row_stays_at_its_place(self):
        """Rows of other lengths between them move nothing."""
        assert [-1, 6, -1, 3, 6] == read_nirs(
            ["", "255069999999934", "?", "1850399990012", "255069999999934"]
        ).month.tolist()


class TestDates:
    @pytest.mark.parametrize(
        "cell",
        ["31/12/1980", "1980-12-31", "19801231", "31121980", "1980-12-31 08:00:00", "31.12.1980"],
    )
    def test_layouts(self, cell):
        """However written, the same day."""
        layout = layout_of([cell] * 3)

        assert layout is not None
        assert [[1980], [12], [31]] == [part.tolist() for part in read_dates([cell], layout)]

    def test_american(self):
        """A second number above 12 tells that the month is the first."""
        layout = layout_of(["12/31/1980", "01/02/1980"])

        assert layout is not None
        assert [1, 2] == [read_dates(["01/02/1980"], layout)[i].tolist()[0] for i in (1, 2)]

    def test_no_date(self):
        """Words have no layout."""
        assert layout_of(["hier", "demain"]) is None


class TestAgreement:
    def test_unrelated_columns(self):
        """Columns drawn apart agree as often as chance has it."""
        random = np.random.default_rng(1)
        agreement = Agreement("months", 13, 1 / 12)
        agreement.add(random.integers(1, 13, 5_000), random.integers(1, 13, 5_000))
        check = agreement.check()

        assert check is not None
        assert abs(check.strength) < 0.05

    def test_a_majority_is_no_agreement(self):
        """Nine women in ten agree in eight rows of ten by chance alone."""
        random = np.random.default_rng(1)
        one, other = (1 + (random.random(5_000) < 0.9).astype(np.int64) for _ in range(2))
        agreement = Agreement("sex", 3, 0.5)
        agreement.add(one, other)
        check = agreement.check()

        assert check is not None
        assert check.agreed > 0.8
        assert abs(check.strength) < 0.05

    def test_missing_values_are_not_compared(self):
        """A row that lacks one of both says nothing."""
        agreement = Agreement("months", 13, 1 / 12)
        agreement.add(np.array([-1, 3, 4]), np.array([5, -1, 4]))
        check = agreement.check()

        assert check is not None
        assert (1, 1.0) == (check.compared, check.agreed)

    def test_the_other_way_round(self):
        """A program that writes 1 for women agrees too."""
        agreement = Agreement("sex", 3, 0.5, mirrored=True)
        agreement.add(np.array([1, 2] * 50), np.array([2, 1] * 50))
        check = agreement.check()

        assert check is not None
        assert check.strength > 0.9

    def test_words_that_tell(self):
        """First names tell the sex, until they are shuffled."""
        names, sexes = ["Jeanne", "Paul", "Claire", "Marc"] * 100, ["F", "M", "F", "M"] * 100
        right, wrong = Telling("name and sex"), Telling("name and sex")
        right.add(names, sexes)
        wrong.add(names, [*sexes[1::2], *sexes[::2]])
        checks = right.check(), wrong.check()

        assert checks[0] is not None
        assert checks[1] is not None
        assert checks[0].strength == 1
        assert checks[1].strength < 0.2

    def test_names_in_mails(self):
        """An address holds its own row's name, not another's."""
        names = [f"Nom{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(300)]
        check_own, check_other = NamesInMail(), NamesInMail()
        mails = [f"{name.lower()}@courriel.test" for name in names]
        check_own.add(names, mails)
        check_other.add(names, mails[7:] + mails[:7])
        own, other = check_own.check(), check_other.check()

        assert own is not None
        assert other is not None
        assert own.strength > 0.9
        assert other.strength < 0.05


class TestSingleValues:
    def test_sexes(self):
        """Letters, numbers and titles."""
        assert [1, 2, 1, 2, 2, -1] == read_sexes(["M", "F", "1", "2", "Mme", "?"]).tolist()

    def test_departments(self):
        """Of postcodes, commune numbers, départements; Corsica is one."""
        assert [99, 1, 20, 20, -1] == read_departments(["99110", "01", "2A004", "2B", "Paris"]).tolist()

    def test_lots_drawn_are_even(self):
        """Ninety-five départements alike are nobody's births."""
        random = np.random.default_rng(1)
        drawn = np.bincount(random.integers(1, 96, 5_000), minlength=100)
        born = np.bincount(random.choice([75, 59, 13, 3, 12], 5_000), minlength=100)

        assert spread_evenly(drawn)
        assert not spread_evenly(born)

    @pytest.mark.parametrize(
        ("passwords", "kind"),
        [
            ([], Passwords.NONE),
            (["azerty", "marie1980", "doudou", "azerty"], Passwords.CHOSEN),
            (["k7Pq2xZ9", "Ty5wQ8rL", "b3Vn6mKd", "Zx9cT4pA"], Passwords.GENERATED),
            (["5f4dcc3b5aa765d61d8327deb882cf99", "098f6bcd4621d373cade4e832627b4f6"], Passwords.HASHED),
        ],
    )
    def test_passwords(self, passwords, kind):
        """Chosen ones come again and differ in length; generated ones do neither."""
        assert kind is kind_of_passwords(passwords)
