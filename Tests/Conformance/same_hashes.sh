#!/usr/bin/env bash
# Ten thousand random scenarios at both depths, on one thread and on two, and the first two thousand of them in a debug
# build: all must come to the same digest.
set -eu
cd "$(dirname "$0")/../.."
swift build -c release --explicit-target-dependency-import-check error --product scenario-hashes
swift build -c debug --scratch-path .build-debug --product scenario-hashes
release=.build/release/scenario-hashes
debug=.build-debug/debug/scenario-hashes

same() {
  if [ "$1" != "$2" ]; then
    echo "$3 differ: $1 and $2" >&2
    exit 1
  fi
  echo "$3 agree: $1"
}
same "$($release 0 10000 1)" "$($release 0 10000 2)" "one thread and two"
same "$($release 0 2000 2)" "$($debug 0 2000 2)" "release and debug"
