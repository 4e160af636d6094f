import Consensus
import Incentives
import Quantities

/// A question that waits for its outcome, with all that its settlement will need.
public struct OpenQuestion: Hashable, Sendable {
  /// What was said.
  public let closed: ClosedQuestion
  /// What each model may lose, and what the treasury reserves on its account.
  public let terms: [Terms]
  /// The consensus mechanism's notes.
  public let memo: Memo
  /// The last moment at which an outcome is accepted.
  public let deadline: Tick

  /// What the treasury may owe for it.
  var rewards: Amount { terms.reduce(.zero) { $0 + $1.reward } }

  /// The settlement data of this question under `outcome`.
  func staked(_ outcome: Outcome) -> StakedQuestion { StakedQuestion(closed: closed, terms: terms, outcome: outcome) }

  /// Its end without an outcome, in which everyone gets the stake back.
  var returned: Settled {
    let seats = closed.table.seats
    return Settled(question: closed.id, outcome: nil, seats: seats, payments: seats.map { _ in .zero })
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("consensus")
    writer.integers(closed.consensus)
    writer.key("deadline")
    writer.integer(deadline.milliseconds)
    writer.key("memo")
    writer.openArray()
    for value in memo.values { writer.bits(value) }
    writer.closeArray()
    writer.key("question")
    writer.text(closed.id.description)
    writer.key("rewards")
    writer.amounts(terms.lazy.map(\.reward))
    writer.key("seats")
    writer.seats(closed.table.seats)
    writer.key("stakes")
    writer.amounts(terms.lazy.map(\.stake))
    writer.key("values")
    writer.integers(closed.table.values)
    writer.key("weights")
    writer.integers(closed.weights)
    writer.closeObject()
  }

  init(closed: ClosedQuestion, terms: [Terms], memo: Memo, deadline: Tick) {
    self.closed = closed
    self.terms = terms
    self.memo = memo
    self.deadline = deadline
  }

  init(decoding reader: inout CanonicalReader, classCount: Int) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("consensus")
    let consensus = try reader.shares(count: classCount)
    try reader.key("deadline")
    deadline = try reader.tick()
    try reader.key("memo")
    try reader.openArray()
    var notes: [Double] = []
    while try reader.hasElement() { notes.append(try reader.bits()) }
    memo = Memo(values: notes)
    try reader.key("question")
    let id = try reader.question()
    try reader.key("rewards")
    let rewards = try reader.amounts()
    try reader.key("seats")
    let seats = try reader.seats()
    try reader.key("stakes")
    let stakes = try reader.amounts()
    try reader.key("values")
    let values = try reader.integers()
    try reader.key("weights")
    let weights = try reader.shares(count: seats.count)
    try reader.closeObject()
    let rows = seats.indices.map { values.dropFirst($0 * classCount).prefix(classCount) }
    guard rewards.count == seats.count, stakes.count == seats.count, values.count == seats.count * classCount,
      rewards.allSatisfy({ $0 >= .zero }), stakes.allSatisfy({ $0 >= .zero }), Amount.sum(rewards) != nil,
      rows.allSatisfy({ $0.reduce(UInt64(0)) { $0 + UInt64($1) } == UInt64(Billionths.one) })
    else { throw CanonicalError(offset: reader.offset, expected: "an open question with an entry for each seat") }
    var table = PredictionTable(classCount: classCount)
    for (seat, row) in zip(seats, rows) { table.append(seat, row) }
    closed = ClosedQuestion(id: id, table: table, consensus: consensus, weights: weights)
    terms = zip(stakes, rewards).map { Terms(stake: $0, reward: $1) }
  }
}
