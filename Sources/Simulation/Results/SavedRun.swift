#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A run as its folder tells it: what `witan compare` reads.
public struct SavedRun: Hashable, Sendable {
  /// Its name, and the folder's.
  public let name: String
  /// What identifies it.
  public let hash: String
  /// A side for each cell.
  public let sides: [RunComparison.Side]

  private struct File: Decodable {
    struct Cell: Decodable {
      struct Figure: Decodable {
        let measure: String
        let group: String?
        let values: [Double]
      }
      let label: String
      let seed: String
      let figures: [Figure]
    }
    let format: Int
    let name: String
    let hash: String
    let cells: [Cell]
  }

  /// Reads `run.json` in the folder at `path`. Measures that this program does not know are left out.
  ///
  /// - Throws: `.missing` or `.unreadable`.
  public init(path: String) throws(RunFolderError) {
    guard let data = FileManager.default.contents(atPath: "\(path)/run.json") else { throw .missing(path: path) }
    let file: File
    do { file = try JSONDecoder().decode(File.self, from: data) } catch {
      throw .unreadable(path: path, reason: "run.json is not what `witan simulate` writes")
    }
    guard file.format == 1 else {
      throw .unreadable(path: path, reason: "run.json has format \(file.format), and this program knows format 1")
    }
    guard !file.cells.isEmpty else { throw .unreadable(path: path, reason: "run.json has no cells") }
    name = file.name
    hash = file.hash
    var sides: [RunComparison.Side] = []
    for cell in file.cells {
      guard let seed = UInt64(cell.seed) else {
        throw .unreadable(path: path, reason: "the seed is `\(cell.seed)` where a whole number should stand")
      }
      var (series, seen) = ([FigureSeries](), Set<Figures.Key>())
      for figure in cell.figures {
        guard let measure = Measure(rawValue: figure.measure) else { continue }
        let key = Figures.Key(measure, group: figure.group)
        guard seen.insert(key).inserted else {
          throw .unreadable(path: path, reason: "\(figure.measure) of \(figure.group ?? "all") stands twice")
        }
        series.append(FigureSeries(key: key, values: figure.values))
      }
      sides.append(
        RunComparison.Side(name: cell.label.isEmpty ? path : "\(path): \(cell.label)", seed: seed, series: series))
    }
    self.sides = sides
  }
}
