import Quantities

// The same terms and payments for many models whose numbers lie side by side: what simulations call, question after
// question, without allocating. Models are taken 512 at a time, and mostly nobody among them is poor and everybody can
// pay: then the loops do the same for each and the compiler takes several at once.
extension RewardAndSlash {
  private static let blockSize = 512

  /// Whether pay depends on how models have done lately; with a threshold of zero nobody's work is ever poor.
  public var readsRecents: Bool { poorThreshold > 0 }

  /// What models stake that own these balances, none of it staked elsewhere.
  ///
  /// - Parameters:
  ///   - recents: how each has done lately; `nil` where the rule does not read it.
  ///   - stakes: `count` places.
  /// - Returns: the rewards that they may earn in all.
  public func open(
    _ recents: UnsafePointer<RecentWork>?, balances: UnsafePointer<Amount>, count: Int,
    stakes: UnsafeMutablePointer<Amount>
  ) -> Amount {
    var due = Amount.zero
    for first in stride(from: 0, to: count, by: Self.blockSize) {
      let size = min(Self.blockSize, count - first)
      if isPlain(recents.map { $0 + first }, paying: balances + first, size) {
        (stakes + first).update(repeating: slash, count: size)
        due += Amount(micro: reward.micro * Int64(size))
      } else {
        for row in first..<first + size {
          let terms = terms(for: recents?[row] ?? RecentWork(), free: balances[row])
          stakes[row] = terms.stake
          due += terms.reward
        }
      }
    }
    return due
  }

  // Whether all can pay the slash and it has grown for none: one sign and one count for the whole block.
  @inline(__always)
  private func isPlain(_ recents: UnsafePointer<RecentWork>?, paying amounts: UnsafePointer<Amount>, _ size: Int)
    -> Bool
  {
    var signs: Int64 = 0
    for row in 0..<size { signs |= amounts[row].micro &- slash.micro }
    guard signs >= 0, let recents else { return signs >= 0 }
    var streaks: UInt32 = 0
    for row in 0..<size { streaks |= recents[row].poorStreak }
    return streaks == 0
  }

  /// Pays models for a question of known class, and takes note of how they did.
  ///
  /// - Parameters:
  ///   - labels: the class that each held most probable.
  ///   - stakes: what `open` wrote for the same balances.
  ///   - due: what `open` returned.
  ///   - treasury: what is free of it; where `due` is more, all rewards shrink in proportion.
  ///   - recents: how each has done lately; `nil` where the rule does not read it.
  /// - Returns: what the treasury pays, and whether somebody has lost its voice.
  public func settle(
    labels: UnsafePointer<UInt16>, truth: UInt16, stakes: UnsafePointer<Amount>, count: Int, due: Amount,
    treasury: Amount, recents: UnsafeMutablePointer<RecentWork>?, balances: UnsafeMutablePointer<Amount>
  ) -> (paid: Amount, isSomebodySilent: Bool) {
    let isShort = due > treasury
    var (paid, isSomebodySilent) = (Amount.zero, false)
    for first in stride(from: 0, to: count, by: Self.blockSize) {
      let size = min(Self.blockSize, count - first)
      let (labels, stakes, balances) = (labels + first, stakes + first, balances + first)
      let recents = recents.map { $0 + first }
      if !isShort, isPlain(recents, paying: stakes, size) {
        paid += pay(labels, truth, balances, size)
      } else {
        for row in 0..<size {
          var payment = -stakes[row]
          if labels[row] == truth {
            payment = terms(for: recents?[row] ?? RecentWork(), free: stakes[row]).reward
            if isShort { payment = payment.scaled(treasury.micro, over: due.micro) }
          }
          balances[row] += payment
          paid += payment
        }
      }
      isSomebodySilent = isSomebodySilent || isSomebodyBroke(balances, size)
      if let recents { isSomebodySilent = observe(labels, truth, recents, size) || isSomebodySilent }
    }
    return (paid, isSomebodySilent)
  }

  // The full reward or the whole slash to each; returns the sum.
  @inline(__always)
  private func pay(
    _ labels: UnsafePointer<UInt16>, _ truth: UInt16, _ balances: UnsafeMutablePointer<Amount>, _ size: Int
  ) -> Amount {
    let (won, lost) = (reward.micro, 0 &- slash.micro)
    var paid: Int64 = 0
    for row in 0..<size {
      let payment = labels[row] == truth ? won : lost
      balances[row] = Amount(micro: balances[row].micro &+ payment)
      paid &+= payment
    }
    return Amount(micro: paid)
  }

  // Whether somebody owns nothing any more.
  @inline(__always)
  private func isSomebodyBroke(_ balances: UnsafePointer<Amount>, _ size: Int) -> Bool {
    var signs: Int64 = 0
    for row in 0..<size { signs |= balances[row].micro &- 1 }
    return signs < 0
  }

  // Takes note of everybody's answer; returns whether somebody is suspended now.
  @inline(__always)
  private func observe(
    _ labels: UnsafePointer<UInt16>, _ truth: UInt16, _ recents: UnsafeMutablePointer<RecentWork>, _ size: Int
  ) -> Bool {
    var isSomebodySuspended = false
    for row in 0..<size {
      recents[row].observe(isRight: labels[row] == truth, rule: self)
      if isSuspended(recents[row]) { isSomebodySuspended = true }
    }
    return isSomebodySuspended
  }
}
