import Consensus
import Incentives
import ProtocolCore
import Quantities

/// What shall have been otherwise in a ledger: its rules, who took part, what a model brought in.
///
/// Everything else stays as it was: who joined when, what each model predicted, how questions turned out and when, how
/// judgements fell, who took money out and who left.
public struct Counterfactual: Hashable, Sendable {
  /// The rules from the first event on.
  public private(set) var rules: Rules
  /// Models that never join.
  public var without: Set<ModelID> = []
  /// Models that bring in another deposit: how much, 0 up to `Rules.depositMax`.
  public var deposits: [ModelID: Amount] = [:]

  /// Nothing is otherwise in a ledger that was founded with `rules`.
  public init(rules: Rules) { self.rules = rules }

  /// Replaces the rules as a whole.
  ///
  /// - Throws: `ReplayError.rules` for rules out of bounds, or that seal answers which were open, or the reverse: what
  ///   was never committed to cannot be shown.
  public mutating func setRules(_ rules: Rules) throws(ReplayError) {
    if let fault = rules.fault { throw .rules(fault) }
    guard rules.isSealed == self.rules.isSealed else {
      throw .rules(
        rules.isSealed
          ? "sealed answers, but these were given openly: leave `sealed` as it was"
          : "open answers, but these were sealed: leave `sealed` as it was")
    }
    self.rules = rules
  }

  // Judged questions are paid by these rules under any incentive. They are part of an incentive that is reward and
  // slash, and must not be lost with it.
  static func keepingJudging(of old: Rules, in new: Rules) -> Rules {
    guard old.incentive.kind == .rewardAndSlash, new.incentive.kind != .rewardAndSlash else { return new }
    var rules = new
    rules.judging = old.judging
    return rules
  }

  // The rules to found with: a model may bring in less than they ask of those who choose nothing.
  var foundingRules: Rules {
    var founding = rules
    founding.deposit = deposits.values.reduce(rules.deposit, min)
    return founding
  }

  // What a model brings in that brought in `deposit` under `real` rules: what it chose itself stays, what the rules chose
  // follows them.
  func deposit(of model: ModelID, that deposit: Amount, under real: Rules) -> Amount {
    deposits[model] ?? (deposit == real.deposit ? rules.deposit : max(deposit, rules.deposit))
  }
}
