import Foundation

/// A folder of its own for one test, removed with the value.
final class StateFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("witan-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Names and contents of the files in it.
  func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: path) { contents[name] = try read(name) }
    return contents
  }

  /// The file `name` in it.
  func read(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }

  /// Writes the file `name` in it.
  func write(_ data: some DataProtocol, to name: String) throws {
    try Data(data).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  /// Replaces everything in it.
  func restore(_ contents: [String: Data]) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path) where contents[name] == nil {
      try FileManager.default.removeItem(atPath: path + "/" + name)
    }
    for (name, data) in contents { try write(data, to: name) }
  }
}
