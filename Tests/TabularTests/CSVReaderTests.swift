import Tabular
import Testing

@Suite struct CSVReaderTests {
  typealias Good = (text: String, names: [String], rows: [[String]])

  @Test(
    arguments: [
      ("a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
      ("a,b\r\n1,2\r\n3,4", ["a", "b"], [["1", "2"], ["3", "4"]]),  // CRLF, and no break at the end
      ("\u{FEFF}a,b\n1,2\n", ["a", "b"], [["1", "2"]]),  // byte order mark
      ("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", ["a", "b"], [["x, y", "say \"hi\""]]),
      ("a,b\n\"one\r\ntwo\",3\n", ["a", "b"], [["one\r\ntwo", "3"]]),  // line breaks in quotes stay as they are
      ("\"a \"\"b\"\"\",\"c\nd\"\n1,2\n", ["a \"b\"", "c\nd"], [["1", "2"]]),  // the header may be quoted, too
      ("a,b\n,\n", ["a", "b"], [["", ""]]),
      ("a,b\n\"\",\"\"\n", ["a", "b"], [["", ""]]),
      ("a,b\n\n1,2\n\r\n\n", ["a", "b"], [["1", "2"]]),  // empty lines are skipped
      ("a\n\nx\n", ["a"], [[""], ["x"]]),  // but a cell where there is only one column
      ("a,b\n 1 ,2 \n", ["a", "b"], [[" 1 ", "2 "]]),  // spaces belong to their field
      ("größe,ü\n日本,\"é\"\n", ["größe", "ü"], [["日本", "é"]]),
    ] as [Good])
  func `reads what RFC 4180 allows`(text: String, names: [String], rows: [[String]]) throws {
    let table = try CSVReader().table(Array(text.utf8))
    #expect(table.columnNames == names)
    #expect(cells(of: table) == rows)
  }

  typealias Bad = (bytes: [UInt8], error: TabularError)

  @Test(
    arguments: [
      (Array("".utf8), .noHeader),
      ([0xEF, 0xBB, 0xBF], .noHeader),
      (Array("\n1,2\n".utf8), .noHeader),
      (Array("a,b".utf8), .noRows),
      (Array("a,b\n\n".utf8), .noRows),
      (Array("a,,c\n1,2,3".utf8), .emptyColumnName(column: 2)),
      (Array("a,b,a\n1,2,3".utf8), .duplicateColumnName(name: "a", first: 1, second: 3)),
      (Array("a,b\n1,2\n3\n".utf8), .raggedRow(line: 3, found: 1, expected: 2)),
      (Array("a,b\n\"x\ny\",2\n3,4,5\n".utf8), .raggedRow(line: 4, found: 3, expected: 2)),  // the quoted break counts
      (Array("a,b\n1,\"2\n3,4\n".utf8), .unclosedQuote(line: 2, column: ColumnPlace(number: 2, name: "b"))),
      (Array("a,b\n1,2\"\n".utf8), .strayQuote(line: 2, column: ColumnPlace(number: 2, name: "b"))),
      (Array("a,b\n\"1\"x,2\n".utf8), .strayQuote(line: 2, column: ColumnPlace(number: 1, name: "a"))),
      (Array("a,\"b\n".utf8), .unclosedQuote(line: 1, column: ColumnPlace(number: 2, name: nil))),
      (Array("a,b\n1\r2,3\n".utf8), .strayCarriageReturn(line: 2, column: ColumnPlace(number: 1, name: "a"))),
      (Array("a,b\n1,2\r".utf8), .strayCarriageReturn(line: 2, column: ColumnPlace(number: 2, name: "b"))),
      (Array("a,b\n1,".utf8) + [0xFF], .invalidUTF8(line: 2, column: ColumnPlace(number: 2, name: "b"))),
      (Array("a,b\n1,".utf8) + [0], .zeroByte(line: 2, column: ColumnPlace(number: 2, name: "b"))),
      (Array("a,b\n1,\"".utf8) + [0, 0x22], .zeroByte(line: 2, column: ColumnPlace(number: 2, name: "b"))),
      (Array("a,b\n1,2,3,\"".utf8), .unclosedQuote(line: 2, column: ColumnPlace(number: 4, name: nil))),
    ] as [Bad])
  func `refuses what is no table and says where`(bytes: [UInt8], error: TabularError) {
    #expect(throws: error) { try CSVReader().table(bytes) }
    #expect(error.description.contains(":"), "a message needs a remedy")
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xC3, 0x28],
    ] as [[UInt8]])
  func `refuses bytes that are not UTF-8`(bytes: [UInt8]) {
    #expect(throws: TabularError.invalidUTF8(line: 2, column: ColumnPlace(number: 1, name: "a"))) {
      try CSVReader().table(Array("a,b\n".utf8) + bytes + Array(",1\n".utf8))
    }
  }

  @Test func `takes another separator`() throws {
    let table = try CSVReader(separator: ";").table(Array("a;b\n1,5;2\n".utf8))
    #expect(cells(of: table) == [["1,5", "2"]])
  }

  @Test func `knows the line of every row`() throws {
    let table = try CSVReader().table(Array("a,b\n\n\"x\n\ny\",1\nz,2\n".utf8))
    #expect(table.lines == [3, 6])
  }

  @Test(arguments: UInt64(0)..<300)
  func `reads back any table that was written`(seed: UInt64) throws {
    var random = Lehmer(state: seed)
    let width = Int.random(in: 1...5, using: &random)
    let names = (0..<width).map { "\($0)" + text(using: &random) }
    let rows = (0..<Int.random(in: 1...8, using: &random)).map { _ in (0..<width).map { _ in text(using: &random) } }
    let newline = Bool.random(using: &random) ? "\r\n" : "\n"
    var written = ([names] + rows).map { row in
      row.map { quoted($0, always: width == 1 || Bool.random(using: &random)) }.joined(separator: ",")
    }.joined(separator: newline)
    if Bool.random(using: &random) { written += newline }
    if Bool.random(using: &random) { written = "\u{FEFF}" + written }
    // A row of empty cells would be skipped only if it had no separators, and width 1 is always quoted.
    let table = try CSVReader().table(Array(written.utf8))
    #expect(table.columnNames.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    #expect(cells(of: table).map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } })
  }

  @Test(arguments: UInt64(0)..<2_000)
  func `answers any bytes with a table or an error`(seed: UInt64) {
    var random = Lehmer(state: seed)
    let alphabet: [UInt8] = Array("ab,\"\n\r 1".utf8) + [0, 0xC3, 0xA9, 0xFF]
    let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
      alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
    }
    guard let table = try? CSVReader().table(bytes) else { return }
    #expect(table.rowCount > 0)
    #expect(Set(table.columnNames).count == table.columnCount)
    #expect(cells(of: table).allSatisfy { $0.count == table.columnCount })
  }

  private func cells(of table: Table) -> [[String]] {
    (0..<table.rowCount).map { row in (0..<table.columnCount).map { table[row, $0] } }
  }

  private func text(using random: inout Lehmer) -> String {
    let pieces = ["a", "b", ",", "\"", "\n", "\r\n", " ", "é", "日", "1", ";", "🦉"]
    return (0..<Int.random(in: 0...6, using: &random)).map { _ in
      pieces[Int.random(in: 0..<pieces.count, using: &random)]
    }.joined()
  }

  private func quoted(_ text: String, always: Bool) -> String {
    let mustBe = text.utf8.contains { [UInt8(ascii: ","), 0x22, 0x0A, 0x0D].contains($0) }
    guard always || mustBe else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

/// Random numbers for the tests of this target, which depends on nothing but `Tabular`.
struct Lehmer: RandomNumberGenerator {
  private var state: UInt64
  init(state: UInt64) { self.state = state &* 2 &+ 1 }
  mutating func next() -> UInt64 {
    state = state &* 0xDA94_2042_E4DD_58B5
    return state ^ (state >> 32) &* 0x9E37_79B9_7F4A_7C15
  }
}
