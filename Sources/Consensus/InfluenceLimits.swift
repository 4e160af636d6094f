import Quantities

/// The most influence each answer to a question may have.
///
/// A cap alone would pay those who split themselves; the council therefore derives each limit from the stake as well:
/// the cap, or the stake divided by the least stake per unit of influence, whichever is less.
///
/// What is limited: in a pool that mixes rows, the row's share of the mixture. In a pool that adds log odds (log pools,
/// learnt or not, the full stacker), the row's share of the sizes of all coefficients, whatever the row says this time. In
/// the meta layer, each member pool keeps the limits, and so does the layer's own mixture. What a limited row loses goes to
/// the others in proportion, none beyond its own limit; limits that add up to less than 1 are all raised by the same
/// factor, since a consensus needs the whole. The trimmed mean cannot be limited: it knows ranks, not shares.
public struct InfluenceLimits: Hashable, Sendable {
  /// For each row the limit as a fraction of 1.
  let fractions: [Double]

  /// Limits in billionths, one for each row of the table, not all zero.
  public init(_ billionths: [UInt32]) {
    precondition(billionths.contains { $0 > 0 }, "limits that allow nobody anything")
    fractions = billionths.map { Double($0) / Double(Billionths.one) }
  }
}

extension InfluenceLimits {
  /// Holds `weights`, billionths that add up to one billion, to the limits of their rows.
  func applied(to weights: [UInt32]) -> [UInt32] {
    var shares = weights.map { Double($0) / Double(Billionths.one) }
    shares.withUnsafeMutableBufferPointer { shares in
      fractions.withUnsafeBufferPointer { limits in
        if let base = shares.baseAddress { Kernels.cap(base, limits.baseAddress, shares.count) }
      }
    }
    return Billionths.shares(shares)
  }
}

extension Kernels {
  /// Holds weights that add up to 1 to `limits`, handing what is cut to those below theirs in proportion.
  ///
  /// Each sweep fixes at least one row at its limit, so N sweeps suffice; commonly two or three do. O(N) each.
  static func cap(_ weights: UnsafeMutablePointer<Double>, _ limits: UnsafePointer<Double>?, _ count: Int) {
    guard let limits else { return }
    let allowed = sum(limits, count)
    let raise = allowed < 1 ? 1 / allowed : 1
    var exceeds = false
    for i in 0..<count where weights[i] > limits[i] * raise { exceeds = true }
    guard exceeds else { return }
    if raise > 1 {
      for i in 0..<count { weights[i] = limits[i] * raise }
      return
    }
    // Those at their limit are marked by their sign until the sweeps are over.
    for _ in 0..<count {
      var (held, free, room) = (0.0, 0.0, 0.0)
      for i in 0..<count {
        if weights[i].sign == .minus {
          held -= weights[i]
        } else {
          (free, room) = (free + weights[i], room + limits[i])
        }
      }
      guard room > 0 else { break }
      let factor = free > 0 ? (1 - held) / free : 0
      var changed = false
      for i in 0..<count where weights[i].sign == .plus {
        // Where only rows of weight 0 have room left, they share it by their limits.
        let next = free > 0 ? weights[i] * factor : limits[i] * (1 - held) / room
        if next > limits[i] {
          weights[i] = -limits[i]
          changed = true
        }
      }
      if changed { continue }
      for i in 0..<count where weights[i].sign == .plus {
        weights[i] = free > 0 ? weights[i] * factor : limits[i] * (1 - held) / room
      }
      break
    }
    for i in 0..<count { weights[i] = abs(weights[i]) }
  }
}
