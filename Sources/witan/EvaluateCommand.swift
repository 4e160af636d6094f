import ArgumentParser
import Charts
import Consensus
import Foundation
import Quantities
import Tabular

/// `witan evaluate`: what each mechanism would have said to a recorded stream.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Run consensus mechanisms over a recorded stream of predictions, and say how good each was.",
    discussion: """
      Examples:
        witan evaluate --stream season
        witan evaluate --stream season --mechanism meta,linear_pool,boa --plot regret.svg
        witan evaluate --stream season --from 1000 --json

      The folder holds predictions.csv (question,model,class,probability) and outcomes.csv (question,class,delay; a
      class with delay d is known before the d-th next question, 1 without the column); or probs.bin (float32, little
      endian, questions x models x classes, NaN where there is no answer), META.json ({"T":…,"N":…,"K":…}), labels.csv
      (t,label,delay) and perhaps experts.csv (n,name). Each mechanism knows only what was known at the time. Regret is
      in nats a question: how much more it lost than the best single model, the best fixed mixture and the best sequence
      of models with so many switches, all of them chosen with the whole stream known. A model that gave no answer is
      charged what the uniform pool said.
      """)

  @Option(help: "The folder of the stream.")
  var stream: String

  @Option(help: "Which mechanisms, separated by commas; all of `witan mechanisms` by default.")
  var mechanism: String?

  @Option(help: "The first question that counts in the scores, from 0; the mechanisms learn from all.")
  var from = 0

  @Option(help: "How often the best sequence of models may change hands.")
  var switches = 10

  @Option(help: "Where to draw the regret to the best single model over time, as SVG.")
  var plot: String?

  @OptionGroup var output: OutputOption

  func run() throws {
    let chosen = try kinds()
    guard (0...1_000).contains(switches) else {
      throw CommandFailure(.wrongUse, "--switches is \(switches), but must lie between 0 and 1000")
    }
    let recorded = try StreamFolder(path: stream).read()
    let questions = recorded.questions
    let kinds = mechanism == nil ? chosen.filter { recorded.classNames.count <= $0.classesMax } : chosen
    guard (0..<questions.count).contains(from) else {
      throw CommandFailure(.wrongUse, "--from is \(from), but questions go from 0 to \(questions.count - 1)")
    }
    guard questions[from...].contains(where: { $0.truth != nil }) else {
      throw CommandFailure(.badData, "no question from \(from) on has a known class, so there is nothing to score")
    }
    let hindsight = Hindsight(Array(questions[from...]), seatCount: recorded.memberNames.count)
    let switchingLoss = hindsight.switchingLoss(switches: switches)
    var listing = Listing(
      "mechanism", "log loss", "brier", "accuracy", "ece", "regret to member", "regret to mixture",
      "regret to switching")
    var curves: [LineChart.Series] = []
    defer { Console.endProgress() }
    for kind in kinds {
      Console.progress("running \(kind.rawValue) over \(questions.count) questions …")
      let evaluation = try CommandFailure.wrap { () throws(EvaluationError) in
        try Evaluation(
          ConsensusRule(kind), seatCount: recorded.memberNames.count, classCount: recorded.classNames.count,
          stream: questions)
      }
      let scores = Scores(evaluation.forecasts, questions, in: from..<questions.count)
      listing.append(
        .text(kind.rawValue), .decimal(scores.logLoss, places: 5), .decimal(scores.brier, places: 5),
        .decimal(scores.accuracy, places: 4), .decimal(scores.calibrationError, places: 4),
        .decimal(scores.logLoss - hindsight.bestMemberLoss, places: 5),
        .decimal(scores.logLoss - hindsight.mixtureLoss, places: 5),
        .decimal(scores.logLoss - switchingLoss, places: 5))
      if plot != nil { curves.append(regret(kind, evaluation, questions, hindsight)) }
    }
    Console.endProgress()
    try draw(curves)
    report(listing, recorded, hindsight, switchingLoss)
  }

  private func kinds() throws(CommandFailure) -> [ConsensusRule.Kind] {
    guard let mechanism else { return ConsensusRule.Kind.allCases }
    var kinds: [ConsensusRule.Kind] = []
    for name in mechanism.split(separator: ",", omittingEmptySubsequences: false) {
      let name = name.trimmingCharacters(in: .whitespaces)
      guard let kind = ConsensusRule.Kind(rawValue: name) else {
        throw CommandFailure.unknown("--mechanism", name, among: ConsensusRule.Kind.allCases.map(\.rawValue))
      }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    return kinds
  }

  // The losses of a mechanism less those of the member that was best in the end, summed up question by question.
  private func regret(
    _ kind: ConsensusRule.Kind, _ evaluation: Evaluation, _ questions: [RecordedQuestion], _ hindsight: Hindsight
  ) -> LineChart.Series {
    var sum = 0.0
    var values: [Double] = []
    let losses = hindsight.losses(ofMember: hindsight.bestMember)
    for t in from..<questions.count {
      guard let truth = questions[t].truth else { continue }
      let forecast = evaluation.forecast(t)
      sum += Scores.logLoss(forecast[forecast.startIndex + truth]) - losses[values.count]
      values.append(sum)
    }
    return LineChart.Series(name: kind.rawValue, values: values)
  }

  private func draw(_ curves: [LineChart.Series]) throws(CommandFailure) {
    guard let plot else { return }
    try CommandFailure.refuseOverwriting(plot, inputs: StreamFolder.fileNames.map { "\(stream)/\($0)" })
    let chart = LineChart(
      title: "Regret to the best single model", horizontalLabel: "questions with a known class",
      verticalLabel: "log loss above the best single model's, summed (nats)", series: curves)
    do { try Data(chart.svg.utf8).write(to: URL(fileURLWithPath: plot), options: .atomic) } catch {
      throw CommandFailure(.inputOutput, "\(plot) could not be written (\(error.localizedDescription))")
    }
  }

  private func report(
    _ listing: Listing, _ recorded: RecordedStream, _ hindsight: Hindsight, _ switchingLoss: Double
  ) {
    let best = recorded.memberNames[hindsight.bestMember]
    if output.json {
      Console.say(
        JSONValue.object([
          ("questions", .integer(recorded.questionCount)), ("scored", .integer(hindsight.count)),
          ("models", .integer(recorded.memberNames.count)), ("classes", .integer(recorded.classNames.count)),
          (
            "hindsight",
            .object([
              ("best_member", .text(best)), ("best_member_log_loss", .decimal(hindsight.bestMemberLoss)),
              ("best_mixture_log_loss", .decimal(hindsight.mixtureLoss)), ("switches", .integer(switches)),
              ("best_switching_log_loss", .decimal(switchingLoss)),
              ("uniform_log_loss", .decimal(hindsight.uniformLoss)),
            ])
          ), ("mechanisms", listing.json),
        ]).rendered())
      return
    }
    Console.say(
      "\(recorded.questionCount) questions, \(recorded.memberNames.count) models, \(recorded.classNames.count) classes; "
        + "\(hindsight.count) questions scored.")
    Console.say(
      "With the whole stream known, log loss: best model \(best) \(Listing.fixed(hindsight.bestMemberLoss, 5)), "
        + "best mixture \(Listing.fixed(hindsight.mixtureLoss, 5)), best sequence with \(switches) switches "
        + "\(Listing.fixed(switchingLoss, 5)).")
    Console.say(listing.text)
  }
}
