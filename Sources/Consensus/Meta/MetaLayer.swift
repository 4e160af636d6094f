import Quantities

/// The meta layer: many pools side by side, mixed by how well each has predicted; the default where outcomes are
/// classes.
///
/// Below, `members`: the uniform pool, Bayes mixtures that remember and forget, gradient pools, learnt log pools, full
/// stackers. In the middle, mixtures of all members by fixed share, one for each `Share`, so that none has to be chosen.
/// On top, one mixture whose share falls as 1/(t + 1), over the middle ones, the uniform pool, and all models
/// themselves as sleeping experts; M = middle ones + 2 parts of equal prior, the models dividing theirs.
///
/// Guarantee: on predictions floored to (p + e)/(1 + K e), e = 1e-6, with outcomes known before the next question, the
/// log loss over the T' questions that a model answered exceeds the model's by at most (ln N + ln M + ln T)/T' a
/// question, over all T questions that of the uniform pool by at most (ln M + ln T)/T, whatever the stream; a model that
/// joined later brings the logarithm of its entry weight instead of ln N + ln M, and costs the other models, not the
/// pools, ln(1 + its share of the models' weight). The proof, and what becomes of it
/// where outcomes come late, is in docs/consensus.md.
/// Cost: that of the members; the layer itself O((M + N) K).
public struct MetaLayer: Aggregator {
  /// Added to each probability, so that no prediction, ours included, loses more than ln 10^6 on a question.
  public static let floor = 1e-6
  private static let middleShares: [FixedShare.Share] = [
    .falling, .constant(0.001), .constant(0.01), .constant(0.1),
  ]

  private let classCount: Int
  private var members: [AnyAggregator]
  /// For each middle mixture the weights of the members, then, in `tops`, the weights on top: the middle ones, the
  /// uniform pool. The models' own are in `models`, and all on top add up to 1.
  private var middles: [Double]
  private var tops: [Double]
  private var models = SeatState(columnCount: 2)

  /// A layer without models over `classCount` classes.
  public init(classCount: Int) {
    self.classCount = classCount
    members = Self.members(classCount: classCount)
    let (count, middleCount) = (members.count, Self.middleShares.count)
    middles = [Double](repeating: 1 / Double(count), count: middleCount * count)
    // Without models there is no part for them yet.
    tops = [Double](repeating: 1 / Double(middleCount + 1), count: middleCount + 1)
  }

  /// The pools below, the uniform pool first.
  static func members(classCount: Int) -> [AnyAggregator] {
    [
      AnyAggregator(LinearPool()),
      AnyAggregator(FixedShare(share: .constant(0), floor: floor)),
      AnyAggregator(FixedShare(share: .constant(0.01), floor: floor)),
      AnyAggregator(FixedShare(share: .falling, floor: floor)),
      AnyAggregator(RegretPool(BOA())),
      AnyAggregator(RegretPool(AdaptMLProd())),
      AnyAggregator(LearntLogPool(classCount: classCount, rate: 0.01, hasBias: false)),
      AnyAggregator(LearntLogPool(classCount: classCount, rate: 0.02)),
      AnyAggregator(LearntLogPool(classCount: classCount, rate: 0.05)),
      AnyAggregator(FullStacker(classCount: classCount, rate: 0.03)),
      AnyAggregator(FullStacker(classCount: classCount, rate: 0.09)),
    ]
  }

  private var middleCount: Int { Self.middleShares.count }
  // What each part on top has at the start and gets from the share.
  private var prior: Double { 1 / Double(middleCount + 2) }

  /// Founders equally, later ones at the least weight of a model; each member pool has its own entry.
  public mutating func join(_ seat: Seat) {
    for m in members.indices { members[m].base.join(seat) }
    let mass = ownMass
    models.add(seat)
    guard models.learnt > 0 else {
      for s in tops.indices { tops[s] = prior }
      for i in 0..<models.count where models.isMember(i) { models[1, i] = prior / Double(models.memberCount) }
      return normalise()
    }
    models.copyLeast(to: seat) { [models] in models[1, $0] }
    guard models.memberCount > 1 else {
      models[1, seat.index] = prior
      return normalise()
    }
    // The models share what they had before: or newcomers would drain the pools, however bad they are.
    let grown = ownMass
    for i in 0..<models.count where grown > 0 { models[1, i] *= mass / grown }
  }

  private var ownMass: Double {
    var sum = 0.0
    for i in 0..<models.count { sum += models[1, i] }
    return sum
  }

  /// Takes the weight of `seat` away and scales the rest to 1.
  public mutating func leave(_ seat: Seat) {
    for m in members.indices { members[m].base.leave(seat) }
    models.remove(seat)
    normalise()
  }

  private mutating func normalise() {
    let sum = tops.reduce(0, +) + ownMass
    for s in tops.indices { tops[s] /= sum }
    for i in 0..<models.count { models[1, i] /= sum }
  }

  /// `true`.
  public var usesLogs: Bool { true }
  /// `true`: the forecasts of all pools, as they were issued.
  public var keepsMemo: Bool { true }
  /// `false`.
  public var isMixture: Bool { false }

  /// The consensus, then the forecast of each member, then that of each middle mixture: K numbers each.
  public func noteCount(classCount: Int) -> Int { (1 + members.count + middleCount) * classCount }

  /// The mixture of all.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let classCount = classCount
    precondition(answers.classCount == classCount, "the classes of this layer")
    let memberNotes = notes + classCount
    let middleNotes = memberNotes + members.count * classCount
    for m in members.indices { members[m].base.forecast(answers, notes: memberNotes + m * classCount, scratch) }
    for s in 0..<middleCount {
      let place = middleNotes + s * classCount
      for k in 0..<classCount { place[k] = 0 }
      for m in members.indices {
        Kernels.add(memberNotes + m * classCount, times: middles[s * members.count + m], to: place, classCount)
      }
    }
    let own = own(answers, scratch)
    Kernels.mix(answers, own.shares, into: notes)
    let whole = tops.reduce(0, +) + own.mass
    for k in 0..<classCount { notes[k] *= own.mass }
    for s in 0..<middleCount { Kernels.add(middleNotes + s * classCount, times: tops[s], to: notes, classCount) }
    Kernels.add(memberNotes, times: tops[middleCount], to: notes, classCount)
    for k in 0..<classCount { notes[k] = Self.floored(notes[k] / whole, classCount) }
  }

  @inline(__always)
  private static func floored(_ probability: Double, _ classCount: Int) -> Double {
    (probability + floor) / (1 + Double(classCount) * floor)
  }

  // The models' weights on top: their sum over those who answered, and their shares in it, held to the limits.
  private func own(_ answers: AnswerRows, _ scratch: Scratch) -> (mass: Double, shares: UnsafeMutablePointer<Double>) {
    let shares = scratch.take(answers.rowCount)
    SeatLanes(answers, models).gather(models, column: 1, into: shares)
    let mass = Kernels.sum(shares, answers.rowCount)
    Kernels.normalise(shares, answers.rowCount)
    Kernels.cap(shares, answers.limits, answers.rowCount)
    return (mass, shares)
  }

  // How much each member counts in all.
  private func weight(_ member: Int) -> Double {
    var sum = member == 0 ? tops[middleCount] : 0
    for s in 0..<middleCount { sum += tops[s] * middles[s * members.count + member] }
    return sum
  }

  /// Mixture steps on top and in the middle, from the forecasts that were issued; then each member learns.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {
    let classCount = classCount
    let memberNotes = notes + classCount
    let middleNotes = memberNotes + members.count * classCount
    models.learnt += 1
    learnOnTop(answers, memberNotes, middleNotes, truth, scratch)
    // An outcome may arrive after the last model has left: its part of the share went to nobody.
    if models.memberCount == 0 { normalise() }
    let count = members.count
    for s in 0..<middleCount {
      let part = Self.middleShares[s].part(after: models.learnt)
      var mixed = 0.0
      for m in 0..<count {
        middles[s * count + m] *= memberNotes[m * classCount + truth] + Self.floor
        mixed += middles[s * count + m]
      }
      for m in 0..<count {
        middles[s * count + m] = middles[s * count + m] / mixed * (1 - part) + part / Double(count)
      }
    }
    for m in 0..<count {
      members[m].base.learn(answers, notes: memberNotes + m * classCount, truth: truth, scratch)
    }
  }

  private mutating func learnOnTop(
    _ answers: AnswerRows, _ memberNotes: UnsafePointer<Double>, _ middleNotes: UnsafePointer<Double>, _ truth: Int,
    _ scratch: Scratch
  ) {
    let (classCount, middleCount, prior) = (classCount, middleCount, prior)
    let (lanes, stride, count) = (SeatLanes(answers, models), models.stride, models.count)
    let likelihoods = scratch.take(answers.rowCount)
    let part = FixedShare.Share.falling.part(after: models.learnt)
    let modelPrior = prior / Double(max(1, models.memberCount))
    models.columns.withUnsafeMutableBufferPointer { columns in
      guard let member = columns.baseAddress else { return }
      let weight = member + stride
      var (mass, mixed) = lanes.likelihoods(answers, truth, Self.floor, weight, into: likelihoods)
      var total = Kernels.sum(weight, count)
      for s in 0...middleCount {
        total += tops[s]
        mass += tops[s]
        let likelihood = (s < middleCount ? middleNotes[s * classCount + truth] : memberNotes[truth]) + Self.floor
        tops[s] *= likelihood
        mixed += tops[s]
      }
      // Sleepers keep what they have; the rest moves by likelihood and keeps its mass.
      let factor = mass / mixed
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        lanes.store(lanes.load(weight, row) * Kernels.load(likelihoods + row) * factor, weight, row)
      }
      let kept = (1 - part) / total
      for i in Swift.stride(from: 0, to: count, by: 8) {
        Kernels.store(
          Kernels.load(weight + i) * kept + Kernels.load(member + i) * (part * modelPrior), weight + i)
      }
      for s in 0...middleCount { tops[s] = tops[s] * factor * kept + part * prior }
    }
  }

  /// The members' standings by how much each member counts, and the models' own weights on top.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    let count = answers.rowCount
    let own = own(answers, scratch)
    for row in 0..<count { shares[row] = own.mass * own.shares[row] }
    let place = scratch.take(count)
    for m in members.indices {
      members[m].base.standing(answers, into: place, scratch)
      Kernels.add(place, times: weight(m), to: shares, count)
    }
    Kernels.normalise(shares, count)
  }

  /// The mixture of the members' forecasts without each row, all weights as they are.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let (count, classCount) = (answers.rowCount, classCount)
    let own = own(answers, scratch)
    let mixed = scratch.take(classCount)
    Kernels.mix(answers, own.shares, into: mixed)
    Kernels.unmix(answers, own.shares, mixed, into: forecasts)
    for i in 0..<count * classCount { forecasts[i] *= own.mass }
    let place = scratch.take(count * classCount)
    for m in members.indices {
      members[m].base.withoutEach(answers, notes: notes + (1 + m) * classCount, into: place, scratch)
      Kernels.add(place, times: weight(m), to: forecasts, count * classCount)
    }
    let whole = tops.reduce(0, +) + own.mass
    for i in 0..<count * classCount { forecasts[i] = Self.floored(forecasts[i] / whole, classCount) }
  }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("members")
    try reader.openArray()
    for m in members.indices {
      guard try reader.hasElement() else {
        throw CanonicalError(offset: reader.offset, expected: "\(members.count) members")
      }
      try members[m].base.restore(from: &reader, seatCount: seatCount)
    }
    try reader.closeArray()
    try reader.key("middles")
    middles = try Self.weights(&reader, count: middles.count)
    try reader.key("models")
    try models.restore(from: &reader, seatCount: seatCount, ranges: [SeatState.weights])
    try reader.key("tops")
    tops = try Self.weights(&reader, count: tops.count)
    let rows = (0..<middleCount).map { middles[$0 * members.count..<($0 + 1) * members.count].reduce(0, +) }
    let top = (0..<models.count).reduce(tops.reduce(0, +)) { $0 + models[1, $1] }
    guard (rows + [top]).allSatisfy({ abs($0 - 1) < 1e-6 }) else {
      throw CanonicalError(offset: reader.offset, expected: "weights that add up to 1")
    }
    try reader.closeObject()
  }

  private static func weights(_ reader: inout CanonicalReader, count: Int) throws(CanonicalError) -> [Double] {
    var weights: [Double] = []
    try reader.openArray()
    while try reader.hasElement() { weights.append(try reader.bits()) }
    guard weights.count == count, weights.allSatisfy(SeatState.weights.contains) else {
      throw CanonicalError(offset: reader.offset, expected: "\(count) weights from 0 to 1")
    }
    return weights
  }

  /// All weights and all members, bit for bit.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("members")
    writer.openArray()
    for member in members { member.base.encode(into: &writer) }
    writer.closeArray()
    writer.key("middles")
    writer.openArray()
    for weight in middles { writer.bits(weight) }
    writer.closeArray()
    writer.key("models")
    models.encode(into: &writer)
    writer.key("tops")
    writer.openArray()
    for weight in tops { writer.bits(weight) }
    writer.closeArray()
    writer.closeObject()
  }
}
