import Quantities

/// The Bayes mixture, and the one that forgets: fixed share (Herbster, Warmuth 1998), with absent members as sleeping
/// experts (Freund, Schapire, Singer, Warmuth 1997).
///
/// p(k) = Σ wᵢ pᵢ(k) over those who answered, their weights scaled to 1. When the class y arrives, each of them moves to
/// wᵢ pᵢ(y) / p(y), with the mixture taken at the weights of that moment, so that the mass of those awake is kept; then
/// everyone moves to (1 - a) wᵢ + a/N.
///
/// Guarantee (labels without delay, all present): with a = 0 the cumulative log loss is exactly -ln Σ exp(-Lᵢ) / N, at
/// most ln N above that of any member; with a fixed it exceeds that of any sequence of members with m switches by at
/// most ln N + m ln(N/a) + (T - m - 1) ln(1/(1 - a)); with a = 1/(t + 1) at outcome t it exceeds that of any member by
/// at most ln N + ln T. A sleeper's bound holds over the questions it answered. A probability of zero costs its member
/// all of its weight but the shared part, unless a floor is set. Judgements pass it by: it needs a class.
/// Weights move by + - * / alone, in a fixed order: the same on every machine.
/// Cost: O(N K) to pool, O(N) to learn.
public struct FixedShare: Aggregator {
  /// How much is spread over all members after each outcome.
  public enum Share: Hashable, Sendable {
    /// The same part, 0 to 1, every time; 0 is the plain Bayes mixture.
    case constant(Double)
    /// 1/(t + 1) after outcome t, from 1: little in the long run, so that staying with one member costs ln T at most.
    case falling

    /// The part that is spread after outcome `number`, from 1.
    @inline(__always)
    func part(after number: UInt64) -> Double {
      switch self {
      case .constant(let part): part
      case .falling: 1 / Double(number + 1)
      }
    }
  }

  /// How much is spread.
  public let share: Share
  /// Added to each probability in the step, so that a zero is not the end: the mixture step on (p + e)/(1 + K e).
  public let floor: Double
  private var state = SeatState(columnCount: 2)

  /// A mixture without members.
  public init(share: Share, floor: Double = 0) {
    if case .constant(let part) = share { precondition((0...1).contains(part)) }
    self.share = share
    self.floor = floor
  }

  /// A mixture without members that always spreads the same part.
  public init(share: Double) { self.init(share: .constant(share)) }

  /// By seat; 0 for a seat that has left or never joined.
  public var weights: [Double] { (0..<state.count).map { state[1, $0] } }

  /// Founders equally, later ones at the least weight present; then all scaled to 1.
  public mutating func join(_ seat: Seat) {
    state.add(seat)
    if state.learnt > 0 {
      state.copyLeast(to: seat) { [state] in state[1, $0] }
    } else {
      for i in 0..<state.count { state[1, i] = state.isMember(i) ? 1 : 0 }
    }
    normalise()
  }

  /// The same for many: founders weigh what they would had they come one by one.
  public mutating func join(_ seats: Range<Int>) {
    guard state.learnt == 0, let last = seats.last else {
      for seat in seats { join(Seat(seat)) }
      return
    }
    for seat in seats.dropLast() { state.add(Seat(seat)) }
    join(Seat(last))
  }

  /// Takes the weight of `seat` away and scales the others to 1.
  public mutating func leave(_ seat: Seat) {
    state.remove(seat)
    normalise()
  }

  private mutating func normalise() {
    let sum = (0..<state.count).reduce(0) { $0 + state[1, $1] }
    for i in 0..<state.count where state.isMember(i) {
      state[1, i] = sum > 0 ? state[1, i] / sum : 1 / Double(state.memberCount)
    }
  }

  /// `true`.
  public var isMixture: Bool { true }
  /// `false`: the step uses the weights of the moment of learning.
  public var keepsMemo: Bool { false }

  /// The members' weights, scaled to those named.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    SeatLanes(answers, state).gather(state, column: 1, into: shares)
    Kernels.normalise(shares, answers.rowCount)
    Kernels.cap(shares, answers.limits, answers.rowCount)
  }

  /// The mixture.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let lanes = SeatLanes(answers, state)
    if answers.limits != nil || !lanes.isDense {
      let shares = scratch.take(answers.rowCount)
      standing(answers, into: shares, scratch)
      return Kernels.mix(answers, shares, into: notes)
    }
    // Everyone is there: the weights are read where they lie, and add up to 1.
    state.withColumns { columns in
      Kernels.mix(answers, columns + state.stride, into: notes)
    }
  }

  /// The mixture step over those who answered, then the share.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {
    let (lanes, stride, count) = (SeatLanes(answers, state), state.stride, state.count)
    let likelihoods = scratch.take(lanes.rowCount)
    state.learnt += 1
    let part = share.part(after: state.learnt)
    let given = part / Double(max(1, state.memberCount))
    state.columns.withUnsafeMutableBufferPointer { columns in
      guard let member = columns.baseAddress else { return }
      let weight = member + stride
      let (mass, mixed) = lanes.likelihoods(answers, truth, floor, weight, into: likelihoods)
      // All weights add up to 1; rounding would let their sum drift over millions of steps.
      let total = lanes.isDense ? mass : Kernels.sum(weight, count)
      guard total > 0 else { return }
      // The factor of a tiny weight that alone was right would be infinite: there each quotient is taken first.
      let (factor, isTiny) = (mass / mixed, mixed < 0x1p-900)
      if lanes.isDense, !isTiny {
        // Everyone was there: both steps at once.
        let kept = (1 - part) / total * factor
        if state.memberCount == count {
          for i in Swift.stride(from: 0, to: count & ~7, by: 8) {
            let moved = Kernels.load(weight + i) * (Kernels.load(likelihoods + i) * kept)
            Kernels.store(moved + given, weight + i)
          }
        }
        let first = state.memberCount == count ? count & ~7 : 0
        for i in Swift.stride(from: first, to: count, by: 8) {
          let moved = Kernels.load(weight + i) * (Kernels.load(likelihoods + i) * kept)
          Kernels.store(moved + Kernels.load(member + i) * given, weight + i)
        }
        return
      }
      if mixed > 0 {
        for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
          let held = lanes.load(weight, row)
          let likelihood = Kernels.load(likelihoods + row)
          lanes.store(isTiny ? held * likelihood / mixed * mass : held * (likelihood * factor), weight, row)
        }
      }
      let kept = (1 - part) / total
      // Columns have room for whole groups of eight, and what is beyond the last seat stays 0.
      for i in Swift.stride(from: 0, to: count, by: 8) {
        Kernels.store(Kernels.load(weight + i) * kept + Kernels.load(member + i) * given, weight + i)
      }
    }
  }

  /// Members and the bit patterns of their weights.
  public func encode(into writer: inout CanonicalWriter) { state.encode(into: &writer) }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try state.restore(from: &reader, seatCount: seatCount, ranges: [SeatState.weights])
    guard state.memberCount == 0 || abs(weights.reduce(0, +) - 1) < 1e-9 else {
      throw CanonicalError(offset: reader.offset, expected: "weights that add up to 1")
    }
  }
}
