import Foundation
import Learning
import Ledger
import LedgerSQLite
import ProtocolCore
import Quantities
import Runtime

// Durable settlements a second through the host, without HTTP, beside bare SQLite with equal bytes in groups of 64;
// or, with `fill`, a ledger of so many events in a state folder, to time a start on.
// usage: SettlementBenchmark FOLDER [SECONDS [ROUNDS]]
//        SettlementBenchmark FOLDER fill EVENTS

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
  print("usage: SettlementBenchmark FOLDER [SECONDS [ROUNDS]] | FOLDER fill EVENTS")
  exit(64)
}
let folder = arguments[1]
let bench = try Bench()

if arguments.count > 3, arguments[2] == "fill", let count = UInt64(arguments[3]) {
  try await bench.fill(folder, events: count)
} else {
  let seconds = arguments.count > 2 ? Double(arguments[2]) ?? 3 : 3
  let rounds = arguments.count > 3 ? Int(arguments[3]) ?? 5 : 5
  try await bench.compare(folder, seconds: seconds, rounds: rounds)
}
