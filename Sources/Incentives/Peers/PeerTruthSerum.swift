/// Agreement with a peer, the more worth the rarer the answer: the peer truth serum for crowdsourcing.
///
/// Pay of answer x: [x_j = x] / R(x) - 1, averaged over the peers j on the same question; R(x) = (count + 1)/(n + 1) is
/// the frequency of x among the crowd's n answers to other questions (Radanovic, Faltings, Jurca 2016, "Incentives for
/// effort in crowdsourcing using the peer truth serum", ACM TIST 7; with the count smoothed).
///
/// Guarantees, for a crowd whose answers are independent of one another and alike in distribution: always the same answer
/// x earns exactly -(1 - Pr(x))^(n+1) in expectation, never more than nothing, and so does any answer that is independent
/// of the question, averaged over its x. Honesty is the best report exactly where
/// Pr(peer says x | own x) · E[1/R(x)] > Pr(peer says x' | own x) · E[1/R(x')] for all x' ≠ x, with
/// E[1/R(x)] = (1 - (1 - Pr(x))^(n+1)) / Pr(x); as n grows this becomes the published condition, with 1/Pr(x) for it.
/// R is the same for all peers on a question; where peers differ, the left hand is the mean over them.
/// Warnings: the condition fails for many joint distributions (test it on your data), and for rare classes while n is
/// small. Several peers who see the same questions do not answer independently: counts scatter more, and the constant
/// answer may gain, in the order of one over the number of questions. Where all lie by one common renaming of classes
/// they earn as much as by honesty.
public struct PeerTruthSerum: PeerScore {
  /// It has no settings.
  public init() {}

  /// The pay as published, from -1 upwards, at most n.
  public func payments(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    sheets.map { sheet in
      sheet.answers.map { answer in
        agreement(answer, crowd).map { $0.share * Double($0.elsewhere + 1) / Double($0.alike + 1) - 1 }
      }
    }
  }

  /// The pay moved from -1 ... n onto -1 ... 1, that is 2 (pay + 1)/(n + 1) - 1.
  ///
  /// 1/R(x) is at most n + 1, whatever the answer, and n counts answers, not what they say. So this is the published pay
  /// but for a factor and a shift that neither report nor crowd can move, and it keeps the guarantees as they stand. In a
  /// wager the shift is without effect. The price: a match moves at most 1/(1 + count) of what is wagered, little in long batches.
  /// A floor under R, or a bound by the rarest class counted, would pay more and break the condition for rare classes.
  public func scores(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    sheets.map { sheet in
      sheet.answers.map { answer in agreement(answer, crowd).map { 2 * $0.share / Double($0.alike + 1) - 1 } }
    }
  }

  // The share of peers who say the same here, and how many say so elsewhere, of how many answers.
  private func agreement(
    _ answer: AnswerSheet.Answer, _ crowd: Crowd
  ) -> (share: Double, alike: Int, elsewhere: Int)? {
    let peers = crowd.answered[answer.task]
    guard peers > 0 else { return nil }
    let same = crowd.counts[answer.task * crowd.classCount + answer.top]
    return (Double(same) / Double(peers), crowd.totals[answer.top] - same, crowd.total - peers)
  }
}
