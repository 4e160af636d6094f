import Incentives
import Ledger
import ProtocolCore
import Quantities

/// Watches a run at protocol depth with books of its own: plain integers, and nothing of the council's code.
///
/// It reads each event as it becomes durable, what nodes say and what they are told, and finds whatever must never be:
/// credits made or lost, a slash beyond a stake, a question settled twice, a commitment after its reveals, an answer that
/// nobody gave, a receipt for what is not in the ledger. It never looks at the council until the very end, when it
/// compares all balances.
public struct Auditor {
  /// Something that must never be.
  public struct Finding: Error, Hashable, Sendable {
    /// Which rule is broken, and by what.
    public let what: String
  }

  struct Stake {
    let seat: Int
    let stake: Int64
    let reward: Int64
  }

  struct OpenQuestion {
    var stakes: [Stake]
    let deadline: UInt64
  }

  struct SealedQuestion {
    let committed: Committed
    let stakes: [Stake]
    let deadline: UInt64
  }

  // Money, in micro-credits, by seat.
  var balances: [Int64] = []
  var reserved: [Int64] = []
  var leaving: [Int64] = []
  var hasLeft: [Bool] = []
  var treasury: Int64 = 0
  var owed: Int64 = 0
  var outside: Int64 = 0
  var names: Set<String> = []
  var seatNames: [String] = []

  var founding: Founding?
  var position: UInt64 = 0
  var head = LedgerHead.empty
  var now: UInt64 = 0
  var questionCount: UInt64 = 0
  var open: [UInt64: OpenQuestion] = [:]
  var sealed: [UInt64: SealedQuestion] = [:]
  var waiting: [UInt64: OpenQuestion] = [:]
  /// How each question ended: -2 not yet, -1 without an outcome, else the class.
  var ends: [Int32] = []
  /// The hash of each record.
  var hashes: [Digest] = []
  // Who stands in the events that receipts speak of, by position; the latest only.
  private var answering: [UInt64: Answering] = [:]
  private var answeringOrder: [UInt64] = []
  // The asking that is open, and all that the node on each seat said to it: one that cheats says two things.
  private var asking = Digest.zero
  private var sayings: [[[UInt32]]] = []

  private struct Answering {
    let question: UInt64
    let asking: Digest
    let seats: [Seat]
  }

  static let kept = 1_024

  /// Nothing read.
  public init() {}

  // MARK: What it hears

  /// A question was put to the nodes: what they said to an earlier asking is nothing to this one.
  public mutating func opened(_ asking: Digest) {
    self.asking = asking
    for seat in sayings.indices { sayings[seat].removeAll(keepingCapacity: true) }
  }

  /// A node on `seat` has said `row` to `asking`, open or in a reveal.
  public mutating func said(_ row: [UInt32], by seat: Int, to asking: Digest) {
    guard asking == self.asking else { return }
    while sayings.count <= seat { sayings.append([]) }
    if !sayings[seat].contains(row) { sayings[seat].append(row) }
  }

  /// A node on `seat` was told that its answer to `question` stands at `entry`.
  public func told(_ entry: Entry, question: QuestionID, asking: Digest, seat: Int, for stage: Stage) throws(Finding) {
    guard entry.position > 0, entry.position <= position, hashes[Int(entry.position) - 1] == entry.hash else {
      throw Finding(what: "seat \(seat) was told of event \(entry.position), which is not in the ledger")
    }
    guard let answering = answering[entry.position] else {
      // Only the latest are remembered by name; the hash has been compared.
      guard let oldest = answeringOrder.first, entry.position > oldest else { return }
      throw Finding(what: "seat \(seat) was told that event \(entry.position) holds answers, which it does not")
    }
    guard answering.question == question.number, answering.asking == asking, answering.seats.contains(Seat(seat)) else {
      throw Finding(what: "seat \(seat) was told that its \(stage.rawValue) is in event \(entry.position): it is not")
    }
  }

  /// A caller was shown `consensus` as the answer to its question, from event `entry`.
  public func shown(_ entry: Entry) throws(Finding) {
    guard entry.position > 0, entry.position <= position, hashes[Int(entry.position) - 1] == entry.hash else {
      throw Finding(what: "a caller was shown an answer from event \(entry.position), which is not in the ledger")
    }
  }

  /// Whoever reported the outcome of `question` was told that it is in the ledger.
  public func accepted(_ question: QuestionID, outcome: Int) throws(Finding) {
    guard question.number <= UInt64(ends.count), ends[Int(question.number) - 1] == Int32(outcome) else {
      throw Finding(what: "the outcome of \(question) was accepted, and the ledger does not hold it")
    }
  }

  /// Takes note of who stands in an event that receipts will speak of.
  mutating func remember(_ question: QuestionID, _ asking: Digest, _ seats: [Seat]) {
    answering[position] = Answering(question: question.number, asking: asking, seats: seats)
    answeringOrder.append(position)
    guard answeringOrder.count > 2 * Self.kept else { return }
    for old in answeringOrder[..<Self.kept] { answering[old] = nil }
    answeringOrder.removeFirst(Self.kept)
  }

  /// Every row of `table` must be what its node said to `asking`.
  func compare(_ table: PredictionTable, asking: Digest) throws(Finding) {
    for (row, seat) in table.seats.enumerated() {
      guard asking == self.asking, seat.index < sayings.count,
        sayings[seat.index].contains(where: { $0.elementsEqual(table.row(row)) })
      else { throw Finding(what: "the ledger holds an answer of seat \(seat.index) that its node never gave") }
    }
  }

  // MARK: What must hold after every event

  func check() throws(Finding) {
    var sum = treasury + outside
    for seat in balances.indices {
      sum += balances[seat] + leaving[seat]
      guard reserved[seat] >= 0, balances[seat] >= reserved[seat] else {
        throw Finding(
          what: "seat \(seat) owns \(balances[seat]) micro-credits and has \(reserved[seat]) staked: no balance falls "
            + "below what is staked")
      }
    }
    guard sum == 0 else { throw Finding(what: "all accounts add up to \(sum) micro-credits instead of zero") }
    guard owed >= 0, owed <= treasury else {
      throw Finding(what: "the treasury owns \(treasury) micro-credits and may owe \(owed)")
    }
    guard outside <= 0 else {
      throw Finding(what: "more has left the system than entered it: \(outside) micro-credits")
    }
  }

  /// At the end everything is settled, and all balances are the council's.
  public func finish(_ council: Council) throws(Finding) {
    guard open.isEmpty, sealed.isEmpty, waiting.isEmpty else {
      throw Finding(what: "\(open.count + sealed.count + waiting.count) questions never ended")
    }
    guard reserved.allSatisfy({ $0 == 0 }), owed == 0 else {
      throw Finding(what: "something is still staked or owed, and no question is open")
    }
    guard leaving.allSatisfy({ $0 == 0 }) else { throw Finding(what: "credits that were taken out were never paid") }
    try compare(council)
  }

  /// The council's balances must be those in these books.
  public func compare(_ council: Council) throws(Finding) {
    let registry = council.registry
    guard registry.models.map(\.balance.micro) == balances, registry.models.map(\.reserved.micro) == reserved,
      registry.treasury.micro == treasury, registry.treasuryReserved.micro == owed, registry.outside.micro == outside
    else { throw Finding(what: "the council's accounts are not those that follow from the events") }
    guard council.position == position, council.open.count == open.count, council.sealed.count == sealed.count,
      council.waiting.count == waiting.count
    else { throw Finding(what: "the council's questions are not those that follow from the events") }
  }
}
