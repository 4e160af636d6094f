/// A bad example: the share of the crowd that gave the same answer.
///
/// Why it is bad: all who say class 0 whatever they see agree always and earn the most there is, and whoever copies the
/// majority beats whoever knows better (Waggoner, Chen 2014, "Output agreement mechanisms and common knowledge"). The
/// other scores pay for agreement beyond what such answers reach. Kept to be studied.
public struct OutputAgreement: PeerScore {
  /// It has no settings.
  public init() {}

  /// The share of peers on the question with the same top class.
  public func scores(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]] {
    sheets.map { sheet in
      sheet.answers.map { answer in
        let peers = crowd.answered[answer.task]
        return peers > 0 ? Double(crowd.counts[answer.task * crowd.classCount + answer.top]) / Double(peers) : nil
      }
    }
  }
}
