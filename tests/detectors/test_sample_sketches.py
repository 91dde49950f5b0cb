import numpy as np
import pytest

from detectors.sample_sketches import KEPT, DistinctCounter, KnownSample, SeenBefore, Smallest, keyed_hashes

KEY = b"a key of a test"


def sketched(values: list[str], name: str = "known", key: bytes = KEY) -> KnownSample:
    smallest = Smallest()
    for start in range(0, len(values), 5_000):
        smallest.add(keyed_hashes(values[start : start + 5_000], key))
    return KnownSample(name=name, rows=len(values), people=len(values), sketches=(smallest.sketch("nir"),))


def overlap(new: list[str], known: KnownSample):
    seen = SeenBefore([known])
    seen.add("nir", keyed_hashes(new, KEY))
    found = seen.overlaps({"nir": sketched(new).sketches[0]})
    return found[0] if found else None


PEOPLE = [f"person {number}" for number in range(150_000)]


class TestDistinct:
    @pytest.mark.parametrize("count", [0, 1, 50, 5_000, 150_000])
    def test_within_a_per_cent(self, count):
        """However many, and however often each comes."""
        counter = DistinctCounter()
        for _ in range(2):
            counter.add(keyed_hashes(PEOPLE[:count], KEY))

        assert abs(counter.count() - count) <= 0.01 * count


class TestSketches:
    def test_holds_no_more_than_it_may(self):
        """A sketch of many is the smallest hashes alone; of few, all of them."""
        assert (KEPT, False) == (sketched(PEOPLE).sketches[0].hashes.size, sketched(PEOPLE).sketches[0].complete)
        assert (100, True) == (
            sketched(PEOPLE[:100] * 3).sketches[0].hashes.size,
            sketched(PEOPLE[:100]).sketches[0].complete,
        )

    def test_order_and_repetition_change_nothing(self):
        """The same people, the same sketch."""
        one, other = sketched(PEOPLE[:90_000]), sketched(PEOPLE[:90_000][::-1] + PEOPLE[:1_000])

        assert np.array_equal(one.sketches[0].hashes, other.sketches[0].hashes)

    def test_another_key_meets_nothing(self):
        """Without the key, no value can be tried against a sketch."""
        assert overlap(PEOPLE[:5_000], sketched(PEOPLE[:5_000], key=b"another")) is None

    def test_a_tenth_of_a_known_file(self):
        """All of it stands in the known one, of which it is a tenth."""
        found = overlap(PEOPLE[::10], sketched(PEOPLE))

        assert found is not None
        assert found.new_in_known == 1
        assert found.known_in_new == pytest.approx(0.1, abs=0.01)

    def test_half_shared(self):
        """Two files that share half."""
        found = overlap(PEOPLE[:100_000], sketched(PEOPLE[50_000:]))

        assert found is not None
        assert found.new_in_known == pytest.approx(0.5, abs=0.02)

    def test_a_small_sample_in_the_file_that_follows(self):
        """Each of the 56 rows is looked for in the whole stream, not in its sketch."""
        found = overlap(PEOPLE, sketched(PEOPLE[777:833]))

        assert found is not None
        assert found.known_in_new == 1
        assert found.new_in_known is not None
        assert found.new_in_known < 0.01

    def test_another_file(self):
        """Nothing shared, nothing said."""
        assert overlap(PEOPLE[:5_000], sketched(PEOPLE[100_000:])) is None
