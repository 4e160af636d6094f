import Foundation
import GRDBSQLite

/// SQLite's own interface: WAL, synchronous FULL, records of a given size in groups, as fast as one thread can.
struct BareStore {
  let path: String

  func run(seconds: Double, bytes: Int, group: Int) throws -> Figures {
    var database: OpaquePointer?
    precondition(sqlite3_open(path, &database) == SQLITE_OK)
    defer { sqlite3_close(database) }
    for sql in [
      "pragma journal_mode=wal", "pragma synchronous=full",
      "create table event(position integer primary key, hash blob not null, body text not null)",
    ] { precondition(sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK) }
    var insert: OpaquePointer?
    precondition(
      sqlite3_prepare_v2(database, "insert into event values(?, ?, ?)", -1, &insert, nil) == SQLITE_OK)
    defer { sqlite3_finalize(insert) }
    let body = [UInt8](repeating: 0x78, count: bytes)
    let hash = [UInt8](repeating: 0x68, count: 32)
    let cpu = cpuSeconds()
    let start = DispatchTime.now().uptimeNanoseconds
    let end = start + UInt64(seconds * 1e9)
    var count: Int64 = 0
    while DispatchTime.now().uptimeNanoseconds < end {
      precondition(sqlite3_exec(database, "begin", nil, nil, nil) == SQLITE_OK)
      for _ in 0..<group {
        count += 1
        sqlite3_bind_int64(insert, 1, count)
        hash.withUnsafeBytes { _ = sqlite3_bind_blob(insert, 2, $0.baseAddress, 32, nil) }
        body.withUnsafeBytes { raw in
          _ = sqlite3_bind_text(
            insert, 3, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes), nil)
        }
        precondition(sqlite3_step(insert) == SQLITE_DONE)
        sqlite3_reset(insert)
      }
      precondition(sqlite3_exec(database, "commit", nil, nil, nil) == SQLITE_OK)
    }
    let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    return Figures(
      rate: Double(count) / elapsed, cpuMicroseconds: (cpuSeconds() - cpu) / Double(count) * 1e6,
      group: Double(group), bytesPerEvent: bytes)
  }
}
