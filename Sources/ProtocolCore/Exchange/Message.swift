import Quantities

/// What a host and the node of one model say to each other about one question.
///
/// The way of an open question: `call` →, ← `answer`, `receipt` →. The way of a sealed one: `call` →, ← `commitment`,
/// `unsealing` →, ← `reveal`, `receipt` →. Each side says its part again until it hears the next one, so that any message
/// may be lost, come twice, late or in another order. Who sent it, and that nobody changed it, is the transport's to
/// check before it hands a message over.
public struct Message: Hashable, Sendable {
  /// Whose ledger this is about.
  public let ledger: LedgerName
  /// Which model is spoken to, or speaks.
  public let model: ModelID
  /// Which question.
  public let question: QuestionID
  /// Which asking of it: the salted digest of its features. A host that lost a question before it was in the ledger asks
  /// again under the same number and another digest, and two answers to two askings are no equivocation.
  public let asking: Digest
  /// What is said.
  public let body: Body

  /// What can be said.
  public enum Body: Hashable, Sendable {
    /// Host to node: please answer.
    case call(Call)
    /// Host to node: all commitments are in the ledger, yours among them; show your answer.
    case unsealing(Entry)
    /// Host to node: what became of your answer.
    case receipt(Receipt)
    /// Node to host: an answer, K billionths.
    case answer([UInt32])
    /// Node to host: the commitment to an answer.
    case commitment(Digest)
    /// Node to host: the answer committed to, K billionths, and its salt.
    case reveal([UInt32], Salt)
    /// Node to host: no answer will come.
    case decline
  }

  /// Puts the parts together.
  public init(ledger: LedgerName, model: ModelID, question: QuestionID, asking: Digest, body: Body) {
    self.ledger = ledger
    self.model = model
    self.question = question
    self.asking = asking
    self.body = body
  }

  /// The same about the same, with another body.
  public func saying(_ body: Body) -> Message {
    Message(ledger: ledger, model: model, question: question, asking: asking, body: body)
  }
}

/// A request to answer a question.
public struct Call: Hashable, Sendable {
  /// When the question was opened, by the host's clock. Of two askings of one question the one opened later holds,
  /// so a host never opens two under one number in the same millisecond.
  public let opened: Tick
  /// The last moment at which the host takes an answer or commitment, by its clock.
  public let deadline: Tick
  /// Whether a commitment is wanted first.
  public let isSealed: Bool
  /// How many probabilities an answer has.
  public let classCount: Int
  /// The feature row in the words of the predictor, its salt included. The core never looks into it.
  public let content: [UInt8]

  /// Puts the parts together.
  public init(opened: Tick, deadline: Tick, isSealed: Bool, classCount: Int, content: [UInt8]) {
    precondition((1...Founding.classesMax).contains(classCount))
    self.opened = opened
    self.deadline = deadline
    self.isSealed = isSealed
    self.classCount = classCount
    self.content = content
  }
}

/// A place in the ledger: what a member is told is true once that record is there.
public struct Entry: Hashable, Sendable {
  /// The event's position.
  public let position: UInt64
  /// The hash of its record.
  public let hash: Digest

  /// Puts the parts together.
  public init(position: UInt64, hash: Digest) {
    self.position = position
    self.hash = hash
  }
}

/// What became of an answer.
public struct Receipt: Hashable, Sendable {
  /// What it is for.
  public let stage: Stage
  /// Where it stands in the ledger, or why it does not.
  public let verdict: Verdict

  /// Where an answer stands, or why it does not.
  public enum Verdict: Hashable, Sendable {
    /// It is in the ledger.
    case recorded(Entry)
    /// It is not and will not be.
    case refused(Refusal)
  }

  /// Puts the parts together.
  public init(stage: Stage, verdict: Verdict) {
    self.stage = stage
    self.verdict = verdict
  }
}

/// What a node says about a question, in its order.
public enum Stage: String, CaseIterable, Hashable, Sendable {
  /// An open answer.
  case answer
  /// A commitment to one.
  case commitment
  /// An answer that was committed to.
  case reveal
}

/// Why a host does not take what a node says.
public enum Refusal: String, CaseIterable, Hashable, Sendable {
  /// It came after the deadline.
  case late
  /// This asking is not in the ledger and not open: the host lost it. The question may come again.
  case unknown
  /// This model was not asked.
  case uninvited
  /// The model has said two different things, and both are kept as evidence.
  case equivocal
  /// It is of the wrong kind, or no prediction.
  case misshapen
  /// It is not what the model committed to.
  case unfitting
}
