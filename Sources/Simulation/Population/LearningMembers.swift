import Learning
import Quantities

/// Members that learn, each trained on its own share of the rows that are not asked, and what each predicts for the
/// rows that are.
///
/// All members that learn divide the rows among them: each gets its part of the division that its own group's settings
/// make of all rows for all of them. Whoever has columns of its own scales by its own rows: nobody sees another's data.
struct LearningMembers: Sendable {
  /// The predictions of all members that learn, in the order of members.
  let predictions: PredictedRows
  /// For each kind of learner in use, what one model trained on all rows predicts: the names and the predictions.
  let central: [(kind: ModelKind, predictions: PredictedRows)]

  /// Trains the members of `groups` that learn; `nil` where none do.
  init?(_ groups: [Group], data: QuestionData, runSeed: UInt64, threads: Int) throws(PopulationError) {
    var shares: [LearnerShare] = []
    for group in groups {
      if case .learner(let share) = group.source { shares += [LearnerShare](repeating: share, count: group.count) }
    }
    guard !shares.isEmpty, let prepared = data.prepared else { return nil }
    let train = prepared.train
    guard shares.count <= train.rowCount || shares.allSatisfy(\.partition.handsOutAllRows) else {
      throw .tooFewRows(rows: train.rowCount, members: shares.count)
    }
    var divisions: [LearnerShare.Partition: [DataShard]] = [:]
    for share in shares where divisions[share.partition] == nil {
      divisions[share.partition] = share.partition.shards(of: train, count: shares.count, seed: runSeed)
    }
    let caseCount = prepared.test.rowCount
    let classCount = train.classCount
    var values = [UInt32](repeating: 0, count: caseCount * shares.count * classCount)
    var kinds: [ModelKind] = []
    for (place, share) in shares.enumerated() {
      guard let shard = divisions[share.partition]?[place] else { preconditionFailure("every division was made") }
      do {
        let kind = try ModelKind(named: share.learner)
        if !kinds.contains(kind) { kinds.append(kind) }
        var random = Chance.stream(runSeed, .training, place)
        let predicted = try Self.predictions(
          of: kind, trainedOn: train, shard, for: prepared.test, seed: random.next(), threads: threads)
        for row in 0..<caseCount {
          let start = (row * shares.count + place) * classCount
          values.replaceSubrange(start..<start + classCount, with: Billionths.shares(predicted.row(row)))
        }
      } catch { throw .data(path: "training of member \(place + 1)", error) }
    }
    predictions = PredictedRows(classCount: classCount, memberCount: shares.count, values: values)
    var central: [(kind: ModelKind, predictions: PredictedRows)] = []
    let all = DataShard(
      rows: Array(0..<train.rowCount), columns: Array(0..<train.featureCount), labels: train.labels)
    for kind in kinds {
      var random = Chance.stream(runSeed, .training, shares.count)
      do {
        let predicted = try Self.predictions(
          of: kind, trainedOn: train, all, for: prepared.test, seed: random.next(), threads: threads)
        central.append(
          (
            kind,
            PredictedRows(
              classCount: classCount, memberCount: 1,
              values: (0..<caseCount).flatMap { Billionths.shares(predicted.row($0)) })
          ))
      } catch { throw .data(path: "training on all rows", error) }
    }
    self.central = central
  }

  private static func predictions(
    of kind: ModelKind, trainedOn train: Dataset, _ shard: DataShard, for test: Dataset, seed: UInt64, threads: Int
  ) throws(LearningError) -> Matrix {
    let names = shard.columns.map { train.featureNames[$0] }
    func columns(of features: Matrix, rows: [Int]) -> Matrix {
      Matrix(
        rowCount: rows.count, columnCount: shard.columns.count,
        values: rows.flatMap { row in shard.columns.map { features[row, $0] } })
    }
    let own = columns(of: train.features, rows: shard.rows)
    let asked = columns(of: test.features, rows: Array(0..<test.rowCount))
    let scaler = StandardScaler(fittedOn: own)
    let data = Dataset(
      features: scaler.scaled(own), labels: shard.labels, featureNames: names, classNames: train.classNames)
    let model = try ModelSettings().fit(kind, data, seed: seed, threads: threads)
    return model.probabilities(scaler.scaled(asked))
  }
}

extension LearnerShare.Partition {
  /// Whether everybody gets all rows, so that there are enough for any number of members.
  var handsOutAllRows: Bool { if case .features = self { true } else { false } }
}
