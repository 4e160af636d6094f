extension Codec where Value == Distribution {
  /// A distribution whose draws lie within `range`: a number, or `{uniform: [a, b]}`, `{normal: [mean, deviation],
  /// within: [a, b]}`, `{beta: [a, b]}`, `{exponential: mean}`, `{choice: [a, b, …]}`.
  static func distribution(_ range: ClosedRange<Double>) -> Codec {
    let number = Schema.number(least: range.lowerBound, most: range.upperBound, isWhole: false)
    let positive = Schema.number(least: 0, most: 1e9, isWhole: false)
    func property(_ name: String, _ meaning: String, _ schema: Schema) -> Schema.Property {
      Schema.Property(name: name, meaning: meaning, schema: schema, isRequired: name != "within")
    }
    let schema = Schema.either([
      number, .object([property("uniform", "anything from the first to the second, alike", .list(number))]),
      .object([
        property("normal", "mean and standard deviation", .list(.number(least: -1e12, most: 1e12, isWhole: false))),
        property("within", "the least and the most that is drawn", .list(number)),
      ]), .object([property("beta", "both parameters, for draws from 0 to 1", .list(positive))]),
      .object([property("exponential", "the mean", positive)]),
      .object([property("choice", "one of these, alike", .list(number))]),
    ])
    return Codec(
      schema, write: { $0.node },
      read: { (node, path) throws(ScenarioError) in try Distribution(node, path, range) })
  }
}

extension Distribution {
  private static let kinds = ["uniform", "normal", "beta", "exponential", "choice"]

  fileprivate var node: SettingNode {
    func list(_ values: [Double]) -> SettingNode {
      SettingNode(.list(values.map { SettingNode(SettingNumber.text($0)) }))
    }
    switch self {
    case .constant(let value): return SettingNode(SettingNumber.text(value))
    case .uniform(let low, let high): return SettingNode(entries: [("uniform", list([low, high]))])
    case .normal(let mean, let deviation, let least, let most):
      return SettingNode(entries: [("normal", list([mean, deviation])), ("within", list([least, most]))])
    case .beta(let a, let b): return SettingNode(entries: [("beta", list([a, b]))])
    case .exponential(let mean):
      return SettingNode(entries: [("exponential", SettingNode(SettingNumber.text(mean)))])
    case .choice(let values): return SettingNode(entries: [("choice", list(values))])
    }
  }

  fileprivate init(_ node: SettingNode, _ path: String, _ range: ClosedRange<Double>) throws(ScenarioError) {
    guard case .map(let entries) = node.content else {
      if case .list = node.content {
        throw node.error(path, "is a list: give a number, or {uniform: [a, b]} or {choice: [a, b]}")
      }
      self = .constant(try node.real(path, in: range))
      return
    }
    for entry in entries where entry.key != "within" && !Self.kinds.contains(entry.key) {
      throw ScenarioError(
        place: entry.place, path: "\(path).\(entry.key)",
        problem: "is not known: \(ScenarioError.remedy(for: entry.key, among: Self.kinds + ["within"]))")
    }
    let named = entries.filter { $0.key != "within" }
    guard let entry = named.first, named.count == 1 else {
      throw node.error(path, "names \(named.count) distributions: give one of \(Self.kinds.joined(separator: ", "))")
    }
    let inner = "\(path).\(entry.key)"
    if let within = node["within"], entry.key != "normal" {
      throw within.error("\(path).within", "goes with normal alone: leave it out")
    }
    switch entry.key {
    case "uniform":
      let (low, high) = try Self.pair(entry.value, inner, range, range)
      guard low <= high else { throw entry.value.error(inner, "goes down from \(low) to \(high): swap the two") }
      self = .uniform(low, high)
    case "normal":
      let (mean, deviation) = try Self.pair(entry.value, inner, -1e12...1e12, 0...1e12)
      var (least, most) = (range.lowerBound, range.upperBound)
      if let within = node["within"] {
        (least, most) = try Self.pair(within, "\(path).within", range, range)
        guard least <= most else {
          throw within.error("\(path).within", "goes down from \(least) to \(most): swap the two")
        }
      }
      self = .normal(mean: mean, deviation: deviation, least: least, most: most)
    case "beta":
      guard range.lowerBound <= 0, range.upperBound >= 1 else {
        throw entry.value.error(inner, "draws from 0 to 1, which is not all allowed here: give uniform or normal")
      }
      let (a, b) = try Self.pair(entry.value, inner, 1e-9...1e9, 1e-9...1e9)
      self = .beta(a, b)
    case "exponential":
      // The largest of 2^53 equally likely draws is 36.8 times the mean.
      guard range.lowerBound <= 0, range.upperBound >= 37e-9 else {
        throw entry.value.error(inner, "draws from 0 up, which is not allowed here: give uniform or normal")
      }
      self = .exponential(mean: try entry.value.real(inner, in: 0...(range.upperBound / 37)))
    default:
      let elements = try entry.value.elements(inner, expected: "a list of numbers")
      guard (1...10_000).contains(elements.count) else {
        throw entry.value.error(inner, "lists \(elements.count) numbers: give 1 to 10000")
      }
      var values: [Double] = []
      for (i, element) in elements.enumerated() { values.append(try element.real("\(inner)[\(i)]", in: range)) }
      self = .choice(values)
    }
  }

  private static func pair(
    _ node: SettingNode, _ path: String, _ first: ClosedRange<Double>, _ second: ClosedRange<Double>
  ) throws(ScenarioError) -> (Double, Double) {
    let elements = try node.elements(path, expected: "two numbers, [a, b]")
    guard elements.count == 2 else {
      throw node.error(path, "lists \(elements.count) numbers: give two, [a, b]")
    }
    return (try elements[0].real("\(path)[0]", in: first), try elements[1].real("\(path)[1]", in: second))
  }

  /// The largest number that is ever drawn.
  var largest: Double {
    switch self {
    case .constant(let value): value
    case .uniform(_, let high): high
    case .normal(_, _, _, let most): most
    case .beta: 1
    case .exponential(let mean): 37 * mean
    case .choice(let values): values.max() ?? 0
    }
  }
}
