import Quantities

/// The node's side of the protocol for one model, as a value: it has no clock, no randomness and no files.
///
/// Its owner hands it every message and every prediction, asks it again at `nextWake`, and carries out the effects in
/// their order. It answers what it is asked, commits first where answers are sealed, shows its answer only once told that
/// all commitments are in the ledger, and says each thing again until it has a receipt. Messages may be lost, doubled,
/// late, out of order, replayed or meant for someone else; the host's clock may differ from the node's.
///
/// A node says one thing to one asking. To keep that over a restart it has its state saved before it speaks; one that
/// lost its disk may contradict itself where its predictor does not give the same twice, and then pays as one who cheats.
public struct Participant: Hashable, Sendable {
  /// Whose ledger it takes part in.
  public let ledger: LedgerName
  /// For which model it speaks.
  public let model: ModelID
  /// How long it waits for an echo.
  public let patience: Patience
  /// What it has heard of and not seen the end of, by question, one asking of each.
  public internal(set) var answers: [Pending] = []
  /// What has ended, by question, so that late copies of a call are known for what they are.
  var finished: [Finished] = []
  /// Calls of this question and of those before it are over, whatever they say.
  var floor: UInt64 = 0
  private let key: [UInt8]

  /// A task for its owner.
  public enum Effect: Hashable, Sendable {
    /// Work out a prediction, and hand it to `predicted`.
    case predict(Prompt)
    /// Make the state durable before anything that follows.
    case save
    /// Send to the host.
    case send(Message)
  }

  /// What is to be predicted.
  public struct Prompt: Hashable, Sendable {
    /// Which question.
    public let question: QuestionID
    /// Which asking of it.
    public let asking: Digest
    /// What was asked.
    public let call: Call
  }

  /// A question that it is busy with.
  public struct Pending: Hashable, Sendable {
    /// Which question.
    public let question: QuestionID
    /// Which asking of it.
    public let asking: Digest
    /// When that was opened, and until when answers are taken, by the host's clock.
    public let opened: Tick, deadline: Tick
    /// What it has to say now; `nil` while there is no prediction.
    public internal(set) var stage: Stage?
    /// Whether a commitment comes first.
    let isSealed: Bool
    let classCount: Int
    /// The prediction; empty while there is none.
    var prediction: [UInt32] = []
    /// How often it has repeated itself, and when it will again.
    var attempts = 0
    var due: Tick?
  }

  struct Finished: Hashable, Sendable {
    let question: QuestionID
    let opened: Tick
  }

  // Half of what is remembered is let go at once, so that forgetting costs nothing on average.
  private static let finishedMax = 512
  /// How many questions a node is busy with at most; beyond, the oldest is given up.
  public static let pendingMax = 1_024

  /// The side of `model` in `ledger`, which has heard of nothing.
  ///
  /// - Parameter key: 32 secret bytes, the same for each start of the node: all salts come from them.
  public init(ledger: LedgerName, model: ModelID, key: [UInt8], patience: Patience = Patience()) {
    precondition(key.count == 32)
    self.ledger = ledger
    self.model = model
    self.key = key
    self.patience = patience
  }

  /// When it wants to be woken; `nil` for not at all.
  public var nextWake: Tick? {
    var next: Tick?
    for answer in answers { if let due = answer.due, next.map({ due < $0 }) ?? true { next = due } }
    return next
  }

  /// Takes a message from the host. What is foreign, stale or said twice changes nothing.
  public mutating func receive(_ message: Message, at now: Tick, into effects: inout [Effect]) {
    guard message.ledger == ledger, message.model == model else { return }
    switch message.body {
    case .call(let call): hear(call, message, into: &effects)
    case .unsealing: unseal(message, at: now, into: &effects)
    case .receipt(let receipt):
      guard let i = place(of: message), let stage = answers[i].stage, stage == receipt.stage else { return }
      // A commitment ends with the unsealing that it leads to, not with the news that it is recorded.
      if case .recorded = receipt.verdict, stage == .commitment { return }
      finish(i)
    case .answer, .commitment, .reveal, .decline: return
    }
  }

  /// Takes a prediction for `prompt`: K billionths that add up to one billion, or `nil` where there is none.
  ///
  /// One that comes twice, or for a question that is over, changes nothing; anything else than a prediction declines.
  public mutating func predicted(
    _ prediction: [UInt32]?, for prompt: Prompt, at now: Tick, into effects: inout [Effect]
  ) {
    guard let i = place(of: prompt.question, prompt.asking), answers[i].stage == nil else { return }
    guard let prediction, prediction.count == answers[i].classCount,
      prediction.reduce(UInt64(0), { $0 + UInt64($1) }) == UInt64(Billionths.one)
    else {
      let message = message(answers[i], .decline)
      finish(i)
      return effects.append(.send(message))
    }
    answers[i].prediction = prediction
    answers[i].stage = answers[i].isSealed ? .commitment : .answer
    answers[i].due = patience.next(after: now, attempts: 0)
    effects.append(.save)
    effects.append(.send(words(answers[i])))
  }

  /// Says again what has had no echo for long enough.
  public mutating func wake(at now: Tick, into effects: inout [Effect]) {
    for i in answers.indices {
      guard let due = answers[i].due, due <= now else { continue }
      answers[i].attempts += 1
      answers[i].due = patience.next(after: now, attempts: answers[i].attempts)
      effects.append(.send(words(answers[i])))
    }
  }

  private mutating func hear(_ call: Call, _ message: Message, into effects: inout [Effect]) {
    let question = message.question
    // Where no prediction came in time none will: the host's clock says so with each new call.
    if !answers.isEmpty { answers.removeAll { $0.stage == nil && $0.deadline < call.opened } }
    let i = answers.lastIndex { $0.question <= question }.map { answers[$0].question == question ? $0 : $0 + 1 } ?? 0
    if i < answers.count, answers[i].question == question {
      if answers[i].asking == message.asking {
        // The host has not heard what was said, or this is an old copy: saying it again harms nothing.
        if answers[i].stage == .answer || answers[i].stage == .commitment { effects.append(.send(words(answers[i]))) }
        return
      }
      guard call.opened > answers[i].opened else { return }
      answers.remove(at: i)
    } else if hasFinished(question, opened: call.opened) {
      return
    }
    answers.insert(
      Pending(
        question: question, asking: message.asking, opened: call.opened, deadline: call.deadline, stage: nil,
        isSealed: call.isSealed, classCount: call.classCount), at: i)
    effects.append(.predict(Prompt(question: question, asking: message.asking, call: call)))
    if answers.count > Self.pendingMax { finish(0) }
  }

  private mutating func unseal(_ message: Message, at now: Tick, into effects: inout [Effect]) {
    guard let i = place(of: message) else { return }
    if answers[i].stage == .commitment {
      answers[i].stage = .reveal
      answers[i].attempts = 0
    }
    guard answers[i].stage == .reveal else { return }
    answers[i].due = patience.next(after: now, attempts: answers[i].attempts)
    effects.append(.send(words(answers[i])))
  }

  private func place(of message: Message) -> Int? { place(of: message.question, message.asking) }

  private func place(of question: QuestionID, _ asking: Digest) -> Int? {
    // What is spoken of is mostly the last.
    answers.lastIndex { $0.question == question && $0.asking == asking }
  }

  // What it has to say of a question at its present stage.
  private func words(_ answer: Pending) -> Message {
    switch answer.stage {
    case .answer: message(answer, .answer(answer.prediction))
    case .commitment:
      message(
        answer,
        .commitment(
          Commitment.digest(
            ledger: ledger.bytes, question: answer.question, model: model, salt: salt(answer),
            prediction: answer.prediction)))
    case .reveal: message(answer, .reveal(answer.prediction, salt(answer)))
    case nil: preconditionFailure("nothing to say before there is a prediction")
    }
  }

  private func message(_ answer: Pending, _ body: Message.Body) -> Message {
    Message(ledger: ledger, model: model, question: answer.question, asking: answer.asking, body: body)
  }

  // Keyed by what it is for rather than by a count: a node that lost its disk comes to the same salt, and so to the same
  // commitment for the same prediction; and no salt serves two askings.
  private func salt(_ answer: Pending) -> Salt {
    var bytes = Array("witan salt 1".utf8)
    bytes.append(0)
    bytes += key
    bytes += ledger.bytes
    withUnsafeBytes(of: answer.question.number.bigEndian) { bytes += $0 }
    answer.asking.withUnsafeBytes { bytes += $0 }
    return Salt(.sha256(bytes))
  }

  private mutating func finish(_ i: Int) {
    let answer = answers.remove(at: i)
    let end = Finished(question: answer.question, opened: answer.opened)
    if let last = finished.last, last.question >= answer.question {
      let place = finished.firstIndex { $0.question >= answer.question } ?? finished.count
      if finished[place].question == answer.question { finished[place] = end } else { finished.insert(end, at: place) }
    } else {
      finished.append(end)
    }
    guard finished.count > Self.finishedMax else { return }
    floor = finished[Self.finishedMax / 2].question.number
    finished.removeFirst(Self.finishedMax / 2 + 1)
    answers.removeAll { $0.question.number <= floor }
  }

  private func hasFinished(_ question: QuestionID, opened: Tick) -> Bool {
    guard question.number > floor else { return true }
    guard let last = finished.last, question <= last.question else { return false }
    return finished.contains { $0.question == question && $0.opened >= opened }
  }
}
