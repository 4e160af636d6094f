import ArgumentParser
import Foundation
import Learning
import Tabular

/// `witan predict FILE`: asks saved models about the rows of a file, without any ledger.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the class of each row of a CSV file with saved models.",
    discussion: """
      The columns are found by their names; others are left alone. The last column is the plain average of the models.
      No balance moves: for that, ask the API of `witan run`.

      Examples:
        witan train && witan predict new_flowers.csv
        witan predict new_flowers.csv --from models --json
      """)

  @Argument(help: "A CSV file with a header that names the columns the models were trained on.")
  var file: String

  @Option(help: "The folder of the saved models.")
  var from = "models"

  @OptionGroup var output: OutputOption

  func run() throws {
    let predictor = try load()
    let rows = try CommandFailure.wrap { () throws(LearningError) in try read(predictor.encoding) }
    let answers = predictor.predictions(rows)
    var listing = Listing(columns: ["row"] + predictor.members.map(\.name) + ["average", "probability"])
    for row in 0..<rows.rowCount {
      var average = [Double](repeating: 0, count: predictor.classCount)
      for answer in answers {
        for (k, value) in answer.row(row).enumerated() { average[k] += value / Double(answers.count) }
      }
      let top = topClass(average)
      listing.append(
        cells: [.integer(row + 1)] + answers.map { .text(predictor.classNames[topClass($0.row(row))]) }
          + [.text(predictor.classNames[top]), .decimal(average[top], places: 4)])
    }
    Console.say(output.json ? listing.json.rendered() : listing.text)
  }

  private func load() throws(CommandFailure) -> ModelPredictor {
    let paths = ModelKind.allCases.map { "\(from)/\($0.name).json" }.filter(FileManager.default.fileExists)
    guard !paths.isEmpty else {
      throw CommandFailure(
        .inputOutput, "there is no saved model in \(from): make them with `witan train --output \(from)`")
    }
    return try CommandFailure.wrap { () throws(LearningError) in
      var files: [ModelFile] = []
      for path in paths { files.append(try ModelFile(path: path)) }
      return try ModelPredictor(loaded: files)
    }
  }

  private func read(_ encoding: Encoding) throws(LearningError) -> Matrix {
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw .unreadableFile(path: file, reason: "there is no readable file of this name")
    }
    let table: Table
    do { table = try CSVReader().table([UInt8](bytes)) } catch { throw .notATable(error) }
    return try encoding.encode(table)
  }
}
