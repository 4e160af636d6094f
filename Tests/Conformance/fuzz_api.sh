#!/bin/bash
# Drives a running server with requests made from its own description, and checks every answer against it.
#
# usage: fuzz_api.sh PATH_OF_WITAN [--failure-rate R] [--examples N] [--seconds N]
#
# Starts `witan run` on a free port of this machine with its state in a temporary folder, and stops it afterwards.
# Needs Python 3 with venv; the first run installs schemathesis into .build-conformance. Exits with 0 if every answer
# was as described, with 1 if not, with 2 if it could not be tried.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
environment=$root/.build-conformance
rate=0
examples=50
seconds=240

die() { echo "fuzz_api: $*" >&2; exit 2; }

[ $# -ge 1 ] || die "give the path of witan, such as .build/release/witan"
witan=$1
shift
while [ $# -ge 2 ]; do
  case $1 in
    --failure-rate) rate=$2 ;;
    --examples) examples=$2 ;;
    --seconds) seconds=$2 ;;
    *) die "unknown option $1" ;;
  esac
  shift 2
done
[ $# -eq 0 ] || die "option $1 needs a value"
witan=$(cd "$(dirname "$witan")" 2> /dev/null && pwd)/$(basename "$witan")
[ -x "$witan" ] || die "$witan cannot be run: build it with swift build -c release"
command -v python3 > /dev/null || die "python3 is missing: apt-get install python3 python3-venv"

if ! cmp -s "$here/requirements.txt" "$environment/installed.txt"; then
  python3 -m venv "$environment" || die "no virtual environment could be made: apt-get install python3-venv"
  "$environment/bin/pip" install --quiet --requirement "$here/requirements.txt" || die "schemathesis was not installed"
  cp "$here/requirements.txt" "$environment/installed.txt"
fi

state=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2> /dev/null
    wait "$server" 2> /dev/null
  fi
  rm -rf "$state"
}
trap finish EXIT

# The fuzzer keeps a cache where it runs.
cd "$state" || die "$state cannot be entered"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$witan" run --state "$state" --port "$port" --failure-rate "$rate" > "$state/output" 2>&1 &
server=$!
address=http://127.0.0.1:$port
for _ in $(seq 300); do
  kill -0 "$server" 2> /dev/null || { cat "$state/output" >&2; die "the server ended before it was ready"; }
  python3 -c "import urllib.request; urllib.request.urlopen('$address/readyz', timeout=1)" 2> /dev/null && break
  sleep 0.1
done

# A stateful phase follows no links that the description does not have, so it is left out; the others are bounded.
timeout $((seconds + 60)) "$environment/bin/schemathesis" \
  --config-file "$here/schemathesis.toml" run "$address/openapi.json" \
  --checks all --phases examples,coverage,fuzzing --max-examples "$examples" --max-time "$seconds" --request-timeout 10 --seed 1 \
  --continue-on-failure --output-truncate true --no-color
result=$?
[ $result -eq 124 ] && die "not finished within $seconds seconds"

kill -0 "$server" 2> /dev/null || { tail -20 "$state/output" >&2; echo "fuzz_api: the server did not survive" >&2; exit 1; }
kill "$server"
wait "$server"
stopped=$?
server=
[ $stopped -eq 0 ] || { tail -20 "$state/output" >&2; echo "fuzz_api: the server stopped with $stopped" >&2; exit 1; }
"$witan" verify --state "$state" || { echo "fuzz_api: the ledger does not verify" >&2; exit 1; }
[ $result -eq 0 ] || exit 1
