import Quantities

/// What a pool remembers of its members: numbers by seat, blocks of numbers by seat, and totals.
///
/// Column by column, so that inner loops run over neighbours; column 0 is 1 for a member and 0 for a seat that has left.
public struct SeatState: Hashable, Sendable {
  /// How many seats have been given, left ones included.
  public private(set) var count = 0
  /// How many seats are members now.
  public private(set) var memberCount = 0
  /// From how many outcomes it has learnt.
  public internal(set) var learnt: UInt64 = 0
  /// How many numbers each seat has, membership included.
  let columnCount: Int
  /// How long each seat's block is.
  let blockSize: Int
  /// Column `c` of seat `i` stands at `c * stride + i`.
  private(set) var stride = 0
  var columns: [Double] = []
  var blocks: [Double] = []
  var totals: [Double]

  /// Nobody yet.
  init(columnCount: Int, blockSize: Int = 0, totals: [Double] = []) {
    self.columnCount = columnCount
    self.blockSize = blockSize
    self.totals = totals
  }

  /// Makes `seat` a member with zeros.
  mutating func add(_ seat: Seat) {
    reach(seat.index + 1)
    precondition(columns[seat.index] == 0, "a member joins once")
    columns[seat.index] = 1
    memberCount += 1
  }

  /// Forgets `seat`.
  mutating func remove(_ seat: Seat) {
    precondition(isMember(seat.index), "only a member leaves")
    forget(seat)
    memberCount -= 1
  }

  /// Sets all numbers of `seat` to 0.
  mutating func forget(_ seat: Seat) {
    for c in 0..<columnCount { columns[c * stride + seat.index] = 0 }
    for j in 0..<blockSize { blocks[seat.index * blockSize + j] = 0 }
  }

  private mutating func reach(_ count: Int) {
    guard count > self.count else { return }
    if count > stride {
      // The stride follows from the count alone, so that equal states have equal bytes.
      var wide = 8
      while wide < count { wide *= 2 }
      var moved = [Double](repeating: 0, count: wide * columnCount)
      for c in 0..<columnCount {
        for i in 0..<self.count { moved[c * wide + i] = columns[c * stride + i] }
      }
      (columns, stride) = (moved, wide)
    }
    blocks.append(contentsOf: repeatElement(0, count: (count - self.count) * blockSize))
    self.count = count
  }

  /// Whether seat `i` is a member.
  func isMember(_ i: Int) -> Bool { i < count && columns[i] == 1 }

  /// Column `c` of seat `i`.
  subscript(c: Int, i: Int) -> Double {
    get { columns[c * stride + i] }
    set { columns[c * stride + i] = newValue }
  }

  /// ln N for N members, and at least ln 2: with one member every rate is as good as another, but none may be 0.
  var logCount: Double { FixedMath.log(Double(max(2, memberCount))) }

  /// Gives `seat` the numbers of the other member with the least of `standing`, the lowest seat at a tie.
  mutating func copyLeast(to seat: Seat, standing: (Int) -> Double) {
    var best: Int?
    var least = Double.infinity
    for i in 0..<count where isMember(i) && i != seat.index {
      let value = standing(i)
      if value < least { (best, least) = (i, value) }
    }
    guard let best else { return }
    for c in 1..<columnCount { self[c, seat.index] = self[c, best] }
  }
}

extension SeatState {
  /// Members, numbers and totals, bit for bit, as one canonical value.
  func encode(into writer: inout CanonicalWriter) {
    writer.openObject()
    writer.key("blocks")
    writer.openArray()
    for value in blocks { writer.bits(value) }
    writer.closeArray()
    writer.key("columns")
    writer.openArray()
    for c in 1..<max(1, columnCount) {
      for i in 0..<count { writer.bits(columns[c * stride + i]) }
    }
    writer.closeArray()
    writer.key("learnt")
    writer.integer(learnt)
    writer.key("members")
    writer.integers((0..<count).map { columns[$0] == 1 ? 1 : 0 })
    writer.key("totals")
    writer.openArray()
    for value in totals { writer.bits(value) }
    writer.closeArray()
    writer.closeObject()
  }

  /// Reads what `encode` wrote into an empty state of the same shape.
  ///
  /// - Parameters:
  ///   - seatCount: how many seats have been given.
  ///   - ranges: where the numbers of each column but the first may lie.
  mutating func restore(
    from reader: inout CanonicalReader, seatCount: Int, ranges: [ClosedRange<Double>]
  ) throws(CanonicalError) {
    precondition(ranges.count == columnCount - 1, "a range for each column")
    try reader.openObject()
    try reader.key("blocks")
    let readBlocks = try Self.numbers(&reader)
    try reader.key("columns")
    let readColumns = try Self.numbers(&reader)
    try reader.key("learnt")
    let learnt = UInt64(try reader.integer(in: 0...(1 << 52)))
    try reader.key("members")
    let flags = try reader.integers()
    guard flags.count == seatCount, flags.allSatisfy({ $0 <= 1 }) else {
      throw CanonicalError(offset: reader.offset, expected: "0 or 1 for each of \(seatCount) seats")
    }
    guard readColumns.count == seatCount * (columnCount - 1), readBlocks.count == seatCount * blockSize else {
      throw CanonicalError(offset: reader.offset, expected: "the numbers of \(seatCount) seats")
    }
    reach(seatCount)
    for (i, flag) in flags.enumerated() {
      columns[i] = Double(flag)
      memberCount += Int(flag)
      for c in 1..<max(1, columnCount) {
        let value = readColumns[(c - 1) * seatCount + i]
        guard flag == 1 ? ranges[c - 1].contains(value) : value == 0 && value.sign == .plus else {
          throw CanonicalError(offset: reader.offset, expected: "numbers in their ranges, 0 for those who left")
        }
        columns[c * stride + i] = value
      }
      guard flag == 1 || readBlocks[i * blockSize..<(i + 1) * blockSize].allSatisfy({ $0 == 0 }) else {
        throw CanonicalError(offset: reader.offset, expected: "0 for those who left")
      }
    }
    guard readBlocks.allSatisfy({ abs($0) <= Self.most }) else {
      throw CanonicalError(offset: reader.offset, expected: "coefficients within \(Self.most)")
    }
    blocks = readBlocks
    self.learnt = learnt
    try reader.key("totals")
    let readTotals = try Self.numbers(&reader)
    guard readTotals.count == totals.count, readTotals.allSatisfy({ abs($0) <= Self.most }) else {
      throw CanonicalError(offset: reader.offset, expected: "\(totals.count) totals within \(Self.most)")
    }
    totals = readTotals
    try reader.closeObject()
  }

  /// Where weights lie that add up to 1 but for rounding.
  static let weights = 0...(1 + 1e-9)

  /// Beyond any sum that learning can reach, and small enough that products of two stay finite.
  static let most = 1e150

  private static func numbers(_ reader: inout CanonicalReader) throws(CanonicalError) -> [Double] {
    var result: [Double] = []
    try reader.openArray()
    while try reader.hasElement() { result.append(try reader.bits()) }
    return result
  }
}
