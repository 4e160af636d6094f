import Foundation
import Quantities
import Testing

@Suite struct IdentifierTests {
  @Test(arguments: ["a", "random_forest", "0", "a-b.c_d", String(repeating: "x", count: 64)])
  func `takes well-formed names of models`(name: String) {
    #expect(ModelID(name)?.name == name)
  }

  @Test(arguments: [
    "", "A", "_a", "-a", ".a", "a b", "a\"", "a\\", "a\n", "é", "a\u{301}", "ａ", String(repeating: "x", count: 65),
    "a/b",
  ])
  func `refuses other names of models`(name: String) {
    #expect(ModelID(name) == nil)
  }

  @Test func `orders names by their bytes`() throws {
    let names = ["0", "a", "a-b", "a.b", "a0", "a_b", "aa", "b"]
    let ids = try names.map { try #require(ModelID($0)) }
    #expect(ids.shuffled().sorted().map(\.name) == names)
  }

  @Test(arguments: [("q1", 1), ("q17", 17), ("q18446744073709551615", UInt64.max)])
  func `reads questions`(text: String, number: UInt64) {
    #expect(QuestionID(text)?.number == number)
    #expect(QuestionID(number).description == text)
  }

  @Test(arguments: ["", "q", "q0", "q01", "Q1", "1", "q-1", "q+1", "q 1", "q1 ", "q18446744073709551616", "q١", "qq1"])
  func `refuses other questions`(text: String) {
    #expect(QuestionID(text) == nil)
  }

  @Test(arguments: UInt64(0)..<200)
  func `writes moments as Foundation does`(seed: UInt64) {
    var random = CounterStream(seed: seed, purpose: 5)
    // Up to the year 9999, then the years have more digits than Foundation writes.
    let milliseconds = seed == 0 ? 0 : UInt64(random.below(253_402_300_800_000))
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    // A whole number of eighths of a millisecond keeps Foundation's own rounding out of the comparison.
    let date = Date(timeIntervalSince1970: (Double(milliseconds) + 0.125) / 1_000)
    #expect(Timestamp.text(Tick(milliseconds)) == date.formatted(style))
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
    ] as [(UInt64, String)])
  func `writes known moments`(milliseconds: UInt64, text: String) {
    #expect(Timestamp.text(Tick(milliseconds)) == text)
  }

  @Test func `writes even the last moment there is`() {
    #expect(Timestamp.text(Tick(.max)).hasSuffix("Z"))
    #expect(Timestamp.text(.latest).hasPrefix("144683-"))
  }
}
