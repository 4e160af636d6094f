import Consensus
import Incentives
import Quantities

/// 32 bytes that only a model knows until it shows its answer; without them its commitment could be guessed.
public struct Salt: Hashable, Sendable {
  /// The bytes.
  public let bytes: Digest

  /// Takes over 32 secret bytes.
  public init(_ bytes: Digest) { self.bytes = bytes }
}

/// What a model says of its answer before anyone shows one: a digest that binds it, and that tells nothing.
public enum Commitment {
  /// The commitment of `model` to `prediction` on `question` of `ledger`.
  ///
  /// SHA-256 over the domain `witan commitment 1`, a zero byte, the ledger's 16 bytes, the question's number (8 bytes,
  /// big-endian), the length of the model's name (1 byte) and the name, the salt, the number of classes and each
  /// billionth (4 bytes each, big-endian). Bound to all of these, it counts for nothing elsewhere.
  public static func digest(
    ledger: [UInt8], question: QuestionID, model: ModelID, salt: Salt, prediction: some Collection<UInt32>
  ) -> Digest {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(160 + 4 * prediction.count)
    bytes.append(contentsOf: "witan commitment 1".utf8)
    bytes.append(0)
    bytes.append(contentsOf: ledger)
    withUnsafeBytes(of: question.number.bigEndian) { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(model.name.utf8.count))
    bytes.append(contentsOf: model.name.utf8)
    salt.bytes.withUnsafeBytes { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: UInt32(prediction.count).bigEndian) { bytes.append(contentsOf: $0) }
    for share in prediction { withUnsafeBytes(of: share.bigEndian) { bytes.append(contentsOf: $0) } }
    return .sha256(bytes)
  }
}

/// A question with the commitments to its answers.
public struct Committing: Hashable, Sendable {
  /// Its number; it must be the council's next.
  public let question: QuestionID
  /// The salted digest of the feature row.
  public let features: Digest
  /// Where it comes from.
  public let origin: Origin
  /// Who committed, ascending.
  public let seats: [Seat]
  /// To what: one digest for each seat.
  public let commitments: [Digest]
  /// Who committed twice to different answers, ascending; none of `seats`.
  public let equivocal: [Seat]

  /// Puts the parts together.
  public init(
    question: QuestionID, features: Digest, origin: Origin, seats: [Seat], commitments: [Digest], equivocal: [Seat] = []
  ) {
    self.question = question
    self.features = features
    self.origin = origin
    self.seats = seats
    self.commitments = commitments
    self.equivocal = equivocal
  }
}

/// The answers that were shown after all had committed.
public struct Revealing: Hashable, Sendable {
  /// To which question.
  public let question: QuestionID
  /// The answers; those who did not show theirs have no row.
  public let table: PredictionTable
  /// The salt of each row.
  public let salts: [Salt]

  /// Puts the parts together.
  public init(question: QuestionID, table: PredictionTable, salts: [Salt]) {
    self.question = question
    self.table = table
    self.salts = salts
  }
}

/// A question whose answers are committed and not shown yet.
public struct SealedQuestion: Hashable, Sendable {
  /// The event that opened it.
  public let committed: Committed
  /// The last moment at which an outcome will be accepted.
  public let deadline: Tick

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("committed")
    committed.encode(into: &writer)
    writer.key("deadline")
    writer.integer(deadline.milliseconds)
    writer.closeObject()
  }

  init(committed: Committed, deadline: Tick) {
    self.committed = committed
    self.deadline = deadline
  }

  init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("committed")
    committed = try Committed(decoding: &reader)
    try reader.key("deadline")
    deadline = try reader.tick()
    try reader.closeObject()
  }
}
