import Quantities

/// The weighted vote that is optimal for independent voters: each vote counts the log odds of its being right
/// (Nitzan, Paroush 1982; Shapley, Grofman 1984).
///
/// p(k) ∝ exp(Σ vᵢ [xᵢ = k]), xᵢ the class that model i holds most probable and vᵢ = ln((K - 1) aᵢ / (1 - aᵢ)), its
/// accuracy aᵢ = (right + 4)/(answered + 6), the mean under Beta(4, 2). Guarantee: where votes are independent given
/// the class, right with probability aᵢ and else equally likely to be any other class, p is the posterior under equal
/// priors, and no vote is right more often. A model worse than chance counts against what it says. A newcomer enters
/// with the record of the least model. Cost: O(N K).
public struct OptimalVote: Aggregator {
  private enum Column {
    static let right = 1
    static let answered = 2
  }
  private var state = SeatState(columnCount: 3)
  private let classCount: Int

  /// A vote without members over `classCount` classes.
  public init(classCount: Int) { self.classCount = classCount }

  /// Founders at two thirds, later ones with the record of the least accurate.
  public mutating func join(_ seat: Seat) {
    state.add(seat)
    if state.learnt > 0 { state.copyLeast(to: seat) { [self] in accuracy($0) } }
  }

  /// Forgets the record of `seat`.
  public mutating func leave(_ seat: Seat) { state.remove(seat) }

  private func accuracy(_ seat: Int) -> Double {
    guard state.isMember(seat) else { return 0.5 }
    return (state[Column.right, seat] + 4) / (state[Column.answered, seat] + 6)
  }

  private func count(_ seat: Int, _ classCount: Int) -> Double {
    let accuracy = accuracy(seat)
    return FixedMath.log(Double(max(2, classCount) - 1) * accuracy / (1 - accuracy))
  }

  // What each vote counts, held to the limits as shares of the sum of sizes.
  private func counts(_ answers: AnswerRows, _ scratch: Scratch) -> UnsafeMutablePointer<Double> {
    let (rows, classCount) = (answers.rowCount, answers.classCount)
    let counts = scratch.take(rows)
    for row in 0..<rows { counts[row] = count(answers.seats[row].index, classCount) }
    Kernels.cap(answers, coefficients: counts, scratch)
    return counts
  }

  /// `false`.
  public var isMixture: Bool { false }
  /// `false`: the votes stand in the table.
  public var keepsMemo: Bool { false }

  /// The shares of what votes count, a vote against counting as much as one for.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    for row in 0..<answers.rowCount { shares[row] = abs(count(answers.seats[row].index, classCount)) }
    Kernels.normalise(shares, answers.rowCount)
    Kernels.cap(shares, answers.limits, answers.rowCount)
  }

  /// The posterior.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let counts = counts(answers, scratch)
    for k in 0..<answers.classCount { notes[k] = 0 }
    for row in 0..<answers.rowCount { notes[answers.top(row)] += counts[row] }
    Kernels.softmax(notes, answers.classCount)
  }

  /// The posterior from the other votes.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let (counts, classCount) = (counts(answers, scratch), answers.classCount)
    let votes = scratch.take(classCount)
    for k in 0..<classCount { votes[k] = 0 }
    for row in 0..<answers.rowCount { votes[answers.top(row)] += counts[row] }
    for row in 0..<answers.rowCount {
      let place = forecasts + row * classCount
      for k in 0..<classCount { place[k] = votes[k] }
      place[answers.top(row)] -= counts[row]
      Kernels.softmax(place, classCount)
    }
  }

  /// Counts who was right.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {
    state.learnt += 1
    for row in 0..<answers.rowCount {
      let seat = answers.seats[row].index
      guard state.isMember(seat) else { continue }
      state[Column.answered, seat] += 1
      if answers.top(row) == truth { state[Column.right, seat] += 1 }
    }
  }

  /// Members and their records.
  public func encode(into writer: inout CanonicalWriter) { state.encode(into: &writer) }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try state.restore(from: &reader, seatCount: seatCount, ranges: [0...0x1p52, 0...0x1p52])
    for i in 0..<seatCount where state[Column.right, i] > state[Column.answered, i] {
      throw CanonicalError(offset: reader.offset, expected: "no more right answers than answers")
    }
  }
}
