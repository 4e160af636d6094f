import Quantities

/// A linear pool whose weights follow regrets by a rule, such as `BOA` or `AdaptMLProd`.
///
/// p(k) = Σ wᵢ pᵢ(k) over those who answered. When the class y of a question arrives, the forecast p that was issued
/// for it is compared with each answer:
///
/// | signal | regret of member i |
/// |---|---|
/// | `gradient`, the default | (pᵢ(y) - p(y)) / p(y), the log loss linearised at p: competes with the best fixed mixture |
/// | `logLoss` | ln pᵢ(y) - ln p(y), no probability below 1e-4: competes with the best member |
/// | `brierGradient` | 2 (p - e_y) · (p - pᵢ): the best fixed mixture by the Brier loss |
/// | `brier` | (B(p, y) - B(pᵢ, y)) / 2, half the Brier loss: the best member |
///
/// Who is absent has no regret. Where p(y) is below 1e-6 it counts as 1e-6. The guarantee is the rule's.
/// A newcomer takes over the numbers of the member that weighs least. Cost: O(N K) to pool, O(N) to learn.
public struct RegretPool<Rule: RegretRule>: Aggregator {
  /// What the regrets are made of: see `RegretPool`.
  public typealias Signal = RegretSignal

  /// The recurrence.
  public let rule: Rule
  /// What the regrets are made of.
  public let signal: Signal
  private var state: SeatState

  /// A pool without members.
  public init(_ rule: Rule, signal: Signal = .gradient) {
    self.rule = rule
    self.signal = signal
    state = SeatState(columnCount: rule.columnCount, totals: rule.totals)
  }

  /// Founders equally, later ones with the numbers of the member that weighs least.
  public mutating func join(_ seat: Seat) {
    let learnt = state.learnt > 0 && state.memberCount > 0
    let members = learnt ? (0..<state.count).filter { state.isMember($0) }.map { Seat($0) } : []
    var standing = [Double](repeating: .infinity, count: state.count + 1)
    for (seat, weight) in zip(members, learnt ? shares(of: members) : []) { standing[seat.index] = weight }
    rule.add(seat, to: &state)
    if learnt { state.copyLeast(to: seat) { standing[$0] } }
  }

  /// Forgets the numbers of `seat`.
  public mutating func leave(_ seat: Seat) { state.remove(seat) }

  /// `true`.
  public var isMixture: Bool { true }
  /// `true`: regrets are measured against the forecast that was issued.
  public var keepsMemo: Bool { true }

  /// The rule's weights of those who answered.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    rule.weigh(state, answers, into: shares, scratch)
    Kernels.normalise(shares, answers.rowCount)
    Kernels.cap(shares, answers.limits, answers.rowCount)
  }

  /// The mixture.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    if answers.limits == nil { return rule.mix(state, answers, into: notes, scratch) }
    let shares = scratch.take(answers.rowCount)
    standing(answers, into: shares, scratch)
    Kernels.mix(answers, shares, into: notes)
  }

  /// Measures the regrets against the issued forecast and hands them to the rule.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {
    let regrets = scratch.take(answers.rowCount)
    signal.regrets(answers, notes, truth, into: regrets)
    state.learnt += 1
    if state.memberCount == state.count { return rule.learn(&state, answers, regrets: regrets, scratch) }
    // An outcome may arrive after its member has left: no regret, and no trace of having been asked.
    for row in 0..<answers.rowCount where !state.isMember(answers.seats[row].index) { regrets[row] = 0 }
    rule.learn(&state, answers, regrets: regrets, scratch)
    for seat in answers.seats where !state.isMember(seat.index) { state.forget(seat) }
  }

  /// Members and the bit patterns of their numbers.
  public func encode(into writer: inout CanonicalWriter) { state.encode(into: &writer) }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try state.restore(from: &reader, seatCount: seatCount, ranges: rule.ranges)
    guard state.totals.allSatisfy({ $0 >= 0 }) else {
      throw CanonicalError(offset: reader.offset, expected: "totals that are not negative")
    }
  }
}

/// What the regrets of a `RegretPool` are made of.
public enum RegretSignal: Hashable, Sendable {
  /// The log loss, linearised at the issued forecast.
  case gradient
  /// The log loss itself, no probability below 1e-4.
  case logLoss
  /// The Brier loss, linearised at the issued forecast.
  case brierGradient
  /// Half the Brier loss itself.
  case brier

  private static let leastIssued = 1e-6

  func regrets(
    _ answers: AnswerRows, _ issued: UnsafePointer<Double>, _ truth: Int, into regrets: UnsafeMutablePointer<Double>
  ) {
    let (count, classCount) = (answers.rowCount, answers.classCount)
    switch self {
    case .gradient:
      let inverse = 1 / max(issued[truth], Self.leastIssued)
      for row in stride(from: 0, to: count, by: 8) {
        Kernels.store((answers.column(truth, row) * AnswerRows.billionth - issued[truth]) * inverse, regrets + row)
      }
    case .logLoss:
      let own = FixedMath.log(max(issued[truth], AnswerRows.logFloor))
      for row in 0..<count {
        regrets[row] = FixedMath.log(max(answers.probability(row, truth), AnswerRows.logFloor)) - own
      }
    case .brierGradient:
      for row in 0..<count {
        var sum = 0.0
        for k in 0..<classCount {
          sum += (issued[k] - (k == truth ? 1 : 0)) * (issued[k] - answers.probability(row, k))
        }
        regrets[row] = 2 * sum
      }
    case .brier:
      let own = Self.brier(classCount, truth) { issued[$0] }
      for row in 0..<count {
        regrets[row] = (own - Self.brier(classCount, truth) { answers.probability(row, $0) }) / 2
      }
    }
  }

  @inline(__always)
  private static func brier(_ classCount: Int, _ truth: Int, _ probability: (Int) -> Double) -> Double {
    var sum = 0.0
    for k in 0..<classCount {
      let difference = probability(k) - (k == truth ? 1 : 0)
      sum += difference * difference
    }
    return sum
  }
}
