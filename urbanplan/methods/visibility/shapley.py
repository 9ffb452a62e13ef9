"""Shares of a loss that several cause together, fair in Shapley's sense."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.visibility.compiled import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_EXACT = 12
"""Players up to whom every coalition is tried."""


def shares_of_loss(
    line: Ints, player: Ints, bearable: int, *, samples: int, seed: int
) -> tuple[Floats, bool]:
    r"""Share a loss between those who block lines, when the loss comes with one line too many.

    Parameters
    ----------
    line, player : ndarray of int64, shape (k,)
        Player `player[i]` blocks line `line[i]`; both numbered from 0, every number present.
    bearable : int
        Lines that may be blocked without loss.
    samples, seed : int
        Orders to try, and their seed, for more than twelve players.

    Returns
    -------
    share : ndarray of float64, shape (number of players,)
        Shapley shares; they add up to 1 if all players together cause the loss, else to 0.
    exact : bool
        Whether all coalitions were tried.

    Notes
    -----
    :math:`v(S) = 1` if players S block more than `bearable` lines, else 0; the share of i is the mean over all
    orders of :math:`v(S \cup i) - v(S)`, S being those before i.

    References
    ----------
    Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games II.

    Examples
    --------
    >>> shares_of_loss(np.array([0, 1]), np.array([0, 1]), 0, samples=1, seed=0)
    (array([0.5, 0.5]), True)
    """
    players, lines = int(player.max()) + 1, int(line.max()) + 1
    blocks = np.zeros((players, lines), dtype=np.uint8)
    blocks[player, line] = 1
    if players <= MOST_EXACT:
        return _all_coalitions(blocks, bearable), True
    generator = np.random.Generator(np.random.PCG64(seed))
    orders = generator.permuted(np.tile(np.arange(players), (samples, 1)), axis=1)
    return _pivots(blocks, orders, bearable) / samples, False


def _all_coalitions(blocks: NDArray[np.uint8], bearable: int) -> Floats:
    """Weigh every coalition."""
    players = len(blocks)
    coalitions = np.arange(2**players)
    member = (coalitions[:, None] >> np.arange(players)) & 1
    lost = (member @ blocks.astype(np.int64) > 0).sum(axis=1) > bearable
    size = member.sum(axis=1)
    weight = np.array([1 / (players * _choose(players - 1, k)) for k in range(players)])
    share = np.empty(players)
    for one in range(players):
        without = coalitions[member[:, one] == 0]
        pivotal = lost[without | (1 << one)] & ~lost[without]
        share[one] = weight[size[without[pivotal]]].sum()
    return share


def _choose(n: int, k: int) -> float:
    """Return the number of ways to choose k of n."""
    return float(np.prod(np.arange(n - k + 1, n + 1) / np.arange(1, k + 1)))


@compiled
def _pivots(blocks: NDArray[np.uint8], orders: Ints, bearable: int) -> Floats:
    """Count in how many orders each player is the one who brings the loss about."""
    count = np.zeros(len(blocks))
    for order in range(len(orders)):
        blocked, lost = np.zeros(blocks.shape[1], dtype=np.uint8), 0
        for one in orders[order]:
            for line in range(blocks.shape[1]):
                if blocks[one, line] and not blocked[line]:
                    blocked[line] = 1
                    lost += 1
            if lost > bearable:
                count[one] += 1
                break
    return count
