/// Agreement on the same question less agreement on different ones, where answers agree that occur together more often
/// than by chance.
///
/// Δ(a, b) = P(a, b) - P(a) P(b), S = [Δ > 0]; pay of answer x on question t: S(x, peer's answer on t) less the mean of
/// S(own answer on l, peer's answer on m) over all l ≠ m (Dasgupta, Ghosh 2013; Shnayder, Agarwal, Frongillo, Parkes
/// 2016, "Informed truthfulness in multi-task peer prediction", EC'16). Δ is counted from pairs within the crowd, in
/// whole numbers, so one's own answers never decide which of them agree; a crowd without two answers to any question
/// gives no pairs, and then only equal answers agree.
///
/// Guarantees: honesty expects Σ max(Δ, 0), the most of any profile of strategies; answers that are independent of the
/// question expect nothing. With Δ estimated these hold up to the sign errors of the estimate.
/// Warning: where S ties two classes together, telling them apart earns nothing.
public struct CorrelatedAgreement: PeerScore {
  /// It has no settings.
  public init() {}

  /// The agreement on each question less the mean agreement across questions.
  ///
  /// - Complexity: O(tasks · K²) for the crowd, O(K) for each answer.
  public func scores(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    let agrees = Self.agreement(crowd)
    return sheets.map { Self.scores($0, crowd, agrees) }
  }

  /// Whether class a agrees with class b, K x K row-major.
  public static func agreement(_ crowd: Crowd) -> [Bool] {
    let classCount = crowd.classCount
    var pairs = [Int](repeating: 0, count: classCount * classCount)
    for task in 0..<crowd.taskCount where crowd.answered[task] > 1 {
      let start = task * classCount
      for a in 0..<classCount where crowd.counts[start + a] > 0 {
        for b in 0..<classCount {
          pairs[a * classCount + b] += crowd.counts[start + a] * (crowd.counts[start + b] - (a == b ? 1 : 0))
        }
      }
    }
    let margins = (0..<classCount).map { a in pairs[a * classCount..<(a + 1) * classCount].reduce(0, +) }
    let total = margins.reduce(0, +)
    guard total > 0 else {
      return (0..<classCount * classCount).map { $0 / classCount == $0 % classCount }
    }
    // P(a, b) > P(a) P(b), cleared of fractions. Pairs are ordered, so the table is symmetric.
    return (0..<classCount * classCount).map { cell in
      let (a, b) = cell.quotientAndRemainder(dividingBy: classCount)
      return UInt128(pairs[cell]) * UInt128(total) > UInt128(margins[a]) * UInt128(margins[b])
    }
  }

  private static func scores(_ sheet: AnswerSheet, _ crowd: Crowd, _ agrees: [Bool]) -> [Double?] {
    let classCount = crowd.classCount
    // How many of the crowd's answers agree with each class, over all questions.
    let agreeing = (0..<classCount).map { a in
      (0..<classCount).reduce(0) { $0 + (agrees[a * classCount + $1] ? crowd.totals[$1] : 0) }
    }
    var here: [Int] = []
    var acrossAgreeing = 0
    var across = 0
    for answer in sheet.answers {
      let row = answer.top * classCount
      let start = answer.task * classCount
      let same = (0..<classCount).reduce(0) { $0 + (agrees[row + $1] ? crowd.counts[start + $1] : 0) }
      here.append(same)
      acrossAgreeing += agreeing[answer.top] - same
      across += crowd.total - crowd.answered[answer.task]
    }
    return zip(sheet.answers, here).map { answer, same in
      let peers = crowd.answered[answer.task]
      guard peers > 0, across > 0 else { return nil }
      return Double(same) / Double(peers) - Double(acrossAgreeing) / Double(across)
    }
  }
}
