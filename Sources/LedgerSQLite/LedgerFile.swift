import Foundation
import Ledger

/// Names and states of the files of one ledger.
struct LedgerFile: Hashable, Sendable {
  /// The folder, absolute.
  let folder: String
  /// The database.
  var path: String { folder + "/" + Self.name }
  /// The database's name in the folder.
  static let name = "ledger.sqlite"

  init(folder: String) { self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path }

  /// Size of the database in bytes; 0 if it is empty or missing.
  var size: Int { max(0, Self.size(path)) }
  /// The least size of a database: one page.
  static let sizeMin = 512
  /// Whether a write-ahead log with content lies beside the database.
  var hasLog: Bool { Self.size(path + "-wal") > 0 }
  /// Whether a rollback journal with content lies beside the database. Only the making of a ledger uses one.
  var hasJournal: Bool { Self.size(path + "-journal") > 0 }

  /// The path as an SQLite URI with `parameters`, such as `immutable=1`.
  func uri(_ parameters: [String]) -> String {
    var text = "file:"
    for byte in path.utf8 {
      let isPlain = byte == 0x2F || byte == 0x2E || byte == 0x2D || byte == 0x5F || Self.isLetterOrDigit(byte)
      text += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return parameters.isEmpty ? text : text + "?" + parameters.joined(separator: "&")
  }

  /// Makes the folder where there is none.
  func makeFolder() throws(LedgerError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .notAccessible(path: folder, reason: error.localizedDescription)
    }
  }

  /// Makes the names in the folder durable.
  func flushFolder() {
    let descriptor = Foundation.open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Foundation.close(descriptor)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : -1
  }
}
