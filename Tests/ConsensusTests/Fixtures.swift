import Consensus
import Quantities

/// A table with a row for each prediction, from seat 0 on; `nil` is absent.
func table(_ predictions: [[UInt32]?]) -> PredictionTable {
  let classCount = predictions.lazy.compactMap { $0?.count }.first ?? 1
  var table = PredictionTable(classCount: classCount)
  for (index, prediction) in predictions.enumerated() {
    if let prediction { table.append(Seat(index), prediction) }
  }
  return table
}

/// A prediction over `classCount` classes drawn from `random`, with some classes at zero.
func somePrediction(_ classCount: Int, using random: inout CounterStream) -> [UInt32] {
  Billionths.shares((0..<classCount).map { _ in random.below(5) == 0 ? UInt64(0) : UInt64(random.below(1_000)) })
}

/// A table of `modelCount` models, each absent once in four questions, at least one there.
func someTable(_ modelCount: Int, _ classCount: Int, using random: inout CounterStream) -> PredictionTable {
  var rows: [[UInt32]?] = (0..<modelCount).map { _ in
    random.below(4) == 0 ? nil : somePrediction(classCount, using: &random)
  }
  rows[random.below(modelCount)] = somePrediction(classCount, using: &random)
  return table(rows)
}

/// A mechanism of `kind` with `modelCount` founders.
func mechanism(_ kind: ConsensusRule.Kind, _ modelCount: Int, _ classCount: Int, share: UInt32 = 10_000_000) -> Pool {
  var rule = ConsensusRule()
  rule.kind = kind
  rule.share = share
  var pool = rule.mechanism(classCount: classCount)
  for seat in 0..<modelCount { pool.join(Seat(seat)) }
  return pool
}

extension Pool {
  /// Pools `table` and learns `outcome` at once; returns what was pooled.
  @discardableResult
  mutating func take(_ table: PredictionTable, _ outcome: Outcome, number: UInt64 = 1) -> Pooled {
    let pooled = pool(table)
    learn(closed(table, pooled, number), memo: pooled.memo, outcome: outcome)
    return pooled
  }

  var bytes: [UInt8] {
    var writer = CanonicalWriter()
    encode(into: &writer)
    return writer.bytes
  }
}

func closed(_ table: PredictionTable, _ pooled: Pooled, _ number: UInt64 = 1) -> ClosedQuestion {
  ClosedQuestion(id: QuestionID(number), table: table, consensus: pooled.consensus, weights: pooled.weights)
}

/// A prediction over `classCount` classes that gives none of them less than a part in a thousand or so.
func positivePrediction(_ classCount: Int, using random: inout CounterStream) -> [UInt32] {
  Billionths.shares((0..<classCount).map { _ in UInt64(10 + random.below(1_000)) })
}

/// A table of `modelCount` models that are all there and sure of nothing.
func fullTable(_ modelCount: Int, _ classCount: Int, using random: inout CounterStream) -> PredictionTable {
  table((0..<modelCount).map { _ in positivePrediction(classCount, using: &random) })
}

extension ConsensusRule.Kind {
  /// Whether outcomes change anything.
  var learns: Bool {
    switch self {
    case .majorityVote, .stakeVote, .linearPool, .logPool, .median, .trimmedMean, .geometricMedian: false
    default: true
    }
  }

  /// Whether logarithms are taken, so that zeros count as a small number.
  var takesLogs: Bool {
    switch self {
    case .logPool, .learntLogPool, .learntLogPoolBias, .fullStacker, .meta: true
    default: false
    }
  }

  /// Whether more is learnt than how much each model weighs.
  var isLearntBeyondWeights: Bool {
    switch self {
    case .learntLogPool, .learntLogPoolBias, .fullStacker, .meta: true
    default: false
    }
  }

  /// Whether influence is a share that does not depend on what is said.
  var isMixture: Bool {
    switch self {
    case .logPool, .median, .trimmedMean, .geometricMedian, .optimalVote, .brierAggregating: false
    default: !isLearntBeyondWeights
    }
  }
}
