import ArgumentParser
import Foundation
import Quantities
import Simulation

/// `witan compare`: runs side by side, and which differences are noise.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Put runs side by side with confidence intervals, and say which differences are noise.",
    discussion: """
      Examples:
        witan compare runs/wager runs/kelly
        witan compare runs/sweep                 the cells of one sweep, against its first
        witan compare runs/a runs/b runs/c --html comparison.html
        witan compare runs/a runs/b --json

      Each run is a folder that `witan simulate --output` has written. All are compared with the first. Runs with the same
      seed share their draws, so their replicates are compared one by one (paired t test); others by Welch's t test. A
      difference counts as more than chance where its p-value, adjusted for all differences by Holm's method, is below
      0.05.
      """)

  @Argument(help: "Folders of runs; two or more, or one that holds a sweep.")
  var runs: [String]

  @Flag(help: "Show only what is more than chance.")
  var onlyDifferences = false

  @Option(help: "Where to write the comparison as a page.")
  var html: String?

  @OptionGroup var output: OutputOption

  func run() throws {
    var sides: [RunComparison.Side] = []
    for path in runs {
      sides += try CommandFailure.wrap { () throws(RunFolderError) in try SavedRun(path: path) }.sides
    }
    guard sides.count > 1 else {
      throw CommandFailure(.wrongUse, "\(runs[0]) is one run without a sweep: give another run to compare it with")
    }
    let comparison = RunComparison(sides: sides)
    if let html {
      try CommandFailure.refuseOverwriting(html, inputs: runs.map { "\($0)/run.json" })
      do { try Data(ComparisonReport(sides).html.utf8).write(to: URL(fileURLWithPath: html), options: .atomic) } catch {
        throw CommandFailure(.inputOutput, "\(html) could not be written (\(error.localizedDescription))")
      }
    }
    let shown = comparison.rows.filter { row in
      !onlyDifferences || row.verdict == .better || row.verdict == .worse || row.verdict == .differs
    }
    if output.json {
      Console.say(document(comparison, shown).rendered())
      return
    }
    Console.say("Compared with \(comparison.first.name):")
    for sentence in comparison.sentences { Console.say("  \(sentence)") }
    for name in sides.dropFirst().map(\.name) {
      let rows = shown.filter { $0.name == name }
      guard !rows.isEmpty else { continue }
      Console.heading(name)
      Console.say(listing(rows).text)
    }
    Console.say()
    Console.say(comparison.method)
  }

  private func listing(_ rows: [RunComparison.Row]) -> Listing {
    var listing = Listing("measure", "group", "first", "this", "difference", "± 95 %", "p adjusted", "verdict")
    for row in rows {
      listing.append(
        .text(row.key.measure.title), .text(row.key.group ?? ""), .decimal(row.first.mean, places: 4),
        .decimal(row.second.mean, places: 4), .decimal(row.difference.mean, places: 4),
        row.difference.halfWidth.map { .decimal($0, places: 4) } ?? .none,
        row.adjusted.map { .decimal($0, places: 4) } ?? .none, .text(row.verdict.words))
    }
    return listing
  }

  private func document(_ comparison: RunComparison, _ rows: [RunComparison.Row]) -> JSONValue {
    .object([
      ("first", .text(comparison.first.name)), ("method", .text(comparison.method)),
      (
        "differences",
        .list(
          rows.map { row in
            let half = row.difference.halfWidth
            return .object([
              ("run", .text(row.name)), ("measure", .text(row.key.measure.rawValue)),
              ("group", row.key.group.map(JSONValue.text) ?? .null), ("first", .decimal(row.first.mean)),
              ("this", .decimal(row.second.mean)), ("difference", .decimal(row.difference.mean)),
              ("low", half.map { .decimal(row.difference.mean - $0) } ?? .null),
              ("high", half.map { .decimal(row.difference.mean + $0) } ?? .null),
              ("p", row.difference.pValue.map(JSONValue.decimal) ?? .null),
              ("p_adjusted", row.adjusted.map(JSONValue.decimal) ?? .null),
              ("verdict", .text(row.verdict.rawValue)), ("test", .text(row.difference.test.rawValue)),
            ])
          })
      ),
    ])
  }
}
