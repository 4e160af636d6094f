import ProtocolCore
import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Why kept runs cannot be used.
public enum RunStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A run of another scenario, or of the same one before it was changed.
  case foreign(file: String, folder: String)
  /// Not what was written.
  case damaged(file: String, reason: String)
  /// The disk refuses.
  case unwritable(path: String, reason: String)

  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .foreign(let file, let folder):
      "\(file) is a run of another scenario, or of this one with other settings or by another version: remove \(folder) to "
        + "begin again, or give another --output"
    case .damaged(let file, let reason): "\(file) is damaged (\(reason)): remove it, and this run will be made again"
    case .unwritable(let path, let reason):
      "\(path) could not be written (\(reason)): make room or give another --output"
    }
  }
}

/// Finished runs of a batch that is not: a file for each, so that a batch that was interrupted goes on where it stopped.
///
/// Each is written aside and renamed, so that there is a whole file or none, and carries the digest of its scenario as
/// expanded.
public struct RunStore: Sendable {
  /// Where the files are.
  public let folder: String
  /// Which program wrote them: engines may come to other results from one version to the next.
  private let version: String

  /// The store in `folder`, which is made when the first run is kept.
  public init(folder: String, version: String) {
    self.folder = folder
    self.version = version
  }

  /// How many runs are kept.
  public var count: Int {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return names?.count { $0.hasPrefix("run-") && $0.hasSuffix(".json") } ?? 0
  }

  /// Removes all of it.
  public func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// What a kept run must be a run of.
  static func identity(of scenario: Scenario, isDetailed: Bool) -> Digest {
    // What it is called, where it is written and how many replicates there are decides nothing about one of them.
    var single = scenario
    (single.name, single.about, single.replicates, single.output) = ("", "", 1, nil)
    return Digest.sha256(Array("\(single.yaml)\ndetailed: \(isDetailed)".utf8))
  }

  private func file(_ cell: Int, _ replicate: Int) -> String { "\(folder)/run-\(cell)-\(replicate).json" }

  /// A kept run of `scenario`; `nil` where there is none.
  func record(
    of scenario: Scenario, cell: Int, replicate: Int, identity: Digest
  ) throws(RunStoreError) -> RunRecord? {
    let file = file(cell, replicate)
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    var reader = CanonicalReader([UInt8](data))
    do {
      try reader.openObject()
      try reader.key("program")
      let program = try reader.text()
      try reader.key("record")
      let record = try RunRecord(from: &reader)
      try reader.key("scenario")
      guard try reader.digest() == identity, program == version else {
        throw RunStoreError.foreign(file: file, folder: folder)
      }
      try reader.closeObject()
      let members = scenario.groups.enumerated().flatMap { Array(repeating: $0, count: $1.count) }
      guard record.members.map(\.group) == members else {
        throw RunStoreError.damaged(file: file, reason: "its members are not those of the scenario")
      }
      return record
    } catch let error as RunStoreError { throw error } catch {
      throw .damaged(file: file, reason: "\(error)")
    }
  }

  /// Keeps a run.
  func keep(_ record: RunRecord, cell: Int, replicate: Int, identity: Digest) throws(RunStoreError) {
    let file = file(cell, replicate)
    var writer = CanonicalWriter()
    writer.openObject()
    writer.key("program")
    writer.text(version)
    writer.key("record")
    record.encode(into: &writer)
    writer.key("scenario")
    writer.digest(identity)
    writer.closeObject()
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(writer.bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch { throw .unwritable(path: file, reason: error.localizedDescription) }
  }
}
