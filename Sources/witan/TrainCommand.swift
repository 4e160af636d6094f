import ArgumentParser
import Foundation
import Learning

/// `witan train`: trains and saves.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train the models, show how good they are, and save them as JSON files.",
    discussion: """
      Examples:
        witan train
        witan train --data flowers.csv --label species --output models
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var models: ModelOptions
  @OptionGroup var output: OutputOption

  @Option(name: .customLong("output"), help: "The folder for the files, one for each model.")
  var folder = "models"

  func run() throws {
    let manager = try data.manager()
    let prepared = try data.split(manager)
    let predictor = try models.train(on: prepared, seed: data.seed)
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw CommandFailure(.inputOutput, "the folder \(folder) cannot be made (\(error.localizedDescription))")
    }
    var listing = Listing("model", "accuracy", "log loss", "brier", "ece", "training ms", "file")
    for (member, file) in zip(predictor.members, predictor.files) {
      let path = "\(folder)/\(member.name).json"
      try CommandFailure.wrap { () throws(LearningError) in try file.save(to: path) }
      guard let training = member.training else { continue }
      listing.append(
        .text(member.name), .decimal(training.test.accuracy, places: 4), .decimal(training.test.logLoss, places: 4),
        .decimal(training.test.brier, places: 4), .decimal(training.test.calibrationError, places: 4),
        .decimal(training.wallSeconds * 1_000, places: 1), .text(path))
    }
    if output.json {
      Console.say(listing.json.rendered())
    } else {
      Console.say("Trained on \(prepared.train.rowCount) rows of \(manager.name), judged on \(prepared.test.rowCount).")
      Console.say(listing.text)
    }
  }
}
