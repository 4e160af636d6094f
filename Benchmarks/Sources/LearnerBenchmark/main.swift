import Foundation

let usage = """
  usage: LearnerBenchmark DATA_FOLDER RESULTS.csv [--sets a,b] [--models a,b] [--seeds N] [--threads N] [--json]

  Trains our learners on the peers' folds and prints ours beside theirs. DATA_FOLDER holds the CSV files that the
  peers' make_data.py writes, RESULTS.csv is what their run.py wrote. Accuracy and log loss are means over folds and
  seeds and stand beside the best rival; times are medians.
  """

func fail(_ reason: String) -> Never {
  FileHandle.standardError.write(Data("\(reason)\n\(usage)\n".utf8))
  exit(2)
}

var sets = [
  "iris", "wine", "breast_cancer", "digits", "phishing", "segments", "satimage", "synth10k", "magic", "letter",
  "synth100k",
]
var models = Candidate.all.map(\.name)
var seeds = 1
var threads = 1
var json = false
var paths: [String] = []

var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  func value() -> String {
    guard let value = arguments.popFirst() else { fail("\(argument) needs a value") }
    return value
  }
  func number() -> Int {
    let text = value()
    guard let number = Int(text), number >= 1 else { fail("\(argument) must be at least 1, not \(text)") }
    return number
  }
  switch argument {
  case "--sets": sets = value().split(separator: ",").map(String.init)
  case "--models": models = value().split(separator: ",").map(String.init)
  case "--seeds": seeds = number()
  case "--threads": threads = number()
  case "--json": json = true
  default: paths.append(argument)
  }
}
guard paths.count == 2 else { fail("two paths are needed, not \(paths.count)") }

let peers = try PeerResults(URL(fileURLWithPath: paths[1]))
var comparisons: [Comparison] = []
for name in sets {
  guard let folded = try FoldedSet(named: name, in: URL(fileURLWithPath: paths[0])) else {
    FileHandle.standardError.write(Data("no \(name).csv in \(paths[0]): left out\n".utf8))
    continue
  }
  for candidate in Candidate.all where models.contains(candidate.name) {
    let ours = try Measurement(candidate, on: folded, seeds: seeds, threads: threads)
    comparisons.append(Comparison(ours, of: candidate, peers: peers))
    FileHandle.standardError.write(Data("\(name) \(candidate.name)\n".utf8))
  }
}
if json {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  encoder.keyEncodingStrategy = .convertToSnakeCase
  print(String(decoding: try encoder.encode(comparisons), as: UTF8.self))
} else {
  print(Comparison.table([Comparison.header] + comparisons.map(\.cells)))
}
