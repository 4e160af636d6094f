/// A score for answers to questions whose outcome nobody knows, from the answers of others alone.
///
/// Scores are expectations over all peers and all penalty questions, in closed form from counts, rather than draws of
/// one: no chance is needed, nobody can hope for a lucky peer, and the variance is the least there is.
public protocol PeerScore: Hashable, Sendable {
  /// The score of each answer on each of `sheets`, between -1 and 1; `nil` where the crowd has nothing to compare with.
  ///
  /// The score of a sheet depends on that sheet and the crowd alone. Whether it is `nil` does not depend on what was
  /// answered, only on what questions.
  func scores(of sheets: [AnswerSheet], against crowd: Crowd) -> [[Double?]]
}
