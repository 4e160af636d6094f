import Incentives
import Quantities

/// A question, opened, with commitments to its answers.
public struct Committed: Hashable, Sendable {
  /// Which question.
  public let question: QuestionID
  /// The salted digest of the feature row.
  public let features: Digest
  /// Where it came from.
  public let origin: Origin
  /// Who committed, ascending.
  public let seats: [Seat]
  /// To what.
  public let commitments: [Digest]
  /// Who committed twice to different answers, ascending.
  public let equivocal: [Seat]
  /// What each of `everyone` may lose, and what the treasury reserves on its account.
  public let terms: [Terms]
  /// By how much the rewards fall short of the rules, because the treasury cannot owe more.
  public let shortfall: Amount

  /// Everyone who has a stake in it, ascending: those who committed, once or twice.
  public var everyone: [Seat] { equivocal.isEmpty ? seats : (seats + equivocal).sorted() }
}

/// The answers to a question that had been committed to.
public struct Revealed: Hashable, Sendable {
  /// Which question.
  public let question: QuestionID
  /// The predictions that were shown. Without any the question is void, and all stakes go back.
  public let table: PredictionTable
  /// The salt of each row.
  public let salts: [Salt]
  /// The weight of each row, in billionths.
  public let weights: [UInt32]
  /// The consensus, in billionths; empty where nobody showed an answer.
  public let consensus: [UInt32]
  /// Whose stakes went to the treasury: those who did not show their answer, or committed to two.
  public let breaches: [SlashedBreach]
}

extension Committed {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("commitments")
    writer.digests(commitments)
    if !equivocal.isEmpty {
      writer.key("equivocal")
      writer.seats(equivocal)
    }
    writer.key("features")
    writer.digest(features)
    writer.key("origin")
    writer.text(origin.rawValue)
    writer.key("question")
    writer.text(question.description)
    writer.key("rewards")
    writer.amounts(terms.lazy.map(\.reward))
    writer.key("seats")
    writer.seats(seats)
    if shortfall > .zero {
      writer.key("shortfall")
      writer.amount(shortfall)
    }
    writer.key("stakes")
    writer.amounts(terms.lazy.map(\.stake))
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("commitments")
    commitments = try reader.digests()
    let isEquivocal = try reader.hasKey("equivocal")
    equivocal = isEquivocal ? try reader.seats() : []
    try reader.key("features")
    features = try reader.digest()
    try reader.key("origin")
    guard let origin = Origin(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known origin")
    }
    self.origin = origin
    try reader.key("question")
    question = try reader.question()
    try reader.key("rewards")
    let rewards = try reader.amounts()
    try reader.key("seats")
    seats = try reader.seats()
    let isShort = try reader.hasKey("shortfall")
    shortfall = isShort ? try reader.amount() : .zero
    guard !isShort || shortfall > .zero, !isEquivocal || !equivocal.isEmpty else {
      throw CanonicalError(offset: reader.offset, expected: "a shortfall and equivocations only where there are any")
    }
    try reader.key("stakes")
    let stakes = try reader.amounts()
    try reader.closeObject()
    let count = seats.count + equivocal.count
    guard !seats.isEmpty, commitments.count == seats.count, rewards.count == count, stakes.count == count,
      rewards.allSatisfy({ $0 >= .zero }), stakes.allSatisfy({ $0 >= .zero })
    else { throw CanonicalError(offset: reader.offset, expected: "one entry for each seat") }
    terms = zip(stakes, rewards).map { Terms(stake: $0, reward: $1) }
    let everyone = everyone
    guard zip(everyone, everyone.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw CanonicalError(offset: reader.offset, expected: "each seat once")
    }
  }
}

extension Revealed {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    if !breaches.isEmpty {
      writer.key("breaches")
      writer.breaches(breaches)
    }
    writer.key("consensus")
    writer.integers(consensus)
    writer.key("predictions")
    writer.openArray()
    for row in 0..<table.rowCount { writer.integers(table.row(row)) }
    writer.closeArray()
    writer.key("question")
    writer.text(question.description)
    writer.key("salts")
    writer.digests(salts.map(\.bytes))
    writer.key("seats")
    writer.seats(table.seats)
    writer.key("weights")
    writer.integers(weights)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    let isBreached = try reader.hasKey("breaches")
    breaches = isBreached ? try reader.breaches() : []
    try reader.key("consensus")
    let shares = try reader.integers()
    guard shares.isEmpty || shares.reduce(UInt64(0), { $0 + UInt64($1) }) == UInt64(Billionths.one) else {
      throw CanonicalError(offset: reader.offset, expected: "billionths that add up to one billion, or none")
    }
    consensus = shares
    try reader.key("predictions")
    try reader.openArray()
    var predictions: [[UInt32]] = []
    while try reader.hasElement() { predictions.append(try reader.shares(count: shares.count)) }
    try reader.key("question")
    question = try reader.question()
    try reader.key("salts")
    salts = try reader.digests().map(Salt.init)
    try reader.key("seats")
    let seats = try reader.seats()
    try reader.key("weights")
    weights = seats.isEmpty ? try reader.integers() : try reader.shares(count: seats.count)
    try reader.closeObject()
    guard predictions.count == seats.count, salts.count == seats.count, weights.count == seats.count,
      seats.isEmpty == shares.isEmpty, !isBreached || !breaches.isEmpty
    else { throw CanonicalError(offset: reader.offset, expected: "one entry for each seat") }
    var table = PredictionTable(classCount: max(1, shares.count))
    for (seat, prediction) in zip(seats, predictions) { table.append(seat, prediction) }
    self.table = table
  }
}

extension CanonicalWriter {
  fileprivate mutating func digests(_ digests: [Digest]) {
    openArray()
    for digest in digests { self.digest(digest) }
    closeArray()
  }
}

extension CanonicalReader {
  fileprivate mutating func digests() throws(CanonicalError) -> [Digest] {
    try openArray()
    var digests: [Digest] = []
    while try hasElement() { digests.append(try digest()) }
    return digests
  }
}
