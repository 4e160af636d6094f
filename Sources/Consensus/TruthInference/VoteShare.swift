/// Majority vote: every answer counts the same.
///
/// The estimate's posterior is the share of the votes; a tie goes to the lowest class. Better than chance workers that
/// err independently make its error fall exponentially in their number (Condorcet 1785).
public struct VoteShare: TruthInference {
  /// Nothing to set.
  public init() {}

  /// Infers the class of each task. One pass over the answers.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    TruthEstimate(
      answers: answers, method: "majority", posterior: VoteKernel.voteShares(answers),
      weights: [Double](repeating: 1, count: answers.workerCount), sweeps: 1)
  }
}
