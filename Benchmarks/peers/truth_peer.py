"""Times and scores crowd-kit on sets of crowd answers, for comparison with TruthBenchmark.

    python -m venv venv && venv/bin/pip install crowd-kit==1.4.2
    venv/bin/python truth_peer.py FOLDER [METHOD ...]

FOLDER has a folder for each set, with labels.csv (worker,task,label) and truth.csv (task,label). Prints CSV: set,
method, accuracy in percent, CPU seconds of the fit alone (least of three), CPU seconds with reading, sweeps.
"""

import csv
import os
import sys
import time
import warnings

os.environ["OMP_NUM_THREADS"] = "1"

import pandas as pd  # noqa: E402
from crowdkit.aggregation import (  # noqa: E402
    GLAD, KOS, MACE, MMSR, DawidSkene, MajorityVote, OneCoinDawidSkene, Wawa, ZeroBasedSkill,
)

warnings.filterwarnings("ignore")

METHODS = {
    "majority": MajorityVote,
    "wawa": Wawa,
    "zero_based_skill": ZeroBasedSkill,
    "dawid_skene": DawidSkene,
    "one_coin": OneCoinDawidSkene,
    "glad": GLAD,
    "mace": MACE,
    "mmsr": MMSR,
    "kos": KOS,
}


def run(folder, name, method):
    fits = []
    for _ in range(3):
        started = time.process_time()
        labels = pd.read_csv(os.path.join(folder, name, "labels.csv"))
        read = time.process_time()
        model = METHODS[method]()
        guesses = model.fit_predict(labels)
        ended = time.process_time()
        fits.append((ended - read, ended - started))
        if fits[0][0] > 5:
            break
    truth = pd.read_csv(os.path.join(folder, name, "truth.csv")).set_index("task").label
    truth = truth[truth.index.isin(guesses.index)]
    accuracy = 100 * (guesses[truth.index] == truth).mean()
    sweeps = len(getattr(model, "loss_history_", []))
    return accuracy, min(fit for fit, _ in fits), min(whole for _, whole in fits), sweeps


def main():
    folder, methods = sys.argv[1], sys.argv[2:] or ["dawid_skene"]
    writer = csv.writer(sys.stdout)
    writer.writerow(["set", "method", "accuracy", "fit_seconds", "whole_seconds", "sweeps"])
    for name in sorted(os.listdir(folder)):
        if not os.path.exists(os.path.join(folder, name, "labels.csv")) or name.endswith("numeric"):
            continue
        for method in methods:
            try:
                accuracy, fit, whole, sweeps = run(folder, name, method)
                writer.writerow([name, method, f"{accuracy:.2f}", f"{fit:.4f}", f"{whole:.4f}", sweeps])
            except Exception as error:  # a method that refuses a set has no row
                print(f"{name} {method}: {error}", file=sys.stderr)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
