import Foundation
import Ledger
import LedgerContract
import LedgerSQLite
import Testing

@Suite struct ConcurrentReadingTests {
  /// Reads a ledger from the beginning until it holds `count` events, checking every link; fails on a half group.
  private static func follow(_ ledger: SQLiteLedger, to count: Int, groupSize: Int) async throws -> LedgerHead {
    var chain = Chain()
    while chain.head.position < count {
      // Gives the writer a thread where there are few, and ends if it failed.
      await Task.yield()
      try Task.checkCancellation()
      #expect(try ledger.head().position % UInt64(groupSize) == 0, "a group is seen wholly or not at all")
      for record in try ledger.records(after: chain.head.position, limit: 57) { try chain.check(record) }
    }
    return chain.head
  }

  @Test func `readers on other threads and connections follow a writer link by link`() async throws {
    let folder = try StateFolder()
    let groupSize = 16
    let count = groupSize * 200
    let writer = try SQLiteLedger.open(folder: folder.path, mode: .write)
    let reader = try SQLiteLedger.open(folder: folder.path, mode: .read)
    let records = someRecords(count, after: .empty)
    try await withThrowingTaskGroup(of: LedgerHead.self) { group in
      group.addTask { try await Self.follow(writer, to: count, groupSize: groupSize) }
      group.addTask { try await Self.follow(reader, to: count, groupSize: groupSize) }
      group.addTask {
        for first in stride(from: 0, to: count, by: groupSize) {
          try writer.append(Array(records[first..<first + groupSize]), snapshot: nil)
        }
        return try writer.head()
      }
      for try await head in group { #expect(head == LedgerHead(records[count - 1])) }
    }
    try reader.checkFile()
    writer.close()

    // The reader outlives the writer, and sees what the next one writes.
    #expect(try reader.head() == LedgerHead(records[count - 1]))
    let next = try SQLiteLedger.open(folder: folder.path, mode: .write)
    let more = someRecords(5, after: try next.head())
    try next.append(more, snapshot: nil)
    #expect(try reader.head() == LedgerHead(more[4]))
    reader.close()
    next.close()
    #expect(try folder.contents().keys.sorted() == ["ledger.lock", "ledger.sqlite"])
  }

  @Test func `the log stays small however much is appended`() throws {
    let folder = try StateFolder()
    let ledger = try SQLiteLedger.open(folder: folder.path, mode: .write)
    var head = LedgerHead.empty
    for _ in 0..<1_600 {
      let records = someRecords(64, after: head)
      try ledger.append(records, snapshot: nil)
      head = LedgerHead(records[63])
    }
    #expect(try folder.read("ledger.sqlite").count > 20 << 20)
    #expect(try folder.read("ledger.sqlite-wal").count < 20 << 20)
    ledger.close()
  }
}
