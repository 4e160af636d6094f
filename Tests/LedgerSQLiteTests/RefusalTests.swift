import Foundation
import Ledger
import LedgerContract
import LedgerSQLite
import Testing

@Suite struct RefusalTests {
  /// Offsets in an SQLite file's header (its documentation, "The Database Header").
  private static let userVersion = 60
  private static let applicationID = 68

  /// A closed ledger of 10 events, with a snapshot.
  private static func folder() throws -> (folder: StateFolder, records: [LedgerRecord]) {
    let folder = try StateFolder()
    let records = someRecords(10, after: .empty)
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write)
    try ledger.append(records, snapshot: StoredSnapshot(position: 10, state: [1, 2, 3]))
    ledger.close()
    return (folder, records)
  }

  /// Opens `folder` in both modes, which must fail with the same error and change nothing.
  private static func refusal(of folder: StateFolder) throws -> LedgerError? {
    let before = try folder.contents()
    let errors = [SQLiteLedger.Mode.read, .write].map { mode in
      #expect(throws: LedgerError.self) { try SQLiteLedger.open(folder: folder.path, mode: mode) }
    }
    #expect(errors[0] == errors[1])
    #expect(try folder.contents() == before)
    return errors[0]
  }

  private static func patch(_ folder: StateFolder, at offset: Int, _ bytes: [UInt8]) throws {
    var content = try folder.read("ledger.sqlite")
    content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    try folder.write(content, to: "ledger.sqlite")
  }

  @Test func `another program's database is refused, and ours under a foreign id is called damaged`() throws {
    let folder = try StateFolder()
    let (template, _) = try Self.folder()
    try folder.write(template.read("ledger.sqlite"), to: "ledger.sqlite")
    try Self.patch(folder, at: Self.applicationID, [0x0F, 0x05, 0x51, 0x12])
    let error = try Self.refusal(of: folder)
    #expect(error == .damaged(path: folder.path + "/ledger.sqlite", reason: "application id 252006674"))
    // The same id over another table: the first page, which holds the schema, names it `evens`.
    var content = try folder.read("ledger.sqlite")
    while let name = content.prefix(4096).range(of: Data("event".utf8)) {
      content.replaceSubrange(name, with: Data("evens".utf8))
    }
    try folder.write(content, to: "ledger.sqlite")
    #expect(
      try Self.refusal(of: folder) == .notALedger(path: folder.path + "/ledger.sqlite", applicationID: 252_006_674))
  }

  @Test func `a later format is refused with both numbers`() throws {
    let (folder, _) = try Self.folder()
    try Self.patch(folder, at: Self.userVersion, [0, 0, 0, 9])
    #expect(try Self.refusal(of: folder) == .newerFormat(path: folder.path + "/ledger.sqlite", found: 9, known: 1))
  }

  @Test func `a file that is no database is refused`() throws {
    let folder = try StateFolder()
    try folder.write(Data(repeating: 0x41, count: 5000), to: "ledger.sqlite")
    guard case .damaged = try Self.refusal(of: folder) else {
      Issue.record("not refused as damaged")
      return
    }
  }

  @Test func `an older copy under a newer lock file is refused as one that lost its tail`() throws {
    let (folder, records) = try Self.folder()
    let older = try folder.read("ledger.sqlite")
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write)
    let more = someRecords(3, after: LedgerHead(records[9]))
    try ledger.append(more, snapshot: nil)
    ledger.close()
    let newer = try folder.read("ledger.sqlite")
    try folder.write(older, to: "ledger.sqlite")
    let path = folder.path + "/ledger.sqlite"
    #expect(
      try Self.refusal(of: folder)
        == .tailLost(path: path, stored: LedgerHead(records[9]), noted: LedgerHead(more[2])))
    try FileManager.default.removeItem(atPath: path)
    #expect(try Self.refusal(of: folder) == .tailLost(path: path, stored: .empty, noted: LedgerHead(more[2])))
    try folder.write(newer, to: "ledger.sqlite")
    let again = try SQLiteLedger.open(folder: folder.path, mode: .read)
    #expect(try checkedRecords(of: again) == records + more)
    again.close()
  }

  @Test func `a rewritten past under the same length is refused by the lock file's note`() throws {
    let (folder, records) = try Self.folder()
    let other = try StateFolder()
    let forged = try SQLiteLedger.open(folder: other.path, mode: .write)
    try forged.append(someRecords(12, after: .empty, seed: 5), snapshot: nil)
    forged.close()
    try folder.write(other.read("ledger.sqlite"), to: "ledger.sqlite")
    guard case .chainBroken(10, let expected, _)? = try Self.refusal(of: folder) else {
      Issue.record("not refused")
      return
    }
    #expect(expected.contains(records[9].hash.hex))
  }

  @Test func `a database without its lock file is a ledger all the same`() throws {
    let (folder, records) = try Self.folder()
    try FileManager.default.removeItem(atPath: folder.path + "/ledger.lock")
    for mode in [SQLiteLedger.Mode.read, .write] {
      let ledger = try SQLiteLedger.open(folder: folder.path, mode: mode)
      #expect(try checkedRecords(of: ledger) == records)
      ledger.close()
    }
  }

  @Test func `a log without its database is refused`() throws {
    let folder = try StateFolder()
    try folder.write(Data(repeating: 1, count: 5000), to: "ledger.sqlite-wal")
    guard case .damaged = try Self.refusal(of: folder) else {
      Issue.record("not refused as damaged")
      return
    }
    #expect(try folder.contents().keys.sorted() == ["ledger.sqlite-wal"])
  }

  @Test func `a writer waits for a reader of a resting ledger and says so if it stays`() throws {
    let (folder, records) = try Self.folder()
    let reader = try SQLiteLedger.open(folder: folder.path, mode: .read)
    #expect(throws: LedgerError.beingRead(path: reader.path)) {
      try SQLiteLedger.open(folder: folder.path, mode: .write)
    }
    reader.close()
    let writer = try SQLiteLedger.open(folder: folder.path, mode: .write)
    #expect(try writer.head() == LedgerHead(records[9]))
    writer.close()
  }

  @Test func `every error says what to do`() {
    let errors: [LedgerError] = [
      .noLedger(path: "p"), .inUse(path: "p", processID: 7), .inUse(path: "p", processID: nil), .beingRead(path: "p"),
      .notAccessible(path: "p", reason: "r"), .notALedger(path: "p", applicationID: 3),
      .newerFormat(path: "p", found: 2, known: 1), .damaged(path: "p", reason: "r"),
      .chainBroken(position: 4, expected: "e", found: "f"), .tailLost(path: "p", stored: .empty, noted: .empty),
      .snapshotAhead(snapshot: 4, head: 3), .notFollowing(head: .empty, offered: 9), .diskFull(path: "p"),
      .failed(path: "p", reason: "r"), .settingRefused(path: "p", setting: "s", expected: "e", found: "f"),
      .readOnly(path: "p"), .closed,
    ]
    for error in errors { #expect(error.description.contains(": "), "\(error)") }
    #expect(Set(errors.map(\.description)).count == errors.count)
  }
}
