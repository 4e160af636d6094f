import Quantities

/// What an adversary does: how many names it takes, which of them do what, how often and when.
public struct AttackPlan: Hashable, Sendable {
  /// Among how many names it shares its money.
  public var identities: Int
  /// How many of them play `first`; the others play `second` all the time.
  public var firstIdentities: Int
  /// What the first names do between `questions`, in `share` of them.
  public var first: any Strategy {
    get { firstBox.base }
    set { firstBox = AnyStrategy(newValue) }
  }
  /// What they do else, and what the other names do.
  public var second: any Strategy {
    get { secondBox.base }
    set { secondBox = AnyStrategy(newValue) }
  }
  /// The part of the questions on which the first names play `first`.
  public var share = 1.0
  /// Between which questions they do.
  public var questions = Self.always

  private var firstBox = AnyStrategy(Honest())
  private var secondBox = AnyStrategy(Honest())

  /// From the first question to the last.
  public static let always = 1...1_000_000_000

  /// `identities` names that all do the same all the time.
  public init(identities: Int, strategy: any Strategy = Honest()) {
    precondition(identities >= 1, "an adversary without a name takes no part")
    self.identities = identities
    firstIdentities = identities
    first = strategy
  }

  /// Whether some names play `second` alone.
  var isSplit: Bool { firstIdentities < identities }

  /// Whether `second` is played at all.
  var isMixed: Bool { isSplit || share < 1 || questions != Self.always }

  /// What the first names do, as one strategy.
  func strategy(isOneMind: Bool) -> any Strategy {
    guard isOneMind || share < 1 || questions != Self.always else { return first }
    return Mixture(first: first, second: second, share: share, questions: questions, isOneMind: isOneMind)
  }

  /// Less to tell, and perhaps as good: the plan with one complication taken away, for each that it has.
  func simpler(members: Int) -> [AttackPlan] {
    var plans: [AttackPlan] = []
    func add(_ change: (inout AttackPlan) -> Void) {
      var plan = self
      change(&plan)
      if plan != self { plans.append(plan) }
    }
    add { $0 = AttackPlan(identities: $0.identities, strategy: $0.first) }
    add { $0.firstIdentities = $0.identities }
    add { $0.share = 1 }
    add { $0.questions = Self.always }
    add { $0.second = Honest() }
    if !isSplit {
      add {
        $0.identities = members
        $0.firstIdentities = members
      }
    }
    let type = type(of: first)
    for (index, parameter) in type.parameters.enumerated() {
      add {
        var values = $0.first.values
        values[index] = parameter.standard
        $0.first = type.init(values: values)
      }
    }
    return plans
  }
}

extension AttackPlan: CustomStringConvertible {
  /// A sentence without a full stop, such as `4 names play copier (lag 1); questions 201 to 900; on 50 % of them`.
  public var description: String {
    var text = identities == 1 ? "one name" : "\(identities) names"
    if isSplit {
      text = "\(firstIdentities) of \(text) play \(Self.words(first)), the others \(Self.words(second))"
    } else {
      text += identities == 1 ? " plays \(Self.words(first))" : " play \(Self.words(first))"
    }
    if questions != Self.always {
      text += "; from question \(questions.lowerBound)"
      if questions.upperBound < Self.always.upperBound { text += " to \(questions.upperBound)" }
    }
    if share < 1 { text += "; on \(Int((share * 100).rounded())) % of the questions" }
    if isMixed, !isSplit { text += "; else \(Self.words(second))" }
    return text
  }

  private static func words(_ strategy: any Strategy) -> String {
    let type = type(of: strategy)
    let settings = zip(type.parameters, strategy.values).map { parameter, value in
      parameter.choices.isEmpty
        ? "\(parameter.name) \(Figure.text(value))" : "\(parameter.name) \(parameter.choices[Int(value)])"
    }
    return settings.isEmpty ? type.name : "\(type.name) (\(settings.joined(separator: ", ")))"
  }
}
