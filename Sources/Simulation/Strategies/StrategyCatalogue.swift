/// Every strategy that a scenario can name: one line each.
public enum StrategyCatalogue {
  /// In the order in which lists show them.
  public static let all: [any Strategy.Type] = [
    Honest.self, Noisy.self, Lazy.self, Extremist.self, Copier.self, LabelFlipper.self, TargetedClass.self,
    Collusion.self, SybilSplit.self, Sleeper.self, Drift.self, Whitewashing.self, NameChanging.self,
    StakeGrinding.self, SelectiveAbstention.self, Late.self, Withholding.self, Equivocation.self, HedgedPair.self,
    PayoutGriefing.self, Mimicry.self, Bribery.self, Mixture.self,
  ]

  /// The strategy called `name` with its standard values; `nil` if there is none.
  public static func strategy(named name: String) -> (any Strategy)? {
    all.first { $0.name == name }.map { $0.init(values: $0.parameters.map(\.standard)) }
  }
}
