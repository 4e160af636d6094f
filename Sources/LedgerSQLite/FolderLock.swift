import Foundation
import Ledger

/// The claim of one process on a state folder, and a note of how far its ledger has come: the file `ledger.lock`.
///
/// The claim is an advisory lock on the open file (`flock`), which the kernel frees when the process ends, however it
/// ends. A writer holds it alone; readers share it while no writer is there, so that nothing changes under them.
///
/// The note holds the writer's process id and the head of the last acknowledged append. It is written after that
/// append is durable, hence it never promises what the ledger does not hold; and a ledger that holds less than its
/// note has lost events, which a torn write-ahead log by itself could not tell from an append that never ended.
/// The note is not flushed: after a power loss it may be old, which only makes it ask for less.
final class FolderLock: Sendable {
  /// The file's name in the folder.
  static let fileName = "ledger.lock"
  /// How long a writer waits for readers to finish, in milliseconds.
  private static let patience = 3000
  /// How long it sleeps between two attempts, in milliseconds.
  private static let pause = 10

  private let descriptor: Int32
  private let path: String
  private let isNew: Bool
  /// Whether the claim was granted; if not, a writer is at work and only its note can be read.
  let isHeld: Bool

  private init(descriptor: Int32, path: String, isNew: Bool, isHeld: Bool) {
    self.descriptor = descriptor
    self.path = path
    self.isNew = isNew
    self.isHeld = isHeld
  }

  deinit { Foundation.close(descriptor) }

  /// Claims `folder` for reading, together with other readers.
  ///
  /// - Returns: the lock, held unless a writer is at work; `nil` if there is no lock file.
  static func claimForReading(_ folder: String) -> FolderLock? {
    let path = folder + "/" + fileName
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let isHeld = flock(descriptor, LOCK_SH | LOCK_NB) == 0
    return FolderLock(descriptor: descriptor, path: path, isNew: false, isHeld: isHeld)
  }

  /// Claims `folder` for writing, alone; waits a moment for readers to finish, never for a writer.
  ///
  /// - Throws: `LedgerError.inUse` or `.beingRead`, with the path `ledger`; `.notAccessible`.
  static func claimForWriting(_ folder: String, ledger: String) throws(LedgerError) -> FolderLock {
    let path = folder + "/" + fileName
    for _ in 0..<(patience / pause) {
      let (descriptor, isNew) = try openForWriting(path)
      let isHeld = flock(descriptor, LOCK_EX | LOCK_NB) == 0
      let lock = FolderLock(descriptor: descriptor, path: path, isNew: isNew && isHeld, isHeld: isHeld)
      if isHeld {
        if lock.isNamed { return lock }  // else its maker gave up and removed it while we came
      } else if flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
        throw .inUse(path: ledger, processID: lock.note()?.processID)
      }
      usleep(UInt32(pause) * 1000)
    }
    throw .beingRead(path: ledger)
  }

  private static func openForWriting(_ path: String) throws(LedgerError) -> (descriptor: Int32, isNew: Bool) {
    var descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
    if descriptor >= 0 { return (descriptor, false) }
    descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .notAccessible(path: path, reason: String(cString: strerror(errno))) }
    return (descriptor, true)
  }

  /// Whether the open file is still the one that bears the name.
  private var isNamed: Bool {
    var mine = stat()
    var named = stat()
    guard fstat(descriptor, &mine) == 0, stat(path, &named) == 0 else { return false }
    return mine.st_ino == named.st_ino && mine.st_dev == named.st_dev
  }

  /// Removes the file again if this claim made it: an opening that failed leaves the folder as it was.
  func withdraw() {
    if isNew { unlink(path) }
  }

  /// What the last writer noted; `nil` if there is nothing readable.
  func note() -> LedgerNote? {
    var bytes = [UInt8](repeating: 0, count: LedgerNote.byteCount + 1)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return count == LedgerNote.byteCount ? LedgerNote(Array(bytes.prefix(count))) : nil
  }

  /// Notes that the ledger has come to `head` durably.
  func write(_ note: LedgerNote) {
    // One write within one page, so that a reader or a kill sees the old note or the new one. Its result does not
    // matter: a note that cannot be written leaves the old one, and the append it speaks of is durable all the same.
    _ = note.encoded().withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }
}
