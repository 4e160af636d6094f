import Quantities

/// How weights follow from regrets: the recurrence of one published algorithm, without a view of predictions.
///
/// Each question brings a regret rᵢ = ℓ - ℓᵢ for each member that answered: by how much the pool's loss exceeded the
/// member's. Those absent have none. What the loss is, and whether it is linearised, is `RegretPool`'s business, so the
/// same recurrence serves class probabilities, numbers and published test vectors alike. A rule that needs losses takes
/// -rᵢ: all here are unchanged by a constant added to the losses of a question.
public protocol RegretRule: Hashable, Sendable {
  /// How many numbers it keeps for each seat, membership included.
  var columnCount: Int { get }
  /// The numbers of a member without any past, membership aside.
  var start: [Double] { get }
  /// The totals it keeps, as they stand before the first question.
  var totals: [Double] { get }
  /// Where the numbers of each column but the first may lie; asked when a snapshot is read.
  var ranges: [ClosedRange<Double>] { get }

  /// Writes the relative weights of the rows' seats: not negative, not scaled.
  func weigh(_ state: SeatState, _ answers: AnswerRows, into weights: UnsafeMutablePointer<Double>, _ scratch: Scratch)

  /// Makes the mixture of the rows by their weights; K numbers that add up to 1.
  func mix(_ state: SeatState, _ answers: AnswerRows, into result: UnsafeMutablePointer<Double>, _ scratch: Scratch)

  /// Takes over the regrets of the rows.
  ///
  /// - Parameter regrets: by row, finite, with room for whole groups of eight.
  func learn(
    _ state: inout SeatState, _ answers: AnswerRows, regrets: UnsafeMutablePointer<Double>, _ scratch: Scratch)
}

extension RegretRule {
  /// Zeros.
  public var start: [Double] { [Double](repeating: 0, count: columnCount - 1) }

  /// Weighs all rows, then mixes them.
  public func mix(
    _ state: SeatState, _ answers: AnswerRows, into result: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) {
    let weights = scratch.take(answers.rowCount)
    weigh(state, answers, into: weights, scratch)
    Kernels.mixRelative(answers, weights, into: result)
  }

  func add(_ seat: Seat, to state: inout SeatState) {
    state.add(seat)
    for (c, number) in start.enumerated() { state[c + 1, seat.index] = number }
  }
}

extension SeatState {
  /// Runs `body` on the place of column 0; column c follows after c strides.
  @inline(__always)
  mutating func withColumns(_ body: (UnsafeMutablePointer<Double>) -> Void) {
    columns.withUnsafeMutableBufferPointer { columns in
      if let base = columns.baseAddress { body(base) }
    }
  }

  /// Runs `body` on the place of column 0; column c follows after c strides.
  @inline(__always)
  func withColumns(_ body: (UnsafePointer<Double>) -> Void) {
    columns.withUnsafeBufferPointer { columns in
      if let base = columns.baseAddress { body(base) }
    }
  }
}

/// The member weights of a regret rule, for those who have regrets of their own: numbers, losses, published vectors.
public struct RegretWeights<Rule: RegretRule>: Hashable, Sendable {
  /// The recurrence.
  public let rule: Rule
  var state: SeatState

  /// Weights of members 0 up to `count`, all founders.
  public init(_ rule: Rule, count: Int) {
    self.rule = rule
    state = SeatState(columnCount: rule.columnCount, totals: rule.totals)
    for seat in 0..<count { rule.add(Seat(seat), to: &state) }
  }

  /// The weights of all members, in their order; they add up to 1.
  public var weights: [Double] {
    let scratch = Scratch()
    var result: [Double] = []
    withEveryone { answers in
      let place = scratch.take(state.count)
      rule.weigh(state, answers, into: place, scratch)
      Kernels.normalise(place, state.count)
      result = Array(UnsafeBufferPointer(start: place, count: state.count))
    }
    // The scratch owns the place.
    return withExtendedLifetime(scratch) { result }
  }

  /// Takes over the regrets of one question, one for each member.
  public mutating func learn(_ regrets: [Double]) {
    precondition(regrets.count == state.count, "a regret for each member")
    let scratch = Scratch()
    var next = state
    next.learnt += 1
    withEveryone { answers in
      let place = scratch.take(regrets.count)
      for (i, regret) in regrets.enumerated() { place[i] = regret }
      rule.learn(&next, answers, regrets: place, scratch)
    }
    state = next
  }

  private func withEveryone(_ body: (AnswerRows) -> Void) {
    let rows = [UInt32](repeating: Billionths.one, count: state.count)
    (0..<state.count).map { Seat($0) }.withUnsafeBufferPointer { seats in
      rows.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { preconditionFailure("at least one member") }
        body(AnswerRows(seats: seats, values: rows, classCount: 1))
      }
    }
  }
}
