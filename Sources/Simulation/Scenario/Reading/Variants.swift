/// One of several kinds of a value, with settings of its own.
struct Variant<Whole: Sendable>: Sendable {
  /// The word for it.
  let name: String
  /// What it does, in one line.
  let meaning: String
  /// The value of this kind with its defaults.
  let start: Whole
  /// Its settings.
  let form: Form<Whole>

  init(_ name: String, _ meaning: String, _ start: Whole, _ form: Form<Whole> = Form([])) {
    self.name = name
    self.meaning = meaning
    self.start = start
    self.form = form
  }
}

/// A value of several kinds: in a scenario a word, `weighted_score`, or a mapping, `{kind: weighted_score, score: brier}`.
///
/// A mapping without `kind` changes settings of the kind that is there; one with it starts at the kind's defaults.
extension Codec where Value: Sendable {
  /// - Parameters:
  ///   - key: the key that holds the word.
  ///   - aliases: words of others, with ours, for remedies.
  ///   - name: the word for a value.
  static func variants(
    _ variants: [Variant<Value>], key: String = "kind", aliases: [String: String] = [:],
    name: @escaping @Sendable (Value) -> String
  ) -> Codec {
    let words = variants.map { Schema.Word(name: $0.name, meaning: $0.meaning) }
    let find = { @Sendable (node: SettingNode, path: String) throws(ScenarioError) -> Variant<Value> in
      let names = variants.map(\.name)
      let word = try node.text(path, expected: "one of \(names.joined(separator: ", "))")
      guard let variant = variants.first(where: { $0.name == word }) else {
        let remedy = aliases[word].map { "did you mean \($0)?" } ?? ScenarioError.remedy(for: word, among: names)
        throw node.error(path, "does not know `\(word.prefix(60))`: \(remedy)")
      }
      return variant
    }
    let objects = variants.filter { !$0.form.fields.isEmpty }.map { variant in
      Schema.object(
        [
          Schema.Property(
            name: key, meaning: variant.meaning,
            schema: .words([Schema.Word(name: variant.name, meaning: variant.meaning)]))
        ] + variant.form.fields.map(\.property))
    }
    return Codec(
      .either([.words(words)] + objects),
      write: { value in
        let word = name(value)
        guard let variant = variants.first(where: { $0.name == word }) else {
          preconditionFailure("a value of no known kind")
        }
        let settings = variant.form.write(value)
        guard case .map(let entries) = settings.content, !entries.isEmpty else { return SettingNode(word) }
        return SettingNode(entries: [(key, SettingNode(word))] + entries.map { ($0.key, $0.value) })
      },
      update: { (value: inout Value, node, path) throws(ScenarioError) in
        guard case .map = node.content else {
          value = try find(node, path).start
          return
        }
        var variant = variants.first { $0.name == name(value) }
        if let word = node[key] {
          variant = try find(word, "\(path).\(key)")
          if let variant { value = variant.start }
        }
        guard let variant else { preconditionFailure("a value of no known kind") }
        try variant.form.update(&value, node, path, ignoring: key)
      })
  }
}
