import Foundation
import Ledger
import LedgerContract
import LedgerSQLite
import Testing

/// What one run of the script below did before the power went.
private struct Run {
  var acknowledged = LedgerHead.empty
  var acknowledgedSnapshot: UInt64 = 0
  /// Every record offered, acknowledged or in flight.
  var offered: [LedgerRecord] = []
  var isFinished = false
}

@Suite struct PowerLossTests {
  /// Opens, appends groups of several sizes and two snapshots, closes, opens and appends again; stops at the first
  /// error, as a process without power would.
  private static func script(folder: String, vfs: String, seed: UInt64) -> Run {
    var run = Run()
    do throws(LedgerError) {
      for session in 0..<2 {
        let ledger = try SQLiteLedger.open(folder: folder, mode: .write, vfs: vfs)
        defer { ledger.close() }
        for (step, count) in [1, 3, 20, 2, 64].enumerated() {
          let records = someRecords(count, after: run.acknowledged, seed: seed)
          run.offered.removeSubrange(Int(run.acknowledged.position)...)
          run.offered += records
          let position = run.acknowledged.position + UInt64(count)
          let snapshot =
            step == 2 ? StoredSnapshot(position: position, state: [UInt8](repeating: UInt8(session), count: 9000)) : nil
          try ledger.append(records, snapshot: snapshot)
          run.acknowledged = LedgerHead(records[count - 1])
          if let snapshot { run.acknowledgedSnapshot = snapshot.position }
        }
      }
      run.isFinished = true
    } catch {
      #expect(run.acknowledged.position < 180)
    }
    return run
  }

  @Test(arguments: UInt64(1)...6)
  func `no loss of power loses an acknowledged event or leaves half a group`(seed: UInt64) throws {
    var point: UInt64 = 1
    while true {
      let folder = try StateFolder()
      let disk = FaultyDisk(seed: seed &* 1_000_003 &+ point)
      disk.losePower(at: point)
      let run = Self.script(folder: folder.path, vfs: disk.vfs, seed: seed)
      if !disk.hasLostPower {
        #expect(run.isFinished)
        #expect(point > 60, "the script must have offered enough points to lose power at")
        return
      }
      disk.restore()

      let found = try SQLiteLedger.open(folder: folder.path, mode: .write, vfs: disk.vfs)
      let head = try found.head()
      let inFlight = run.offered.last.map { LedgerHead($0) } ?? .empty
      #expect(head == run.acknowledged || head == inFlight, "seed \(seed), point \(point)")
      #expect(try checkedRecords(of: found) == Array(run.offered.prefix(Int(head.position))))
      let snapshots = try found.snapshots()
      #expect((snapshots.first?.position ?? 0) >= run.acknowledgedSnapshot)
      #expect(snapshots.allSatisfy { $0.isIntact && $0.position <= head.position })
      try found.checkFile()
      let next = someRecords(2, after: head, seed: seed)
      try found.append(next, snapshot: nil)
      #expect(try found.head() == LedgerHead(next[1]))
      found.close()
      point += 1
    }
  }
}
