import Yams

extension SettingNode {
  /// The most bytes that a scenario's text may have.
  static let bytesMax = 8_000_000
  /// The most values that a scenario may have, those that aliases repeat counted each time.
  static let countMax = 500_000
  /// The deepest that values may lie within each other.
  static let depthMax = 64
  /// The most aliases (`*name`) in a text: a few of them are handy, many of them can stand for more values than there are
  /// atoms.
  static let aliasesMax = 8

  /// Reads one YAML document. Any text gives a value or an error.
  ///
  /// - Parameter option: the command-line option that the text comes from; `nil` for a scenario's file.
  init(yaml text: String, option: String? = nil) throws(ScenarioError) {
    let whole = option.map(ScenarioError.Place.option)
    guard text.utf8.count <= Self.bytesMax else {
      throw ScenarioError(
        place: whole ?? .line(1), path: "",
        problem: "has \(text.utf8.count) bytes: \(Self.bytesMax) are allowed; large tables belong in files of their own"
      )
    }
    if let line = Self.lineOfTooManyAliases(text) {
      throw ScenarioError(
        place: whole ?? .line(line), path: "",
        problem: "has more than \(Self.aliasesMax) aliases (*name): write the values out")
    }
    let root: Node?
    do { root = try Parser(yaml: text, encoding: .utf8).singleRoot() } catch {
      throw Self.error(error, place: whole)
    }
    guard let root else {
      throw ScenarioError(place: whole ?? .line(1), path: "", problem: "is empty: see `witan simulate new`")
    }
    var left = Self.countMax
    self = try Self.node(root, depth: 0, left: &left, place: whole)
  }

  /// The line of the first alias too many. Only a text with anchors can have any; what looks like an alias within a
  /// quoted text counts too.
  private static func lineOfTooManyAliases(_ text: String) -> Int? {
    let (star, newline) = (UInt8(ascii: "*"), UInt8(ascii: "\n"))
    let openers = Set(" \t\r\n[{,:?-!".utf8)
    guard text.utf8.contains(UInt8(ascii: "&")) else { return nil }
    var (previous, line, count) = (newline, 1, 0)
    var isPending = false
    for byte in text.utf8 {
      // A star at the beginning of a word, and not alone.
      if isPending, byte > 0x20 { count += 1 }
      isPending = byte == star && openers.contains(previous)
      if count > aliasesMax { return line }
      if byte == newline { line += 1 }
      previous = byte
    }
    return nil
  }

  private static func node(
    _ node: Node, depth: Int, left: inout Int, place: ScenarioError.Place?
  ) throws(ScenarioError) -> SettingNode {
    let here = place ?? .line(node.mark?.line ?? 1)
    left -= 1
    guard left >= 0 else {
      throw ScenarioError(place: here, path: "", problem: "has more than \(countMax) values: leave some out")
    }
    guard depth <= depthMax else {
      throw ScenarioError(place: here, path: "", problem: "nests values \(depthMax) deep: no scenario needs that")
    }
    switch node {
    case .scalar(let scalar):
      return SettingNode(.text(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any), place: here)
    case .sequence(let sequence):
      var elements: [SettingNode] = []
      for element in sequence {
        elements.append(try Self.node(element, depth: depth + 1, left: &left, place: place))
      }
      return SettingNode(.list(elements), place: here)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        let there = place ?? .line(key.mark?.line ?? node.mark?.line ?? 1)
        guard let name = key.scalar?.string else {
          throw ScenarioError(place: there, path: "", problem: "has a key that is no word: give `name: value`")
        }
        entries.append(
          Entry(key: name, place: there, value: try Self.node(value, depth: depth + 1, left: &left, place: place)))
      }
      return SettingNode(.map(entries), place: here)
    case .alias:
      throw ScenarioError(place: here, path: "", problem: "has an alias that stands for nothing: write the value out")
    }
  }

  private static func error(_ error: any Error, place: ScenarioError.Place?) -> ScenarioError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let hint =
        problem.contains("token") ? ": tabs and `@` or a backtick at the beginning of a word are not allowed" : ""
      return ScenarioError(
        place: place ?? .line(mark.line), path: "", problem: "is not YAML, \(problem) (column \(mark.column))\(hint)")
    case .reader(let problem, _, _, _):
      return ScenarioError(
        place: place ?? .line(1), path: "", problem: "is not text in UTF-8, \(problem): save it as UTF-8")
    case .duplicatedKeysInMapping(let keys, let context):
      return ScenarioError(
        place: place ?? .line(context.mark.line), path: "",
        problem: "says \(keys.joined(separator: ", ")) twice in one place: keep one")
    default:
      return ScenarioError(place: place ?? .line(1), path: "", problem: "is not YAML: \(error)")
    }
  }
}

extension SettingNode {
  /// The value as YAML, each entry of the outermost mapping and each element of `groups` on lines of their own, small
  /// values within on one line.
  var yaml: String {
    var text = ""
    write(into: &text, indent: 0)
    return text
  }

  /// The value on one line.
  var line: String {
    switch content {
    case .text(let text, let isPlain):
      isPlain ? text : Self.isSafe(text) ? text : Self.quoted(text)
    case .list(let elements): "[\(elements.map(\.line).joined(separator: ", "))]"
    case .map(let entries):
      "{\(entries.map { "\(Self.isSafe($0.key) ? $0.key : Self.quoted($0.key)): \($0.value.line)" }.joined(separator: ", "))}"
    }
  }

  private static let widthMax = 100

  private func write(into text: inout String, indent: Int) {
    let margin = String(repeating: " ", count: indent)
    switch content {
    case .map(let entries):
      for (i, entry) in entries.enumerated() {
        // The first key of an element of a list stands behind its dash.
        if i > 0 || !text.hasSuffix("- ") { text += margin }
        text += Self.isSafe(entry.key) ? entry.key : Self.quoted(entry.key)
        text += ":"
        entry.value.writeValue(into: &text, indent: indent + 2, isOuter: indent == 0)
      }
    case .list(let elements):
      for element in elements {
        text += margin + "- "
        if case .map(let entries) = element.content, !entries.isEmpty {
          element.write(into: &text, indent: indent + 2)
        } else {
          text += element.line + "\n"
        }
      }
    case .text: text += line + "\n"
    }
  }

  private func writeValue(into text: inout String, indent: Int, isOuter: Bool) {
    let isFlat =
      switch content {
      case .text: true
      case .list(let elements): elements.allSatisfy { if case .map = $0.content { !isOuter } else { true } }
      case .map(let entries): entries.isEmpty || !isOuter
      }
    let line = isFlat ? line : ""
    let isWide = indent + line.utf8.count > Self.widthMax
    if case .text = content {
      text += " \(line)\n"
    } else if isFlat, !isWide || !isBlockSafe {
      text += " \(line)\n"
    } else {
      text += "\n"
      write(into: &text, indent: indent)
    }
  }

  /// Whether it can be broken into lines: a list of lists reads better as a table.
  private var isBlockSafe: Bool {
    switch content {
    case .text: false
    case .list(let elements): !elements.isEmpty
    case .map(let entries): !entries.isEmpty
    }
  }

  /// Whether a text means itself without quotes, in every place.
  private static func isSafe(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    let isStart = isLetterOrDigit(first) || first == UInt8(ascii: "_") || first == UInt8(ascii: "/")
    guard isStart, last != UInt8(ascii: " "), !SettingNode(text).isNull else { return false }
    return text.utf8.allSatisfy { isLetterOrDigit($0) || " _./+-()".utf8.contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
  }

  /// In double quotes, everything that is not plainly printable escaped.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: quoted += "\\\""
      case 0x5C: quoted += "\\\\"
      case 0x0A: quoted += "\\n"
      case 0x20..<0x7F, 0xA1..<0x2000, 0x2070..<0xD800, 0xE000..<0xFE00: quoted.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
      }
    }
    return quoted + "\""
  }
}
