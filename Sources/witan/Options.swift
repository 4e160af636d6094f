import ArgumentParser
import Consensus
import Foundation
import Learning
import Quantities

/// Which data to learn from, and how they are split.
struct DataOptions: ParsableArguments {
  @Option(help: "A CSV file with a header. Without it, Iris, which the program brings along.")
  var data: String?

  @Option(help: "The column of --data that holds the class.")
  var label: String?

  @Option(help: "What to do with missing values: refuse, drop (the row) or mean (of the training rows).")
  var missing = "refuse"

  @Option(help: "A column of --data that assigns rows to folds; one fold is held out as the test.")
  var folds: String?

  @Option(help: "The fold that is held out, by its name in the column; the first one by default.")
  var fold: String?

  @Option(help: "Where all chance comes from.")
  var seed: UInt64 = 1

  func manager() throws(CommandFailure) -> DatasetManager {
    guard let missing = DatasetManager.MissingValues(rawValue: missing) else {
      throw .unknown("--missing", missing, among: DatasetManager.MissingValues.allCases.map(\.rawValue))
    }
    guard let data else {
      if label != nil || folds != nil {
        throw CommandFailure(.wrongUse, "--label and --folds speak of a file: give it with --data FILE")
      }
      return DatasetManager.iris
    }
    guard let label else {
      throw CommandFailure(.wrongUse, "which column of \(data) holds the class? Give it with --label COLUMN")
    }
    return try CommandFailure.wrap { () throws(LearningError) in
      try DatasetManager(csvFile: data, label: label, folds: folds, missingValues: missing)
    }
  }

  func split(_ manager: DatasetManager) throws(CommandFailure) -> PreparedData {
    guard let folds = manager.folds else {
      if fold != nil { throw CommandFailure(.wrongUse, "--fold names a fold of a column: give it with --folds COLUMN") }
      return try CommandFailure.wrap { () throws(LearningError) in try manager.split(seed: seed) }
    }
    let held = fold ?? manager.foldNames[0]
    guard let index = manager.foldNames.firstIndex(of: held) else {
      throw .unknown("--fold", held, among: manager.foldNames)
    }
    return try CommandFailure.wrap { () throws(LearningError) in try manager.holdingOut(fold: index, of: folds) }
  }
}

/// Which models to train.
struct ModelOptions: ParsableArguments {
  @Option(help: "The models, separated by commas: random_forest, gradient_boosting, logistic_regression.")
  var models = ModelKind.allCases.map(\.name).joined(separator: ",")

  @Option(help: "How many threads to train on; all processors by default. The models do not depend on it.")
  var threads: Int?

  func kinds() throws(CommandFailure) -> [ModelKind] {
    try CommandFailure.wrap { () throws(LearningError) in
      var kinds: [ModelKind] = []
      for name in models.split(separator: ",", omittingEmptySubsequences: false) {
        kinds.append(try ModelKind(named: name.trimmingCharacters(in: .whitespaces)))
      }
      return kinds
    }
  }

  func train(on data: PreparedData, seed: UInt64) throws(CommandFailure) -> ModelPredictor {
    let kinds = try kinds()
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    defer { Console.endProgress() }
    return try CommandFailure.wrap { () throws(LearningError) in
      try ModelPredictor(training: kinds, on: data, seed: seed, threads: threads) { news in
        switch news {
        case .began(let kind): Console.progress("training \(kind.name) on \(data.train.rowCount) rows …")
        case .ended(let kind, let seconds):
          Console.progress("\(kind.name) is trained after \(Listing.fixed(seconds, 2)) s")
        }
      }
    }
  }
}

/// How many runs at the same time.
enum Threads {
  static func checked(_ threads: Int?) throws(CommandFailure) -> Int {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    guard (1...1_024).contains(threads) else {
      throw CommandFailure(.wrongUse, "--threads is \(threads), but must lie between 1 and 1024")
    }
    return threads
  }
}

/// Where the ledger and the registry lie.
struct StateOption: ParsableArguments {
  @Option(help: "The folder of the ledger and of model_registry.json.")
  var state = "."
}

/// How to print.
struct OutputOption: ParsableArguments {
  @Flag(help: "Print one JSON document instead of tables.")
  var json = false
}

extension CommandFailure {
  /// A name that is none of `known`, answered with the nearest.
  static func unknown(_ what: String, _ name: String, among known: [String]) -> CommandFailure {
    let nearest = nearestName(to: name, among: known).map { ", did you mean \($0)?" } ?? "."
    return CommandFailure(
      .wrongUse, "\(what) does not know `\(name)`\(nearest) It takes \(known.joined(separator: ", ")).")
  }
}
