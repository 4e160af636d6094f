import Consensus
import Incentives
import Ledger
import ProtocolCore
import Quantities

/// One run at protocol depth: every participant, message and event, in virtual time.
///
/// Members are nodes with a `Participant` each; what they say crosses a simulated network; the host gathers it, decides
/// with the production's council, seals every event into the hash chain and writes it to a disk that may fail. Whatever
/// breaks, an auditor with books of its own watches every durable event, every answer and every receipt, and the run ends
/// only when everything is settled.
///
/// **Order.** The host takes wishes in the order of `Timeline`, at the times at which they reached it; while a question is
/// gathered, what comes after it waits in line. So the council sees the same inputs at the same ticks as at mechanism
/// depth, whatever the network takes, and faults alone make a difference. What waited for a host that was down is
/// recorded with the time of its start.
///
/// **Safety and liveness.** While things are broken nothing false may happen; after the last question, with all faults
/// over and a network without loss, every question ends, every stake is free, every withdrawal paid and every node has
/// heard what became of its answers. A run that breaks a promise throws `BrokenInvariant`.
public struct ProtocolRun {
  /// What broke, healed and was found, in order.
  public private(set) var incidents: [Incident] = []
  /// What the network did.
  public internal(set) var tally = NetworkTally()
  /// Two answers of one model to one question, as the host kept them.
  public internal(set) var equivocations: [Gathering.Equivocation] = []
  /// The durable ledger.
  public var ledger: [LedgerRecord] { host.disk.records }
  /// The digest of all that happened, messages included.
  public var trace: Digest { digest.finished([], treasury: .zero) }

  let scenario: Scenario
  let replicate: Int
  let name: LedgerName
  var roster: Roster
  var timeline: Timeline
  var sheet: AnswerSheet
  var host: SimulatedHost
  var network: SimulatedNetwork
  var auditor = Auditor()
  var nodes: [SimulatedNode?]
  var queue = EventQueue<Happening>()
  var now: UInt64 = 0
  var line = Line()
  var faults: FaultState
  /// Whether each member looks at what others say before it answers.
  let looks: [Bool]
  var digest = RunDigest()
  // Memory for effects of nodes, used again.
  var effects: [Participant.Effect] = []
  // The next moment at which a node wants to be woken; nodes are looked through together.
  var nextWake: UInt64?
  // Questions that wait for an outcome, by their number in the scenario; nothing goes by the order.
  var open: [Int: Open] = [:]
  // Outcomes that were reported, by their number in the ledger, until they are durable.
  var reported: [QuestionID: Reported] = [:]
  // Members that want to go and could not yet.
  var postponed: [ModelID] = []
  var closedCount = 0

  struct Open {
    let id: QuestionID
    let members: [Int32]
    let outcome: PlannedOutcome
  }

  struct Reported {
    let question: Int
    let consensus: [UInt32]
    let truth: Int
  }

  /// What is scheduled.
  enum Happening {
    case fault(Int, begins: Bool)
    case flushed(position: UInt64, epoch: Int)
    case toNode(Int, Message)
    case toHost(Int, seat: Int, Message)
    case answer(Int, Participant.Prompt, epoch: Int)
    case wake
    case closing(Int)
    case reminder(Int, attempt: Int)
    case line

    /// Of things at one time the lower comes first: an answer that arrives at the deadline is in time.
    var rank: UInt8 {
      switch self {
      case .fault: 0
      case .flushed: 1
      case .toNode: 2
      case .toHost: 3
      case .answer: 4
      case .wake: 5
      case .closing: 6
      case .reminder: 7
      case .line: 8
      }
    }
  }

  /// The one question that is in hand.
  struct Line {
    enum Stage { case opening, calling, gathering, deciding, over }
    /// Its number in the scenario, from 1; 0 for the founding.
    var question = 0
    var stage = Stage.opening
    /// Its number in the ledger.
    var id = QuestionID(0)
    var gathering: Gathering?
    /// When it was last opened. Never twice at one moment: of two askings under one number the later one holds.
    var opened: UInt64 = 0
    /// How often it was asked.
    var attempt = 0
    var asking = Digest.zero
    /// Which gathering this is, so that what was scheduled for another one is known for it.
    var serial = 0
    /// Whether all have answered and it is about to be closed.
    var isClosing = false
    /// The row of each member in the sheet; -1 for none.
    var rows: [Int32] = []
    /// Whether each member has said its second thing.
    var hasContradicted: [Bool] = []
    var isAnswered = false
  }

  /// A run that has not begun.
  public init(population: Population, scenario: Scenario) {
    self.init(population: population, scenario: scenario, replicate: 0, betrayal: nil)
  }

  /// A run that has not begun, with a host that lies.
  ///
  /// - Parameters:
  ///   - replicate: for messages about what went wrong.
  ///   - betrayal: how the host lies; `nil` for an honest one.
  public init(population: Population, scenario: Scenario, replicate: Int, betrayal: Betrayal? = nil) {
    self.scenario = scenario
    self.replicate = replicate
    var random = CounterStream(seed: population.runSeed, purpose: Self.naming)
    let bytes = (0..<LedgerName.byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    guard let name = LedgerName(bytes) else { preconditionFailure("a name has 16 bytes") }
    self.name = name
    roster = Roster(population, scenario)
    timeline = Timeline(scenario)
    sheet = AnswerSheet(classCount: scenario.classCount)
    host = SimulatedHost(betrayal: betrayal)
    network = SimulatedNetwork(scenario.network, interval: scenario.interval, seed: population.runSeed)
    nodes = [SimulatedNode?](repeating: nil, count: population.memberCount)
    faults = FaultState(population, scenario)
    looks = population.groups.flatMap { group in group.members.map { _ in group.strategy.sight != .nothing } }
    line.rows = [Int32](repeating: -1, count: population.memberCount)
    line.hasContradicted = [Bool](repeating: false, count: population.memberCount)
  }

  static let naming: UInt64 = 0x7072_6F74_6F63_0001
  static let askingPurpose: UInt64 = 0x7072_6F74_6F63_0002
  static let keyPurpose: UInt64 = 0x7072_6F74_6F63_0003
  static let faultPurpose: UInt64 = 0x7072_6F74_6F63_0004

  /// Asks all questions and settles what can be settled.
  ///
  /// - Parameter progress: called after each question with its number.
  /// - Throws: `BrokenInvariant` where a promise is broken, `Rejection` where the scenario's rules are not sound.
  public mutating func run(recorder: inout Recorder, progress: (Int) -> Void) throws -> RunRecord {
    do {
      try host.submit(
        .found(
          Founding(
            ledger: name.bytes, data: .zero, classes: (0..<scenario.classCount).map { "class \($0)" },
            rules: scenario.rules)), due: Tick(0))
      line.stage = .calling
      faults.schedule(scenario.faults, into: &queue)
      try flush(&recorder, progress)
      while let (time, happening) = queue.pop() {
        now = time
        digest.absorb(time << 8 | UInt64(happening.rank))
        try handle(happening, &recorder, progress)
      }
      return try finish(&recorder)
    } catch let finding as Auditor.Finding {
      throw broken(finding.what)
    } catch let error as LedgerError {
      throw broken("\(error)")
    } catch let error as CanonicalError {
      throw broken("a node's disk cannot be read: \(error)")
    }
  }

  mutating func note(_ what: String) { incidents.append(Incident(time: now, what: what)) }

  mutating func push(_ happening: Happening, at time: UInt64) {
    queue.push(happening, at: time, rank: happening.rank)
  }

  private func broken(_ what: String) -> BrokenInvariant {
    BrokenInvariant(
      what: what, time: now, scenario: scenario, replicate: replicate, trace: trace.hex, incidents: incidents)
  }

  private mutating func handle(
    _ happening: Happening, _ recorder: inout Recorder, _ progress: (Int) -> Void
  ) throws {
    switch happening {
    case .fault(let index, let begins): try turn(index, begins: begins, &recorder, progress)
    case .flushed(let position, let epoch):
      if epoch == host.epoch { try flushed(upTo: position, &recorder, progress) }
    case .toNode(let member, let message): try deliver(message, to: member)
    case .toHost(let member, let seat, let message): try deliver(message, from: member, seat: seat)
    case .answer(let member, let prompt, let epoch): try answer(member, prompt, epoch)
    case .wake: try wake()
    case .closing(let serial):
      if serial == line.serial, line.stage == .gathering, host.isUp { try close(&recorder, progress) }
    case .reminder(let serial, let attempt): try remind(serial, attempt)
    case .line: try goOn(&recorder, progress)
    }
    if line.stage == .gathering, !line.isClosing, line.gathering?.isComplete == true {
      line.isClosing = true
      push(.closing(line.serial), at: now)
    }
  }

  private mutating func finish(_ recorder: inout Recorder) throws -> RunRecord {
    guard line.stage == .over else { throw Auditor.Finding(what: "the run came to rest at question \(line.question)") }
    try auditor.finish(host.council)
    for node in nodes {
      guard let node, let pending = node.participant.answers.first(where: { $0.stage != nil }) else { continue }
      throw Auditor.Finding(
        what: "\(node.participant.model) still waits to hear of its answer to \(pending.question)")
    }
    if host.betrayal == .changedHistory { host.disk.spoil(ledger.count / 2, byte: 20) }
    var replay = Replay()
    try replay.run(through: try host.disk.store()) { _, _, _, _ in }
    guard replay.chain.head == host.head, replay.council.state == host.council.state else {
      throw Auditor.Finding(what: "the stored ledger gives another council than the one that ran")
    }
    host.council.registry.checkInvariants()
    let last = scenario.questionCount + 1
    if recorder.wantsCheckpoint(before: last) { checkpoint(before: last, &recorder) }
    for incident in incidents { recorder.note(at: incident.time, incident.what) }
    recorder.note(at: now, tally.description)
    return RunRecord(
      hash: host.head.hash, members: roster.results(host.council), treasury: host.council.registry.treasury,
      questionsClosed: closedCount, measures: recorder.measures)
  }
}
