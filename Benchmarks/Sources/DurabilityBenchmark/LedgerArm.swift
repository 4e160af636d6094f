import Ledger
import LedgerSQLite

/// The ledger as the host uses it: seal each event, append the group.
struct LedgerArm {
  private let ledger: SQLiteLedger

  /// Makes a ledger in `folder`.
  init(folder: String) throws { ledger = try SQLiteLedger.open(folder: folder, mode: .write) }

  /// Where it ends.
  var head: LedgerHead { get throws { try ledger.head() } }

  /// Seals and appends events in groups; returns the seconds each group took, sealing included.
  func append(_ data: [[UInt8]], groupSize: Int) -> [Double] {
    do {
      var chain = Chain(head: try ledger.head())
      return try stride(from: 0, to: data.count, by: groupSize).map { first in
        let start = now()
        let records = data[first..<min(first + groupSize, data.count)].map {
          chain.seal(kind: EventContent.kind, tick: EventContent.tick, data: $0)
        }
        try ledger.append(records, snapshot: nil)
        return now() - start
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Closes it.
  func close() { ledger.close() }
}
