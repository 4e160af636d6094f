import Learning
import Quantities
import Tabular

/// What was read for the questions of a scenario: nothing, a data set divided into rows that are asked and rows to
/// learn from, or a recorded stream.
struct QuestionData: Sendable {
  let questions: QuestionList
  /// The rows that are asked are its test rows.
  let prepared: PreparedData?
  let stream: RecordedStream?

  /// Reads the data of `scenario`, whose settings are checked, and draws which questions are asked.
  init(_ scenario: Scenario, runSeed: UInt64) throws(PopulationError) {
    let (count, classCount) = (scenario.questionCount, scenario.classCount)
    switch scenario.questions {
    case .drawn(let drawn):
      questions = QuestionList(
        cases: nil, prior: drawn.prior, classCount: classCount, difficulty: drawn.difficulty)
      (prepared, stream) = (nil, nil)
    case .dataset(let source):
      let manager = try source.read()
      let found = manager.classNames.count
      guard found == classCount else {
        throw .wrongClassCount(path: source.path, found: found, expected: classCount)
      }
      var random = Chance.stream(runSeed, .split, 0)
      let data: PreparedData
      do { data = try manager.split(seed: random.next(), testShare: source.askedShare) } catch {
        throw .data(path: source.path, error)
      }
      var counts = [Double](repeating: 0, count: classCount)
      for label in data.train.labels { counts[label] += 1 }
      questions = QuestionList(
        cases: QuestionList.Cases(
          order: QuestionList.shuffled(caseCount: data.test.rowCount, count: count, seed: runSeed),
          truths: data.test.labels.map { Int32($0) }, delays: []),
        prior: counts, classCount: classCount)
      (prepared, stream) = (data, nil)
    case .stream(let source):
      let recorded = try StreamFolder(path: source.path).read()
      let found = recorded.classNames.count
      guard found == classCount else {
        throw .wrongClassCount(path: source.path, found: found, expected: classCount)
      }
      guard count <= recorded.questionCount else {
        throw .tooManyQuestions(asked: count, recorded: recorded.questionCount)
      }
      questions = QuestionList(
        cases: QuestionList.Cases(
          order: (0..<count).map { UInt32($0) }, truths: recorded.truths.map { $0.map { Int32($0) } ?? -1 },
          delays: recorded.delays),
        prior: [], classCount: classCount)
      (prepared, stream) = (nil, recorded)
    }
  }

  /// The predictions of the models called `names`, one for each member of `group`; all in order where no names are
  /// given.
  func recorded(_ names: [String], group: Group) throws(PopulationError) -> PredictedRows {
    guard let stream else { throw .noSource(group: group.name, needed: "questions from a recorded stream") }
    var models: [Int] = []
    for name in names {
      guard let place = stream.memberNames.firstIndex(of: name) else {
        throw .unknownModel(group: group.name, name: name, nearest: nearestName(to: name, among: stream.memberNames))
      }
      models.append(place)
    }
    if names.isEmpty { models = Array(stream.memberNames.indices) }
    guard group.count <= models.count else {
      throw .tooManyMembers(group: group.name, count: group.count, available: models.count)
    }
    models = Array(models.prefix(group.count))
    let K = stream.classNames.count
    var values: [UInt32] = []
    values.reserveCapacity(stream.questionCount * models.count * K)
    let absent = [UInt32](repeating: 0, count: K)
    for t in 0..<stream.questionCount {
      for n in models { values += stream.prediction(t, n).map { Billionths.shares($0) } ?? absent }
    }
    return PredictedRows(classCount: K, memberCount: models.count, values: values)
  }
}

extension DatasetQuestions {
  /// Reads the data set: `iris`, or a CSV file whose cells without a value are filled with their column's mean.
  func read() throws(PopulationError) -> DatasetManager {
    if path == "iris", label == nil || label == "species" { return .iris }
    do {
      return try DatasetManager(csvFile: path, label: label, missingValues: .mean)
    } catch { throw .data(path: path, error) }
  }
}
