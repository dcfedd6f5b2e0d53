from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.foundations import random_numbers as randomness
from simulation.foundations.kernel import kernel
from simulation.foundations.random_numbers import (
    chance,
    gumbel,
    gumbel_above,
    happens,
    lottery,
    normal,
    stream,
    uniform,
)

WORD = 2**64
QUESTIONS = {name: value for name, value in vars(randomness).items() if name.startswith("Q_")}
N = 20_000


@kernel
def _fill(of, keys, alternative, kind, out):  # type: ignore[no-untyped-def]
    for i in range(keys.size):
        if kind == 0:
            out[i] = uniform(of, keys[i], alternative)
        elif kind == 1:
            out[i] = gumbel(of, keys[i], alternative)
        else:
            out[i] = normal(of, keys[i], alternative)


@kernel
def _fill_lots(of, keys, alternative, out):  # type: ignore[no-untyped-def]
    for i in range(keys.size):
        out[i] = lottery(of, keys[i], alternative)


def stream_of(seed: int, question: int, month: int) -> np.uint64:
    return np.uint64(stream(seed, question, month))  # compiled rules hand out a plain integer


def draws(
    seed: int = 1, question: int = 24, month: int = 47, alternative: int = 0, kind: int = 0, n: int = N
) -> np.ndarray:
    out = np.empty(n)
    _fill(stream_of(seed, question, month), np.arange(n, dtype=np.int64), alternative, kind, out)
    return out


def test_a_uniform_number_is_the_lot_in_52_bits_and_centred() -> None:
    of = stream_of(7, 3, 12)
    assert uniform(of, 99, 2) == ((int(lottery(of, 99, 2)) >> 12) + 0.5) / 2**52


def test_a_uniform_number_is_never_zero_or_one() -> None:
    # The lot of all zeros and that of all ones, in the formula above.
    assert 0.0 < (0 + 0.5) / 2**52
    assert (2**52 - 1 + 0.5) / 2**52 < 1.0
    u = draws(n=200_000)
    assert u.min() > 0.0
    assert u.max() < 1.0


@pytest.mark.parametrize("seed", [0, 1, 2, 12345, 2**31])
def test_uniform_numbers_are_uniform(seed: int) -> None:
    u = draws(seed)
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    counts = np.histogram(u, bins=100, range=(0.0, 1.0))[0]
    assert stats.chisquare(counts).pvalue > 1e-3
    # The low bits as well: the fraction of u * 2^20.
    assert stats.kstest(u * 2**20 % 1.0, "uniform").pvalue > 1e-3


@pytest.mark.parametrize(
    "other",
    [{"seed": 2}, {"question": 25}, {"month": 48}, {"month": 59}, {"alternative": 1}, {"alternative": 3}],
    ids=str,
)
def test_neighbouring_addresses_are_not_correlated(other: dict[str, int]) -> None:
    a, b = draws(), draws(**other)
    # A correlation of independent draws has standard deviation 1 / sqrt(20,000) = .007; four of them.
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.028
    # Pairs fill the square evenly: chi square over 10 x 10 cells.
    assert stats.chisquare(np.histogram2d(a, b, bins=10, range=[[0, 1], [0, 1]])[0].ravel()).pvalue > 1e-3


@pytest.mark.parametrize("lag", [1, 2, 16, 64])
def test_neighbouring_keys_are_not_correlated(lag: int) -> None:
    # 64 persons of a household apart, and 16 alternatives apart, among others.
    u = draws()
    assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 0.028


def test_addresses_do_not_collide() -> None:
    keys = np.arange(100, dtype=np.int64)
    lots = np.empty(keys.size, dtype=np.uint64)
    seen = []
    for seed in (1, 2):
        for question in sorted(QUESTIONS.values()):
            for month in (-4, 0, 1, 47, 107):
                for alternative in range(16):
                    _fill_lots(stream_of(seed, question, month), keys, alternative, lots)
                    seen.append(lots.copy())
    every = np.concatenate(seen)
    # 400,000 lots of 64 bits: the chance of one pair alike is 5e-9.
    assert every.size > 400_000
    assert np.unique(every).size == every.size


def test_every_question_has_a_number_of_its_own() -> None:
    assert len(set(QUESTIONS.values())) == len(QUESTIONS) > 20


def test_gumbel_noise() -> None:
    g = draws(kind=1, n=100_000)
    # Mean Euler's constant .5772 and variance pi^2 / 6; standard errors .004 and about .013.
    assert g.mean() == pytest.approx(0.5772, abs=0.016)
    assert g.var() == pytest.approx(np.pi**2 / 6, abs=0.06)
    assert stats.kstest(g, "gumbel_r").pvalue > 1e-3


def test_normal_numbers() -> None:
    z = draws(kind=2, n=100_000)
    assert z.mean() == pytest.approx(0.0, abs=0.013)
    assert z.var() == pytest.approx(1.0, abs=0.02)
    assert stats.kstest(z, "norm").pvalue > 1e-3


def test_four_utilities_under_gumbel_noise_choose_as_a_logit() -> None:
    # V = (1, 0, -1, .5): P = e^V / sum, e = 2.718, 1, .368, 1.649, sum 5.735.
    noise = np.column_stack([draws(alternative=k, kind=1, n=50_000) for k in range(4)])
    chosen = (noise + np.array([1.0, 0.0, -1.0, 0.5])).argmax(axis=1)
    share = np.bincount(chosen) / chosen.size
    assert share == pytest.approx([0.474, 0.174, 0.064, 0.288], abs=0.009)


def test_a_draw_depends_on_nothing_but_its_address() -> None:
    whole, part = draws(n=1000), np.empty(1)
    for key in (0, 500, 999):
        _fill(stream_of(1, 24, 47), np.array([key], dtype=np.int64), 0, 0, part)
        assert part[0] == whole[key]


def test_months_before_the_first_have_random_numbers() -> None:
    # The school year of January 2016 began in September 2015, month -4.
    of = int(stream(1, 20, -4))
    assert 0 < of < WORD
    assert of not in {int(stream(1, 20, m)) for m in range(-3, 108)}


def test_what_happens_is_a_uniform_number_below_a_probability() -> None:
    """Also where a probability is the number itself, or its neighbour, and at both ends."""
    of = np.uint64(5)
    for key in range(300):
        u = uniform(of, key, 2)
        given = [u, np.nextafter(u, 0.0), np.nextafter(u, 1.0), u / 2, (1.0 + u) / 2, 0.02, 0.43]
        for p in (*given, -1.0, 0.0, 5e-324, 2.0**-53, 2.0**-52, 1.0 - 2.0**-53, 1.0, 7.0):
            assert happens(of, key, 2, np.uint64(chance(p))) == (u < p), (key, p)


@pytest.mark.parametrize("of", [np.uint64(5), np.uint64(2**63 + 12345)])
def test_no_gumbel_number_exceeds_what_stands_above_it(of: np.uint64) -> None:
    pairs = [(gumbel(of, key, 1), gumbel_above(of, key, 1)) for key in range(20_000)]
    assert all(number <= above for number, above in pairs)
    slack = np.array([above - number for number, above in pairs if np.isfinite(above)])
    assert np.median(slack) < 0.02
