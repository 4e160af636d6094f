import ArgumentParser
import Consensus
import Incentives
import ProtocolCore
import Quantities

/// The rules that a new ledger begins with.
struct RuleOptions: ParsableArguments {
  @Option(
    help: """
      How a new ledger pools: a name of `witan mechanisms`; by default track_record where failures are simulated, else \
      meta.
      """)
  var consensus: String?

  @Option(
    help: """
      How a new ledger pays: a name of `witan mechanisms`; by default reward_and_slash where failures are simulated or \
      one model answers, else weighted_score.
      """)
  var incentive: String?

  @Option(help: "How a new ledger settles questions whose class never comes: a name of `witan mechanisms`.")
  var unresolved = UnresolvedRule.Kind.returnStakes.rawValue

  @Option(
    help: """
      The most influence that one model may have on a consensus of a new ledger, above 0, up to 1; raised where all \
      together would have less than 1. In the meta layer each part keeps it; the change that a model makes to the whole \
      may be more.
      """)
  var influenceCap = 1.0

  @Option(help: "The stake in credits that the whole influence on a question would need in a new ledger; 0 for none.")
  var fullStake = 0.0

  /// The rules, checked.
  func rules(areJudged: Bool, modelCount: Int, classCount: Int) throws(CommandFailure) -> Rules {
    var rules = Rules(areJudged: areJudged, modelCount: modelCount, classCount: classCount)
    if let consensus {
      guard let kind = ConsensusRule.Kind(rawValue: consensus) else {
        throw .unknown("--consensus", consensus, among: ConsensusRule.Kind.allCases.map(\.rawValue))
      }
      rules.consensus = ConsensusRule(kind)
    }
    if let incentive {
      guard let kind = Incentive.Kind(rawValue: incentive) else {
        throw .unknown("--incentive", incentive, among: Incentive.Kind.allCases.map(\.rawValue))
      }
      rules.incentive = Incentive(kind)
    }
    guard let kind = UnresolvedRule.Kind(rawValue: unresolved) else {
      throw .unknown("--unresolved", unresolved, among: UnresolvedRule.Kind.allCases.map(\.rawValue))
    }
    rules.unresolved.kind = kind
    guard influenceCap >= 1e-9, influenceCap <= 1 else {
      throw CommandFailure(.wrongUse, "--influence-cap is \(influenceCap), but must lie above 0 and up to 1")
    }
    guard (0...1e6).contains(fullStake) else {
      throw CommandFailure(.wrongUse, "--full-stake is \(fullStake), but must lie between 0 and 1000000 credits")
    }
    rules.influence.cap = UInt32((influenceCap * 1e9).rounded())
    rules.influence.fullStake = Amount(micro: Int64((fullStake * 1e6).rounded()))
    guard classCount <= rules.consensus.kind.classesMax else {
      throw CommandFailure(
        .wrongUse,
        "--consensus \(rules.consensus.kind.rawValue) pools up to \(rules.consensus.kind.classesMax) classes, and the data "
          + "have \(classCount): take boa or falling_share")
    }
    if let fault = rules.fault { throw CommandFailure(.wrongUse, "these rules do not go together: \(fault)") }
    return rules
  }
}
