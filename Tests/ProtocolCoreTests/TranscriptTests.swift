import Consensus
import Foundation
import Incentives
import ProtocolCore
import Quantities
import Testing

/// Scripts of inputs with what they led to, side by side, to be read by people.
///
/// A line that begins with `>` is an event, one with `!` a refusal, all others are inputs or remarks. Run the tests with
/// `WITAN_TRANSCRIPTS=write` to write the answers anew, then read them.
@Suite struct TranscriptTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Transcripts")

  @Test(arguments: ["life", "refusals", "treasury", "unresolved", "leaving", "sealing"])
  func `the council answers as it is written`(name: String) throws {
    let file = Self.folder.appendingPathComponent("\(name).txt")
    let text = try String(contentsOf: file, encoding: .utf8)
    var script = Script()
    let answered = text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix(">") && !$0.hasPrefix("!") }
      .flatMap { [String($0)] + script.answer(String($0)) }
      .joined(separator: "\n")
    if ProcessInfo.processInfo.environment["WITAN_TRANSCRIPTS"] == "write" {
      try answered.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(answered == text)
  }
}

/// Reads the inputs of a transcript and says what they led to.
private struct Script {
  private var council = Council()
  private var rules = Rules()
  private var tick = Tick(0)

  /// The answer to one line, itself in lines; none to a remark or an empty line.
  mutating func answer(_ line: String) -> [String] {
    let words = line.split(separator: " ").map(String.init)
    guard let verb = words.first, verb != "#" else { return [] }
    let rest = Array(words.dropFirst())
    switch verb {
    case "rule": return set(rest)
    case "at":
      tick = Tick(UInt64(rest[0]) ?? 0)
      return []
    case "found": return take(.found(History.founding(rules)))
    case "register":
      let deposit = rest.count > 1 ? Int64(rest[1]).map { Amount(credits: $0) } : nil
      return take(.register(id(rest[0]), predictor: .zero, deposit: deposit))
    case "withdraw": return take(.withdraw(id(rest[0]), Amount(credits: Int64(rest[1]) ?? 0)))
    case "leave": return take(.leave(id(rest[0])))
    case "commit": return take(.commit(committing(rest)))
    case "reveal": return take(.reveal(revealing(rest)))
    case "retrain": return take(.retrain(id(rest[0]), predictor: History.digest(1)))
    case "ask": return take(.ask(asking(rest)))
    case "report": return take(.report(QuestionID(rest[0]) ?? QuestionID(0), class: Int(rest[1]) ?? -1))
    case "tick": return take(.tick)
    case "books": return books()
    default: return ["! no such verb"]
    }
  }

  private func id(_ name: String) -> ModelID { ModelID(name) ?? History.model(0) }

  private mutating func set(_ words: [String]) -> [String] {
    let value = Int64(words[1]) ?? 0
    switch words[0] {
    case "endowment": rules.endowment = Amount(credits: value)
    case "deposit": rules.deposit = Amount(credits: value)
    case "deadline": rules.outcomeDeadline = UInt64(value)
    case "open": rules.openQuestionsMax = UInt32(value)
    case "suspended": rules.judging.suspendedAfter = UInt32(value)
    case "rate": rules.judging.runningRate = UInt32(value)
    case "unresolved": rules.unresolved.kind = UnresolvedRule.Kind(rawValue: words[1]) ?? .returnStakes
    case "sealed": rules.isSealed = value == 1
    case "unbonding": rules.unbonding = UInt64(value)
    case "batch": rules.unresolved.batch = UInt32(value)
    case "wait": rules.unresolved.wait = UInt64(value)
    case "incentive": rules.incentive = Incentive(Incentive.Kind(rawValue: words[1]) ?? .rewardAndSlash)
    default: return ["! no such rule"]
    }
    return []
  }

  private func seat(_ name: String) -> Seat {
    council.registry[id(name)]?.seat ?? Seat(council.registry.models.count)
  }

  private func shares(_ text: String) -> [UInt32] { text.split(separator: ",").map { (UInt32($0) ?? 0) * 10_000_000 } }

  // The words after the question, such as `a=80,10,10`, in the order of their seats.
  private func answers(_ words: [String]) -> [(seat: Seat, model: ModelID, text: String)] {
    words.dropFirst().map { $0.split(separator: "=").map(String.init) }
      .map { (seat: seat($0[0]), model: id($0[0]), text: $0[1]) }.sorted { $0.seat < $1.seat }
  }

  // `commit q1 a=80,10,10 b=20,60,20 c=twice`: in percent; the salt is the same everywhere.
  private func committing(_ words: [String]) -> Committing {
    let (question, answers) = (QuestionID(words[0]) ?? QuestionID(0), answers(words))
    let once = answers.filter { $0.text != "twice" }
    return Committing(
      question: question, features: .zero, origin: .caller, seats: once.map(\.seat),
      commitments: once.map {
        Commitment.digest(
          ledger: [UInt8](0..<16), question: question, model: $0.model, salt: Salt(.zero), prediction: shares($0.text))
      },
      equivocal: answers.filter { $0.text == "twice" }.map(\.seat))
  }

  // `reveal q1 a=80,10,10`: in percent.
  private func revealing(_ words: [String]) -> Revealing {
    let answers = answers(words)
    var table = PredictionTable(classCount: answers.first.map { shares($0.text).count } ?? 3)
    for answer in answers { table.append(answer.seat, shares(answer.text)) }
    return Revealing(
      question: QuestionID(words[0]) ?? QuestionID(0), table: table, salts: answers.map { _ in Salt(.zero) })
  }

  // `ask q1 a=80,10,10 b=20,60,20 judged=right,wrong`: predictions in percent.
  private func asking(_ words: [String]) -> Asking {
    var rows: [(seat: Seat, shares: [UInt32])] = []
    var judgement: SimulatedJudgement?
    for word in words.dropFirst() {
      let parts = word.split(separator: "=").map(String.init)
      let values = parts[1].split(separator: ",").map(String.init)
      if parts[0] == "judged" {
        judgement = SimulatedJudgement(failureRate: 300_000_000, right: values.map { $0 == "right" })
      } else {
        let seat = council.registry[id(parts[0])]?.seat ?? Seat(council.registry.models.count)
        rows.append((seat, values.map { (UInt32($0) ?? 0) * 10_000_000 }))
      }
    }
    var table = PredictionTable(classCount: rows.first?.shares.count ?? 3)
    for row in rows.sorted(by: { $0.seat < $1.seat }) { table.append(row.seat, row.shares) }
    return Asking(
      question: QuestionID(words[0]) ?? QuestionID(0), features: .zero, origin: .caller, table: table,
      judgement: judgement)
  }

  private mutating func take(_ input: Input) -> [String] {
    do {
      let events = try council.decide(input, at: tick).events
      for event in events { council.apply(event, at: tick) }
      return events.isEmpty ? ["> nothing"] : events.map { "> \(text($0))" }
    } catch { return ["! \(error.code): \(error)"] }
  }

  private func name(_ seat: Seat) -> String { council.registry.models[seat.index].id.name }

  private func text(_ event: Event) -> String {
    switch event {
    case .founded(let founding): return "founded classes=\(founding.classes.count) treasury=\(founding.rules.endowment)"
    case .registered(let event): return "registered \(event.model) seat=\(event.seat.index) deposit=\(event.deposit)"
    case .retrained(let event): return "retrained \(name(event.seat))"
    case .withdrawn(let event): return "withdrawn \(name(event.seat))=\(event.amount) due=\(event.due.milliseconds)"
    case .left(let event): return "left \(name(event.seat))=\(event.amount) due=\(event.due.milliseconds)"
    case .released(let event): return "released \(name(event.seat))=\(event.amount)"
    case .snapshotted(let event): return "snapshotted \(event.position)"
    case .committed(let event):
      let stakes = zip(event.everyone, event.terms).map { "\(name($0))(stake=\($1.stake) reward=\($1.reward))" }
      let twice = event.equivocal.map { "twice=\(name($0))" }
      return (["committed \(event.question)"] + stakes + twice).joined(separator: " ")
    case .revealed(let event):
      var words = ["revealed \(event.question)"]
      if !event.consensus.isEmpty {
        words.append("consensus=\(event.consensus.map(Billionths.text).joined(separator: ","))")
      }
      for (row, seat) in event.table.seats.enumerated() {
        words.append("\(name(seat))(weight=\(Billionths.text(event.weights[row])))")
      }
      return (words + event.breaches.map(text)).joined(separator: " ")
    case .asked(let event):
      var words = [
        "asked \(event.question)", "consensus=\(event.consensus.map(Billionths.text).joined(separator: ","))",
      ]
      for (row, seat) in event.table.seats.enumerated() {
        var word = "\(name(seat))(weight=\(Billionths.text(event.weights[row]))"
        word += " stake=\(event.terms[row].stake) reward=\(event.terms[row].reward)"
        if let judged = event.judged {
          word += " \(judged.right[row] ? "right" : "wrong") paid=\(judged.payments[row])"
        }
        words.append(word + ")")
      }
      words += event.breaches.map(text)
      if event.shortfall > .zero { words.append("shortfall=\(event.shortfall)") }
      return words.joined(separator: " ")
    case .settled(let event): return "settled \(text(event))"
    case .expired(let event): return "expired \(event.question)"
    case .resolved(let event): return "resolved " + event.questions.map(text).joined(separator: "; ")
    }
  }

  private func text(_ slashed: SlashedBreach) -> String {
    "\(name(slashed.breach.seat))(\(slashed.breach.kind.rawValue) lost=\(slashed.stake))"
  }

  private func text(_ event: Settled) -> String {
    let paid = zip(event.seats, event.payments).map { "\(name($0))=\($1)" }.joined(separator: " ")
    return "\(event.question) outcome=\(event.outcome.map(String.init) ?? "never") \(paid)"
  }

  private func books() -> [String] {
    let registry = council.registry
    let models = registry.models.map {
      "> \($0.id) \(council.status($0).rawValue) balance=\($0.balance) staked=\($0.reserved) "
        + "running=\(Billionths.text($0.standing.running.billionths)) poor=\($0.standing.poorStreak)"
    }
    let leaving = registry.unbonding.map { "> \(name($0)) leaving=\(registry.leaving($0))" }
    return models + leaving + [
      "> treasury=\(registry.treasury) owed=\(registry.treasuryReserved) outside=\(registry.outside)"
    ]
  }
}
