import Quantities

// The same terms and payments for many models whose numbers lie side by side: what simulations call, question after
// question, without allocating.
extension RewardAndSlash {
  /// What models stake that own these balances, none of it staked elsewhere.
  ///
  /// - Parameters:
  ///   - recents: how each has done lately.
  ///   - stakes: `count` places.
  /// - Returns: the rewards that they may earn in all.
  public func open(
    _ recents: UnsafePointer<RecentWork>, balances: UnsafePointer<Amount>, count: Int,
    stakes: UnsafeMutablePointer<Amount>
  ) -> Amount {
    // Mostly nobody is poor and everybody can pay; the sum is then a product.
    var exceptions = Amount.zero
    var plain: Int64 = 0
    for row in 0..<count {
      let free = balances[row]
      if recents[row].poorStreak == 0, free.micro >= slash.micro {
        stakes[row] = slash
        plain &+= 1
      } else {
        let terms = terms(for: recents[row], free: free)
        stakes[row] = terms.stake
        exceptions += terms.reward
      }
    }
    return Amount(micro: reward.micro * plain) + exceptions
  }

  /// Pays models for a question of known class, and takes note of how they did.
  ///
  /// - Parameters:
  ///   - labels: the class that each held most probable.
  ///   - stakes: what `open` wrote for the same balances.
  ///   - due: what `open` returned.
  ///   - treasury: what is free of it; where `due` is more, all rewards shrink in proportion.
  /// - Returns: what the treasury pays, and whether somebody has lost its voice.
  public func settle(
    labels: UnsafePointer<UInt16>, truth: UInt16, stakes: UnsafePointer<Amount>, count: Int, due: Amount,
    treasury: Amount, recents: UnsafeMutablePointer<RecentWork>, balances: UnsafeMutablePointer<Amount>
  ) -> (paid: Amount, isSomebodySilent: Bool) {
    let isShort = due > treasury
    var paid: Int64 = 0
    var isSomebodySilent = false
    for row in 0..<count {
      var recent = recents[row]
      let stake = stakes[row]
      let isRight = labels[row] == truth
      var earned = reward
      if isShort || recent.poorStreak > 0 || stake.micro < slash.micro {
        earned = terms(for: recent, free: stake).reward
        if isShort { earned = earned.scaled(treasury.micro, over: due.micro) }
      }
      let payment = isRight ? earned.micro : 0 &- stake.micro
      let balance = balances[row].micro &+ payment
      paid &+= payment
      recent.observe(isRight: isRight, rule: self)
      recents[row] = recent
      balances[row] = Amount(micro: balance)
      if balance <= 0 || isSuspended(recent) { isSomebodySilent = true }
    }
    return (Amount(micro: paid), isSomebodySilent)
  }
}
