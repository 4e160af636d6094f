import Learning
import Quantities

/// Groups of members as scenarios write them. Which keys go together follows from where honest answers come from:
/// `learner` or `partition` for members that learn, `recorded` for recorded ones, else statistical members.
enum GroupForms {
  /// One group.
  static let group = Codec<Group>(
    .object([head, skill, learner, recorded, tail].flatMap(\.fields).map(\.property)),
    write: { form(of: $0.source).write($0) },
    update: { (group: inout Group, node, path) throws(ScenarioError) in
      if node["learner"] != nil || node["partition"] != nil {
        group.source = .learner(LearnerShare())
      } else if node["recorded"] != nil {
        group.source = .recorded([])
      }
      try form(of: group.source).update(&group, node, path, elsewhere: elsewhere(group.source))
      if case .recorded(let names) = group.source, !names.isEmpty, node["count"] == nil { group.count = names.count }
    })

  private static func form(of source: AnswerSource) -> Form<Group> {
    let middle =
      switch source {
      case .skill: skill
      case .learner: learner
      case .recorded: recorded
      }
    return Form([head, middle, tail].flatMap(\.fields))
  }

  /// Keys of the other kinds of groups.
  private static func elsewhere(_ source: AnswerSource) -> [String: String] {
    var remedies: [String: String] = [:]
    for field in skill.fields {
      remedies[field.name] = "is for statistical members: leave it out, or learner and recorded"
    }
    for field in learner.fields { remedies[field.name] = "is for members that learn: leave recorded out" }
    for field in recorded.fields { remedies[field.name] = "is for recorded members: leave learner and partition out" }
    for field in form(of: source).fields { remedies[field.name] = nil }
    return remedies
  }

  private static let head = Form<Group>([
    Field(
      "name", "what the members are called: up to 40 of a-z, 0-9, _ and -", \.name,
      .text("a word of a-z, 0-9, _ and -", bytesMax: 40), isRequired: true),
    Field("count", "how many members", \.count, .whole(0...10_000_000)),
  ])

  private static let tail = Form<Group>([
    Field("strategy", "what they make of what they believe", \.anyStrategy, strategy),
    Field(
      "deposit", "credits that each brings in, never less than the rules' deposit; null for that", \.deposit,
      .optional(.distribution(0...1_000_000), start: .constant(0))),
    Field("joins", "before which question each joins, from 1", \.joins, .distribution(1...1e9)),
    Field(
      "leaves", "after which question each stops answering and leaves; null for never", \.leaves,
      .optional(.distribution(1...1e9), start: .constant(1))),
  ])

  private static let skill: Form<Group> = Form<Skill>([
    Field("accuracy", "the chance that a member's signal is the truth, 0 to 1", \.accuracy, .distribution(0...1)),
    Field(
      "confusion", "instead of accuracy: for each true class the chance of each signal, rows that add up to 1",
      \.confusion,
      .list(
        of: .list(of: .fraction, start: 0, expected: "one chance for each class", countMax: 1_000), start: [],
        expected: "a row for each class", countMax: 1_000)),
    Field(
      "calibration", "the power to which members raise odds: 1 calibrated, above 1 too sure", \.calibration,
      .distribution(0...100)),
    Field(
      "correlation", "the chance that a member sees the signal of its group instead of its own, 0 to 1", \.correlation,
      .fraction),
    Field(
      "reports", "how they say it", \.report,
      .words([
        (.probabilities, "probabilities", "a probability for each class"),
        (.labels, "labels", "the signal alone, with all probability on it"),
      ])),
  ]).lifted({ if case .skill(let skill) = $0.source { skill } else { nil } }) { $0.source = .skill($1) }

  private static let learner: Form<Group> = Form<LearnerShare>([
    Field(
      "learner", "what each trains on its share of the data", \.learner,
      .words(
        ModelKind.allCases.map { ($0.name, $0.name, "a model of this kind") },
        aliases: ["forest": "random_forest", "boosting": "gradient_boosting", "logistic": "logistic_regression"])),
    Field("partition", "how the rows that are not asked are divided", \.partition, partition),
  ]).lifted({ if case .learner(let share) = $0.source { share } else { nil } }) { $0.source = .learner($1) }

  private static let recorded = Form<Group>([
    Field(
      "recorded", "the stream's models, one for each member; all in order where empty",
      Schema.list(.text),
      write: {
        guard case .recorded(let names) = $0.source else { return nil }
        return SettingNode(.list(names.map { SettingNode(.text($0, isPlain: false)) }))
      },
      update: { (group, node, path) throws(ScenarioError) in
        var names: [String] = []
        try Codec<[String]>.list(
          of: .text("the name of a model"), start: "", expected: "a list of the stream's models", countMax: 100_000
        ).update(&names, node, path)
        group.source = .recorded(names)
      })
  ])

  private static let partition = Codec<LearnerShare.Partition>.variants(
    [
      Variant("uniform", "at random, equal parts", .uniform),
      Variant(
        "label_skew", "each class by a draw from the symmetric Dirichlet distribution",
        .dirichletLabels(concentration: 0.5),
        concentration({ if case .dirichletLabels(let value) = $0 { value } else { nil } }) {
          .dirichletLabels(concentration: $0)
        }),
      Variant(
        "quantity_skew", "sizes by a draw from the symmetric Dirichlet distribution", .quantity(concentration: 0.5),
        concentration({ if case .quantity(let value) = $0 { value } else { nil } }) { .quantity(concentration: $0) }),
      Variant(
        "feature_subsets", "all rows, a random part of the columns", .features(share: 0.5),
        share({ if case .features(let value) = $0 { value } else { nil } }) { .features(share: $0) }),
      Variant(
        "label_noise", "equal parts, a part of the labels replaced by another class", .noisyLabels(share: 0.2),
        share({ if case .noisyLabels(let value) = $0 { value } else { nil } }) { .noisyLabels(share: $0) }),
    ], aliases: ["dirichlet": "label_skew", "noise": "label_noise", "features": "feature_subsets"]
  ) { partition in
    switch partition {
    case .uniform: "uniform"
    case .dirichletLabels: "label_skew"
    case .quantity: "quantity_skew"
    case .features: "feature_subsets"
    case .noisyLabels: "label_noise"
    }
  }

  private static func concentration(
    _ value: @escaping @Sendable (LearnerShare.Partition) -> Double?,
    _ make: @escaping @Sendable (Double) -> LearnerShare.Partition
  ) -> Form<LearnerShare.Partition> {
    Form<Double>([
      Field("concentration", "above 0; small is uneven, large is even", \.self, .real(1e-6...1e6))
    ]).lifted(value) { $0 = make($1) }
  }

  private static func share(
    _ value: @escaping @Sendable (LearnerShare.Partition) -> Double?,
    _ make: @escaping @Sendable (Double) -> LearnerShare.Partition
  ) -> Form<LearnerShare.Partition> {
    Form<Double>([Field("share", "above 0, up to 1", \.self, .real(1e-9...1))]).lifted(value) { $0 = make($1) }
  }

  private static let strategy = Codec<AnyStrategy>.variants(
    StrategyCatalogue.all.map { type in
      Variant(
        type.name, words(for: type), AnyStrategy(type.init(values: type.parameters.map(\.standard))),
        Form(type.parameters.indices.map { parameter($0, of: type) }))
    }
  ) { type(of: $0.base).name }

  private static func words(for type: any Strategy.Type) -> String {
    let parameters = type.parameters.map(\.name)
    return parameters.isEmpty ? "without settings" : "with \(parameters.joined(separator: ", "))"
  }

  private static func parameter(_ i: Int, of strategy: any Strategy.Type) -> Field<AnyStrategy> {
    let parameter = strategy.parameters[i]
    let range = parameter.range
    let schema: Schema =
      parameter.choices.isEmpty
      ? .number(least: range.lowerBound, most: range.upperBound, isWhole: parameter.isWhole)
      : .words(parameter.choices.map { Schema.Word(name: $0, meaning: "") })
    return Field(
      parameter.name, parameter.meaning, schema,
      write: { strategy in
        // A mixture has settings for whatever it could play.
        if let mixture = strategy.base as? Mixture, !mixture.heeds(i) { return nil }
        let value = strategy.base.values[i]
        return SettingNode(parameter.choices.isEmpty ? SettingNumber.text(value) : parameter.choices[Int(value)])
      },
      update: { (strategy, node, path) throws(ScenarioError) in
        var values = strategy.base.values
        values[i] = try value(of: parameter, node, path)
        strategy = AnyStrategy(type(of: strategy.base).init(values: values))
      })
  }

  private static func value(
    of parameter: StrategyParameter, _ node: SettingNode, _ path: String
  ) throws(ScenarioError) -> Double {
    guard parameter.choices.isEmpty else {
      let word = try node.text(path, expected: "one of \(parameter.choices.joined(separator: ", "))")
      guard let choice = parameter.choices.firstIndex(of: word) else {
        throw node.error(
          path, "does not know `\(word.prefix(60))`: \(ScenarioError.remedy(for: word, among: parameter.choices))")
      }
      return Double(choice)
    }
    let value = try node.real(path, in: parameter.range)
    guard !parameter.isWhole || value == value.rounded() else {
      throw node.error(path, "is \(node.kindName): give a whole number")
    }
    return value
  }
}

extension Group {
  fileprivate var anyStrategy: AnyStrategy {
    get { AnyStrategy(strategy) }
    set { strategy = newValue.base }
  }
}
