import Quantities

/// The Bayes mixture that forgets: fixed share (Herbster, Warmuth 1998), with absent members as sleeping experts
/// (Freund, Schapire, Singer, Warmuth 1997).
///
/// p(k) = Σ wᵢ pᵢ(k) over those who answered, their weights scaled to 1. When the class y arrives, each of them moves to
/// wᵢ pᵢ(y) / p(y), with the mixture taken at the weights of that moment, so that the mass of those awake is kept; then
/// everyone moves to (1 - a) wᵢ + a/N.
///
/// Guarantee (labels without delay, all present, a fixed): the log loss exceeds that of any sequence of models with m
/// switches by at most ln N + m ln(N/a) + (T - m - 1) ln(1/(1 - a)). A probability of zero costs its model all of its
/// weight but the shared part. Judgements pass it by: it needs a class.
/// Weights are floating point numbers moved by + - * / alone, in seat order: the same on every machine.
/// Cost: O(N K) to pool, O(N) to learn.
public struct FixedShare: ConsensusMechanism {
  /// The share a that is spread over all members after each outcome, 0 to 1.
  public let share: Double
  /// By seat; 0 for a seat that has left or never joined.
  public private(set) var weights: [Double] = []
  private var isMember: [Bool] = []
  private var hasLearnt = false

  /// A mixture without members.
  public init(share: Double) {
    precondition((0...1).contains(share))
    self.share = share
  }

  /// Founders equally, later ones at the least weight present; then all scaled to 1.
  public mutating func join(_ seat: Seat) {
    while weights.count <= seat.index {
      weights.append(0)
      isMember.append(false)
    }
    let least = weights.indices.lazy.filter { [isMember] in isMember[$0] }.map { [weights] in weights[$0] }.min()
    isMember[seat.index] = true
    if hasLearnt, let least {
      weights[seat.index] = least
    } else {
      for i in weights.indices { weights[i] = isMember[i] ? 1 : 0 }
    }
    normalise()
  }

  /// Takes the weight of `seat` away and scales the others to 1.
  public mutating func leave(_ seat: Seat) {
    isMember[seat.index] = false
    weights[seat.index] = 0
    normalise()
  }

  /// The members' weights, scaled to those named.
  public func weights(of seats: [Seat]) -> [UInt32] { Billionths.shares(seats.map { weights[$0.index] }) }

  /// The mixture.
  public func pool(_ table: borrowing PredictionTable) -> Pooled {
    let shares = weights(of: table.seats)
    return Pooled(consensus: Self.mixture(table, weights: shares), weights: shares)
  }

  /// `false`: the step uses the weights of the moment of learning.
  public var keepsMemo: Bool { false }

  /// The mixture step over those who answered, then the share.
  public mutating func learn(_ closed: ClosedQuestion, memo: Memo, outcome: Outcome) {
    guard case .class(let truth) = outcome else { return }
    let table = closed.table
    var mass = 0.0
    var mixed = 0.0
    for (row, seat) in table.seats.enumerated() {
      let weight = weights[seat.index]
      mass += weight
      mixed += weight * probability(table, row, truth)
    }
    if mixed > 0 {
      for (row, seat) in table.seats.enumerated() {
        // In this order: the quotient is at most 1, while 1 / mixed may be infinite where only a tiny weight was right.
        weights[seat.index] = weights[seat.index] * probability(table, row, truth) / mixed * mass
      }
    }
    let count = isMember.reduce(0) { $0 + ($1 ? 1 : 0) }
    for i in weights.indices where isMember[i] { weights[i] = (1 - share) * weights[i] + share / Double(count) }
    normalise()
    hasLearnt = true
  }

  private func probability(_ table: PredictionTable, _ row: Int, _ truth: Int) -> Double {
    Double(table.values[row * table.classCount + truth]) / Double(Billionths.one)
  }

  // Rounding would let the sum drift over millions of steps.
  private mutating func normalise() {
    let sum = weights.reduce(0, +)
    if sum > 0 {
      for i in weights.indices { weights[i] /= sum }
    } else {
      let count = Double(isMember.reduce(0) { $0 + ($1 ? 1 : 0) })
      for i in weights.indices where isMember[i] { weights[i] = 1 / count }
    }
  }

  /// Members and the bit patterns of their weights.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("learnt")
    writer.integer(hasLearnt ? 1 : 0)
    writer.key("members")
    writer.integers(isMember.map { $0 ? 1 : 0 })
    writer.key("weights")
    writer.openArray()
    for weight in weights { writer.bits(weight) }
    writer.closeArray()
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  ///
  /// - Parameter seatCount: how many seats have been given.
  public init(
    decoding reader: inout CanonicalReader, share: Double, seatCount: Int
  ) throws(CanonicalError) {
    self.init(share: share)
    try reader.openObject()
    try reader.key("learnt")
    hasLearnt = try reader.integer(in: 0...1) == 1
    try reader.key("members")
    let flags = try reader.integers()
    guard flags.count == seatCount, flags.allSatisfy({ $0 <= 1 }) else {
      throw CanonicalError(offset: reader.offset, expected: "0 or 1 for each of \(seatCount) seats")
    }
    isMember = flags.map { $0 == 1 }
    try reader.key("weights")
    try reader.openArray()
    while try reader.hasElement() { weights.append(try reader.bits()) }
    guard weights.count == isMember.count, weights.allSatisfy({ (0...1).contains($0) && $0.sign == .plus }),
      zip(weights, isMember).allSatisfy({ $1 || $0 == 0 })
    else { throw CanonicalError(offset: reader.offset, expected: "a weight from 0 to 1 for each member") }
    try reader.closeObject()
  }
}
