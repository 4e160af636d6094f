/// Agreement with a peer, the more worth the rarer the answer: the peer truth serum for crowdsourcing.
///
/// Pay of answer x: [x_j = x] / R(x) - 1, averaged over the peers j on the same question; R(x) = (count + 1)/(n + 1) is
/// the frequency of x among the crowd's n answers to other questions (Radanovic, Faltings, Jurca 2016, "Incentives for
/// effort in crowdsourcing using the peer truth serum", ACM TIST 7; with the count smoothed).
///
/// Guarantees: always the same answer x earns exactly -(1 - Pr(x))^(n+1) in expectation, never more than nothing, and so
/// does any answer that is independent of the question, averaged over its x. Honesty is the best report where
/// Pr(peer says x | own x) / R(x) > Pr(peer says x' | own x) / R(x') for all x' ≠ x.
/// Warning: that condition fails for many joint distributions (test it on your data); where all lie by one common
/// renaming of classes they earn as much as by honesty.
public struct PeerTruthSerum: PeerScore {
  /// It has no settings.
  public init() {}

  /// The pay as published, from -1 upwards, unbounded above as n grows.
  public func payments(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    sheets.map { pay($0, crowd, frequencyMin: 0) }
  }

  /// The pay with frequencies of at least 1/(2K), so that it is bounded, moved from 0 ... 2K onto -1 ... 1.
  ///
  /// Answers rarer than half of an equal share earn less than the paper would pay, so constant answers still gain
  /// nothing. In a wager only differences count, so the shift is without effect.
  public func scores(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    let frequencyMin = 1 / Double(2 * crowd.classCount)
    return sheets.map { sheet in
      pay(sheet, crowd, frequencyMin: frequencyMin).map { pay in pay.map { ($0 + 1) * 2 * frequencyMin - 1 } }
    }
  }

  private func pay(_ sheet: AnswerSheet, _ crowd: Crowd, frequencyMin: Double) -> [Double?] {
    sheet.answers.map { answer in
      let peers = crowd.answered[answer.task]
      guard peers > 0 else { return nil }
      let same = crowd.counts[answer.task * crowd.classCount + answer.top]
      let elsewhere = Double(crowd.totals[answer.top] - same + 1) / Double(crowd.total - peers + 1)
      return Double(same) / Double(peers) / max(elsewhere, frequencyMin) - 1
    }
  }
}
