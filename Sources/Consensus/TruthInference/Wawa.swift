/// Worker agreement with aggregate: one vote weighted by how often each worker agreed with the majority.
///
/// v_i = share of i's answers that name the majority's class; posterior = shares of the weighted votes. Cheap and hard
/// to upset; it cannot use a worker who is usually wrong. Source: Appen's "aggregate confidence", in wide use.
public struct Wawa: TruthInference {
  /// Nothing to set.
  public init() {}

  /// Infers the class of each task. Two passes over the answers.
  public func infer(_ answers: AnswerSet, report: (Sweep) -> Void) throws(TruthError) -> TruthEstimate {
    let majority = VoteKernel.tops(VoteKernel.voteShares(answers), answers)
    let counts = answers.answerCountsOfWorkers()
    let weights = zip(VoteKernel.agreements(answers, majority), counts).map { $1 > 0 ? $0 / $1 : 0 }
    return TruthEstimate(
      answers: answers, method: "wawa", posterior: VoteKernel.shares(answers, weights: weights), weights: weights,
      sweeps: 2)
  }
}
