import Foundation
import Ledger

// Durable events a second: the ledger, sealing included, against bare SQLite with the same bytes.
//
// usage: DurabilityBenchmark [FOLDER] [ROUNDS] [GROUPS]
//
// Both arms write events of about 600 bytes in groups of 64, each group durable before the next (WAL, synchronous
// FULL), into files beside each other in FOLDER (default: the temporary folder; it must be on a real disk, not in
// memory). They take turns, ROUNDS times each (default 9), GROUPS groups a turn (default 200): what the disk does
// meanwhile hits both. The ratio compares turns that stood side by side; its median counts.

let arguments = CommandLine.arguments
let base = arguments.count > 1 ? arguments[1] : FileManager.default.temporaryDirectory.path
let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 9 : 9
let groups = arguments.count > 3 ? Int(arguments[3]) ?? 200 : 200
let groupSize = 64

let folder = base + "/durability-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

var bare = try BareSQLite(path: folder + "/bare.sqlite")
let ledger = try LedgerArm(folder: folder)

print("durability/groups=\(groups)x\(groupSize) folder=\(base) processors=\(ProcessInfo.processInfo.processorCount)")
var bareTurns: [Turn] = []
var ledgerTurns: [Turn] = []
for _ in 0..<rounds {
  let content = EventContent(after: try ledger.head, count: groups * groupSize)
  let sealed = content.sealed()
  bareTurns.append(Turn(events: groups * groupSize) { bare.append(sealed, groupSize: groupSize) })
  ledgerTurns.append(Turn(events: groups * groupSize) { ledger.append(content.data, groupSize: groupSize) })
}
let hash = try ledger.head.hash
precondition(hash == bare.lastHash(), "both arms must have stored the same bytes")
report("bare SQLite", bareTurns)
report("ledger", ledgerTurns)
let wall = zip(ledgerTurns, bareTurns).map { $0.eventsPerSecond / $1.eventsPerSecond }
let processor = zip(ledgerTurns, bareTurns).map { $0.processorSeconds / $1.processorSeconds }
print(
  "ledger/bare: events a second median=\(rounded(median(wall))) least=\(rounded(wall.min() ?? 0))  "
    + "processor time median=\(rounded(median(processor)))  checksum=\(hash.hex.prefix(8))")
ledger.close()
bare.close()
