import Consensus
import Quantities

/// What becomes of questions whose outcome never comes, with its settings: part of the rules in a ledger's first event.
public struct UnresolvedRule: Hashable, Sendable {
  /// The rules that can be named.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Stakes go back; the default.
    case returnStakes = "return_stakes"
    /// `PeerTruthSerum`.
    case peerTruthSerum = "peer_truth_serum"
    /// `CorrelatedAgreement`.
    case correlatedAgreement = "correlated_agreement"
    /// `DeterminantMutualInformation`.
    case dmi
    /// `SurrogateScoring`, with three models or more in each third of them: nine.
    case surrogate
    /// `OutputAgreement`, a bad example.
    case outputAgreement = "output_agreement"
  }

  /// Which rule. Default: stakes go back.
  public var kind = Kind.returnStakes
  /// How many expired questions are settled together. Default: 100. More make the scores surer and the wait longer.
  public var batch: UInt32 = 100
  /// How long an expired question waits for a batch to fill, in milliseconds; then those that wait are settled as they
  /// are. Default: 7 days.
  public var wait: UInt64 = 7 * 24 * 3_600_000

  /// The defaults.
  public init() {}

  /// The largest batch: with 10,000 classes its counts take 80 MB.
  public static let batchMax: UInt32 = 1_000

  /// What is wrong with the settings; `nil` where all are within bounds.
  public var fault: String? {
    guard (2...Self.batchMax).contains(batch) else { return "a batch outside 2 to \(Self.batchMax) questions" }
    guard wait <= Tick.latest.milliseconds else { return "a wait of more than 142,000 years" }
    return nil
  }

  /// How many classes a question may have under this rule.
  public var classesMax: Int {
    switch kind {
    case .returnStakes, .outputAgreement, .peerTruthSerum: .max
    case .correlatedAgreement: 256
    case .dmi: DeterminantMutualInformation.classesMax
    case .surrogate: SurrogateScoring.classesMax
    }
  }

  /// The settlements of expired questions, each of which adds up to zero without the treasury.
  ///
  /// - Parameter batch: questions of one council, whatever their outcome says.
  public func settle(_ batch: [StakedQuestion]) -> [Settlement] {
    switch kind {
    case .returnStakes: batch.map(\.returned)
    case .peerTruthSerum: PeerWager.settle(batch, by: PeerTruthSerum())
    case .correlatedAgreement: PeerWager.settle(batch, by: CorrelatedAgreement())
    case .dmi: PeerWager.settle(batch, by: DeterminantMutualInformation())
    case .surrogate: PeerWager.settle(batch, by: SurrogateScoring())
    case .outputAgreement: PeerWager.settle(batch, by: OutputAgreement())
    }
  }

  /// Kind and settings as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("batch")
    writer.integer(batch)
    writer.key("kind")
    writer.text(kind.rawValue)
    writer.key("wait")
    writer.integer(wait)
    writer.closeObject()
  }

  /// Reads what `encode` wrote; settings out of bounds are refused.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("batch")
    batch = UInt32(try reader.integer(in: 0...Int64(UInt32.max)))
    try reader.key("kind")
    guard let kind = Kind(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known rule for questions without an outcome")
    }
    self.kind = kind
    try reader.key("wait")
    wait = UInt64(try reader.count())
    if let fault { throw CanonicalError(offset: reader.offset, expected: "sound settings, not \(fault)") }
    try reader.closeObject()
  }
}
