import Foundation
import Quantities
import Simulation
import Testing

/// What every strategy promises, whoever adds one: run over the whole catalogue with random values and views.
@Suite struct StrategyContractTests {
  private static func values(_ type: any Strategy.Type, _ random: inout CounterStream) -> [Double] {
    type.parameters.map { parameter in
      // Ranges of questions and credits reach far beyond any scenario; their lower part is where things happen.
      let most = min(parameter.range.upperBound, 1_000)
      switch random.below(4) {
      case 0: return parameter.range.lowerBound
      case 1: return parameter.range.upperBound
      default:
        let value = parameter.range.lowerBound + random.unit() * (most - parameter.range.lowerBound)
        return parameter.isWhole ? value.rounded() : value
      }
    }
  }

  private static func row(_ count: Int, _ random: inout CounterStream) -> [UInt32] {
    if random.below(4) == 0 { return all(on: random.below(count), of: count) }
    return Billionths.shares((0..<count).map { _ in random.unit() })
  }

  private static func situation(_ count: Int, _ random: inout CounterStream) -> Situation {
    var situation = Situation()
    situation.belief = row(count, &random)
    situation.question = 1 + random.below(1_000)
    situation.groupSize = 1 + random.below(9)
    situation.member = random.below(situation.groupSize)
    situation.shared = situation.member == 0 ? situation.belief : row(count, &random)
    situation.prior = row(count, &random)
    situation.seen = random.below(2) == 0 ? nil : row(count, &random)
    situation.consensus = (0..<random.below(66)).map { _ in row(count, &random) }
    situation.weight = UInt32(random.below(1_000_000_001))
    situation.balance = Amount(micro: Int64(random.below(3_000_000_000)))
    situation.answered = random.below(1_000)
    situation.seed = random.next()
    return situation
  }

  static let kinds = StrategyCatalogue.all.map { $0.name }

  private static func kind(_ name: String) throws -> any Strategy.Type {
    try #require(StrategyCatalogue.all.first { $0.name == name })
  }

  @Test(arguments: kinds, [2, 3, 7])
  func `reports stay on the grid, and equal views give equal acts`(name: String, classes: Int) throws {
    let kind = try Self.kind(name)
    var random = CounterStream(seed: 3, purpose: 9, UInt64(classes))
    for _ in 0..<300 {
      let values = Self.values(kind, &random)
      let situation = Self.situation(classes, &random)
      func check(_ strategy: some Strategy) {
        let (act, row) = situation.answer(strategy)
        #expect(row.reduce(UInt64(0)) { $0 + UInt64($1) } == 1_000_000_000, "\(values)")
        let again = situation.answer(strategy)
        #expect(act == again.act && row == again.row)
        let reserved = Amount(micro: situation.balance.micro / 2)
        #expect(situation.move(strategy, reserved: reserved) == situation.move(strategy, reserved: reserved))
        if case .withdraw(let amount) = situation.move(strategy, reserved: reserved) {
          #expect(amount > .zero && amount <= situation.balance - reserved)
        }
        if let bribe = situation.bribe(strategy, truth: 0, reported: row) {
          #expect((1..<classes).contains(bribe.outcome))
          #expect(bribe.price >= .zero)
        }
      }
      check(kind.init(values: values))
    }
  }

  @Test(arguments: kinds)
  func `a member that reports nothing leaves its row as it was`(name: String) throws {
    let kind = try Self.kind(name)
    var random = CounterStream(seed: 4)
    for _ in 0..<300 {
      let strategy = kind.init(values: Self.values(kind, &random))
      let situation = Self.situation(3, &random)
      func check(_ strategy: some Strategy) {
        let (act, row) = situation.answer(strategy)
        if act == .absent { #expect(row == situation.belief) }
      }
      check(strategy)
    }
  }

  @Test(arguments: kinds)
  func `values come back as they were given`(name: String) throws {
    let kind = try Self.kind(name)
    var random = CounterStream(seed: 5)
    for _ in 0..<100 {
      let values = Self.values(kind, &random)
      #expect(kind.init(values: values).values == values)
      #expect(kind.init(values: values).values.count == kind.parameters.count)
    }
  }

  @Test(arguments: kinds)
  func `parameters have sound ranges and standards`(name: String) throws {
    let parameters = try Self.kind(name).parameters
    #expect(Set(parameters.map(\.name)).count == parameters.count)
    for parameter in parameters {
      #expect(parameter.range.contains(parameter.standard))
      #expect(!parameter.meaning.isEmpty)
      #expect(!parameter.isWhole || parameter.standard == parameter.standard.rounded())
      #expect(parameter.name.allSatisfy { $0.isLowercase || $0 == "_" })
    }
    let standard = try #require(StrategyCatalogue.strategy(named: name))
    #expect(standard.values == parameters.map(\.standard))
  }

  @Test(arguments: kinds)
  func `the page on strategies has a row for each, with every parameter`(name: String) throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/strategies.md")
    let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
    let row = try #require(lines.first { $0.hasPrefix("| `\(name)` |") })
    // A mixture has the parameters of all others besides its own; their rows tell what they mean.
    let parameters = try Self.kind(name).parameters.filter { parameter in
      name != Mixture.name || !Self.kinds.contains { parameter.name.hasPrefix("\($0)_") }
    }
    #expect(name != Mixture.name || parameters.count == 6)
    for parameter in parameters {
      #expect(row.contains("`\(parameter.name)`: \(parameter.meaning) ("))
    }
  }

  @Test func `names are distinct, and an unknown one finds nothing`() {
    #expect(Set(Self.kinds).count == Self.kinds.count)
    #expect(StrategyCatalogue.strategy(named: "saint") == nil)
  }

  @Test(arguments: ["collusion", "sybil_split", "lazy", "mimicry"])
  func `members that speak with one voice do so whatever their place and own chance`(name: String) throws {
    let kind = try Self.kind(name)
    var random = CounterStream(seed: 6)
    for _ in 0..<100 {
      let strategy = kind.init(values: Self.values(kind, &random))
      var situation = Self.situation(3, &random)
      situation.belief = situation.shared ?? situation.belief
      func check(_ strategy: some Strategy) -> [UInt32] { situation.answer(strategy).row }
      let first = check(strategy)
      situation.member += 1
      #expect(check(strategy) == first)
    }
  }
}
