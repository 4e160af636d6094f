import Consensus
import Incentives
import Quantities

/// A fact: something that the council decided. The ledger is the sequence of all of them, and everything else follows.
///
/// An event covers a phase of a question with all its models; phases that happen in one step share one event.
public enum Event: Hashable, Sendable {
  /// The council begins, with its rules.
  case founded(Founding)
  /// A model joined and brought in its deposit.
  case registered(Registration)
  /// A model took credits out.
  case withdrawn(Withdrawn)
  /// A model left.
  case left(Left)
  /// Credits that a model had taken out were paid, their time of waiting being over.
  case released(Released)
  /// A model was trained anew.
  case retrained(Retraining)
  /// A question was opened, answered and closed; where it was judged at once, settled too.
  indirect case asked(Asked)
  /// A question was opened, and models committed to their answers.
  indirect case committed(Committed)
  /// The answers that had been committed to were shown, and pooled.
  indirect case revealed(Revealed)
  /// The outcome of an open question arrived, or its deadline passed and the stakes went back.
  indirect case settled(Settled)
  /// The deadline of an open question passed; it waits to be settled together with others.
  case expired(Expired)
  /// Questions that waited without an outcome were settled together, by what their answers say of each other.
  case resolved(Resolved)
  /// A snapshot of the state was stored.
  case snapshotted(Snapshotted)

  /// The word for it in the ledger.
  public var kind: String {
    switch self {
    case .founded: "founded"
    case .registered: "registered"
    case .withdrawn: "withdrawn"
    case .left: "left"
    case .released: "released"
    case .retrained: "retrained"
    case .committed: "committed"
    case .revealed: "revealed"
    case .asked: "asked"
    case .settled: "settled"
    case .expired: "expired"
    case .resolved: "resolved"
    case .snapshotted: "snapshotted"
    }
  }

  /// Every word that `kind` can be.
  public static let kinds = [
    "founded", "registered", "withdrawn", "left", "released", "retrained", "asked", "committed", "revealed", "settled",
    "expired", "resolved", "snapshotted",
  ]
}

/// The beginning of a council.
public struct Founding: Hashable, Sendable {
  /// A random name of this ledger: 16 bytes, so that nothing signed for one counts in another.
  public let ledger: [UInt8]
  /// The digest of the data set that the models are trained on.
  public let data: Digest
  /// The names of the classes, 1 to `classesMax`.
  public let classes: [String]
  /// The rules from here on.
  public let rules: Rules

  /// How many classes there may be.
  public static let classesMax = 10_000

  /// What is wrong with it; `nil` where a council may begin so.
  public var fault: String? {
    guard classes.count <= Self.classesMax else {
      return "\(classes.count) classes where at most \(Self.classesMax) are possible"
    }
    guard classes.count <= rules.unresolved.classesMax else {
      return
        "\(classes.count) classes where \(rules.unresolved.kind.rawValue) can settle \(rules.unresolved.classesMax)"
    }
    guard classes.count <= rules.consensus.kind.classesMax else {
      return
        "\(classes.count) classes where \(rules.consensus.kind.rawValue) can pool \(rules.consensus.kind.classesMax)"
    }
    return rules.fault
  }

  /// Puts the parts together.
  public init(ledger: [UInt8], data: Digest, classes: [String], rules: Rules) {
    precondition(ledger.count == 16)
    precondition(!classes.isEmpty)
    self.ledger = ledger
    self.data = data
    self.classes = classes
    self.rules = rules
  }
}

/// A model's joining.
public struct Registration: Hashable, Sendable {
  /// Its name.
  public let model: ModelID
  /// Its join number.
  public let seat: Seat
  /// What it brought in, from outside.
  public let deposit: Amount
  /// The digest of its predictor.
  public let predictor: Digest
}

/// A model's new predictor.
public struct Retraining: Hashable, Sendable {
  /// Whose.
  public let seat: Seat
  /// The digest of the predictor from now on.
  public let predictor: Digest
}

/// Where a question came from.
public enum Origin: String, CaseIterable, Hashable, Sendable {
  /// A caller.
  case caller
  /// The rounds that a new ledger shows by itself.
  case demonstration
}

/// A question, opened, answered and closed; perhaps judged and settled as well.
public struct Asked: Hashable, Sendable {
  /// Which question.
  public let question: QuestionID
  /// The salted digest of the feature row. The row itself is never in the ledger.
  public let features: Digest
  /// Where it came from.
  public let origin: Origin
  /// The predictions, one row for each model asked.
  public let table: PredictionTable
  /// What each model may lose, and what the treasury reserves on its account.
  public let terms: [Terms]
  /// By how much the rewards fall short of the rules, because the treasury cannot owe more.
  public let shortfall: Amount
  /// The weight of each model, in billionths.
  public let weights: [UInt32]
  /// The consensus, in billionths.
  public let consensus: [UInt32]
  /// How it was judged and settled; `nil` while it waits for its outcome.
  public let judged: Judged?
  /// Models that broke their word over it, and lost their stakes at once.
  public let breaches: [SlashedBreach]

  /// The closed question that this event tells of.
  public var closed: ClosedQuestion {
    ClosedQuestion(id: question, table: table, consensus: consensus, weights: weights)
  }
}

/// The judgement of a question at the moment of asking: the simulated failure of the base system.
public struct Judged: Hashable, Sendable {
  /// The failure rate from which it was drawn, in billionths. That it stands here says that it was simulated.
  public let failureRate: UInt32
  /// How each row of the table counts.
  public let right: [Bool]
  /// What each model was paid.
  public let payments: [Amount]
}

/// The end of an open question.
public struct Settled: Hashable, Sendable {
  /// Which question.
  public let question: QuestionID
  /// The class it turned out to be; `nil` where nobody said in time and the stakes went back.
  public let outcome: Int?
  /// Who was paid, in seat order.
  public let seats: [Seat]
  /// What.
  public let payments: [Amount]
}

/// The passing of a question's deadline without an outcome.
public struct Expired: Hashable, Sendable {
  /// Which question.
  public let question: QuestionID
}

/// The end of questions that waited without an outcome.
public struct Resolved: Hashable, Sendable {
  /// All that waited, each with its payments and without an outcome, in the order of their numbers.
  public let questions: [Settled]
}

/// A snapshot that was stored.
public struct Snapshotted: Hashable, Sendable {
  /// The last event that the state includes.
  public let position: UInt64
  /// The digest of the state.
  public let state: Digest

  /// Puts the parts together.
  public init(position: UInt64, state: Digest) {
    self.position = position
    self.state = state
  }
}
