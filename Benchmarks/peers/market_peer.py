"""The market of SimulationBenchmark's first line in plain numpy, for comparison on the same machine in the same go.

    python -m venv venv && venv/bin/pip install numpy
    venv/bin/python market_peer.py [MEMBERS [ROUNDS]]

Each round every member says one of three classes, right with its own accuracy between 0.4 and 0.95; a vote weighted by
balance decides; who was right gains one credit, everybody else loses one, never below nothing. Prints million
member-rounds a CPU second, the best of five runs.
"""

import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

CLASSES = 3


def market(members, rounds, seed):
    draw = np.random.default_rng(seed)
    accuracy = draw.uniform(0.4, 0.95, members)
    balance = np.full(members, 100_000.0)
    agreed = 0
    for _ in range(rounds):
        truth = draw.integers(CLASSES)
        isright = draw.random(members) < accuracy
        label = np.where(isright, truth, (truth + draw.integers(1, CLASSES, members)) % CLASSES)
        agreed += np.bincount(label, weights=balance, minlength=CLASSES).argmax() == truth
        balance += np.where(isright, 1.0, -1.0)
        np.maximum(balance, 0.0, out=balance)
    return agreed, balance.sum()


def main():
    members, rounds = ([int(value) for value in sys.argv[1:]] + [10_000, 400][len(sys.argv) - 1:])[:2]
    best = float("inf")
    for seed in range(5):
        start = time.process_time()
        agreed, total = market(members, rounds, seed)
        best = min(best, time.process_time() - start)
    rate = members * rounds / best / 1e6
    print(f"numpy {np.__version__} N={members} {rate:6.1f} M member-rounds a CPU second  agreed={agreed} owned={total:.0f}")


main()
