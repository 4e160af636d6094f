import Foundation

/// A file system of a few kilobytes in memory, for one test; mounting it needs root.
final class TinyDisk {
  private let folder: StateFolder

  /// Where it is mounted.
  var path: String { folder.path }

  /// Mounts one of `kilobytes`.
  init(kilobytes: Int) throws {
    folder = try StateFolder()
    guard Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path) else {
      throw CocoaError(.fileWriteNoPermission)
    }
  }

  deinit { _ = Self.run("umount", folder.path) }

  /// Whether this process may mount one.
  static let canBeMounted = (try? TinyDisk(kilobytes: 16)) != nil

  private static func run(_ words: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
