import Foundation
import Ledger
import ProtocolCore

/// The file `model_registry.json`: written aside and renamed, so that a reader sees an old one or a new one, never half.
struct RegistryFile: Sendable {
  /// Where it lies.
  let path: String

  /// The bytes that are there; `nil` where there is no file.
  func read() -> [UInt8]? { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }

  /// Writes `view`.
  ///
  /// - Parameter isFinal: waits for the disk, so that the file survives a power loss from then on.
  func write(_ view: RegistryView, isFinal: Bool) throws {
    let aside = URL(fileURLWithPath: path + ".new")
    try Data(view.text.utf8).write(to: aside)
    if isFinal {
      let handle = try FileHandle(forUpdating: aside)
      try handle.synchronize()
      try handle.close()
    }
    guard rename(aside.path, path) == 0 else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
    }
  }
}
