import Quantities

/// The smoothed recent accuracy of each member: what the track-record pool and the weighted vote weigh by.
///
/// Founders start at one half. A later member starts at the least accuracy present, so that it never outweighs the
/// worst, and leaving to come back new gains nothing.
public struct TrackRecord: Hashable, Sendable {
  /// By seat; `nil` for a seat that has left or never joined here.
  public private(set) var accuracies: [RunningAccuracy?] = []
  /// The part of the way that one answer moves an accuracy, in billionths.
  public let rate: UInt32
  private var hasLearnt = false

  /// A record without members.
  public init(rate: UInt32) { self.rate = rate }

  /// The accuracy of `seat`, in billionths; 0 for one that is not a member.
  public func accuracy(_ seat: Seat) -> UInt32 {
    accuracies.indices.contains(seat.index) ? accuracies[seat.index]?.billionths ?? 0 : 0
  }

  mutating func join(_ seat: Seat) {
    while accuracies.count <= seat.index { accuracies.append(nil) }
    let least = hasLearnt ? accuracies.lazy.compactMap { $0?.billionths }.min() : nil
    accuracies[seat.index] = RunningAccuracy(billionths: least ?? Billionths.one / 2)
  }

  mutating func leave(_ seat: Seat) { accuracies[seat.index] = nil }

  mutating func learn(_ closed: ClosedQuestion, outcome: Outcome) {
    for (row, seat) in closed.table.seats.enumerated() {
      guard accuracies[seat.index] != nil, let isRight = outcome.isRight(row, of: closed.table) else { continue }
      accuracies[seat.index]?.observe(isRight: isRight, rate: rate)
      hasLearnt = true
    }
  }

  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("accuracies")
    writer.openArray()
    for accuracy in accuracies { writer.integer(accuracy.map { Int64($0.billionths) } ?? -1) }
    writer.closeArray()
    writer.key("learnt")
    writer.integer(hasLearnt ? 1 : 0)
    writer.closeObject()
  }

  init(decoding reader: inout CanonicalReader, rate: UInt32, seatCount: Int) throws(CanonicalError) {
    self.rate = rate
    try reader.openObject()
    try reader.key("accuracies")
    try reader.openArray()
    while try reader.hasElement() {
      let value = try reader.integer(in: -1...Int64(Billionths.one))
      accuracies.append(value < 0 ? nil : RunningAccuracy(billionths: UInt32(value)))
    }
    guard accuracies.count == seatCount else {
      throw CanonicalError(offset: reader.offset, expected: "an accuracy for each of \(seatCount) seats")
    }
    try reader.key("learnt")
    hasLearnt = try reader.integer(in: 0...1) == 1
    try reader.closeObject()
  }
}
