import Foundation
import Ledger
import LedgerContract
import LedgerSQLite
import Testing

@Suite struct SQLiteLedgerTests {
  @Test func `keeps the contract of a store`() throws {
    let folder = try StateFolder()
    try checkLedgerStore(SQLiteLedger.open(folder: folder.path, mode: .write))
  }

  @Test func `everything is there again after closing and opening`() throws {
    let folder = try StateFolder()
    let records = someRecords(500, after: .empty)
    let snapshot = StoredSnapshot(position: 500, state: Array("state".utf8))
    var ledger = try SQLiteLedger.open(folder: folder.path, mode: .write)
    try ledger.append(records, snapshot: snapshot)
    ledger.close()
    for mode in [SQLiteLedger.Mode.write, .read, .write] {
      ledger = try SQLiteLedger.open(folder: folder.path, mode: mode)
      #expect(try ledger.head() == LedgerHead(records[499]))
      #expect(try checkedRecords(of: ledger) == records)
      #expect(try ledger.snapshots() == [snapshot])
      try ledger.checkFile()
      ledger.close()
    }
  }

  @Test func `a clean close leaves the database and the lock file, and nothing else`() throws {
    let folder = try StateFolder()
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write)
    try ledger.append(someRecords(5, after: .empty), snapshot: nil)
    ledger.close()
    #expect(try folder.contents().keys.sorted() == ["ledger.lock", "ledger.sqlite"])
  }

  @Test func `a second writer is refused with the first one's process id, and let in after it closed`() throws {
    let folder = try StateFolder()
    let first = try SQLiteLedger.open(folder: folder.path, mode: .write)
    let error = #expect(throws: LedgerError.self) { try SQLiteLedger.open(folder: folder.path, mode: .write) }
    #expect(error == .inUse(path: first.path, processID: Int(ProcessInfo.processInfo.processIdentifier)))
    first.close()
    try SQLiteLedger.open(folder: folder.path, mode: .write).close()
  }

  @Test func `a reader makes no file and changes none`() throws {
    let folder = try StateFolder()
    let missing = folder.path + "/missing"
    #expect(throws: LedgerError.noLedger(path: missing + "/ledger.sqlite")) {
      try SQLiteLedger.open(folder: missing, mode: .read)
    }
    #expect(throws: LedgerError.noLedger(path: folder.path + "/ledger.sqlite")) {
      try SQLiteLedger.open(folder: folder.path, mode: .read)
    }
    #expect(try folder.contents().isEmpty)

    let writer = try SQLiteLedger.open(folder: folder.path, mode: .write)
    let records = someRecords(100, after: .empty)
    try writer.append(records, snapshot: nil)
    let killed = try folder.contents().filter { !$0.key.hasSuffix("-shm") }  // as a killed writer leaves it
    writer.close()
    let rested = try folder.contents()
    for contents in [rested, killed, rested.filter { $0.key == "ledger.sqlite" }] {
      try folder.restore(contents)
      let reader = try SQLiteLedger.open(folder: folder.path, mode: .read)
      #expect(try checkedRecords(of: reader) == records)
      try reader.checkFile()
      #expect(throws: LedgerError.readOnly(path: reader.path)) {
        try reader.append(someRecords(1, after: reader.head()), snapshot: nil)
      }
      reader.close()
      #expect(try folder.contents() == contents)
    }
  }
}
