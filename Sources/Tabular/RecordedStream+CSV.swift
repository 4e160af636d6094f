extension RecordedStream {
  /// Reads the form in comma-separated values.
  ///
  /// Questions stand in the order in which they first occur. Of a prediction's classes those that are not listed have
  /// probability zero; a prediction without any line is absent. Classes are sorted, by number where all are numbers.
  ///
  /// - Parameters:
  ///   - predictions: the columns `question,model,class,probability`.
  ///   - outcomes: the columns `question,class` and perhaps `delay` (1 without it), a line for each question whose class
  ///     came out; others never did.
  public init(predictions: Table, outcomes: Table) throws(StreamError) {
    let file = "predictions.csv"
    let places = (
      question: try predictions.column("question", file: file), member: try predictions.column("model", file: file),
      label: try predictions.column("class", file: file), value: try predictions.column("probability", file: file)
    )
    let columns = try OutcomeColumns(outcomes, file: "outcomes.csv", question: "question", label: "class")
    var questions = NameIndex()
    var members = NameIndex()
    var classes = NameIndex()
    for row in 0..<predictions.rowCount {
      questions.add(predictions[row, places.question])
      members.add(predictions[row, places.member])
      classes.add(predictions[row, places.label])
    }
    classes.sort()
    let (memberCount, classCount) = (members.names.count, classes.names.count)
    var values = [Double](repeating: .nan, count: questions.names.count * memberCount * classCount)
    for row in 0..<predictions.rowCount {
      let t = questions[predictions[row, places.question]]
      let n = members[predictions[row, places.member]]
      let k = classes[predictions[row, places.label]]
      let text = predictions[row, places.value]
      guard let value = finiteNumber(text) else {
        throw .badCell(
          line: predictions.lines[row], column: "probability", file: file, found: text, expected: "a finite number")
      }
      let start = (t * memberCount + n) * classCount
      guard values[start + k].isNaN else { throw .statedTwice(line: predictions.lines[row], file: file) }
      values[start + k] = value
    }
    for start in stride(from: 0, to: values.count, by: classCount) {
      guard values[start..<start + classCount].contains(where: { !$0.isNaN }) else { continue }
      for i in start..<start + classCount where values[i].isNaN { values[i] = 0 }
    }
    var truths = [Int?](repeating: nil, count: questions.names.count)
    var delays = [Int](repeating: 1, count: questions.names.count)
    var isStated = [Bool](repeating: false, count: questions.names.count)
    for row in 0..<outcomes.rowCount {
      let name = outcomes[row, columns.question]
      guard let t = questions.place(name) else {
        throw .unknownQuestion(line: outcomes.lines[row], file: columns.file, name: name)
      }
      guard !isStated[t] else { throw .statedTwice(line: outcomes.lines[row], file: columns.file) }
      isStated[t] = true
      if !columns.isOpen(row) {
        let label = outcomes[row, columns.label]
        guard let truth = classes.place(label) else {
          throw .unknownClass(line: outcomes.lines[row], file: columns.file, name: label, known: classes.names)
        }
        truths[t] = truth
      }
      delays[t] = try columns.delay(row)
    }
    try self.init(
      memberNames: members.names, classNames: classes.names, probabilities: values, truths: truths, delays: delays)
  }
}

/// Names by place, and places by name.
private struct NameIndex {
  private(set) var names: [String] = []
  private var places: [String: Int] = [:]

  mutating func add(_ name: String) {
    guard places[name] == nil else { return }
    places[name] = names.count
    names.append(name)
  }

  func place(_ name: String) -> Int? { places[name] }

  subscript(name: String) -> Int {
    guard let place = places[name] else { preconditionFailure("every name was added before") }
    return place
  }

  /// By number where all are whole numbers, else as text.
  mutating func sort() {
    let numbers = names.compactMap { Int($0) }
    if numbers.count == names.count {
      names = zip(numbers, names).sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
    } else {
      names.sort()
    }
    for (place, name) in names.enumerated() { places[name] = place }
  }
}
