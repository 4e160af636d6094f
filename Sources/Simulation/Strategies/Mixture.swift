import Quantities

/// Plays one strategy in a part of the questions between two of them, and another one everywhere else.
///
/// What attack search finds is written down as this: a sleeper with any second face, a liar on some days, an owner of
/// many names that all speak with one belief. Its settings are those of all other strategies together, each behind the
/// name of its strategy and an underscore; those of strategies that it does not play have no effect.
public struct Mixture: Strategy {
  /// `mixture`.
  public static let name = "mixture"
  /// Which two, when and how often; then the settings of every strategy in the catalogue.
  public static let parameters: [StrategyParameter] = own + parts.flatMap(settings)

  /// The strategies that can be played: all others.
  static let parts: [any Strategy.Type] = StrategyCatalogue.all.filter { $0.name != name }

  private static let partNames: [String] = parts.map { $0.name }
  private static let honestIndex = Double(partNames.firstIndex(of: Honest.name) ?? 0)
  private static let partRange: ClosedRange<Double> = 0...Double(partNames.count - 1)

  private static let own: [StrategyParameter] = [
    StrategyParameter(
      "first", "what it plays between the two questions", partRange, standard: honestIndex, isWhole: true,
      choices: partNames),
    StrategyParameter(
      "second", "what it plays else", partRange, standard: honestIndex, isWhole: true, choices: partNames),
    StrategyParameter("share", "the part of the questions between the two on which it plays first", 0...1, standard: 1),
    StrategyParameter("start", "the question from which it plays first", 1...1e9, standard: 1, isWhole: true),
    StrategyParameter("end", "the last question on which it plays first", 1...1e9, standard: 1e9, isWhole: true),
    StrategyParameter(
      "one_mind", "1 if every member speaks for what the first of its group believes", 0...1, standard: 0,
      isWhole: true),
  ]

  private static func settings(of part: any Strategy.Type) -> [StrategyParameter] {
    part.parameters.map {
      StrategyParameter(
        "\(part.name)_\($0.name)", $0.meaning, $0.range, standard: $0.standard, isWhole: $0.isWhole,
        choices: $0.choices,
        isGiven: $0.isGiven)
    }
  }

  /// In the order of `parameters`.
  public let values: [Double]
  /// What it plays between the two questions.
  public let first: any Strategy
  /// What it plays else.
  public let second: any Strategy
  private let share: Double
  private let questions: ClosedRange<Int>
  private let isOneMind: Bool

  /// The mixture with `values` in the order of `parameters`.
  public init(values: [Double]) {
    precondition(values.count == Self.parameters.count, "one value for each setting")
    self.values = values
    func part(_ choice: Double) -> any Strategy {
      let index = Int(choice)
      let start = Self.own.count + Self.parts[..<index].reduce(0) { $0 + $1.parameters.count }
      let type = Self.parts[index]
      return type.init(values: Array(values[start..<start + type.parameters.count]))
    }
    first = part(values[0])
    second = part(values[1])
    share = values[2]
    questions = Int(values[3])...max(Int(values[3]), Int(values[4]))
    isOneMind = values[5] == 1
  }

  /// Plays `first` on `share` of the `questions`, else `second`.
  ///
  /// Where both are the same strategy, they have the same settings: those of `first`.
  public init(
    first: any Strategy, second: any Strategy = Honest(), share: Double = 1,
    questions: ClosedRange<Int> = 1...1_000_000_000,
    isOneMind: Bool = false
  ) {
    func index(_ strategy: any Strategy) -> Double {
      guard let index = Self.parts.firstIndex(where: { $0.name == type(of: strategy).name }) else {
        preconditionFailure("a mixture plays strategies of the catalogue, and no mixture")
      }
      return Double(index)
    }
    var values = Self.parameters.map(\.standard)
    values[0] = index(first)
    values[1] = index(second)
    values[2] = share
    values[3] = Double(questions.lowerBound)
    values[4] = Double(questions.upperBound)
    values[5] = isOneMind ? 1 : 0
    for strategy in [second, first] {
      let start =
        Self.own.count + Self.parts[..<Int(index(strategy))].reduce(0) { $0 + $1.parameters.count }
      for (place, value) in strategy.values.enumerated() { values[start + place] = value }
    }
    self.init(values: values)
  }

  /// Equal values play alike.
  public static func == (a: Mixture, b: Mixture) -> Bool { a.values == b.values }
  /// Equal values play alike.
  public func hash(into hasher: inout Hasher) { hasher.combine(values) }

  /// Whether a setting makes a difference: those of strategies that are not played do not.
  func heeds(_ parameter: Int) -> Bool {
    guard parameter >= Self.own.count else { return true }
    var start = Self.own.count
    for (index, part) in Self.parts.enumerated() {
      start += part.parameters.count
      if parameter < start { return values[0] == Double(index) || values[1] == Double(index) }
    }
    return false
  }

  /// What the strategy of the moment answers.
  public func answer(_ view: borrowing AnswerView, row: UnsafeMutablePointer<UInt32>) -> AnswerAct {
    var inner = copy view
    // The first draw decides between the two; what is played draws after it.
    let draw = inner.random.unit()
    let strategy = draw < share && questions.contains(inner.question) ? first : second
    guard isOneMind else { return strategy.answer(inner, row: row) }
    let own = Array(UnsafeBufferPointer(start: row, count: view.classCount))
    row.update(from: view.shared, count: view.classCount)
    inner.top = Billionths.top(UnsafeBufferPointer(start: view.shared, count: view.classCount))
    let act = strategy.answer(inner, row: row)
    // Who says nothing leaves its row as it was.
    if act == .absent { for (k, share) in own.enumerated() { row[k] = share } }
    return act
  }

  /// What the strategy of the moment does; between the two questions that is `first`.
  public func move(_ view: borrowing MoveView) -> MoveAct {
    playing(at: view.question).move(view)
  }

  /// What the strategy of the moment does; between the two questions that is `first`.
  public func bribe(_ view: borrowing BribeView) -> Bribe? {
    playing(at: view.question).bribe(view)
  }

  private func playing(at question: Int) -> any Strategy { share > 0 && questions.contains(question) ? first : second }

  /// What `first` waits for, else what `second` does.
  public var sight: Sight { first.sight != .nothing ? first.sight : second.sight }
}
