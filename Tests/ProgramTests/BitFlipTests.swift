import Foundation
import Ledger
import LedgerContract
import LedgerSQLite
import Testing

/// Bits rot in the state folder that a run left: in the database with its snapshot, the view, the lock file.
@Suite struct BitFlipTests {
  @Test(arguments: [RegistryView.fileName, "ledger.lock"])
  func `a flipped bit in a small file is found or leaves every event and the head unchanged`(name: String) throws {
    try Program.withFolder { folder in
      #expect(try Program.run("run", "--no-serve", folder: folder).status == 0)
      let before = try Self.records(folder)
      let view = folder.appendingPathComponent(RegistryView.fileName)
      let original = try Data(contentsOf: view)
      var unnoticed = 0
      try withEachByteFlipped(of: folder.appendingPathComponent(name).path, seed: 3) { _ in
        guard let after = try? Self.records(folder) else { return }
        #expect(after == before)
        let store = try SQLiteLedger.open(folder: folder.path, mode: .read)
        defer { store.close() }
        let bytes = [UInt8](try Data(contentsOf: view))
        let verification = Verification(of: store, view: bytes)
        if verification.faults.isEmpty, bytes != [UInt8](original) { unnoticed += 1 }
      }
      #expect(unnoticed == 0, "every change of the view is found")
      #expect(try Self.records(folder) == before)
    }
  }

  @Test func `a flipped bit in the stored snapshot is passed over, and no event changes`() throws {
    try Program.withFolder { folder in
      #expect(try Program.run("run", "--no-serve", folder: folder).status == 0)
      let before = try Self.records(folder)
      let path = folder.appendingPathComponent("ledger.sqlite").path
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let mark = Array(#"{"founding":"#.utf8)
      let start = try #require(bytes.indices.first { bytes[$0...].starts(with: mark) })
      // A part of the state, byte by byte; the store's own tests go through every byte of the file.
      try withEachByteFlipped(of: path, places: start..<start + 600, seed: 5) { _ in
        guard let after = try? Self.records(folder) else { return }
        #expect(after == before)
        let store = try SQLiteLedger.open(folder: folder.path, mode: .read)
        defer { store.close() }
        let replay = try Replay.latest(of: store)
        #expect(replay.chain.head.position == UInt64(before.count))
        #expect(!replay.warnings.isEmpty)
        #expect(!Verification(of: store, view: nil).faults.isEmpty)
      }
    }
  }

  private static func records(_ folder: URL) throws -> [LedgerRecord] {
    let store = try SQLiteLedger.open(folder: folder.path, mode: .read)
    defer { store.close() }
    return try checkedRecords(of: store)
  }
}
