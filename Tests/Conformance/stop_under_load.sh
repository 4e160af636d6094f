#!/usr/bin/env bash
# wrk loads `witan run` on 64 connections; SIGTERM comes in the middle. The server must end by itself with 0, every
# answer before that must be a success, and the ledger it leaves must verify and hold at least as many questions.
# usage: stop_under_load.sh PATH_OF_WITAN
set -eu
witan=$1
state=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$state"
}
trap finish EXIT

"$witan" run --state "$state" --port 0 >"$state/output" 2>&1 &
server=$!
for _ in $(seq 300); do
  port=$(sed -n 's/^Serving at http:.*:\([0-9]*\)$/\1/p' "$state/output")
  [ -n "$port" ] && break
  sleep 0.1
done
[ -n "$port" ] || { cat "$state/output" >&2; exit 1; }

cat >"$state/post.lua" <<'LUA'
wrk.method = "POST"
wrk.body = '{"features": [5.1, 3.5, 1.4, 0.2]}'
wrk.headers["Content-Type"] = "application/json"
local threads = {}
function setup(thread) table.insert(threads, thread) end
answered, refused = 0, 0
function response(status) if status == 200 then answered = answered + 1 else refused = refused + 1 end end
function done()
  for _, thread in ipairs(threads) do io.write("answered ", thread:get("answered"), " refused ", thread:get("refused"), "\n") end
end
LUA
wrk -t1 -c64 -d6s -s "$state/post.lua" "http://127.0.0.1:$port/predict" >"$state/load" 2>&1 &
load=$!
sleep 3
kill -TERM "$server"
code=0
wait "$server" || code=$?
server=
wait "$load" || true
[ "$code" = 0 ] || { echo "stop_under_load: the server ended with $code" >&2; cat "$state/output" >&2; exit 1; }
answered=$(sed -n 's/^answered \([0-9]*\) .*/\1/p' "$state/load")
"$witan" verify --state "$state"
asked=$("$witan" models --state "$state" --json | sed -n 's/^  "questions": \([0-9]*\),$/\1/p')
[ "$answered" -gt 1000 ] || { echo "stop_under_load: only $answered answers" >&2; cat "$state/load" >&2; exit 1; }
# Twenty questions are the demonstration's own.
[ "$asked" -ge "$((answered + 20))" ] || { echo "stop_under_load: $answered answers but $asked questions" >&2; exit 1; }
echo "stop_under_load: $answered answers, $asked questions in the ledger, stopped cleanly"
