import Quantities

/// The aggregating algorithm for the Brier loss (Vovk, Zhdanov 2009), rate 1.
///
/// G(k) = -ln Σ wᵢ exp(-B(pᵢ, k)) over those who answered; S solves Σ max(0, S - G(k)) = 2; p(k) = max(0, S - G(k)) / 2.
/// When y arrives, wᵢ ← wᵢ exp(-B(pᵢ, y)), the mass of those awake kept. B(p, y) = Σ (p(k) - [k = y])², 0 to 2.
///
/// Guarantee (labels without delay): total Brier loss at most that of any member plus ln N, for any number of classes;
/// a sleeper's bound holds over the questions it answered. Cost: O(N K) to pool, O(N K) to learn.
public struct BrierAggregating: Aggregator {
  private static let weight = 1
  private var state = SeatState(columnCount: 2)

  /// A pool without members.
  public init() {}

  /// Founders equally, later ones at the least weight present; then all scaled to 1.
  public mutating func join(_ seat: Seat) {
    state.add(seat)
    if state.learnt > 0 {
      state.copyLeast(to: seat) { [state] in state[Self.weight, $0] }
    } else {
      for i in 0..<state.count { state[Self.weight, i] = state.isMember(i) ? 1 : 0 }
    }
    normalise()
  }

  /// Takes the weight of `seat` away and scales the others to 1.
  public mutating func leave(_ seat: Seat) {
    state.remove(seat)
    normalise()
  }

  private mutating func normalise() {
    let sum = (0..<state.count).reduce(0) { $0 + state[Self.weight, $1] }
    for i in 0..<state.count where state.isMember(i) {
      state[Self.weight, i] = sum > 0 ? state[Self.weight, i] / sum : 1 / Double(state.memberCount)
    }
  }

  /// `false`: the answer of least worst loss is no mixture.
  public var isMixture: Bool { false }
  /// `false`.
  public var keepsMemo: Bool { false }

  /// The members' weights, scaled to those who answered.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    SeatLanes(answers, state).gather(state, column: Self.weight, into: shares)
    Kernels.normalise(shares, answers.rowCount)
    Kernels.cap(shares, answers.limits, answers.rowCount)
  }

  // exp(-B(p, k)) of each row and class, from B(p, k) = ‖p‖² + 1 - 2 p(k).
  private func powers(_ answers: AnswerRows, _ scratch: Scratch) -> UnsafeMutablePointer<Double> {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let powers = scratch.take(count * classCount)
    for row in 0..<count {
      var square = 0.0
      for k in 0..<classCount {
        let probability = answers.probability(row, k)
        square += probability * probability
        powers[row * classCount + k] = 2 * probability - 1
      }
      for k in 0..<classCount { powers[row * classCount + k] -= square }
    }
    for i in stride(from: 0, to: count * classCount, by: 8) {
      Kernels.store(FixedMath.exp(Kernels.load(powers + i)), powers + i)
    }
    return powers
  }

  // Turns Σ w exp(-B) of each class into the answer.
  private static func substitute(_ sums: UnsafeMutablePointer<Double>, _ classCount: Int, _ scratch: Scratch) {
    let sorted = scratch.take(classCount)
    for k in 0..<classCount {
      sums[k] = -FixedMath.log(sums[k])
      // Insertion: K is small, and this needs no memory.
      var place = k
      while place > 0, sorted[place - 1] > sums[k] {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      sorted[place] = sums[k]
    }
    // With the m least of G above water: m S = 2 + their sum; right where the next lies at or above S.
    var (level, total) = (0.0, 0.0)
    for m in 1...classCount {
      total += sorted[m - 1]
      level = (2 + total) / Double(m)
      if m == classCount || level <= sorted[m] { break }
    }
    for k in 0..<classCount { sums[k] = max(0, level - sums[k]) / 2 }
    Kernels.normalise(sums, classCount)
  }

  /// The answer whose Brier loss exceeds G of no class.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    standing(answers, into: shares, scratch)
    let powers = powers(answers, scratch)
    for k in 0..<classCount { notes[k] = 0 }
    for row in 0..<count { Kernels.add(powers + row * classCount, times: shares[row], to: notes, classCount) }
    Self.substitute(notes, classCount, scratch)
  }

  /// The answers of the others.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let shares = scratch.take(count)
    standing(answers, into: shares, scratch)
    let powers = powers(answers, scratch)
    let sums = scratch.take(classCount)
    for k in 0..<classCount { sums[k] = 0 }
    for row in 0..<count { Kernels.add(powers + row * classCount, times: shares[row], to: sums, classCount) }
    for row in 0..<count {
      let (place, rest) = (forecasts + row * classCount, 1 - shares[row])
      for k in 0..<classCount {
        let left = sums[k] - shares[row] * powers[row * classCount + k]
        // exp(-2) is the least power there is; rounding must not leave less.
        place[k] = rest > 1e-9 ? max(0.1, left / rest) : sums[k]
      }
      Self.substitute(place, classCount, scratch)
    }
  }

  /// The mixture step by exp(-B).
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    let powers = powers(answers, scratch)
    state.learnt += 1
    var (mass, mixed) = (0.0, 0.0)
    for row in 0..<count {
      let weight = state[Self.weight, answers.seats[row].index]
      mass += weight
      mixed += weight * powers[row * classCount + truth]
    }
    guard mixed > 0 else { return }
    for row in 0..<count {
      state[Self.weight, answers.seats[row].index] *= powers[row * classCount + truth] / mixed * mass
    }
    normalise()
  }

  /// Members and the bit patterns of their weights.
  public func encode(into writer: inout CanonicalWriter) { state.encode(into: &writer) }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try state.restore(from: &reader, seatCount: seatCount, ranges: [SeatState.weights])
  }
}
