import Quantities
import Testing

@Suite struct BillionthsTests {
  typealias Case = (probabilities: [Double], grid: [UInt32])

  @Test(
    arguments: [
      (probabilities: [1], grid: [1_000_000_000]),
      (probabilities: [0.25, 0.75], grid: [250_000_000, 750_000_000]),
      (probabilities: [1.0 / 3, 1.0 / 3, 1.0 / 3], grid: [333_333_334, 333_333_333, 333_333_333]),
      (probabilities: [-0.0, 1], grid: [0, 1_000_000_000]),  // a negative zero is a zero
      (probabilities: [.leastNonzeroMagnitude, 1], grid: [0, 1_000_000_000]),
      (probabilities: [0.5, 0.500_000_9], grid: [499_999_550, 500_000_450]),  // off by less than a millionth: scaled
    ] as [Case])
  func `puts probabilities onto the grid`(probabilities: [Double], grid: [UInt32]) throws {
    #expect(try Billionths.prediction(probabilities, classCount: probabilities.count) == grid)
  }

  @Test func `refuses what is not a prediction, and says why`() {
    func fault(_ probabilities: [Double], _ classCount: Int = 2) -> Billionths.Fault? {
      do throws(Billionths.Fault) {
        _ = try Billionths.prediction(probabilities, classCount: classCount)
        return nil
      } catch { return error }
    }
    #expect(fault([1]) == .wrongCount(given: 1, expected: 2))
    #expect(fault([], 0) == .sumIsNotOne(0))
    #expect(fault([.infinity, 0]) == .notAProbability(class: 0, value: .infinity))
    #expect(fault([1.5, -0.5]) == .notAProbability(class: 1, value: -0.5))
    #expect(fault([1, -.leastNonzeroMagnitude]) == .notAProbability(class: 1, value: -.leastNonzeroMagnitude))
    #expect(fault([.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == .sumIsNotOne(.infinity))
    #expect(fault([0, 0]) == .sumIsNotOne(0))
    #expect(fault([0.5, 0.500_002]) == .sumIsNotOne(0.5 + 0.500_002))
    #expect(fault([0.5, 0.499_998]) == .sumIsNotOne(0.5 + 0.499_998))
    if case .notAProbability(class: 1, let value)? = fault([0, .nan]) {
      #expect(value.isNaN)
    } else {
      Issue.record("not a number was taken")
    }
  }

  @Test(arguments: UInt64(0)..<300)
  func `every prediction adds up to one billion and stays within a billionth of what was said`(seed: UInt64) throws {
    var random = CounterStream(seed: seed, purpose: 1)
    let count = Int.random(in: 1...60, using: &random)
    // Cubes: some classes next to nothing.
    let raw = (0..<count).map { _ in
      let x = random.unit()
      return x * x * x + 1e-300
    }
    let sum = raw.reduce(0, +)
    let probabilities = raw.map { $0 / sum }
    let grid = try Billionths.prediction(probabilities, classCount: count)
    #expect(grid.reduce(UInt64(0)) { $0 + UInt64($1) } == UInt64(Billionths.one))
    for (share, probability) in zip(grid, probabilities) {
      #expect(abs(Double(share) - probability * 1e9) < 1.001)  // 0.001: rounding of the quotients near 1e9
    }
  }

  @Test(
    arguments: [
      ([0, 0, 0], [333_333_334, 333_333_333, 333_333_333]),  // nobody has a share: equal ones
      ([1e308, 1e308], [500_000_000, 500_000_000]),  // an infinite sum: equal ones
      ([5e-324, 5e-324], [500_000_000, 500_000_000]),
      ([0, 3, 1], [0, 750_000_000, 250_000_000]),
      ([], []),
    ] as [([Double], [UInt32])])
  func `shares of weights add up to one billion`(weights: [Double], shares: [UInt32]) {
    #expect(Billionths.shares(weights) == shares)
  }

  @Test func `whole-numbered shares are exact, and equal where all are zero`() {
    #expect(Billionths.shares([UInt64](repeating: 0, count: 2)) == [500_000_000, 500_000_000])
    #expect(Billionths.shares([UInt64]()) == [])
    #expect(Billionths.shares([UInt64.max - 1, 1]) == [1_000_000_000, 0])
    #expect(Billionths.shares([2, 1]) == [666_666_667, 333_333_333])
  }

  @Test(arguments: UInt64(0)..<60)
  func `of many shares the largest remainders are rounded up, a tie to the lower index`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 12)
    // Few values make many ties.
    let values = 1 + random.below(seed % 2 == 0 ? 5 : 1_000_000)
    let weights = (0..<10 + random.below(3_000)).map { _ in UInt64(random.below(values) + 1) }
    let sum = weights.reduce(0, +)
    let products = weights.map { UInt64(Billionths.one) * $0 }
    var expected = products.map { UInt32($0 / sum) }
    let left = Int(Billionths.one) - expected.reduce(0) { $0 + Int($1) }
    let order = products.indices.sorted { (products[$1] % sum, $0) < (products[$0] % sum, $1) }
    for i in order.prefix(left) { expected[i] += 1 }
    #expect(Billionths.shares(weights) == expected)
    let total = Amount(micro: Int64(Billionths.one))
    #expect(Amount.split(total, by: weights).map(\.micro) == expected.map(Int64.init))
    // Halves, quarters and so on are exact in numbers with a point as well.
    let exact = (0..<1 << (4 + random.below(7))).map { _ in Double(1 + random.below(4)) }
    let shares = Billionths.shares(exact)
    #expect(shares.reduce(UInt64(0)) { $0 + UInt64($1) } == UInt64(Billionths.one))
    let whole = exact.reduce(0, +)
    let remainders = exact.map { $0 / whole * 1e9 - ($0 / whole * 1e9).rounded(.down) }
    let floors = exact.map { UInt32(($0 / whole * 1e9).rounded(.down)) }
    let missing = Int(Billionths.one) - floors.reduce(0) { $0 + Int($1) }
    let raised = Set(floors.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }.prefix(missing))
    #expect(shares == floors.indices.map { floors[$0] + (raised.contains($0) ? 1 : 0) })
  }

  @Test func `the top class of a tie is the lowest`() {
    #expect(Billionths.top([1, 3, 3]) == 1)
    #expect(Billionths.top([0, 0]) == 0)
    #expect(Billionths.top([UInt32.max]) == 0)
  }

  @Test(arguments: [
    (0, "0.000000000"), (1, "0.000000001"), (250_000_000, "0.250000000"), (1_000_000_000, "1.000000000"),
  ])
  func `is written with nine places`(billionths: UInt32, text: String) {
    #expect(Billionths.text(billionths) == text)
  }

  @Test(arguments: UInt64(0)..<100)
  func `a running accuracy stays within 0 and 1 and moves towards what was seen`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 2)
    var accuracy = RunningAccuracy(billionths: UInt32.random(in: 0...Billionths.one, using: &random))
    let rates: [UInt32] = [0, 1, 20_000_000, Billionths.one - 1, Billionths.one]
    let rate = rates[random.below(rates.count)]
    for _ in 0..<200 {
      let before = accuracy.billionths
      let isRight = Bool.random(using: &random)
      accuracy.observe(isRight: isRight, rate: rate)
      #expect(isRight ? accuracy.billionths >= before : accuracy.billionths <= before)
      #expect(accuracy.billionths <= Billionths.one)
      if rate == Billionths.one { #expect(accuracy.billionths == (isRight ? Billionths.one : 0)) }
    }
  }
}
