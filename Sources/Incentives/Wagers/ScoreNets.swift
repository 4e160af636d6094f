import Quantities

/// What each of many wins or loses in a wager by weighted scores, worked out where the numbers lie: the kernel of
/// `WeightedScoreWager`, for one question in production and for millions in a simulation.
///
/// net_i = m_i (s_i - W/M) in billionths of a micro-credit, W = Σ m_j s_j, M = Σ m_j. Each is rounded down, exactly, and
/// the units that are then missing from zero go to the largest remainders, a tie to the lower index. Memory is used again
/// from one question to the next. Not to be shared between tasks.
///
/// Divisions by M would be of 128 bits. W/M = w + r/M is taken once; then floor(m r / M) is the high word of m times
/// floor(2^64 r / M), or one more (m is below 2^63), and the rest says which. The remainder is made of whole billionths
/// and a fraction of M; the whole ones replace the scores, the fraction is worked out again for the few that need it.
/// The largest remainders are found by digits of the key from above, in linear time however many are equal.
public final class ScoreNets {
  // How many remainders share their topmost digit, and working room for the other digits.
  private let tallies: UnsafeMutablePointer<Int>
  // The rows whose remainders are level with the last one that gets a unit, as far as digits have been looked at.
  private var level: [Int32] = []

  private static let digitBits = 10
  private static let digitCount = 1 << digitBits

  /// Nothing worked out yet.
  public init() {
    tallies = .allocate(capacity: Self.digitCount)
    tallies.initialize(repeating: 0, count: Self.digitCount)
  }

  deinit { tallies.deallocate() }

  /// One division of `m r` by the pot for each row.
  private struct Drag {
    let pot: UInt64
    /// The mean score is `whole + rest/pot` billionths.
    let whole: UInt64
    let rest: UInt64
    private let inverse: UInt64

    init(pot: UInt64, weighted: UInt128) {
      self.pot = pot
      let (quotient, remainder) = weighted.quotientAndRemainder(dividingBy: UInt128(pot))
      (whole, rest) = (UInt64(quotient), UInt64(remainder))
      inverse = pot.dividingFullWidth((high: rest, low: 0)).quotient
    }

    /// floor(m r / M), and what is left of it, a number below M.
    @inline(__always)
    func of(_ stake: UInt64) -> (quotient: UInt64, remainder: UInt64) {
      let quotient = stake.multipliedFullWidth(by: inverse).high
      // Below 2 M, and so below 2^63: the products may wrap around, their difference is right.
      let remainder = stake &* rest &- quotient &* pot
      return remainder >= pot ? (quotient &+ 1, remainder &- pot) : (quotient, remainder)
    }

    /// The fraction of M by which a net lies above its whole billionths.
    @inline(__always)
    func fraction(_ stake: UInt64) -> UInt64 {
      let remainder = of(stake).remainder
      return remainder > 0 ? pot - remainder : 0
    }
  }

  /// Works out the nets of `count` rows.
  ///
  /// - Parameters:
  ///   - stakes: not negative, their sum at most 2^62 micro-credits.
  ///   - scores: in billionths, 0 to one billion; used up.
  ///   - balances: to which the nets are added: whole micro-credits that add up to zero, none below minus its stake; all
  ///     zero where nobody stakes.
  /// - Complexity: O(count).
  public func settle(
    stakes: UnsafePointer<Amount>, scores: UnsafeMutablePointer<UInt32>, count: Int,
    addingTo balances: UnsafeMutablePointer<Amount>
  ) {
    var (pot, most): (UInt64, UInt64) = (0, 0)
    var (low, high): (UInt64, UInt64) = (0, 0)
    for i in 0..<count {
      let stake = UInt64(bitPattern: stakes[i].micro)
      pot &+= stake
      most = max(most, stake)
      let product = stake.multipliedFullWidth(by: UInt64(scores[i]))
      let sum = low.addingReportingOverflow(product.low)
      low = sum.partialValue
      high = high &+ product.high &+ (sum.overflow ? 1 : 0)
    }
    guard pot > 0 else { return }
    precondition(pot <= 1 << 62, "all money together is below 2^62")
    let drag = Drag(pot: pot, weighted: UInt128(high) << 64 | UInt128(low))
    // A stake times two billions fits one word up to 9,000 credits.
    let left =
      most <= 9_000_000_000
      ? floors(stakes, scores, count, balances, drag, UInt64.self)
      : floors(stakes, scores, count, balances, drag, UInt128.self)
    if left > 0 { handOut(left, stakes, UnsafePointer(scores), count, balances, drag) }
  }

  // Rounds all nets down; returns how many units are missing. Leaves the whole billionths of the remainders in `scores`.
  @inline(__always)
  private func floors<Wide: FixedWidthInteger & UnsignedInteger>(
    _ stakes: UnsafePointer<Amount>, _ scores: UnsafeMutablePointer<UInt32>, _ count: Int,
    _ balances: UnsafeMutablePointer<Amount>, _ drag: Drag, _: Wide.Type
  ) -> Int {
    let one = UInt64(Billionths.one)
    // Lifted by a billion, each net is positive: the mean is below a billion wherever a score is.
    let lift = one - drag.whole
    var paid: Int64 = 0
    for i in 0..<count {
      let stake = UInt64(bitPattern: stakes[i].micro)
      let (quotient, remainder) = drag.of(stake)
      let exact =
        Wide(truncatingIfNeeded: stake) &* Wide(truncatingIfNeeded: UInt64(scores[i]) &+ lift)
        &- Wide(truncatingIfNeeded: quotient &+ (remainder > 0 ? 1 : 0))
      let part = exact / Wide(truncatingIfNeeded: one)
      scores[i] = UInt32(truncatingIfNeeded: exact &- part &* Wide(truncatingIfNeeded: one))
      let payment = Int64(truncatingIfNeeded: part) &- Int64(truncatingIfNeeded: stake)
      balances[i] = Amount(micro: balances[i].micro &+ payment)
      paid &+= payment
    }
    return Int(-paid)
  }

  // One unit each to the `left` largest remainders, a tie to the lower index. More of them are above zero than that.
  private func handOut(
    _ left: Int, _ stakes: UnsafePointer<Amount>, _ whole: UnsafePointer<UInt32>, _ count: Int,
    _ balances: UnsafeMutablePointer<Amount>, _ drag: Drag
  ) {
    // The first digit of all rows: ten of thirty bits.
    for digit in 0..<Self.digitCount { tallies[digit] = 0 }
    for i in 0..<count { tallies[Int(whole[i] &>> 20)] &+= 1 }
    var (limit, need) = threshold(left)
    level.removeAll(keepingCapacity: true)
    for i in 0..<count {
      let digit = Int(whole[i] &>> 20)
      if digit > limit { pay(i, balances) } else if digit == limit { level.append(Int32(i)) }
    }
    for shift in [10, 0] {
      need = narrow(need, balances) { Int(whole[$0] &>> UInt32(shift)) & (Self.digitCount - 1) }
    }
    // Whole billionths are equal from here on, and fractions decide.
    var shift = max(0, UInt64.bitWidth - drag.pot.leadingZeroBitCount - Self.digitBits)
    while need < level.count {
      need = narrow(need, balances) { row in
        Int(drag.fraction(UInt64(bitPattern: stakes[row].micro)) &>> UInt64(shift)) & (Self.digitCount - 1)
      }
      guard shift > 0 else { break }
      shift = max(0, shift - Self.digitBits)
    }
    for i in level.prefix(need) { pay(Int(i), balances) }
  }

  // Which digit the last of `need` units goes to, and how many are left for its rows.
  private func threshold(_ need: Int) -> (digit: Int, left: Int) {
    var (digit, left) = (Self.digitCount - 1, need)
    while tallies[digit] < left {
      left -= tallies[digit]
      digit -= 1
    }
    return (digit, left)
  }

  // Pays those of the level rows whose digit is above that of the last unit, and keeps those with the same, in order.
  private func narrow(_ need: Int, _ balances: UnsafeMutablePointer<Amount>, digit: (Int) -> Int) -> Int {
    guard need < level.count else { return need }
    for value in 0..<Self.digitCount { tallies[value] = 0 }
    for row in level { tallies[digit(Int(row))] += 1 }
    let (limit, left) = threshold(need)
    var kept = 0
    for row in level {
      let value = digit(Int(row))
      if value > limit {
        pay(Int(row), balances)
      } else if value == limit {
        level[kept] = row
        kept += 1
      }
    }
    level.removeLast(level.count - kept)
    return left
  }

  @inline(__always)
  private func pay(_ row: Int, _ balances: UnsafeMutablePointer<Amount>) {
    balances[row] = Amount(micro: balances[row].micro &+ 1)
  }
}
