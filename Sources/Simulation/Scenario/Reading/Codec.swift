import Quantities

/// How one kind of value is read from a scenario, written into one, and described to editors.
struct Codec<Value>: Sendable {
  /// What it may look like.
  let schema: Schema
  /// The value as it is written out; reading that gives an equal value.
  let write: @Sendable (Value) -> SettingNode
  /// Changes the value to what the node says. What a mapping leaves out stays as it is.
  let update: @Sendable (inout Value, SettingNode, _ path: String) throws(ScenarioError) -> Void

  init(
    _ schema: Schema, write: @escaping @Sendable (Value) -> SettingNode,
    update: @escaping @Sendable (inout Value, SettingNode, String) throws(ScenarioError) -> Void
  ) {
    self.schema = schema
    self.write = write
    self.update = update
  }

  /// A codec whose values do not depend on what was there before.
  init(
    _ schema: Schema, write: @escaping @Sendable (Value) -> SettingNode,
    read: @escaping @Sendable (SettingNode, String) throws(ScenarioError) -> Value
  ) {
    self.init(schema, write: write) { (value: inout Value, node, path) throws(ScenarioError) in
      value = try read(node, path)
    }
  }
}

extension SettingNode {
  /// The text of a single value; `expected` says what should have stood there.
  func text(_ path: String, expected: String) throws(ScenarioError) -> String {
    guard case .text(let text, _) = content, !isNull else { throw error(path, "is \(kindName): give \(expected)") }
    return text
  }

  /// A number within bounds.
  func real(_ path: String, in range: ClosedRange<Double>) throws(ScenarioError) -> Double {
    let expected = "a number from \(SettingNumber.text(range.lowerBound)) to \(SettingNumber.text(range.upperBound))"
    let text = try text(path, expected: expected)
    guard let value = SettingNumber.real(text), range.contains(value) else {
      throw error(path, "is \(kindName): give \(expected)")
    }
    return value
  }

  /// A whole number of 10^-`scale` within bounds; with `scale` 0 the text must be whole.
  func whole(_ path: String, in range: ClosedRange<Int64>, scale: Int = 0) throws(ScenarioError) -> Int64 {
    let (least, most) = (
      SettingNumber.text(range.lowerBound, scale: scale), SettingNumber.text(range.upperBound, scale: scale)
    )
    let expected = "a \(scale == 0 ? "whole number" : "number") from \(least) to \(most)"
    let text = try text(path, expected: expected)
    guard scale > 0 || SettingNumber.isWhole(text), let value = SettingNumber.whole(text, scale: scale),
      range.contains(value)
    else { throw error(path, "is \(kindName): give \(expected)") }
    return value
  }

  /// The elements of a list.
  func elements(_ path: String, expected: String) throws(ScenarioError) -> [SettingNode] {
    guard case .list(let elements) = content else { throw error(path, "is \(kindName): give \(expected)") }
    return elements
  }
}

extension Codec where Value == Double {
  /// A number within bounds.
  static func real(_ range: ClosedRange<Double>) -> Codec {
    Codec(
      .number(least: range.lowerBound, most: range.upperBound, isWhole: false),
      write: { SettingNode(SettingNumber.text($0)) },
      read: { (node, path) throws(ScenarioError) in try node.real(path, in: range) })
  }

  /// A fraction of one, 0 to 1.
  static let fraction = real(0...1)
}

extension Codec where Value: FixedWidthInteger & Sendable {
  /// A whole number within bounds, which must fit 63 bits.
  static func whole(_ range: ClosedRange<Value>) -> Codec {
    let bounds = Int64(range.lowerBound)...Int64(range.upperBound)
    return Codec(
      .number(least: Double(bounds.lowerBound), most: Double(bounds.upperBound), isWhole: true),
      write: { SettingNode(String($0)) },
      read: { (node, path) throws(ScenarioError) in Value(try node.whole(path, in: bounds)) })
  }
}

extension Codec where Value == UInt64 {
  /// A seed: any 64 bits, without a sign.
  static let seed = Codec(
    .number(least: 0, most: 0x1p64, isWhole: true),
    write: { SettingNode(String($0)) },
    read: { (node, path) throws(ScenarioError) in
      let expected = "a whole number from 0 to 18446744073709551615"
      guard let seed = UInt64(try node.text(path, expected: expected).filter { $0 != "_" }) else {
        throw node.error(path, "is \(node.kindName): give \(expected)")
      }
      return seed
    })
}

extension Codec where Value == UInt32 {
  /// A fraction on the grid of billionths, written as a decimal: 0.05.
  static func billionths(_ range: ClosedRange<UInt32>) -> Codec {
    let bounds = Int64(range.lowerBound)...Int64(range.upperBound)
    return Codec(
      .number(
        least: Double(range.lowerBound) / Double(Billionths.one),
        most: Double(range.upperBound) / Double(Billionths.one), isWhole: false),
      write: { SettingNode(SettingNumber.text(Int64($0), scale: 9)) },
      read: { (node, path) throws(ScenarioError) in UInt32(try node.whole(path, in: bounds, scale: 9)) })
  }
}

extension Codec where Value == Amount {
  /// Credits, written as a decimal: 0.5. Bounds in micro-credits.
  static func credits(_ range: ClosedRange<Amount>) -> Codec {
    Codec(
      .number(
        least: Double(range.lowerBound.micro) / 1e6, most: Double(range.upperBound.micro) / 1e6, isWhole: false),
      write: { SettingNode(SettingNumber.text($0.micro, scale: 6)) },
      read: { (node, path) throws(ScenarioError) in
        Amount(micro: try node.whole(path, in: range.lowerBound.micro...range.upperBound.micro, scale: 6))
      })
  }
}

extension Codec where Value == Bool {
  /// `true` or `false`.
  static let flag = Codec(
    .flag, write: { SettingNode($0 ? "true" : "false") },
    read: { (node, path) throws(ScenarioError) in
      switch try node.text(path, expected: "true or false") {
      case "true": return true
      case "false": return false
      default: throw node.error(path, "is \(node.kindName): give true or false")
      }
    })
}

extension Codec where Value == String {
  /// Any text up to a length in bytes; `about` says what it should be.
  static func text(_ about: String, bytesMax: Int = 200) -> Codec {
    Codec(
      .text, write: { SettingNode(.text($0, isPlain: false)) },
      read: { (node, path) throws(ScenarioError) in
        guard case .text(let text, _) = node.content, !node.isNull || text.isEmpty else {
          throw node.error(path, "is \(node.kindName): give \(about)")
        }
        guard text.utf8.count <= bytesMax else {
          throw node.error(path, "has \(text.utf8.count) bytes: give \(about) of at most \(bytesMax)")
        }
        return text
      })
  }
}

extension Codec {
  /// One of several words.
  static func words(
    _ words: [(value: Value, name: String, meaning: String)], aliases: [String: String] = [:]
  ) -> Codec where Value: Equatable & Sendable {
    let words = words.map { Word(value: $0.value, name: $0.name, meaning: $0.meaning) }
    return Codec(
      .words(words.map { Schema.Word(name: $0.name, meaning: $0.meaning) }),
      write: { value in
        guard let word = words.first(where: { $0.value == value }) else {
          preconditionFailure("a value without a word")
        }
        return SettingNode(word.name)
      },
      read: { (node, path) throws(ScenarioError) in
        let names = words.map(\.name)
        let name = try node.text(path, expected: "one of \(names.joined(separator: ", "))")
        guard let word = words.first(where: { $0.name == name }) else {
          let remedy = aliases[name].map { "did you mean \($0)?" } ?? ScenarioError.remedy(for: name, among: names)
          throw node.error(path, "does not know `\(name.prefix(60))`: \(remedy)")
        }
        return word.value
      })
  }

  private struct Word: Sendable where Value: Sendable {
    let value: Value
    let name: String
    let meaning: String
  }

  /// A list of values, each of which starts as `start`.
  static func list<Element: Sendable>(
    of element: Codec<Element>, start: Element, expected: String, countMax: Int
  ) -> Codec where Value == [Element] {
    Codec(
      .list(element.schema), write: { SettingNode(.list($0.map(element.write))) },
      read: { (node, path) throws(ScenarioError) in
        let nodes = try node.elements(path, expected: expected)
        guard nodes.count <= countMax else {
          throw node.error(path, "lists \(nodes.count) values: give \(countMax) at most")
        }
        var values: [Element] = []
        values.reserveCapacity(nodes.count)
        for (i, node) in nodes.enumerated() {
          var value = start
          try element.update(&value, node, "\(path)[\(i)]")
          values.append(value)
        }
        return values
      })
  }

  /// A value or none, which is written `null`.
  static func optional<Wrapped: Sendable>(_ codec: Codec<Wrapped>, start: Wrapped) -> Codec where Value == Wrapped? {
    Codec(
      .either([codec.schema, .null]), write: { $0.map(codec.write) ?? .null },
      read: { (node, path) throws(ScenarioError) in
        guard !node.isNull else { return nil }
        var value = start
        try codec.update(&value, node, path)
        return value
      })
  }
}
