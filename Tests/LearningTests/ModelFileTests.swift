import Foundation
import Learning
import Quantities
import Testing

@Suite struct ModelFileTests {
  @Test(arguments: ModelKind.allCases)
  func `keeps a model bit for bit`(kind: ModelKind) throws {
    let data = try DatasetManager.iris.split(seed: 1)
    let predictor = try ModelPredictor(training: [kind], on: data, seed: 1, threads: 1)
    let path = FileManager.default.temporaryDirectory.appending(path: "witan-\(UUID().uuidString).json").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try predictor.files[0].save(to: path)
    let loaded = try ModelFile(path: path)
    #expect(loaded == predictor.files[0])
    #expect(try loaded.json() == predictor.files[0].json())
    let again = try ModelPredictor(loaded: [loaded])
    let (before, after) = (predictor.predictions(data.test.features), again.predictions(data.test.features))
    #expect(before[0].values.map(\.bitPattern) == after[0].values.map(\.bitPattern))
  }

  @Test func `keeps every bit of a number`() throws {
    var random = CounterStream(seed: 5)
    let means =
      [-0.0, 5e-324, 1.7976931348623157e308, 0.1]
      + (0..<500).map { _ in
        Double(sign: .plus, exponent: random.below(2_000) - 1_000, significand: 1 + random.unit())
      }
    let encoding = Encoding(columns: means.indices.map { .number(name: "f\($0)") })
    let scaler = StandardScaler(fittedOn: Matrix(rowCount: 1, columnCount: means.count, values: means))
    let back = try JSONDecoder().decode(StandardScaler.self, from: JSONEncoder().encode(scaler))
    #expect(back.means.map(\.bitPattern) == scaler.means.map(\.bitPattern))
    #expect(encoding.featureCount == means.count)
  }

  typealias Damage = (old: String, new: String, word: String)

  @Test(
    arguments: [
      ("witan-model", "other", "format"),
      ("\"version\":1", "\"version\":2", "version is 2"),
      ("\"version\":1", "\"version\":\"1\"", "version"),
      ("\"kind\":\"logistic_regression\"", "\"kind\":\"oracle\"", "kind"),
      ("\"versicolor\"", "\"setosa\"", "one name"),
      ("\"class_names\":[", "\"class_names\":[\"more\",", "classes"),
      ("\"feature_names\":[", "\"feature_names\":[\"more\",", "feature_names"),
      ("\"means\":[", "\"means\":[1,", "means"),
      ("\"scales\":[", "\"scales\":[-", "scal"),
      ("\"weights\":[", "\"weights\":[1,", "weights"),
      ("\"weights\":[", "\"weights\":[1e999,", "JSON"),
      ("\"intercepts\":[", "\"intercepts\":[1,", "intercepts"),
      ("\"classes\":[0,1,2]", "\"classes\":[0,2,1]", "ascend"),
      ("\"classes\":[0,1,2]", "\"classes\":[0,1,9]", "range"),
      ("\"classes\":[0,1,2]", "\"classes\":[]", "range"),
      ("\"feature_count\":4", "\"feature_count\":9223372036854775807", "feature_count"),
      ("\"feature_count\":4", "\"feature_count\":-4", "feature_count"),
      ("\"class_count\":3", "\"class_count\":9223372036854775807", "class_count"),
      ("\"model\":{", "\"model\":[", "JSON"),
      ("\"scaler\"", "\"scalar\"", "scaler is absent"),
      ("\"name\":\"petal_width\"", "\"name\":\"petal_length\"", "one name"),
    ] as [Damage])
  func `refuses a damaged file`(old: String, new: String, word: String) throws {
    let text = String(decoding: try saved(), as: UTF8.self)
    let range = try #require(text.firstRange(of: old), "the file has no \(old)")
    let damaged = text.replacingCharacters(in: range, with: new)
    let error = #expect(throws: LearningError.self) { try ModelFile(json: Array(damaged.utf8)) }
    guard case .unreadableModel(let reason) = error else {
      Issue.record("wrong error \(String(describing: error))")
      return
    }
    #expect(reason.contains(word), "\(reason)")
  }

  @Test(arguments: UInt64(0)..<400)
  func `survives any damaged byte`(seed: UInt64) throws {
    var random = CounterStream(seed: seed)
    var bytes = try saved(ModelKind.allCases[Int(seed % 3)])
    for _ in 0...random.below(3) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
    if seed % 5 == 0 { bytes.removeLast(1 + random.below(bytes.count - 1)) }
    // Either the damage is found, or what was loaded can be asked without harm.
    guard let file = try? ModelFile(json: bytes), file.encoding.featureCount == 4 else { return }
    let answers = try ModelPredictor(loaded: [file]).predictions([5.1, 3.5, 1.4, 0.2])
    #expect(abs(answers.values.reduce(0, +) - 1) < 1e-12)  // a few roundings
  }

  @Test(arguments: ["", "null", "[]", "{", "{}", "42", String(repeating: "[", count: 100_000)])
  func `refuses what is no model`(text: String) {
    let error = #expect(throws: LearningError.self) { try ModelFile(json: Array(text.utf8)) }
    #expect(error?.description.hasPrefix("the saved model cannot be read") == true)
  }

  @Test func `names a folder that cannot be written`() throws {
    let file = try ModelFile(json: saved())
    let error = #expect(throws: LearningError.self) { try file.save(to: "/no/such/folder/model.json") }
    guard case .unwritableFile(let path, _) = error else {
      Issue.record("wrong error \(String(describing: error))")
      return
    }
    #expect(path == "/no/such/folder/model.json")
  }

  @Test func `refuses to mix models of different runs`() throws {
    let one = try files(seed: 1, kinds: [.logisticRegression])
    let other = try files(seed: 2, kinds: [.randomForest])
    #expect(throws: LearningError.modelsDisagree(names: ["logistic_regression", "random_forest"])) {
      try ModelPredictor(loaded: one + other)
    }
  }

  private func files(seed: UInt64, kinds: [ModelKind]) throws -> [ModelFile] {
    try ModelPredictor(training: kinds, on: DatasetManager.iris.split(seed: seed), seed: 1, threads: 1).files
  }

  private func saved(_ kind: ModelKind = .logisticRegression) throws -> [UInt8] {
    try files(seed: 1, kinds: [kind])[0].json()
  }
}
