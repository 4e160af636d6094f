/// A model's name: 1 to 64 characters of `a-z`, `0-9`, `_`, `-` and `.`, beginning with a letter or digit.
///
/// Names are compared byte by byte, so that an order by name is the same on every machine.
public struct ModelID: Hashable, Sendable {
  /// The name as people read and write it.
  public let name: String

  /// Takes over a well-formed name; `nil` if it is not one.
  public init?(_ name: String) {
    guard (1...64).contains(name.utf8.count), let first = name.utf8.first else { return nil }
    guard Self.isLetterOrDigit(first) else { return nil }
    guard name.utf8.allSatisfy({ Self.isLetterOrDigit($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }) else {
      return nil
    }
    self.name = name
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}

extension ModelID: Comparable, CustomStringConvertible {
  /// Byte order of the names.
  public static func < (a: ModelID, b: ModelID) -> Bool { a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
  /// The name.
  public var description: String { name }
}

/// A model's join number: 0 for the first, never reused, the order of every sum and table.
public struct Seat: Hashable, Sendable, Comparable {
  /// Position in the order of joining, from 0.
  public let index: Int
  /// The seat with join number `index`.
  public init(_ index: Int) { self.index = index }
  /// Earlier seats come first.
  public static func < (a: Seat, b: Seat) -> Bool { a.index < b.index }
}

/// The running number of a question, from 1; written `q17`.
public struct QuestionID: Hashable, Sendable, Comparable {
  /// The running number.
  public let number: UInt64
  /// The question with running number `number`.
  public init(_ number: UInt64) { self.number = number }

  /// Reads `q17`; `nil` for anything else, leading zeros included.
  public init?(_ text: some StringProtocol) {
    guard text.first == "q", let number = UInt64(text.dropFirst()), number > 0 else { return nil }
    guard "q\(number)" == text else { return nil }
    self.number = number
  }

  /// Earlier questions come first.
  public static func < (a: QuestionID, b: QuestionID) -> Bool { a.number < b.number }
}

extension QuestionID: CustomStringConvertible {
  /// `q17`.
  public var description: String { "q\(number)" }
}

/// A moment, in milliseconds since 1970 (UTC) in a live council, in virtual milliseconds in a simulated one.
///
/// The protocol reads no clock: time comes in with each input and never goes back.
public struct Tick: Hashable, Sendable, Comparable {
  /// Milliseconds.
  public let milliseconds: UInt64
  /// The moment `milliseconds` after the beginning.
  public init(_ milliseconds: UInt64) { self.milliseconds = milliseconds }
  /// The last moment that can be recorded, 2^52 milliseconds: 142,000 years after 1970.
  public static let latest = Tick(1 << 52)
  /// Earlier moments come first.
  public static func < (a: Tick, b: Tick) -> Bool { a.milliseconds < b.milliseconds }
}
