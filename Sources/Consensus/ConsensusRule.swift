import Quantities

/// Which mechanism pools the predictions, with its settings: part of the rules in a ledger's first event.
public struct ConsensusRule: Hashable, Sendable {
  /// The mechanisms that can be named.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// `MajorityVote`.
    case majorityVote = "majority_vote"
    /// `WeightedVote`.
    case weightedVote = "weighted_vote"
    /// `TrackRecordPool`, the default.
    case trackRecord = "track_record"
    /// `FixedShare`.
    case fixedShare = "fixed_share"
  }

  /// Which mechanism. Default: track record.
  public var kind = Kind.trackRecord
  /// How far one answer moves a track record, in billionths; the last 1/rate answers or so count. Default: 5 %.
  /// Raise it to follow changes faster, lower it for steadier weights. Votes by track record use it too.
  public var rate: UInt32 = 50_000_000
  /// What fixed share spreads over all members after each outcome, in billionths. Default: 1 %.
  /// Raise it where models break or drift, lower it where the best stays the best.
  public var share: UInt32 = 10_000_000

  /// The defaults.
  public init() {}

  /// An empty mechanism of this kind.
  public func mechanism(classCount: Int) -> Pool {
    switch kind {
    case .majorityVote: .majorityVote(MajorityVote())
    case .weightedVote: .weightedVote(WeightedVote(classCount: classCount, rate: rate))
    case .trackRecord: .trackRecord(TrackRecordPool(rate: rate))
    case .fixedShare: .fixedShare(FixedShare(share: shareFraction))
    }
  }

  /// A mechanism of this kind in the state that `reader` holds.
  ///
  /// - Parameter seatCount: how many seats have been given; a state that knows more or fewer of them is refused.
  public func mechanism(
    decoding reader: inout CanonicalReader, classCount: Int, seatCount: Int
  ) throws(CanonicalError) -> Pool {
    switch kind {
    case .majorityVote: .majorityVote(try MajorityVote(decoding: &reader))
    case .weightedVote:
      .weightedVote(try WeightedVote(decoding: &reader, classCount: classCount, rate: rate, seatCount: seatCount))
    case .trackRecord: .trackRecord(try TrackRecordPool(decoding: &reader, rate: rate, seatCount: seatCount))
    case .fixedShare: .fixedShare(try FixedShare(decoding: &reader, share: shareFraction, seatCount: seatCount))
    }
  }

  private var shareFraction: Double { Double(share) / Double(Billionths.one) }

  /// Kind and settings as one canonical value.
  public func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("kind")
    writer.text(kind.rawValue)
    writer.key("rate")
    writer.integer(rate)
    writer.key("share")
    writer.integer(share)
    writer.closeObject()
  }

  /// Reads what `encode` wrote.
  public init(decoding reader: inout CanonicalReader) throws(CanonicalError) {
    try reader.openObject()
    try reader.key("kind")
    guard let kind = Kind(rawValue: try reader.text()) else {
      throw CanonicalError(offset: reader.offset, expected: "a known kind of consensus")
    }
    self.kind = kind
    try reader.key("rate")
    rate = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.key("share")
    share = UInt32(try reader.integer(in: 0...Int64(Billionths.one)))
    try reader.closeObject()
  }
}
