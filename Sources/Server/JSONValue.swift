/// A JSON value with its keys in the order in which they were written, for documents that are made once.
indirect enum JSONValue {
  case object([(String, JSONValue)])
  case array([JSONValue])
  case string(String)
  case integer(Int)
  case bool(Bool)
  /// A number, as JSON spells it.
  case number(StaticString)

  /// Writes it.
  func write(to json: inout JSONWriter) {
    switch self {
    case .object(let members):
      json.openObject()
      for (name, value) in members {
        json.key(raw: JSONWriter.quoted(name))
        value.write(to: &json)
      }
      json.closeObject()
    case .array(let elements):
      json.openArray()
      for element in elements { element.write(to: &json) }
      json.closeArray()
    case .string(let value): json.text(value)
    case .integer(let value): json.integer(value)
    case .bool(let value): json.bool(value)
    case .number(let text): json.raw(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
  init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  init(integerLiteral value: Int) { self = .integer(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
}
