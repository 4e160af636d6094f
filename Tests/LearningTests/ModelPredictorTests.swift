import Learning
import Quantities
import Synchronization
import Testing

@Suite struct ModelPredictorTests {
  @Test func `trains every model and each predicts for itself`() throws {
    let data = try DatasetManager.iris.split(seed: 1)
    let predictor = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 1, threads: 2)
    #expect(predictor.members.map(\.name) == ModelKind.allCases.map(\.rawValue))
    for member in predictor.members {
      let report = try #require(member.training)
      #expect(report.test.accuracy >= 0.9, "\(member.name)")
      #expect(report.test.rowCount == 30)
      #expect(report.wallSeconds > 0)
      #expect(report.cpuSeconds > 0)
    }
    let answers = predictor.predictions([5.1, 3.5, 1.4, 0.2])
    #expect(answers.rowCount == predictor.members.count)
    for row in 0..<answers.rowCount { #expect(topClass(answers.row(row)) == 0) }
  }

  @Test func `gives one row and a batch the same bits`() throws {
    let data = try DatasetManager.iris.split(seed: 2)
    let predictor = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 2, threads: 1)
    let batch = predictor.predictions(data.test.features)
    for row in 0..<data.test.rowCount {
      let one = predictor.predictions(Array(data.test.features.row(row)))
      for index in predictor.members.indices { #expect(Array(one.row(index)) == Array(batch[index].row(row))) }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 9])
  func `trains the same models on any number of threads`(threads: Int) throws {
    let data = try DatasetManager.iris.split(seed: 3)
    let one = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 3, threads: 1)
    let many = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 3, threads: threads)
    #expect(many.files == one.files)
  }

  @Test func `trains a model the same way without the others`() throws {
    let data = try DatasetManager.iris.split(seed: 4)
    let all = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 4, threads: 1)
    for (index, kind) in ModelKind.allCases.enumerated() {
      let alone = try ModelPredictor(training: [kind], on: data, seed: 4, threads: 1)
      #expect(alone.members[0].model == all.members[index].model)
    }
  }

  @Test func `tells when a model begins and ends`() throws {
    let data = try DatasetManager.iris.split(seed: 5)
    let news = Mutex<[String]>([])
    _ = try ModelPredictor(training: ModelKind.allCases, on: data, seed: 5, threads: 2) { progress in
      news.withLock { news in
        switch progress {
        case .began(let kind): news.append("began \(kind.name)")
        case .ended(let kind, _): news.append("ended \(kind.name)")
        }
      }
    }
    let expected = ModelKind.allCases.flatMap { ["began \($0.name)", "ended \($0.name)"] }
    #expect(news.withLock { $0.sorted() } == expected.sorted())
  }

  @Test func `answers unknown names with the nearest known one`() throws {
    let known = ModelKind.allCases.map(\.rawValue)
    #expect(
      throws: LearningError.unknownModel(name: "logistic_regresion", nearest: "logistic_regression", known: known)
    ) { try ModelKind(named: "logistic_regresion") }
    let data = try DatasetManager.iris.split(seed: 6)
    let predictor = try ModelPredictor(training: [.logisticRegression], on: data, seed: 6, threads: 1)
    #expect(try predictor.index(ofModel: "logistic_regression") == 0)
    #expect(throws: LearningError.unknownModel(name: "banana", nearest: nil, known: ["logistic_regression"])) {
      try predictor.index(ofModel: "banana")
    }
  }

  @Test func `refuses no model, one model twice and no thread`() throws {
    let data = try DatasetManager.iris.split(seed: 7)
    #expect(throws: LearningError.noModels) { try ModelPredictor(training: [], on: data, seed: 1, threads: 1) }
    #expect(throws: LearningError.modelTwice(name: "logistic_regression")) {
      try ModelPredictor(training: [.logisticRegression, .logisticRegression], on: data, seed: 1, threads: 1)
    }
    #expect(throws: LearningError.settingOutOfRange(name: "threads", value: "0", allowed: "at least 1")) {
      try ModelPredictor(training: [.logisticRegression], on: data, seed: 1, threads: 0)
    }
  }

  @Test func `passes on a model's refusal`() throws {
    var settings = ModelSettings()
    settings.logisticRegression.tolerance = 0
    let data = try DatasetManager.iris.split(seed: 8)
    #expect(throws: LearningError.settingOutOfRange(name: "tolerance", value: "0.0", allowed: "positive and finite")) {
      try ModelPredictor(training: ModelKind.allCases, settings: settings, on: data, seed: 8, threads: 2)
    }
  }
}
