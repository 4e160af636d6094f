import GRDB
import GRDBSQLite
import Ledger

/// One connection to the ledger's file, used by one thread at a time.
struct ConnectionQueue: Sendable {
  /// How a file is opened.
  enum Kind {
    /// To append; makes the file if there is none.
    case writing
    /// To read while a writer may be at work. Uses the writer's `-wal` and `-shm` files.
    case readingLive
    /// To read while the folder's lock keeps every writer away. Makes no file and changes none.
    case readingResting
  }

  private let queue: DatabaseQueue
  private let path: String

  /// Opens `file`; through the SQLite VFS named `vfs`, if one is given.
  init(_ file: LedgerFile, _ kind: Kind, vfs: String?) throws(LedgerError) {
    var configuration = Configuration()
    configuration.readonly = kind != .writing
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = false
    var parameters = vfs.map { ["vfs=\($0)"] } ?? []
    if kind == .readingLive { configuration.prepareDatabase { Self.keepLog(of: $0) } }
    if kind == .readingResting {
      if file.hasLog {
        // With exclusive locking SQLite keeps the index of the log in memory, where it would otherwise make an
        // `-shm` file. The lock itself needs a writable file, hence the VFS without locks; the folder's does its work.
        parameters = ["vfs=\(vfs ?? "unix-none")"]
        configuration.prepareDatabase { database in
          Self.keepLog(of: database)
          try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        }
      } else {
        parameters.append("immutable=1")
      }
    }
    do {
      queue = try DatabaseQueue(
        path: parameters.isEmpty ? file.path : file.uri(parameters), configuration: configuration)
    } catch {
      throw LedgerError(error, path: file.path)
    }
    path = file.path
  }

  /// Keeps a connection from removing the write-ahead log when it closes. One that believes it is the last would do
  /// so even if it may only read and could not make sense of the log.
  private static func keepLog(of database: Database) {
    var isKept: Int32 = 1
    sqlite3_file_control(database.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &isKept)
  }

  /// Runs `body` with the connection, after all uses that came before.
  func use<Result>(_ body: (Connection) throws(LedgerError) -> Result) throws(LedgerError) -> Result {
    do {
      return try queue.inDatabase { try body(Connection(database: $0, path: path)) }
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Closes the connection. As the last one on its file, a writer moves the log into the database first.
  func close() { try? queue.close() }
}
