/// The methods of truth inference for classes, by name.
public enum TruthMethod: String, CaseIterable, Sendable {
  case auto
  case majority
  case wawa
  case zeroBasedSkill = "zero_based_skill"
  case iwmv
  case dawidSkene = "dawid_skene"
  case plainDawidSkene = "plain_dawid_skene"
  case fastDawidSkene = "fast_dawid_skene"
  case pooledDawidSkene = "pooled_dawid_skene"
  case oneCoin = "one_coin"
  case zenCrowd = "zencrowd"
  case glad
  case mace
  case kos
  case mmsr
  case ebcc

  /// The name, as in commands.
  public var name: String { rawValue }

  /// The method with its default settings.
  public var inference: any TruthInference {
    switch self {
    case .auto: AutomaticTruth()
    case .majority: VoteShare()
    case .wawa: Wawa()
    case .zeroBasedSkill: ZeroBasedSkill()
    case .iwmv: IterativeWeightedVote()
    case .dawidSkene: DawidSkene()
    case .plainDawidSkene: DawidSkene(smoothing: 0)
    case .fastDawidSkene: FastDawidSkene()
    case .pooledDawidSkene: PooledDawidSkene()
    case .oneCoin: OneCoin()
    case .zenCrowd: OneCoin.zenCrowd
    case .glad: GLAD()
    case .mace: MACE()
    case .kos: KOS()
    case .mmsr: MMSR()
    case .ebcc: EBCC()
    }
  }

  /// What it is good for, in a line.
  public var summary: String {
    switch self {
    case .auto: "chooses the model of higher evidence, with calibrated probabilities"
    case .majority: "every answer counts the same"
    case .wawa: "one vote weighted by agreement with the majority"
    case .zeroBasedSkill: "votes weighted by skills that grow from nothing"
    case .iwmv: "votes weighted anew until no label changes; fast"
    case .dawidSkene: "a confusion matrix for each worker, lightly smoothed"
    case .plainDawidSkene: "the same by maximum likelihood"
    case .fastDawidSkene: "the same with hard decisions in between; few answers a worker"
    case .pooledDawidSkene: "confusion matrices that workers learn from each other"
    case .oneCoin: "one accuracy for each worker, whatever the class"
    case .zenCrowd: "the same with classes equally frequent"
    case .glad: "skill of workers and difficulty of tasks"
    case .mace: "workers who know, or answer from a habit"
    case .kos: "message passing for two classes and random assignment"
    case .mmsr: "skills from agreement alone, safe against adversaries"
    case .ebcc: "workers who err together, as with copying or trick questions"
    }
  }
}
