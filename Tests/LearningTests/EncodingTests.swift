import Foundation
import Learning
import Tabular
import Testing

@Suite struct EncodingTests {
  private let encoding = Encoding(columns: [
    .number(name: "height"), .categories(name: "colour", values: ["1", "blue", "red"]), .number(name: "width"),
  ])

  @Test func `encodes rows by position and by name alike`() throws {
    let row = try encoding.encode([.number(1.5), .text("red"), .number(-2)])
    #expect(row == [1.5, 0, 0, 1, -2])
    #expect(try encoding.encode(["width": .number(-2), "colour": .text("red"), "height": .number(1.5)]) == row)
  }

  @Test func `takes a category that is written as a number`() throws {
    #expect(try encoding.encode([.number(0), .number(1), .number(0)]) == [0, 1, 0, 0, 0])
  }

  typealias Bad = (row: [FeatureValue], error: LearningError)

  @Test(
    arguments: [
      ([.number(1)], .wrongWidth(found: 1, expected: ["height", "colour", "width"])),
      ([.text("1"), .text("red"), .number(1)], .featureNotANumber(name: "height", text: "1")),
      ([.number(.nan), .text("red"), .number(1)], .featureOutOfRange(name: "height")),
      ([.number(1), .text("red"), .number(-.infinity)], .featureOutOfRange(name: "width")),
      (
        [.number(1), .text("rde"), .number(1)],
        .unknownCategory(name: "colour", value: "rde", nearest: "red", known: ["1", "blue", "red"])
      ),
      (
        [.number(1), .number(.nan), .number(1)],
        .unknownCategory(name: "colour", value: "nan", nearest: nil, known: ["1", "blue", "red"])
      ),
    ] as [Bad])
  func `refuses rows that do not fit`(row: [FeatureValue], error: LearningError) {
    #expect(throws: error) { try encoding.encode(row) }
  }

  @Test func `refuses names that do not fit`() {
    let names = ["height", "colour", "width"]
    #expect(throws: LearningError.unknownFeature(name: "heigth", nearest: "height", known: names)) {
      try encoding.encode(["heigth": .number(1), "colour": .text("red"), "width": .number(1)])
    }
    #expect(throws: LearningError.absentFeature(name: "width")) {
      try encoding.encode(["height": .number(1), "colour": .text("red")])
    }
  }

  @Test func `encodes tables by the names of their columns`() throws {
    let table = try CSVReader().table(Array("note,width,colour,height\n?,2,red,1\nx,4,1,3\n".utf8))
    let rows = try encoding.encode(table)
    #expect(rows.values == [1, 0, 0, 1, 2, 3, 1, 0, 0, 4])
    #expect(rows.rowCount == 2)
  }

  @Test func `names the line of a row that does not fit`() throws {
    let table = try CSVReader().table(Array("width,colour,height\n2,red,1\n2,green,1\n".utf8))
    let cause = LearningError.unknownCategory(
      name: "colour", value: "green", nearest: nil, known: ["1", "blue", "red"])
    #expect(throws: LearningError.rowRefused(line: 3, reason: cause.description)) { try encoding.encode(table) }
    let narrow = try CSVReader().table(Array("width,color,height\n2,red,1\n".utf8))
    #expect(
      throws: LearningError.unknownColumn(
        role: "feature", name: "colour", nearest: "color", known: ["width", "color", "height"])
    ) { try encoding.encode(narrow) }
  }

  @Test func `comes back from JSON as it was`() throws {
    #expect(try JSONDecoder().decode(Encoding.self, from: JSONEncoder().encode(encoding)) == encoding)
  }
}
