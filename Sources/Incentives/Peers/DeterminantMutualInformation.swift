/// The product of two determinants of joint counts: what two models know in common, whatever the prior.
///
/// The questions that two models share are dealt into two halves; M¹ and M² are the K x K counts of their joint answers,
/// and each earns det M¹ · det M² (Kong 2020, "Dominantly truthful multi-task peer prediction with a constant number of
/// tasks", SODA'20). With n questions a half E det M = n (n-1) … (n-K+1) det(joint), so the expected pay is a constant
/// times det(joint)².
///
/// Guarantees: honesty is the best strategy whatever the others do (each answer's strategy multiplies det(joint) by a
/// determinant of at most 1); answers that are independent of the question, or that merge two classes, earn 0 in
/// expectation. Needs 2K shared questions.
/// Warning: renaming the classes leaves the pay as it is; above four classes pay is rare and heavy-tailed, so group
/// classes, and above `classesMax` it is refused.
public struct DeterminantMutualInformation: PeerScore {
  /// The most classes: above, determinants of a batch are noise.
  public static let classesMax = 8
  /// A sheet is compared with the first so many members of the crowd.
  public static let peersMax = 64

  /// It has no settings.
  public init() {}

  /// One score for the whole sheet: det M¹ · det M² over their largest values (n/K)^K, averaged over the crowd.
  ///
  /// - Complexity: O(peers · (tasks + K³)) for each sheet.
  public func scores(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    sheets.map { sheet in
      var sum = 0.0
      var peers = 0
      for peer in crowd.sheets.prefix(Self.peersMax) {
        let halves = Self.shared(sheet, peer)
        guard min(halves.first.count, halves.second.count) >= crowd.classCount else { continue }
        sum += Self.product(halves.first, halves.second, classCount: crowd.classCount)
        peers += 1
      }
      let score = peers > 0 ? min(max(sum / Double(peers), -1), 1) : nil
      return sheet.answers.map { _ in score }
    }
  }

  /// The answers to the questions that both have answered, dealt in turn into two halves.
  private static func shared(_ own: AnswerSheet, _ peer: AnswerSheet) -> (first: [(Int, Int)], second: [(Int, Int)]) {
    var first: [(Int, Int)] = []
    var second: [(Int, Int)] = []
    var place = 0
    for answer in own.answers {
      while place < peer.answers.count, peer.answers[place].task < answer.task { place += 1 }
      guard place < peer.answers.count else { break }
      guard peer.answers[place].task == answer.task else { continue }
      let pair = (answer.top, peer.answers[place].top)
      if first.count == second.count { first.append(pair) } else { second.append(pair) }
    }
    return (first, second)
  }

  /// det M¹ · det M² over their largest values, between -1 and 1.
  private static func product(_ first: [(Int, Int)], _ second: [(Int, Int)], classCount: Int) -> Double {
    var result = 1.0
    for pairs in [first, second] {
      var matrix = counts(pairs, classCount: classCount)
      // The largest determinant of n counts is that of n/K on the diagonal.
      for cell in matrix.indices { matrix[cell] *= Double(classCount) / Double(pairs.count) }
      result *= SquareMatrix.determinant(matrix, size: classCount)
    }
    return result
  }

  /// det M¹ · det M² of joint answers, as published.
  ///
  /// - Parameters:
  ///   - first: pairs of answers, own and the peer's, to one half of the questions.
  ///   - second: to the other half.
  public static func payment(
    first: [(own: Int, peer: Int)], second: [(own: Int, peer: Int)], classCount: Int
  ) -> Double {
    [first, second].reduce(1.0) { product, pairs in
      product
        * SquareMatrix.determinant(counts(pairs.map { ($0.own, $0.peer) }, classCount: classCount), size: classCount)
    }
  }

  private static func counts(_ pairs: [(Int, Int)], classCount: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: classCount * classCount)
    for (own, peer) in pairs { counts[own * classCount + peer] += 1 }
    return counts
  }
}
