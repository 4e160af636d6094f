import Consensus
import Incentives
import Quantities

extension Asked {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    if !breaches.isEmpty {
      writer.key("breaches")
      writer.breaches(breaches)
    }
    writer.key("consensus")
    writer.integers(consensus)
    writer.key("features")
    writer.digest(features)
    if let judged {
      writer.key("judged")
      judged.encode(into: &writer)
    }
    writer.key("origin")
    writer.text(origin.rawValue)
    writer.key("predictions")
    writer.openArray()
    for row in 0..<table.rowCount { writer.integers(table.row(row)) }
    writer.closeArray()
    writer.key("question")
    writer.text(question.description)
    writer.key("rewards")
    writer.amounts(terms.lazy.map(\.reward))
    writer.key("seats")
    writer.seats(table.seats)
    if shortfall > .zero {
      writer.key("shortfall")
      writer.amount(shortfall)
    }
    writer.key("stakes")
    writer.amounts(terms.lazy.map(\.stake))
    writer.key("weights")
    writer.integers(weights)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    let isBreached = try reader.hasKey("breaches")
    breaches = isBreached ? try reader.breaches() : []
    guard !isBreached || !breaches.isEmpty else {
      throw CanonicalError(offset: reader.offset, expected: "breaches only where there are any")
    }
    try reader.key("consensus")
    let shares = try reader.integers()
    guard !shares.isEmpty, shares.reduce(UInt64(0), { $0 + UInt64($1) }) == UInt64(Billionths.one) else {
      throw CanonicalError(offset: reader.offset, expected: "billionths that add up to one billion")
    }
    consensus = shares
    try reader.key("features")
    features = try reader.digest()
    judged = try reader.hasKey("judged") ? try Judged(decoding: &reader) : nil
    try reader.key("origin")
    guard let origin = Origin(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known origin")
    }
    self.origin = origin
    try reader.key("predictions")
    try reader.openArray()
    var predictions: [[UInt32]] = []
    while try reader.hasElement() { predictions.append(try reader.shares(count: shares.count)) }
    try reader.key("question")
    question = try reader.question()
    try reader.key("rewards")
    let rewards = try reader.amounts()
    try reader.key("seats")
    let seats = try reader.seats()
    let isShort = try reader.hasKey("shortfall")
    shortfall = isShort ? try reader.amount() : .zero
    guard !isShort || shortfall > .zero else {
      throw CanonicalError(offset: reader.offset, expected: "a shortfall above zero, or none")
    }
    try reader.key("stakes")
    let stakes = try reader.amounts()
    try reader.key("weights")
    weights = try reader.shares(count: seats.count)
    try reader.closeObject()
    let count = seats.count
    guard predictions.count == count, rewards.count == count, stakes.count == count,
      judged.map({ $0.right.count == count && $0.payments.count == count }) ?? true,
      rewards.allSatisfy({ $0 >= .zero }), stakes.allSatisfy({ $0 >= .zero })
    else { throw CanonicalError(offset: reader.offset, expected: "one entry for each seat") }
    var table = PredictionTable(classCount: shares.count)
    for (seat, prediction) in zip(seats, predictions) { table.append(seat, prediction) }
    self.table = table
    terms = zip(stakes, rewards).map { Terms(stake: $0, reward: $1) }
  }
}

extension Judged {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("payments")
    writer.amounts(payments)
    writer.key("right")
    writer.integers(right.lazy.map { $0 ? 1 : 0 })
    writer.key("simulated")
    writer.integer(failureRate)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("payments")
    payments = try reader.amounts()
    try reader.key("right")
    let flags = try reader.integers()
    guard flags.allSatisfy({ $0 <= 1 }) else { throw CanonicalError(offset: reader.offset, expected: "0 or 1") }
    right = flags.map { $0 == 1 }
    try reader.key("simulated")
    failureRate = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.closeObject()
  }
}
