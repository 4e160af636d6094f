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
  public var rules: Rules
  /// Models that never join.
  public var without: Set<ModelID> = []
  /// Models that bring in another deposit: how much, 0 up to `Rules.depositMax`.
  public var deposits: [ModelID: Amount] = [:]

  /// Nothing is otherwise in a ledger that was founded with `rules`.
  public init(rules: Rules) { self.rules = rules }

  /// Changes one rule, as `--set rules.incentive=kelly` does.
  ///
  /// Judged questions are paid by the rules of judging under any incentive. Those are settings of reward and slash; they
  /// stay what they were where another incentive takes its place.
  ///
  /// - Throws: as `Rules.set`; then nothing has changed.
  public mutating func set(_ path: String, _ text: String) throws(ScenarioError) {
    var changed = rules
    try changed.set(path, text)
    if rules.incentive.kind == .rewardAndSlash, changed.incentive.kind != .rewardAndSlash {
      changed.judging = rules.judging
    }
    rules = changed
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
