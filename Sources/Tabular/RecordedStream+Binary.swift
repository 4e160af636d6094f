extension RecordedStream {
  /// Reads the binary form.
  ///
  /// - Parameters:
  ///   - bytes: T x N x K single-precision numbers, little-endian, row-major; NaN where a member gave no answer.
  ///   - questionCount: T.
  ///   - memberCount: N.
  ///   - classCount: K.
  ///   - labels: the columns `t,label` and perhaps `delay` (1 without it); an empty label for an outcome that never came.
  ///   - members: the columns `n,name`; `nil` to call them by their numbers.
  public init(
    _ bytes: [UInt8], questionCount: Int, memberCount: Int, classCount: Int, labels: Table, members: Table?
  ) throws(StreamError) {
    let perQuestion = memberCount.multipliedReportingOverflow(by: classCount)
    let count = perQuestion.partialValue.multipliedReportingOverflow(by: questionCount)
    guard questionCount > 0, memberCount > 0, classCount > 0, !perQuestion.overflow, !count.overflow,
      count.partialValue <= Int.max / 4, bytes.count == 4 * count.partialValue
    else {
      throw .wrongSize(bytes: bytes.count, questions: questionCount, members: memberCount, classes: classCount)
    }
    let probabilities = bytes.withUnsafeBytes { memory in
      (0..<count.partialValue).map { i in
        Double(Float(bitPattern: UInt32(littleEndian: memory.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))))
      }
    }
    let outcomes = try OutcomeColumns(labels, file: "labels.csv", question: "t", label: "label")
    guard labels.rowCount == questionCount else {
      throw .wrongCount(file: "labels.csv", rows: labels.rowCount, expected: questionCount)
    }
    var truths = [Int?](repeating: nil, count: questionCount)
    var delays = [Int](repeating: 1, count: questionCount)
    var isStated = [Bool](repeating: false, count: questionCount)
    for row in 0..<labels.rowCount {
      let t = try outcomes.number(
        row, outcomes.question, below: questionCount, "a question from 0 to \(questionCount - 1)")
      guard !isStated[t] else { throw .statedTwice(line: labels.lines[row], file: "labels.csv") }
      isStated[t] = true
      if !outcomes.isOpen(row) {
        truths[t] = try outcomes.number(row, outcomes.label, below: classCount, "a class from 0 to \(classCount - 1)")
      }
      delays[t] = try outcomes.delay(row)
    }
    var names = (0..<memberCount).map { "\($0)" }
    if let members {
      let column = try members.column("name", file: "experts.csv")
      guard members.rowCount == memberCount else {
        throw .wrongCount(file: "experts.csv", rows: members.rowCount, expected: memberCount)
      }
      names = (0..<memberCount).map { members[$0, column] }
    }
    try self.init(
      memberNames: names, classNames: (0..<classCount).map { "\($0)" }, probabilities: probabilities, truths: truths,
      delays: delays)
  }
}

/// The columns of a table that says what came out, and when.
struct OutcomeColumns {
  let table: Table
  let file: String
  let question: Int
  let label: Int
  private let delayColumn: Int?

  init(_ table: Table, file: String, question: String, label: String) throws(StreamError) {
    self.table = table
    self.file = file
    self.question = try table.column(question, file: file)
    self.label = try table.column(label, file: file)
    delayColumn = table.columnNames.firstIndex(of: "delay")
  }

  /// Whether row `row` says that no outcome came.
  func isOpen(_ row: Int) -> Bool { table[row, label].isEmpty }

  /// The delay in row `row`: 1 where the table has none. A delay of 0 is for the evaluation to refuse.
  func delay(_ row: Int) throws(StreamError) -> Int {
    guard let delayColumn else { return 1 }
    return try number(row, delayColumn, below: Int.max, "a whole number of questions from 1")
  }

  /// The whole number in a cell.
  func number(_ row: Int, _ column: Int, below limit: Int, _ expected: String) throws(StreamError) -> Int {
    let text = table[row, column]
    guard let value = Int(text), (0..<limit).contains(value) else {
      throw .badCell(
        line: table.lines[row], column: table.columnNames[column], file: file, found: text, expected: expected)
    }
    return value
  }
}

extension Table {
  /// The place of the column called `name`.
  func column(_ name: String, file: String) throws(StreamError) -> Int {
    guard let column = columnNames.firstIndex(of: name) else {
      throw .noColumn(name: name, file: file, columns: columnNames)
    }
    return column
  }
}
