import Consensus
import Incentives
import ProtocolCore
import Quantities

extension ReplayResult {
  /// What a reader should know before looking at numbers, a sentence for each thing that applies.
  public var sentences: [String] {
    var said = [
      isSame
        ? "The same ledger to the byte: \(real.head.position) events, the last with the digest \(real.head.hash)."
        : "The other ledger has \(other.head.position) events against \(real.head.position), the last with the digest "
          + "\(other.head.hash)."
    ]
    if !isSame {
      let first = tally.firstTop ?? tally.firstConsensus
      said.append(
        tally.firstConsensus.map { place in
          "The consensus is another for the first time at \(place.question) (event \(place.position)); the most probable "
            + (tally.topChanged == 0
              ? "class is the same in every question."
              : "class is another in \(tally.topChanged) of \(tally.questions) questions, first at "
                + "\(first?.question ?? place.question).")
        } ?? "No consensus is another.")
      said.append(
        tally.firstPayment.map { "The first question to pay otherwise is \($0.question) (event \($0.position))." }
          ?? "No question pays otherwise.")
    }
    let dropped = models.filter { $0.dropped > 0 }
    if !dropped.isEmpty {
      said.append(
        "Answers that fall away, since their models have no voice there: "
          + dropped.map { "\($0.dropped) of \($0.id)" }.joined(separator: ", ") + ".")
    }
    let unheard = models.filter { $0.unheard > 0 }
    if !unheard.isEmpty {
      said.append(
        "No answer is recorded for questions in which these models had no voice and would have one: "
          + unheard.map { "\($0.unheard) of \($0.id)" }.joined(separator: ", ") + ". They count as absent.")
    }
    if tally.skipped > 0 {
      said.append(
        "\(tally.skipped) questions are not asked, since nobody is left to answer"
          + (tally.outcomesSkipped > 0 ? "; \(tally.outcomesSkipped) outcomes lead to nothing." : "."))
    }
    if tally.crowdedOut > 0 { said.append("\(tally.crowdedOut) questions are not asked, since too many are open.") }
    if tally.outcomesLate > 0 {
      said.append("\(tally.outcomesLate) outcomes come after the other deadline and pay nobody.")
    }
    if tally.withdrawalsShort > 0 {
      said.append("\(tally.withdrawalsShort) withdrawals find less than was taken out, and take what is free.")
    }
    if isJudgingApart {
      said.append(
        "\(tally.judged) of \(tally.questions) questions were judged by simulated failures and have no class. "
          + "\(other.rules.incentive.kind.rawValue) needs classes and pays nothing for them: they are paid by reward and "
          + "slash, as in the ledger.")
    }
    if tally.judged > 0, needsClasses {
      said.append(
        "\(other.rules.consensus.kind.rawValue) learns from classes, and lets those \(tally.judged) judgements pass.")
    }
    return said
  }

  // Votes and pools by track record learn from judgements too, the plain ones learn nothing at all.
  private var needsClasses: Bool {
    switch other.rules.consensus.kind {
    case .trackRecord, .weightedVote, .optimalVote, .majorityVote, .stakeVote, .linearPool, .logPool, .median,
      .trimmedMean, .geometricMedian:
      false
    default: true
    }
  }

  /// The whole result as JSON. Money in credits with six places; digests and what may pass 2^53 as text.
  public var json: JSONValue {
    .object([
      ("same", .flag(isSame)), ("real", Self.json(real)), ("other", Self.json(other)),
      ("models", .list(models.map(Self.json))),
      (
        "questions",
        .object([
          ("asked", .integer(tally.questions)), ("judged", .integer(tally.judged)),
          ("skipped", .integer(tally.skipped)), ("crowded_out", .integer(tally.crowdedOut)),
          ("top_changed", .integer(tally.topChanged)), ("outcomes", .integer(tally.outcomes)),
          ("outcomes_skipped", .integer(tally.outcomesSkipped)), ("outcomes_late", .integer(tally.outcomesLate)),
          ("withdrawals_short", .integer(tally.withdrawalsShort)),
          ("first_consensus", Self.json(tally.firstConsensus)), ("first_top", Self.json(tally.firstTop)),
          ("first_payment", Self.json(tally.firstPayment)),
        ])
      ),
      ("consensus", .object([("real", Self.json(tally.real)), ("other", Self.json(tally.other))])),
      ("notes", .list(sentences.map(JSONValue.text))),
    ])
  }

  private static func json(_ world: World) -> JSONValue {
    .object([
      ("events", .integer(world.head.position)), ("head", .text(world.head.hash.hex)),
      ("treasury", .amount(world.treasury)), ("open", .integer(world.openCount)),
      ("shortfall", .amount(world.shortfall)), ("short_questions", .integer(world.shortQuestions)),
    ])
  }

  private static func json(_ model: Model) -> JSONValue {
    .object([
      ("model", .text(model.id.name)), ("real", json(model.real)), ("other", model.other.map(json) ?? .null),
      ("balance_change", model.balanceChange.map(JSONValue.amount) ?? .null),
      ("profit_change", model.profitChange.map(JSONValue.amount) ?? .null),
      ("answers_dropped", .integer(model.dropped)), ("answers_unheard", .integer(model.unheard)),
    ])
  }

  private static func json(_ standing: Standing) -> JSONValue {
    .object([
      ("status", .text(standing.status.rawValue)), ("deposited", .amount(standing.deposited)),
      ("withdrawn", .amount(standing.withdrawn)), ("balance", .amount(standing.balance)),
      ("rewarded", .amount(standing.rewarded)), ("slashed", .amount(standing.slashed)),
      ("profit", .amount(standing.profit)), ("answered", .integer(standing.answered)),
      ("accuracy", standing.accuracy.map(JSONValue.share) ?? .null), ("weight", .share(standing.weight)),
    ])
  }

  private static func json(_ place: ReplayPlace?) -> JSONValue {
    place.map {
      .object([("question", .text($0.question.description)), ("event", .integer($0.position))])
    } ?? .null
  }

  private static func json(_ score: ConsensusScore) -> JSONValue {
    .object([
      ("questions", .integer(score.count)), ("accuracy", score.accuracy.map(JSONValue.decimal) ?? .null),
      ("log_loss", score.logLoss.map(JSONValue.decimal) ?? .null),
    ])
  }
}
