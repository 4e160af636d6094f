import Consensus
import Quantities

/// A record as canonical bytes, so that finished runs can be kept and read again, bit for bit.
extension RunRecord {
  /// Writes all of it.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("closed")
    writer.integer(questionsClosed)
    writer.key("hash")
    writer.digest(hash)
    writer.key("measures")
    measures.encode(into: &writer)
    writer.key("members")
    writer.openArray()
    for member in members {
      writer.openArray()
      writer.integer(member.group)
      writer.amount(member.deposited)
      writer.amount(member.withdrawn)
      writer.amount(member.balance)
      writer.amount(member.bribes)
      writer.amount(member.staked)
      writer.closeArray()
    }
    writer.closeArray()
    writer.key("treasury")
    writer.amount(treasury)
    writer.closeObject()
  }

  /// Reads what `encode(into:)` wrote.
  public init(from reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("closed")
    let questionsClosed = try reader.count()
    try reader.key("hash")
    let hash = try reader.digest()
    try reader.key("measures")
    let measures = try Measures(from: &reader)
    try reader.key("members")
    var members: [Member] = []
    try reader.openArray()
    while try reader.hasElement() {
      try reader.openArray()
      members.append(
        Member(
          group: try reader.count(), deposited: try reader.amount(), withdrawn: try reader.amount(),
          balance: try reader.amount(), bribes: try reader.amount(), staked: try reader.amount()))
      try reader.closeArray()
    }
    try reader.key("treasury")
    let treasury = try reader.amount()
    try reader.closeObject()
    self.init(
      hash: hash, members: members, treasury: treasury, questionsClosed: questionsClosed, measures: measures)
  }
}

extension Measures {
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("checkpoints")
    writer.openArray()
    for checkpoint in checkpoints { checkpoint.encode(into: &writer) }
    writer.closeArray()
    writer.key("consensus")
    consensus.encode(into: &writer)
    if let detail {
      writer.key("detail")
      detail.encode(into: &writer)
    }
    writer.key("timeline")
    writer.openArray()
    for entry in timeline {
      writer.openArray()
      writer.integer(entry.time)
      writer.text(entry.text)
      writer.closeArray()
    }
    writer.closeArray()
    writer.key("timeline_omitted")
    writer.integer(timelineOmitted)
    writer.closeObject()
  }

  init(from reader: inout CanonicalReader) throws(CanonicalError) {
    self.init()
    try reader.openObject()
    try reader.key("checkpoints")
    try reader.openArray()
    while try reader.hasElement() { checkpoints.append(try Checkpoint(from: &reader)) }
    try reader.key("consensus")
    consensus = try ScoreTally(from: &reader)
    if try reader.hasKey("detail") { detail = try Detail(from: &reader) }
    try reader.key("timeline")
    try reader.openArray()
    while try reader.hasElement() {
      try reader.openArray()
      timeline.append(TimelineEntry(time: UInt64(try reader.count()), text: try reader.text()))
      try reader.closeArray()
    }
    try reader.key("timeline_omitted")
    timelineOmitted = try reader.count()
    try reader.closeObject()
  }
}

extension Checkpoint {
  fileprivate func encode(into writer: inout CanonicalWriter) {
    writer.openArray()
    writer.integer(question)
    writer.integer(settled)
    writer.integer(right)
    writer.bits(logLossSum)
    balances.encode(into: &writer)
    weights.encode(into: &writer)
    for group in groups {
      writer.openArray()
      writer.integer(group.count)
      writer.bits(group.mean)
      for quantile in group.quantiles { writer.bits(quantile) }
      writer.bits(group.weight)
      writer.closeArray()
    }
    writer.closeArray()
  }

  fileprivate init(from reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openArray()
    question = try reader.count()
    settled = try reader.count()
    right = try reader.count()
    logLossSum = try reader.bits()
    balances = try Concentration(from: &reader)
    weights = try Concentration(from: &reader)
    groups = []
    while try reader.hasElement() {
      var group = GroupState()
      try reader.openArray()
      group.count = try reader.count()
      group.mean = try reader.bits()
      for place in group.quantiles.indices { group.quantiles[place] = try reader.bits() }
      group.weight = try reader.bits()
      try reader.closeArray()
      groups.append(group)
    }
  }
}

extension Concentration {
  fileprivate func encode(into writer: inout CanonicalWriter) {
    writer.openArray()
    writer.bits(gini)
    writer.bits(effectiveCount)
    writer.integer(nakamoto)
    writer.closeArray()
  }

  fileprivate init(from reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openArray()
    self.init(gini: try reader.bits(), effectiveCount: try reader.bits(), nakamoto: try reader.count())
    try reader.closeArray()
  }
}

extension ScoreTally {
  fileprivate func encode(into writer: inout CanonicalWriter) {
    writer.openArray()
    writer.integer(count)
    writer.integer(right)
    writer.bits(logLossSum)
    writer.bits(brierSum)
    for bin in bins {
      writer.integer(bin.count)
      writer.integer(bin.right)
      writer.bits(bin.confidence)
    }
    writer.closeArray()
  }

  fileprivate init(from reader: inout CanonicalReader) throws(CanonicalError) {
    self.init()
    try reader.openArray()
    count = try reader.count()
    right = try reader.count()
    logLossSum = try reader.bits()
    brierSum = try reader.bits()
    for place in bins.indices {
      bins[place].count = try reader.count()
      bins[place].right = try reader.count()
      bins[place].confidence = try reader.bits()
    }
    try reader.closeArray()
  }
}

extension Detail {
  fileprivate func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("consensus")
    consensus.encode(into: &writer)
    writer.key("members")
    writer.openArray()
    for member in members {
      writer.openArray()
      writer.integer(member.answered)
      writer.integer(member.right)
      writer.bits(member.logLossSum)
      writer.bits(member.excess)
      writer.closeArray()
    }
    writer.closeArray()
    if let mixture {
      writer.key("mixture")
      writer.openArray()
      writer.integer(mixture.count)
      writer.bits(mixture.loss)
      writer.bits(mixture.consensusLoss)
      for weight in mixture.weights { writer.bits(weight) }
      writer.closeArray()
    }
    writer.key("omitted")
    writer.integer(omitted)
    writer.key("uniform")
    uniform.encode(into: &writer)
    writer.closeObject()
  }

  fileprivate init(from reader: inout CanonicalReader) throws(CanonicalError) {
    self.init(memberCount: 0)
    try reader.openObject()
    try reader.key("consensus")
    consensus = try ScoreTally(from: &reader)
    try reader.key("members")
    try reader.openArray()
    while try reader.hasElement() {
      var member = MemberScore()
      try reader.openArray()
      member.answered = try reader.count()
      member.right = try reader.count()
      member.logLossSum = try reader.bits()
      member.excess = try reader.bits()
      try reader.closeArray()
      members.append(member)
    }
    if try reader.hasKey("mixture") {
      try reader.openArray()
      var own = Mixture(
        count: try reader.count(), loss: try reader.bits(), consensusLoss: try reader.bits(), weights: [])
      while try reader.hasElement() { own.weights.append(try reader.bits()) }
      mixture = own
    }
    try reader.key("omitted")
    omitted = try reader.count()
    try reader.key("uniform")
    uniform = try ScoreTally(from: &reader)
    try reader.closeObject()
  }
}
