#!/usr/bin/env bash
# Writes the reference of every public module with the toolchain's own DocC, as a static site under .build-docs.
set -eu
cd "$(dirname "$0")/.."
modules=(Quantities Tabular Charts Learning Consensus Incentives ProtocolCore Ledger LedgerSQLite Runtime Server)
out=.build-docs
rm -rf "$out" && mkdir -p "$out/graphs"
swift build -c release -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$PWD/$out/graphs" \
  --scratch-path .build-docs/build
for module in "${modules[@]}"; do
  mkdir -p "$out/graphs/$module"
  cp "$out/graphs/$module.symbols.json" "$out/graphs/$module"@*.symbols.json "$out/graphs/$module/" 2>/dev/null || true
  docc convert --additional-symbol-graph-dir "$out/graphs/$module" --fallback-display-name "$module" \
    --fallback-bundle-identifier "org.witan.$module" --transform-for-static-hosting \
    --hosting-base-path "$module" --output-path "$out/$module"
done
echo "the reference lies in $out/<module>/documentation"
