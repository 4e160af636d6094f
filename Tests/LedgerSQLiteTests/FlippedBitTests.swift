import Foundation
import Ledger
import LedgerContract
import LedgerSQLite
import Testing

@Suite struct FlippedBitTests {
  /// In which state the folder is when bits rot.
  enum Leaving: CaseIterable, CustomTestStringConvertible {
    /// Closed in order: a database and a lock file.
    case closed
    /// Killed with the last events only in the write-ahead log.
    case killed

    var testDescription: String { "\(self)" }
  }

  /// What a look at a folder gives.
  private struct Content: Equatable {
    let head: LedgerHead
    let records: [LedgerRecord]

    /// Reads and checks everything, as `witan verify` does.
    init(folder: String) throws(LedgerError) {
      let ledger = try SQLiteLedger.open(folder: folder, mode: .read)
      defer { ledger.close() }
      head = try ledger.head()
      records = try checkedRecords(of: ledger)
      for snapshot in try ledger.snapshots() where !snapshot.isIntact {
        throw .damaged(path: ledger.path, reason: "snapshot \(snapshot.position)")
      }
      try ledger.checkFile()
    }
  }

  private static func folder(_ leaving: Leaving) throws -> StateFolder {
    let folder = try StateFolder()
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write)
    let first = someRecords(5, after: .empty)
    let snapshot = StoredSnapshot(position: 3, state: Array("the state after three events".utf8))
    try ledger.append(first, snapshot: snapshot)
    if leaving == .killed {
      ledger.close()
      let next = try SQLiteLedger.open(folder: folder.path, mode: .write)
      let second = someRecords(2, after: LedgerHead(first[4]))
      try next.append(second, snapshot: nil)
      try next.append(someRecords(1, after: LedgerHead(second[1])), snapshot: nil)
      let killed = try folder.contents().filter { !$0.key.hasSuffix("-shm") }
      next.close()
      try folder.restore(killed)
    }
    ledger.close()
    return folder
  }

  /// The files of a folder in pieces, so that the processors share the work.
  private static let pieces: [(leaving: Leaving, file: String, piece: Int)] = Leaving.allCases.flatMap { leaving in
    let files =
      leaving == .closed ? ["ledger.sqlite", "ledger.lock"] : ["ledger.sqlite", "ledger.sqlite-wal", "ledger.lock"]
    return files.flatMap { file in (0..<(file == "ledger.lock" ? 1 : 4)).map { (leaving, file, $0) } }
  }

  @Test(arguments: pieces)
  func `a flipped bit is found or changes no event`(leaving: Leaving, file: String, piece: Int) throws {
    let folder = try Self.folder(leaving)
    let before = try Content(folder: folder.path)
    #expect(before.records.count == (leaving == .closed ? 5 : 8))
    let files = try folder.contents()
    let size = try #require(files[file]?.count)
    let count = file == "ledger.lock" ? 1 : 4
    let places = size * piece / count..<size * (piece + 1) / count
    var found = 0
    try withEachByteFlipped(of: folder.path + "/" + file, places: places, seed: 1) { place in
      do throws(LedgerError) {
        let after = try Content(folder: folder.path)
        #expect(after == before, "\(file) at byte \(place)")
      } catch {
        found += 1
        #expect(error.description.count > 40)
      }
    }
    #expect(file == "ledger.lock" || found > 0)
    #expect(try folder.contents() == files, "reading changed the folder")
  }

  @Test(arguments: Leaving.allCases)
  func `damage found at the opening for writing leaves every file as it was`(leaving: Leaving) throws {
    let folder = try Self.folder(leaving)
    let before = try Content(folder: folder.path)
    let files = try folder.contents()
    var refusals = 0
    for file in files.keys.sorted() {
      let content = try #require(files[file])
      for place in stride(from: 0, to: content.count, by: file.hasSuffix("-wal") ? 61 : 97) {
        var altered = content
        altered[place] ^= 0x10
        try folder.write(altered, to: file)
        let damaged = try folder.contents()
        do throws(LedgerError) {
          let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write)
          let head = try? ledger.head()
          ledger.close()
          #expect(head == before.head, "\(file) at byte \(place)")
        } catch {
          refusals += 1
          #expect(try folder.contents() == damaged, "\(file) at byte \(place): \(error)")
        }
        try folder.restore(files)
      }
    }
    #expect(refusals > 3)
  }

  @Test(arguments: Leaving.allCases)
  func `a torn or truncated file is refused or holds every event, and is left as it is`(leaving: Leaving) throws {
    let folder = try Self.folder(leaving)
    let before = try Content(folder: folder.path)
    let files = try folder.contents()
    for file in files.keys.sorted() where file != "ledger.lock" {
      let content = try #require(files[file])
      for length in Array(stride(from: 0, to: content.count, by: 512)) + [1, 15, 99, content.count - 1] {
        try folder.write(content.prefix(length), to: file)
        let damaged = try folder.contents()
        for mode in [SQLiteLedger.Mode.read, .write] {
          let ledger: SQLiteLedger
          do throws(LedgerError) {
            ledger = try SQLiteLedger.open(folder: folder.path, mode: mode)
          } catch {
            let left = try folder.contents()
            #expect(left == damaged, "\(mode), \(file) cut to \(length): \(error)")
            continue
          }
          defer { ledger.close() }
          // A start does not look at every page; what it does not see, the check does.
          guard (try? ledger.checkFile()) != nil else { continue }
          #expect(try ledger.head() == before.head, "\(file) cut to \(length)")
          #expect(try checkedRecords(of: ledger) == before.records, "\(file) cut to \(length)")
        }
        try folder.restore(files)
      }
    }
  }
}
