"""Both generators: published numbers, and what all random numbers must be: even, unrelated, free of any order.

A statistic is held against its own distribution: a test fails below P_LEAST. There are 53 such numbers for each of the
two generators and one for both, 107 in all, so two sound generators fail somewhere with a chance of 1 %, once: the
addresses never change, and what has passed fails only where the code is another.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import stats

from scenarios.base.paths import ROOT
from scenarios.settings.schema import SEED_MOST
from simulation.foundations import philox, splitmix64
from simulation.foundations.generator import GENERATORS
from simulation.foundations.numerics import log, normal_quantile_array
from tests.simulation.addresses import BASE, MODULES, lots, uniforms

P_LEAST = 1e-4
N = 1 << 16
ROWS = np.arange(N)
# What changes by one from each draw to the next, all else alike. A household's persons have keys 64 apart from the next
# household's; a seed may be any 63-bit number, so it also changes in its upper half alone.
AXES = {
    "key": {"key": ROWS},
    "key of households": {"key": 64 * ROWS},
    "alternative": {"key": ROWS // 4, "alternative": ROWS % 4},
    "question": {"question": ROWS},
    "month": {"month": ROWS - 4},
    "seed": {"seed": ROWS},
    "seed's upper half": {"seed": ROWS << 32},
}
each_generator = pytest.mark.parametrize("generator", GENERATORS)
each_axis = pytest.mark.parametrize("axis", AXES)


def p_even(counts: np.ndarray) -> float:
    """Return the p-value of counts that should be equal."""
    return float(stats.chisquare(counts.ravel()).pvalue)


def p_normal(z: float) -> float:
    """Return the two-sided p-value of a standard normal number."""
    return float(2.0 * stats.norm.sf(abs(z)))


def bits(words: np.ndarray) -> np.ndarray:
    """Return the 64 bits of each word, shape (n, 64), 0 or 1."""
    return np.unpackbits(words.astype("<u8").view(np.uint8).reshape(words.size, 8), axis=1)


# Published numbers


def test_both_generators_are_there() -> None:
    assert tuple(MODULES) == GENERATORS


PHILOX = {
    # Random123 (Salmon et al. 2011), kat_vectors, philox4x32 10: counter, key, what they give
    "zeros": ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    "ones": ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    "pi": ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
}
SPLITMIX64 = {
    # the first numbers from a state, as other implementations print them
    0: [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F],
    1234567: [6457827717110365317, 3203168211198807973, 9817491932198370423],
}
ADDRESSES = [(0, 0, 0, 0, 0), (1, 24, -4, 64 * 29_150 + 7, 3), (SEED_MOST, 27, 299, 2**40, 15)]


def words_of(text: str) -> list[np.uint64]:
    return [np.uint64(int(word, 16)) for word in text.split()]


def philox_known(name: str) -> str:
    counter, key, _ = PHILOX[name]
    return " ".join(f"{int(word):08x}" for word in philox.philox(*words_of(counter), *words_of(key)))


def splitmix64_known(state: int) -> list[int]:
    # Each number is the finaliser of the state after one more golden increment.
    golden = int(splitmix64._GOLDEN)
    return [int(splitmix64.mix64(np.uint64((state + n * golden) % 2**64))) for n in (1, 2, 3)]


def at_addresses() -> dict[str, list[int]]:
    found = {}
    for name, module in MODULES.items():
        of = [np.uint64(module.stream(*address[:3])) for address in ADDRESSES]
        found[name] = [int(module.lottery(word, *a[3:])) for word, a in zip(of, ADDRESSES, strict=True)]
    return found


@pytest.mark.parametrize("name", PHILOX)
def test_philox_gives_the_published_numbers(name: str) -> None:
    assert philox_known(name) == PHILOX[name][2]


@pytest.mark.parametrize("state", SPLITMIX64)
def test_splitmix64_gives_the_published_numbers(state: int) -> None:
    assert splitmix64_known(state) == SPLITMIX64[state]


def test_a_lot_of_splitmix64_is_a_number_of_its_sequence() -> None:
    # Row 3, alternative 5 is the 3 x 16 + 5 + 1 = 54th number from the state that the stream is.
    golden, state = int(splitmix64._GOLDEN), 1234567
    expected = splitmix64.mix64(np.uint64((state + 54 * golden) % 2**64))
    assert splitmix64.lottery(np.uint64(state), 3, 5) == expected


def test_streams_are_those_that_committed_results_were_made_with() -> None:
    assert int(splitmix64.stream(1, 20, -4)) == 15266836362672435793
    assert int(philox.stream(1, 20, -4)) == 13574687643401623274


def test_a_lot_of_philox_is_half_of_a_block() -> None:
    # The stream is the key, the row (2^33 + 5: words 5 and 2) and the alternative the counter; two words are used.
    key = words_of("89abcdef 01234567")
    first, second, _, _ = philox.philox(*words_of("00000005 00000002 00000003 00000000"), *key)
    lot = philox.lottery(np.uint64(0x0123456789ABCDEF), 2**33 + 5, 3)
    assert int(lot) == int(second) << 32 | int(first)


PLAIN = """
import json
from simulation.foundations.kernel import COMPILED
from tests.simulation.foundations.test_generators import PHILOX, SPLITMIX64
from tests.simulation.foundations.test_generators import at_addresses, philox_known, splitmix64_known
known = [philox_known(name) for name in PHILOX], [splitmix64_known(state) for state in SPLITMIX64]
print(json.dumps([COMPILED, *known, at_addresses()]))
"""


def test_plain_python_gives_the_same_numbers() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PLAIN],
        capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "ANJU_KERNELS": "python"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    compiled, blocks, sequences, found = json.loads(done.stdout)
    assert not compiled
    assert blocks == [PHILOX[name][2] for name in PHILOX]
    assert sequences == list(SPLITMIX64.values())
    assert found == at_addresses()


# Evenness, and neighbours along every field of an address


@each_axis
@each_generator
def test_lots_are_even_along_every_axis(generator: str, axis: str) -> None:
    found = lots(generator, **AXES[axis])
    assert p_even(np.bincount(found >> np.uint64(56), minlength=256)) > P_LEAST  # upper byte
    assert p_even(np.bincount(found & np.uint64(255), minlength=256)) > P_LEAST  # lower byte
    assert stats.kstest(uniforms(generator, **AXES[axis]), "uniform").pvalue > P_LEAST


@each_axis
@each_generator
def test_neighbours_are_not_related(generator: str, axis: str) -> None:
    u = uniforms(generator, **AXES[axis])
    # The correlation of n independent pairs has standard deviation 1 / sqrt(n).
    assert p_normal(np.corrcoef(u[:-1], u[1:])[0, 1] * np.sqrt(u.size - 1)) > P_LEAST
    # Pairs that share no draw fill a square of 32 x 32 cells evenly.
    square = np.histogram2d(u[::2], u[1::2], bins=32, range=[[0, 1], [0, 1]])[0]
    assert p_even(square) > P_LEAST


@each_generator
def test_every_bit_is_one_half_of_the_time(generator: str) -> None:
    z = (bits(lots(generator, key=ROWS)).sum(axis=0) - N / 2) / np.sqrt(N / 4)
    assert stats.chi2.sf(float((z**2).sum()), 64) > P_LEAST


FLIPPED = {"key": range(40), "month": range(9), "seed": range(63), "question": range(5), "alternative": range(4)}
"""Bits of each field that may differ between two addresses of a run."""


@pytest.mark.parametrize("field", FLIPPED)
@each_generator
def test_one_bit_of_an_address_flips_half_of_the_lot(generator: str, field: str) -> None:
    n = 1024
    moved = {"key": ROWS[:n]} if field != "key" else {"month": ROWS[:n]}
    moved |= {"alternative": 0} if field == "alternative" else {}
    before, p = lots(generator, **moved), []
    for bit in FLIPPED[field]:
        other = {**moved, field: np.asarray({**BASE, **moved}[field]) ^ (1 << bit)}
        flips = bits(before ^ lots(generator, **other))
        # Each of the 64 bits flips Binomial(n, 1/2) times.
        z = (flips.sum(axis=0) - n / 2) / np.sqrt(n / 4)
        p.append(stats.chi2.sf(float((z**2).sum()), 64))
        assert flips.mean() == pytest.approx(0.5, abs=0.015)  # 65,536 bits: a standard error of .002
    assert min(p) * len(p) > P_LEAST  # the least of so many


def test_the_generators_are_unrelated() -> None:
    flips = bits(lots("splitmix64", key=ROWS) ^ lots("philox", key=ROWS)).sum(axis=0)
    z = (flips - N / 2) / np.sqrt(N / 4)
    assert stats.chi2.sf(float((z**2).sum()), 64) > P_LEAST
    streams = [int(MODULES[name].stream(1, 24, 47)) for name in GENERATORS]
    assert len(set(streams)) == len(GENERATORS)


# Queues


@each_generator
def test_every_order_of_four_rows_is_as_likely(generator: str) -> None:
    # 16,384 queues of four neighbours: each of their 24 orders 683 times, but for chance.
    order = np.argsort(lots(generator, key=ROWS).reshape(-1, 4), axis=1)
    number = {orders: place for place, orders in enumerate(itertools.permutations(range(4)))}
    counts = np.bincount([number[tuple(row)] for row in order.tolist()], minlength=24)
    assert p_even(counts) > P_LEAST


@each_generator
def test_no_row_is_served_first_more_often_than_another(generator: str) -> None:
    # A hundred rows queue in each of 5,000 months; each is the first one 50 times, but for chance.
    first = lots(generator, key=64 * np.arange(100), month=np.arange(5000)[:, None]).argmin(axis=1)
    assert p_even(np.bincount(first, minlength=100)) > P_LEAST


@each_generator
def test_no_two_rows_of_the_city_have_one_lot(generator: str) -> None:
    # 30,000 households, 64 keys each, in two months and under two alternatives: 7.7 million lots of 64 bits, in which
    # a pair alike has a chance of 1.6e-6.
    keys = np.arange(30_000 * 64)
    found = [lots(generator, key=keys, month=month, alternative=a) for month in (47, 48) for a in (0, 1)]
    assert not (np.diff(np.sort(np.concatenate(found))) == 0).any()


@each_generator
def test_streams_do_not_collide(generator: str) -> None:
    # A hundred seeds, 40 questions, 304 months: 1.2 million words of 64 bits, a pair alike with a chance of 4e-8.
    seed, question, month = np.arange(100)[:, None, None], np.arange(40)[:, None], np.arange(-4, 300)
    found = lots(generator, seed=seed, question=question, month=month, key=0)
    assert not (np.diff(np.sort(found, axis=None)) == 0).any()


# Distributions made of lots


@each_generator
def test_gumbel_and_normal_numbers_have_their_moments_and_tails(generator: str) -> None:
    u = uniforms(generator, key=np.arange(200_000), question=16).ravel()
    g = np.array([-log(-log(x)) for x in u[:50_000]])
    z = normal_quantile_array(u)
    # Mean, variance and fourth moment: Gumbel .5772, pi^2 / 6, and 5.4 times the variance squared; normal 0, 1 and 3.
    for x, mean, variance, kurtosis in ((g, np.euler_gamma, np.pi**2 / 6, 5.4), (z, 0.0, 1.0, 3.0)):
        assert p_normal((x.mean() - mean) / np.sqrt(variance / x.size)) > P_LEAST
        spread = ((x - mean) ** 2).mean()
        assert p_normal((spread - variance) / (variance * np.sqrt((kurtosis - 1.0) / x.size))) > P_LEAST
    for x, of in ((g, stats.gumbel_r), (z, stats.norm)):
        assert stats.kstest(x, of.cdf).pvalue > P_LEAST
        for beyond in (x < of.ppf(1e-3), x > of.ppf(1.0 - 1e-3)):  # one in a thousand at either end
            assert stats.binomtest(int(beyond.sum()), x.size, 1e-3).pvalue > P_LEAST


# Any order, any subset, any number of threads


@each_generator
def test_a_draw_depends_on_its_address_alone(generator: str) -> None:
    rng = np.random.default_rng(1)
    fields = {
        "seed": rng.integers(0, 4, N), "question": rng.integers(1, 28, N), "month": rng.integers(-4, 300, N),
        "key": rng.integers(0, 64 * 30_000, N), "alternative": rng.integers(0, 16, N),
    }  # fmt: skip
    whole = lots(generator, **fields)

    def at(rows: np.ndarray) -> np.ndarray:
        return lots(generator, **{name: values[rows] for name, values in fields.items()})

    shuffled, half = rng.permutation(N), np.flatnonzero(rng.random(N) < 0.5)
    assert (at(shuffled) == whole[shuffled]).all()
    assert (at(half) == whole[half]).all()
    assert at(np.array([4711])) == whole[4711]
    with ThreadPoolExecutor(4) as threads:
        parts = list(threads.map(at, np.array_split(np.arange(N), 7)))
    assert (np.concatenate(parts) == whole).all()
