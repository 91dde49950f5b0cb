import csv
import io
import json
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import pytest

from benchmarks.leaked_file import (
    COLUMNS,
    make_rows,
    make_world,
    people_in,
    reordered,
    shuffled,
    tenth,
    with_random_nirs,
)
from detectors.sample import SampleError, profile_sample
from detectors.sample_profile import Meaning, Passwords, Verdict, read_sample_json, sample_json, sample_lines
from detectors.sample_sketches import KnownSample
from detectors.sample_tally import Profiled

KEY = b"a key of a test"
WORLD = make_world(7)
ROWS = list(make_rows(WORLD, 7, 9_000))


def written(rows: Iterable[Sequence[str]], header: Sequence[str] | None = COLUMNS) -> Iterator[str]:
    for row in chain([header] if header else [], rows):
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow(row)
        yield line.getvalue()


def profiled(rows: Iterable[Sequence[str]], header: Sequence[str] | None = COLUMNS, known=()) -> Profiled:
    return profile_sample(written(rows, header), key=KEY, known=known)


def known_as(name: str, sample: Profiled) -> KnownSample:
    return KnownSample(name=name, rows=sample.profile.rows, people=sample.profile.people, sketches=sample.sketches)


@pytest.fixture(scope="module")
def genuine() -> Profiled:
    return profiled(ROWS)


@pytest.fixture(scope="module")
def known(genuine) -> tuple[KnownSample, ...]:
    return (known_as("the first release", genuine),)


class TestProfile:
    def test_counts(self, genuine):
        """Rows, columns, people, keys, period, départements, sites, prescribers, passwords."""
        profile = genuine.profile

        assert (9_000, 60) == (profile.rows, len(profile.columns))
        assert people_in(ROWS) == profile.people
        assert (9_000, 9_000) == (profile.nirs, profile.valid_nirs)
        assert ("2015-01", "2020-12") == profile.period
        assert {"03", "12", "48", "53", "70"} == {each.what for each in profile.departments}
        assert {laboratory.site for laboratory in WORLD.laboratories} == {each.what for each in profile.sites}
        assert len({row[4] for row in ROWS}) == profile.prescribers
        assert Passwords.CHOSEN is profile.passwords
        assert Verdict.CONSISTENT is profile.authenticity.verdict

    def test_meanings(self, genuine):
        """What the columns hold."""
        meanings = {column.name: column.meaning for column in genuine.profile.columns}

        assert Meaning.NIR is meanings["num_secu"]
        assert Meaning.BIRTH_PLACE is meanings["dep_naissance"]
        assert Meaning.PRESCRIBER is meanings["code_prescripteur"]
        assert Meaning.COMMENT is meanings["commentaire"]
        assert Meaning.EMPTY is meanings["adresse2"]

    def test_without_header(self):
        """The content alone tells the most of it."""
        profile = profiled(ROWS[:500], header=None).profile

        assert 500 == profile.rows
        assert 500 == profile.valid_nirs
        assert {Meaning.NIR, Meaning.NAME, Meaning.FIRST_NAME, Meaning.BIRTH_DATE, Meaning.EMAIL} <= {
            column.meaning for column in profile.columns
        }

    def test_duplicates_and_odd_rows(self):
        """Rows that stand there twice are counted, and rows of another length."""
        profile = profiled([*ROWS[:300], *ROWS[:40], ROWS[0][:30], [*ROWS[1], "more"]]).profile

        assert (342, 2) == (profile.rows, profile.irregular_rows)
        assert 40 <= profile.duplicate_rows <= 42

    def test_blank_lines(self):
        """A line with nothing on it is no row."""
        profile = profile_sample(
            ["nom;nir\n", "\n", "Dupra;255069999999934\n", "\n", "Vexin;185032A99001243\n"]
        ).profile

        assert (2, 0) == (profile.rows, profile.irregular_rows)

    def test_the_layout_is_known_again(self, genuine):
        """The fingerprint is of the make, not of the content."""
        assert genuine.profile.fingerprint == profiled(make_rows(WORLD, 8, 500)).profile.fingerprint
        assert genuine.profile.fingerprint != profiled(ROWS[:500], header=None).profile.fingerprint

    def test_no_rows(self):
        """Prose and a lone header are refused."""
        for text in ("bonjour\n", "", "nom;prenom;nir\n", "|a|\n|\n|\n"):
            with pytest.raises(SampleError):
                profile_sample(text.splitlines(keepends=True))

    def test_memory_does_not_grow_with_rows(self):
        """Eight times the rows, the same memory but for 8 bytes of each."""

        def peak(count: int) -> int:
            line = "Dupra{0};Jeanne;12/06/1955;255069999999934;a{0}@courriel.test\n"
            lines = (line.format(number) for number in range(count))
            tracemalloc.start()
            profile_sample(chain(["nom;prenom;ddn;nir;email\n"], lines))
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return most

        # A sketch keeps at most 65,536 hashes of each kind; these files stay below.
        assert peak(40_000) < peak(5_000) + 35_000 * (8 + 3 * 8) * 2


class TestNothingOfARowLeaves:
    def test_outputs(self, genuine):
        """No name, number, address, password or comment of any person, in any output."""
        said = json.dumps(sample_json(genuine.profile), ensure_ascii=False) + "\n".join(sample_lines(genuine.profile))
        names = ("num_dossier", "nom_usuel", "num_secu", "adresse1", "telephone", "portable", "email", "mot_de_passe")
        values = {row[COLUMNS.index(name)] for row in ROWS for name in names}
        values |= {row[COLUMNS.index("code_prescripteur")] for row in ROWS}

        assert {value for value in values if len(value) > 3 and value in said} == set()

    def test_a_code_of_few_rows_is_not_shown(self):
        """A code one or two rows carry would tell of persons."""
        rows = [["Dupra", "255069999999934", f"SITE{number % 3}"] for number in range(30)]
        rows.append(["Vexin", "185032A99001243", "ALONE"])
        profile = profiled(rows, header=["nom", "nir", "site"]).profile

        assert {"SITE0", "SITE1", "SITE2"} == {each.what for each in profile.sites}

    def test_errors_do_not_quote(self):
        """What is refused is not quoted."""
        with pytest.raises(SampleError) as caught:
            profile_sample(["Jeanne Dupra\n"])

        assert "Dupra" not in str(caught.value)

    def test_a_persons_name_as_a_column_is_covered(self):
        """Names of columns are foreign text: they are redacted."""
        profile = profiled([["a@b.test", "1"]] * 3, header=["email", "nom jeanne.dupra(at)courriel(dot)test"]).profile

        assert "jeanne" not in str(profile.columns[1].name)


class TestAuthenticity:
    def test_reordered(self, known):
        """The same file with its columns in another order is a re-post."""
        header, rows = reordered(COLUMNS, ROWS, 3)

        assert Verdict.RECYCLED is profiled(rows, header, known).profile.authenticity.verdict

    def test_a_tenth(self, known):
        """So is a tenth of its rows."""
        again = profiled(tenth(ROWS, 3), known=known).profile.authenticity

        assert Verdict.RECYCLED is again.verdict
        assert "the first release" in again.reasons[0]

    def test_fewer_columns(self, known):
        """Numbers alone are enough to know it again."""
        at = COLUMNS.index("num_secu")

        assert (
            Verdict.RECYCLED
            is profiled([["x", row[at]] for row in ROWS], ["z", "nir"], known).profile.authenticity.verdict
        )

    def test_another_release(self, known):
        """Other people are no re-post."""
        assert Verdict.CONSISTENT is profiled(make_rows(WORLD, 8, 3_000), known=known).profile.authenticity.verdict

    def test_the_release_a_sample_announced(self):
        """A file that holds the 56 rows seen before is news, and says so."""
        small = known_as("fifty-six rows", profiled(ROWS[700:756]))
        judged = profiled(ROWS, known=(small,)).profile.authenticity

        assert Verdict.CONSISTENT is judged.verdict
        assert "it holds 100% of the 56 rows of fifty-six rows, seen before" == judged.reasons[0]

    def test_rows_of_a_known_file(self, known):
        """A few hundred rows out of a known file are known again."""
        assert Verdict.RECYCLED is profiled(ROWS[100:156], known=known).profile.authenticity.verdict

    @pytest.mark.parametrize("right_keys", [True, False])
    def test_random_numbers(self, right_keys):
        """Numbers drawn by lot give themselves away, with right keys too."""
        rows = with_random_nirs(ROWS, 3, right_keys=right_keys)

        assert Verdict.FABRICATED is profiled(rows).profile.authenticity.verdict

    def test_random_numbers_alone(self):
        """Nobody's births are spread evenly over the départements."""
        at = COLUMNS.index("num_secu")
        rows = ([row[at], "x"] for row in with_random_nirs(ROWS[:2_000], 3, right_keys=True))

        assert Verdict.FABRICATED is profiled(rows, ["nir", "z"]).profile.authenticity.verdict

    @pytest.mark.parametrize(
        "names",
        [
            ("num_secu",),
            ("sexe",),
            ("date_naissance",),
            ("prenom",),
            ("code_postal",),
            ("nom_usuel", "prenom"),
            ("num_secu", "date_naissance", "sexe", "nom_usuel", "prenom", "code_postal", "ville"),
        ],
    )
    def test_shuffled(self, names, known):
        """Values moved between rows agree with nothing any more, though each of them was seen before."""
        assert Verdict.FABRICATED is profiled(shuffled(ROWS, 3, names), known=known).profile.authenticity.verdict

    def test_a_parents_number(self):
        """A child insured by its parent is no forgery: a third of such rows leaves the file at least doubtful."""
        at = [COLUMNS.index(name) for name in ("num_secu", "sexe", "date_naissance", "dep_naissance")]
        rows = [list(row) for row in ROWS]
        for one, other in zip(islice(rows, 0, None, 3), islice(rows, 1, None, 3), strict=False):
            one[at[0]] = other[at[0]]

        assert Verdict.FABRICATED is not profiled(rows).profile.authenticity.verdict

    def test_right_keys_prove_little(self):
        """Keys alone are what generators make."""
        judged = profile_sample(["nir;z\n", "255069999999934;1\n", "185032A99001243;2\n"]).profile.authenticity

        assert Verdict.DOUBTFUL is judged.verdict


class TestJson:
    def test_there_and_back(self, genuine):
        """What is stored is what was found."""
        assert genuine.profile == read_sample_json(json.loads(json.dumps(sample_json(genuine.profile))))
