#!/usr/bin/env bash
# Measures, beside the peers where they are installed.
# usage: bench.sh [latency|consensus|settlement|durability|serving|start|learners|truth|simulation ...]
# consensus takes STREAMS, a folder of recorded streams, for a table of log losses.
# learners wants PEER_DATA (CSV files with a fold column) and PEER_RESULTS (a CSV of the peers' figures).
# simulation runs numpy's market beside ours where PYTHON (python3 by default) has numpy.
# truth wants CROWD_DATA (a folder for each set of crowd answers) and takes CROWD_PEER (what peers/truth_peer.py printed).
set -eu
cd "$(dirname "$0")/.."
swift build -c release --package-path Benchmarks
swift build -c release --explicit-target-dependency-import-check error --product witan
bin=Benchmarks/.build/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for part in ${@:-latency settlement serving start}; do
  echo "== $part"
  case $part in
  latency) "$bin/LatencyBenchmark" ;;
  consensus)
    "$bin/ConsensusBenchmark"
    for stream in ${STREAMS:+"$STREAMS"/*}; do .build/release/witan evaluate --stream "$stream"; done
    ;;
  settlement) "$bin/SettlementBenchmark" "$work/settlement" 3 5 ;;
  durability) mkdir -p "$work/durability" && "$bin/DurabilityBenchmark" "$work/durability" ;;
  serving) scripts/setup.sh wrk && "$bin/ServingBenchmark" ;;
  start)
    "$bin/SettlementBenchmark" "$work/start" fill "${EVENTS:-1000000}"
    /usr/bin/time -v .build/release/witan run --state "$work/start" --no-serve 2>"$work/time" >/dev/null
    grep -E "Elapsed|Maximum resident" "$work/time"
    ;;
  learners)
    "$bin/LearnerBenchmark" "${PEER_DATA:?the folder of the CSV files}" "${PEER_RESULTS:?the CSV of the peers}"
    ;;
  truth)
    for table in accuracy calibration; do "$bin/TruthBenchmark" "${CROWD_DATA:?the folder of the sets}" "$table"; done
    "$bin/TruthBenchmark" "$CROWD_DATA" time ${CROWD_PEER:+"$CROWD_PEER"}
    ;;
  simulation)
    python=${PYTHON:-python3}
    if "$python" -c 'import numpy' 2>/dev/null; then "$python" Benchmarks/peers/market_peer.py; fi
    "$bin/SimulationBenchmark"
    for market in labels probabilities; do "$bin/SimulationBenchmark" "$market" 1000000 20; done
    ;;
  *) echo "bench.sh: there is no part $part" >&2; exit 64 ;;
  esac
done
