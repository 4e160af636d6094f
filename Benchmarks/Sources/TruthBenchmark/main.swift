import Consensus
import Foundation

// usage: TruthBenchmark FOLDER [accuracy|calibration|time [PEER.csv]]
// FOLDER has a folder for each set, as for peers/truth_peer.py, whose output PEER.csv is.
let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  print("usage: TruthBenchmark FOLDER [accuracy|calibration|time [PEER.csv]]")
  exit(64)
}
let root = URL(fileURLWithPath: arguments[1])
let names = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().filter {
  !$0.hasSuffix("numeric")
    && FileManager.default.fileExists(atPath: root.appendingPathComponent("\($0)/labels.csv").path)
}

/// CPU seconds of this process.
func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

func fixed(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

func row(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }

func heading(_ cells: [String]) {
  row(cells)
  row(cells.map { _ in "---" })
}

switch arguments.count > 2 ? arguments[2] : "accuracy" {
case "calibration":
  heading(["set", "method", "log loss as fitted", "calibrated", "error as fitted", "calibrated"])
  var sums = [0.0, 0.0, 0.0, 0.0]
  for name in names {
    let set = try CrowdSet(folder: root.appendingPathComponent(name))
    var bold = AutomaticTruth()
    bold.calibration.correlation = 0
    let estimate = try AutomaticTruth().infer(set.answers)
    let (before, after) = (set.calibration(try bold.infer(set.answers)), set.calibration(estimate))
    let figures = [before.logLoss, after.logLoss, before.error, after.error]
    sums = zip(sums, figures).map { $0 + $1 / Double(names.count) }
    row([name, estimate.method] + figures.map { fixed($0, 3) })
  }
  row(["mean", ""] + sums.map { fixed($0, 3) })
case "time":
  var peers: [String: (fit: Double, whole: Double, sweeps: Int)] = [:]
  if arguments.count > 3 {
    for line in try String(contentsOfFile: arguments[3], encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
    {
      let cells = line.split(separator: ",")
      guard cells.count == 6, cells[1] == "dawid_skene", let fit = Double(cells[3]), let whole = Double(cells[4]),
        let sweeps = Int(cells[5])
      else { continue }
      peers[String(cells[0])] = (fit, whole, sweeps)
    }
  }
  heading(["set", "answers", "sweeps", "fit ms", "peer ms", "times faster", "whole ms", "peer ms", "times faster"])
  for name in names {
    let peer = peers[name] ?? (.nan, .nan, 30)
    // As many sweeps as the peer did, without a look at convergence; least of 15 runs each.
    let method = DawidSkene(smoothing: 0, stopping: Stopping(sweepMax: max(peer.sweeps, 1), gainMin: 0))
    var (fit, whole) = (Double.infinity, Double.infinity)
    var count = 0
    for _ in 0..<15 {
      let started = cpuSeconds()
      let set = try CrowdSet(folder: root.appendingPathComponent(name))
      let read = cpuSeconds()
      let estimate = try method.infer(set.answers)
      let labels = estimate.labels
      let ended = cpuSeconds()
      precondition(labels.count == set.answers.taskCount)
      (fit, whole, count) = (min(fit, ended - read), min(whole, ended - started), set.answers.count)
    }
    row([
      name, "\(count)", "\(peer.sweeps)", fixed(fit * 1e3, 2), fixed(peer.fit * 1e3, 1), fixed(peer.fit / fit, 0),
      fixed(whole * 1e3, 2), fixed(peer.whole * 1e3, 1), fixed(peer.whole / whole, 0),
    ])
  }
default:
  heading(["set"] + TruthMethod.allCases.map(\.name))
  var lowest = [Double](repeating: 0, count: TruthMethod.allCases.count)
  var expected = lowest
  for name in names {
    let set = try CrowdSet(folder: root.appendingPathComponent(name))
    var cells = [name]
    for (place, method) in TruthMethod.allCases.enumerated() {
      guard let estimate = try? method.inference.infer(set.answers) else {
        cells.append("–")
        lowest[place] = .nan
        expected[place] = .nan
        continue
      }
      let accuracy = set.accuracy(estimate)
      lowest[place] += accuracy.lowest / Double(names.count)
      expected[place] += accuracy.expected / Double(names.count)
      let differs = (accuracy.lowest - accuracy.expected).magnitude >= 0.005
      cells.append(fixed(accuracy.expected, 2) + (differs ? " (\(fixed(accuracy.lowest, 2)))" : ""))
    }
    row(cells)
  }
  row(["mean"] + expected.map { $0.isNaN ? "–" : fixed($0, 2) })
  row(["mean, ties to the lowest"] + lowest.map { $0.isNaN ? "–" : fixed($0, 2) })
}
