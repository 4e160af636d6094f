/// One named value of a mapping.
struct Field<Root>: Sendable {
  /// The key.
  let name: String
  /// What it means, with unit and default, for the schema and the documents.
  let meaning: String
  /// Whether it must be there.
  let isRequired: Bool
  /// What it may look like.
  let schema: Schema
  /// The value as it is written; `nil` where there is nothing to write.
  let write: @Sendable (Root) -> SettingNode?
  /// Changes the value to what the node says.
  let update: @Sendable (inout Root, SettingNode, _ path: String) throws(ScenarioError) -> Void

  /// A value at a key path.
  init<Value>(
    _ name: String, _ meaning: String, _ keyPath: WritableKeyPath<Root, Value> & Sendable, _ codec: Codec<Value>,
    isRequired: Bool = false
  ) {
    self.init(
      name, meaning, codec.schema, isRequired: isRequired, write: { codec.write($0[keyPath: keyPath]) },
      update: { (root, node, path) throws(ScenarioError) in try codec.update(&root[keyPath: keyPath], node, path) })
  }

  /// A value that is reached in another way.
  init(
    _ name: String, _ meaning: String, _ schema: Schema, isRequired: Bool = false,
    write: @escaping @Sendable (Root) -> SettingNode?,
    update: @escaping @Sendable (inout Root, SettingNode, String) throws(ScenarioError) -> Void
  ) {
    self.name = name
    self.meaning = meaning
    self.isRequired = isRequired
    self.schema = schema
    self.write = write
    self.update = update
  }

  var property: Schema.Property {
    Schema.Property(name: name, meaning: meaning, schema: schema, isRequired: isRequired)
  }
}

/// The named values of a mapping, in the order in which they are read and written.
struct Form<Root>: Sendable {
  let fields: [Field<Root>]

  init(_ fields: [Field<Root>]) { self.fields = fields }

  /// Everything of `root`, spelt out.
  func write(_ root: Root) -> SettingNode {
    SettingNode(entries: fields.compactMap { field in field.write(root).map { (field.name, $0) } })
  }

  /// Changes what the node names.
  ///
  /// - Parameters:
  ///   - elsewhere: keys that belong to other forms of the same mapping, with what to say of each.
  ///   - ignoring: a key that has been read already.
  func update(
    _ root: inout Root, _ node: SettingNode, _ path: String, elsewhere: [String: String] = [:], ignoring: String? = nil
  ) throws(ScenarioError) {
    guard case .map(let entries) = node.content else {
      throw node.error(path, "is \(node.kindName): give a mapping with \(names(and: ignoring))")
    }
    for entry in entries where entry.key != ignoring && !fields.contains(where: { $0.name == entry.key }) {
      let remedy = elsewhere[entry.key] ?? "is not known: \(remedy(for: entry.key, and: ignoring))"
      throw ScenarioError(place: entry.place, path: SettingPath.joined(path, entry.key), problem: remedy)
    }
    for field in fields {
      guard let value = node[field.name] else {
        guard !field.isRequired else {
          throw node.error(SettingPath.joined(path, field.name), "is missing: give \(field.meaning)")
        }
        continue
      }
      try field.update(&root, value, SettingPath.joined(path, field.name))
    }
  }

  /// The same values of a part of something larger.
  ///
  /// - Parameters:
  ///   - part: the part; where there is none, nothing is written.
  ///   - embed: puts a changed part back.
  func lifted<Whole>(
    _ part: @escaping @Sendable (Whole) -> Root?, _ embed: @escaping @Sendable (inout Whole, Root) -> Void
  ) -> Form<Whole> {
    Form<Whole>(
      fields.map { field in
        Field<Whole>(
          field.name, field.meaning, field.schema, isRequired: field.isRequired,
          write: { part($0).flatMap(field.write) },
          update: { (whole, node, path) throws(ScenarioError) in
            guard var value = part(whole) else { preconditionFailure("fields of a part that is not there") }
            try field.update(&value, node, path)
            embed(&whole, value)
          })
      })
  }

  /// The form as the codec of a value.
  var codec: Codec<Root> {
    Codec(
      .object(fields.map(\.property)), write: { write($0) },
      update: { (root: inout Root, node, path) throws(ScenarioError) in try update(&root, node, path) })
  }

  private func names(and other: String?) -> String {
    ((other.map { [$0] } ?? []) + fields.map(\.name)).joined(separator: ", ")
  }

  private func remedy(for key: String, and other: String?) -> String {
    ScenarioError.remedy(for: key, among: (other.map { [$0] } ?? []) + fields.map(\.name))
  }
}
