import Quantities

/// All plans that play one strategy first and another one second, as points of a box of real numbers.
///
/// Each axis goes from 0 to 1, and goes on as in a mirror beyond; a tenth at either end stands for the end itself, so
/// that a search reaches what lies on the edge: all names, every question, the largest setting.
struct AttackSpace: Sendable {
  private enum Axis: Sendable {
    case identities
    case firstPart
    case share
    case start
    case length
    case setting(StrategyParameter, ofFirst: Bool)
  }

  /// What is played first.
  let first: any Strategy.Type
  /// What is played second.
  let second: any Strategy.Type
  private let axes: [Axis]
  private let members: Int
  private let identitiesMax: Int
  private let questionCount: Int
  private let classCount: Int

  /// The space of `first` and `second` for what `adversary` has.
  init(_ first: any Strategy.Type, _ second: any Strategy.Type = Honest.self, for adversary: Adversary) {
    self.first = first
    self.second = second
    members = adversary.members
    identitiesMax = adversary.identitiesMax
    questionCount = adversary.without.questionCount
    classCount = adversary.without.classCount
    var axes: [Axis] = []
    if identitiesMax > 1, adversary.isDivisible { axes.append(.identities) }
    if first != second {
      // One member has one belief, and two groups would have two.
      if members > 1, adversary.isDivisible { axes.append(.firstPart) }
      axes += [.share, .start, .length]
    }
    axes += first.parameters.filter { !$0.isGiven }.map { .setting($0, ofFirst: true) }
    if second != first { axes += second.parameters.filter { !$0.isGiven }.map { .setting($0, ofFirst: false) } }
    self.axes = axes
  }

  /// How many axes.
  var dimension: Int { axes.count }

  /// The plan at `point`, wherever that lies.
  func plan(at point: [Double]) -> AttackPlan {
    var plan = AttackPlan(identities: members)
    var firstPart = 1.0
    var start = 0.0
    var length = 1.0
    var firstValues: [Double] = []
    var secondValues: [Double] = []
    for (axis, coordinate) in zip(axes, point) {
      let place = Self.place(coordinate)
      switch axis {
      case .identities: plan.identities = Int(Self.onScale(place, 1...Double(identitiesMax), isRatio: true).rounded())
      case .firstPart: firstPart = place
      case .share: plan.share = (place * 100).rounded() / 100
      case .start: start = place
      case .length: length = place
      case .setting(let parameter, let isFirst):
        let value = value(place, of: parameter)
        if isFirst { firstValues.append(value) } else { secondValues.append(value) }
      }
    }
    plan.firstIdentities = max(1, Int((firstPart * Double(plan.identities)).rounded()))
    plan.first = Self.strategy(first, firstValues)
    plan.second = second == first ? plan.first : Self.strategy(second, secondValues)
    let begin = 1 + Int((start * Double(questionCount - 1)).rounded())
    let end = begin + Int((length * Double(questionCount - begin)).rounded())
    if begin > 1 || end < questionCount {
      plan.questions = begin...(end < questionCount ? end : AttackPlan.always.upperBound)
    }
    if plan.share == 0 { plan.share = 0.01 }
    return plan
  }

  // What is given keeps its standard value.
  private static func strategy(_ type: any Strategy.Type, _ chosen: [Double]) -> any Strategy {
    var chosen = chosen[...]
    return type.init(values: type.parameters.map { $0.isGiven ? $0.standard : chosen.removeFirst() })
  }

  /// A point whose plan is `identities` names that play the standard first strategy on every question.
  func standard(identities: Int) -> [Double] {
    axes.map { axis in
      switch axis {
      case .identities: Self.coordinate(Self.offScale(Double(identities), 1...Double(identitiesMax), isRatio: true))
      case .firstPart, .share, .length: 0.97
      case .start: 0.03
      case .setting(let parameter, _):
        Self.coordinate(
          Self.offScale(parameter.standard, range(of: parameter), isRatio: isRatio(range(of: parameter))))
      }
    }
  }

  /// A point drawn at random: settings anywhere, and each complication in half of the cases.
  func random(_ random: inout CounterStream) -> [Double] {
    let plain = standard(identities: members)
    return axes.indices.map { index in
      let place = random.unit()
      let isKept = random.unit() < 0.5
      if case .setting = axes[index] { return place }
      return isKept ? plain[index] : place
    }
  }

  /// A point of this space made of one of each strategy's own: settings, names and times are taken over, and both
  /// strategies get an equal part, of the names or of the questions.
  func joining(
    _ first: (point: [Double], space: AttackSpace), _ second: (point: [Double], space: AttackSpace)
  ) -> [Double] {
    zip(axes, standard(identities: members)).map { axis, standard in
      switch axis {
      case .identities, .start, .length: first.space.coordinate(like: axis, in: first.point) ?? standard
      case .firstPart: 0.5
      case .share: members > 1 ? standard : 0.5
      case .setting(_, ofFirst: true): first.space.coordinate(like: axis, in: first.point) ?? standard
      case .setting(_, ofFirst: false): second.space.coordinate(like: axis, in: second.point) ?? standard
      }
    }
  }

  // The coordinate of `point` on the axis that means the same; a setting is looked for among those of the first strategy.
  private func coordinate(like axis: Axis, in point: [Double]) -> Double? {
    for (own, coordinate) in zip(axes, point) {
      switch (axis, own) {
      case (.identities, .identities), (.start, .start), (.length, .length): return coordinate
      case (.setting(let wanted, _), .setting(let parameter, ofFirst: true)) where wanted == parameter:
        return coordinate
      default: continue
      }
    }
    return nil
  }

  // Scenarios have at most a thousand classes, so a whole number up to 999 is a class; one that goes far beyond counts
  // questions. Neither is searched beyond what the scenario has.
  private func range(of parameter: StrategyParameter) -> ClosedRange<Double> {
    let range = parameter.range
    guard parameter.isWhole, parameter.choices.isEmpty, range.upperBound >= 999 else { return range }
    let most = range.upperBound == 999 ? classCount - 1 : questionCount
    return range.lowerBound...max(range.lowerBound, Double(most))
  }

  // Ranges over several powers of ten are searched by ratios.
  private func isRatio(_ range: ClosedRange<Double>) -> Bool {
    range.lowerBound > 0 && range.upperBound / range.lowerBound > 1_000
  }

  private func value(_ place: Double, of parameter: StrategyParameter) -> Double {
    let range = range(of: parameter)
    let value = Self.onScale(place, range, isRatio: isRatio(range))
    if parameter.isWhole { return min(max(value.rounded(), range.lowerBound), range.upperBound) }
    // Three significant places are enough, and easier to read; the ends stay what they are.
    let span = range.upperBound - range.lowerBound
    guard place > 0, place < 1, !isRatio(range), span > 0 else { return value }
    return range.lowerBound + span * ((place * 1_000).rounded() / 1_000)
  }

  // Folds a coordinate into 0...1 and widens the ends.
  private static func place(_ coordinate: Double) -> Double {
    let turn = abs(coordinate).truncatingRemainder(dividingBy: 2)
    let folded = turn > 1 ? 2 - turn : turn
    return min(max((folded - 0.1) / 0.8, 0), 1)
  }

  private static func coordinate(_ place: Double) -> Double {
    place <= 0 ? 0.03 : place >= 1 ? 0.97 : 0.1 + 0.8 * place
  }

  private static func onScale(_ place: Double, _ range: ClosedRange<Double>, isRatio: Bool) -> Double {
    if place <= 0 { return range.lowerBound }
    if place >= 1 { return range.upperBound }
    guard isRatio else { return range.lowerBound + place * (range.upperBound - range.lowerBound) }
    let ratio = FixedMath.log(range.upperBound / range.lowerBound)
    return range.lowerBound * FixedMath.exp(place * ratio)
  }

  private static func offScale(_ value: Double, _ range: ClosedRange<Double>, isRatio: Bool) -> Double {
    guard range.upperBound > range.lowerBound else { return 0 }
    guard isRatio else { return (value - range.lowerBound) / (range.upperBound - range.lowerBound) }
    return FixedMath.log(value / range.lowerBound) / FixedMath.log(range.upperBound / range.lowerBound)
  }
}
