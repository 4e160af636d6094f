import Foundation

/// A folder with all that a replay came to.
///
/// - `report.html`: the page.
/// - `replay.json`: the same for programs.
/// - `models.csv`, `totals.csv`, `balances.csv`: the tables behind the page.
public struct ReplayFolder: Sendable {
  /// Where it is.
  public let path: String

  /// The folder at `path`, which need not exist.
  public init(path: String) { self.path = path }

  /// Writes everything, each file first aside and then in place of what was there.
  ///
  /// - Parameter title: what was otherwise.
  /// - Throws: `RunFolderError.occupied` where a folder stands that holds other things and no replay, `.unwritable` where
  ///   the disk refuses.
  public func write(_ result: ReplayResult, title: String) throws(RunFolderError) {
    let files = FileManager.default
    if files.fileExists(atPath: path) {
      let names = try? files.contentsOfDirectory(atPath: path)
      guard let names, names.isEmpty || names.contains("replay.json") else { throw .occupied(path: path) }
    }
    let report = ReplayReport(result, title: title)
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
      let texts = [("replay.json", result.json.rendered() + "\n"), ("report.html", report.html)]
      for (name, text) in texts + report.tables.map({ ($0.file, $0.table.csv) }) {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"), options: .atomic)
      }
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
  }
}
