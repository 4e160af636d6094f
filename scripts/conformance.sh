#!/usr/bin/env bash
# The long checks: one seed gives one hash, in both build modes and with any number of threads; a public fuzzer drives the API from its own description, with and without simulated failures; then
# a load on many connections, and a clean stop under it, whose ledger must verify.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh python3-venv wrk
swift build -c release --explicit-target-dependency-import-check error --build-tests
witan=$PWD/.build/release/witan

Tests/Conformance/same_hashes.sh
Tests/Conformance/fuzz_api.sh "$witan" --failure-rate 0
Tests/Conformance/fuzz_api.sh "$witan" --failure-rate 0.3
Tests/Conformance/stop_under_load.sh "$witan"
