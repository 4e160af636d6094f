import Foundation
import Quantities

// usage: SimulationBenchmark [MARKET MEMBERS QUESTIONS]
// Without arguments: speed at 10,000 members, growth up to a million. With them one run alone, for its memory.

let arguments = CommandLine.arguments.dropFirst()
if let name = arguments.first {
  guard arguments.count == 3, let market = Market(rawValue: name), let members = Int(arguments[2]),
    let questions = Int(arguments[3])
  else {
    let names = Market.allCases.map(\.rawValue).joined(separator: "|")
    print("usage: SimulationBenchmark [\(names) MEMBERS QUESTIONS]")
    exit(64)
  }
  let run = try Sitting(market, members: members, questions: questions)
  print(
    String(
      format: "%@ members=%d questions=%d  %.1f M member-rounds a CPU second  %.0f bytes a member  checksum=%@", name,
      members, questions, run.rate, run.bytes / Double(members), String(run.hash.hex.prefix(16))))
  exit(0)
}

print("# mechanism depth, one thread, least CPU time of five runs; drawing the answers is part of it")
for market in Market.allCases {
  let questions = market == .probabilities || market == .wagers ? 1_000 : 4_000
  let run = try Sitting.best(of: 5, market, members: 10_000, questions: questions)
  let rate = String(format: "%6.1f M member-rounds a CPU second", run.rate)
  print("\(market.rawValue) N=10000 \(rate)  checksum=\(run.hash.hex.prefix(16))")
}

print("# growth: nanoseconds of CPU time a member-round")
for market in [Market.labels, .probabilities] {
  for (members, questions) in [(1_000, 10_000), (10_000, 1_000), (10_000, 4_000), (100_000, 200), (1_000_000, 100)] {
    let run = try Sitting.best(of: 2, market, members: members, questions: questions)
    print(
      String(
        format: "%@ N=%d T=%d %.2f ns  checksum=%@", market.rawValue, members, questions, 1e3 / run.rate,
        String(run.hash.hex.prefix(16))))
  }
}
