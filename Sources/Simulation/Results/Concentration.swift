/// How unevenly something is spread over members: balances, or weights.
public struct Concentration: Hashable, Sendable {
  /// The Gini coefficient: 0 where all have the same, (n - 1) / n where one of n has it all.
  public var gini: Double
  /// How many members with equal parts would be as concentrated: 1 / Σ share², the inverse of the Herfindahl-Hirschman
  /// index; 0 where nobody has anything.
  public var effectiveCount: Double
  /// The Nakamoto coefficient: the fewest members who together have more than half; 0 where nobody has anything.
  /// Members are taken one by one: what one owner has under several names counts as several.
  public var nakamoto: Int

  /// Measures `ascending`: sorted, and with a sum that fits 64 bits.
  ///
  /// The Gini coefficient is 2 Σ i x_i / (n Σ x_i) - (n + 1) / n for x_1 up to x_n.
  ///
  /// - Complexity: O(n).
  public init(ascending: UnsafeBufferPointer<UInt64>) {
    var total: UInt64 = 0
    for value in ascending { total += value }
    guard total > 0 else {
      (gini, effectiveCount, nakamoto) = (0, 0, 0)
      return
    }
    let count = Double(ascending.count)
    var ranked = 0.0
    var squares = 0.0
    for (place, value) in ascending.enumerated() {
      let share = Double(value) / Double(total)
      ranked += Double(place + 1) * share
      squares += share * share
    }
    gini = max(0, 2 * ranked / count - (count + 1) / count)
    effectiveCount = 1 / squares
    var rest = total
    var taken = 0
    // What is left falls to at most half, without doubling anything that could overflow.
    while rest > 0, total - rest <= total / 2 {
      taken += 1
      rest -= ascending[ascending.count - taken]
    }
    nakamoto = taken
  }

  init(gini: Double, effectiveCount: Double, nakamoto: Int) {
    self.gini = gini
    self.effectiveCount = effectiveCount
    self.nakamoto = nakamoto
  }
}
