import Foundation
import Ledger
import LedgerContract
import LedgerSQLite
import Testing

@Suite struct FaultyWriteTests {
  /// A way in which writing can fail, and the error it must lead to.
  enum Fault: CaseIterable, CustomTestStringConvertible {
    case noRoom, failingWrites, failingFlushes

    var testDescription: String { "\(self)" }

    func strike(_ disk: FaultyDisk, at operations: ClosedRange<UInt64>) {
      switch self {
      case .noRoom: disk.fill(operations)
      case .failingWrites: disk.failWrites(operations)
      case .failingFlushes: disk.failFlushes(operations)
      }
    }

    func explains(_ error: LedgerError?, path: String) -> Bool {
      switch (self, error) {
      case (.noRoom, .diskFull(path)?): true
      case (.failingWrites, .failed(path, _)?), (.failingFlushes, .failed(path, _)?): true
      default: false
      }
    }
  }

  @Test(arguments: Fault.allCases)
  func `a failed append stores nothing, and the same ledger takes it once the disk does`(fault: Fault) throws {
    let folder = try StateFolder()
    let disk = FaultyDisk(seed: 11)
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write, vfs: disk.vfs)
    var stored = someRecords(30, after: .empty)
    try ledger.append(stored, snapshot: nil)
    var failures = 0
    for delay in UInt64(1)...40 {
      let records = someRecords(20, after: LedgerHead(stored[stored.count - 1]), seed: delay)
      let snapshot = StoredSnapshot(position: UInt64(stored.count + 20), state: [UInt8](repeating: 1, count: 5000))
      fault.strike(disk, at: disk.operations + delay...disk.operations + delay + 1000)
      do throws(LedgerError) {
        try ledger.append(records, snapshot: snapshot)
      } catch {
        #expect(fault.explains(error, path: ledger.path), "\(error)")
        #expect(try ledger.head() == LedgerHead(stored[stored.count - 1]))
        #expect(throws: LedgerError.self) { try ledger.append(records, snapshot: snapshot) }
        failures += 1
        disk.revive()
        try ledger.append(records, snapshot: snapshot)
      }
      disk.revive()
      stored += records
      #expect(try ledger.head() == LedgerHead(stored[stored.count - 1]))
    }
    #expect(failures > (fault == .failingFlushes ? 10 : 5))
    #expect(try checkedRecords(of: ledger) == stored)
    try ledger.checkFile()
    ledger.close()
    let again = try SQLiteLedger.open(folder: folder.path, mode: .read, vfs: disk.vfs)
    #expect(try checkedRecords(of: again) == stored)
    again.close()
  }

  @Test(arguments: UInt64(1)...40)
  func `an append after a failed flush survives a loss of power`(seed: UInt64) throws {
    let folder = try StateFolder()
    let disk = FaultyDisk(seed: seed)
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write, vfs: disk.vfs)
    let first = someRecords(10, after: .empty)
    try ledger.append(first, snapshot: nil)
    disk.failFlushes(disk.operations + 1...disk.operations + 1000)
    let second = someRecords(Int(seed), after: LedgerHead(first[9]))
    #expect(throws: LedgerError.self) { try ledger.append(second, snapshot: nil) }
    disk.revive()
    let third = someRecords(3, after: LedgerHead(first[9]), seed: seed)
    try ledger.append(third, snapshot: nil)
    disk.losePower(at: disk.operations + 1)
    ledger.close()
    disk.restore()
    let found = try SQLiteLedger.open(folder: folder.path, mode: .write, vfs: disk.vfs)
    #expect(try checkedRecords(of: found) == first + third)
    found.close()
  }

  @Test(arguments: UInt64(1)...40)
  func `a start after a failed flush and a kill builds on nothing that only the cache holds`(seed: UInt64) throws {
    let folder = try StateFolder()
    let disk = FaultyDisk(seed: seed)
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write, vfs: disk.vfs)
    let first = someRecords(10, after: .empty)
    try ledger.append(first, snapshot: nil)
    disk.failFlushes(disk.operations + 1...disk.operations + 1000)
    #expect(throws: LedgerError.self) {
      try ledger.append(someRecords(Int(seed), after: LedgerHead(first[9])), snapshot: nil)
    }
    disk.kill()
    ledger.close()
    disk.revive()

    // The cache still holds the failed frames, so the next process may find them; then it must make them durable.
    let next = try SQLiteLedger.open(folder: folder.path, mode: .write, vfs: disk.vfs)
    let inherited = try checkedRecords(of: next)
    #expect(inherited.starts(with: first))
    let added = someRecords(5, after: LedgerHead(inherited[inherited.count - 1]), seed: seed)
    try next.append(added, snapshot: nil)
    disk.losePower(at: disk.operations + 1)
    next.close()
    disk.restore()
    let found = try SQLiteLedger.open(folder: folder.path, mode: .write, vfs: disk.vfs)
    #expect(try checkedRecords(of: found) == inherited + added)
    found.close()
  }

  @Test(.enabled(if: TinyDisk.canBeMounted, "mounting a file system needs root"))
  func `a disk that really is full refuses, and takes the same events once there is room`() throws {
    let disk = try TinyDisk(kilobytes: 600)
    let ballast = disk.path + "/ballast"
    let ledger = try SQLiteLedger.open(folder: disk.path + "/state", mode: .write)
    var stored: [LedgerRecord] = []
    #expect(FileManager.default.createFile(atPath: ballast, contents: Data(count: 300 << 10)))
    var error: LedgerError?
    while error == nil {
      let records = someRecords(64, after: stored.last.map { LedgerHead($0) } ?? .empty)
      do throws(LedgerError) {
        try ledger.append(records, snapshot: nil)
        stored += records
      } catch let refusal {
        error = refusal
      }
      try #require(stored.count < 100_000)
    }
    #expect(error == .diskFull(path: ledger.path))
    #expect(try checkedRecords(of: ledger) == stored)
    try FileManager.default.removeItem(atPath: ballast)
    let records = someRecords(64, after: stored.last.map { LedgerHead($0) } ?? .empty)
    try ledger.append(records, snapshot: nil)
    ledger.close()
    let again = try SQLiteLedger.open(folder: disk.path + "/state", mode: .read)
    #expect(try checkedRecords(of: again) == stored + records)
    again.close()
  }
}
