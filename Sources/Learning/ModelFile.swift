#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A trained model with all that is needed to ask it later: the encoding of rows, the scaler and the class names.
///
/// Saved as one JSON object: `{"format":"witan-model","version":1,"kind":…,"class_names":…,"feature_names":…,
/// "encoding":…,"scaler":…,"model":{…}}`, keys sorted. Numbers keep every bit, so that a loaded model answers just as
/// the saved one. A file is data and nothing else: whatever it holds, loading it either gives a model whose parts fit
/// together or throws `LearningError.unreadableModel`.
public struct ModelFile: Hashable, Sendable {
  /// What the field `format` says.
  public static let format = "witan-model"
  /// The version that is written and read.
  public static let version = 1

  /// How rows become features.
  public let encoding: Encoding
  /// How features are scaled before the model sees them.
  public let scaler: StandardScaler
  /// The name of each class.
  public let classNames: [String]
  /// The model itself.
  public let model: TrainedModel

  /// Puts the parts together; traps if their sizes do not fit.
  public init(encoding: Encoding, scaler: StandardScaler, classNames: [String], model: TrainedModel) {
    precondition(scaler.columnCount == encoding.featureCount)
    precondition(model.featureCount == encoding.featureCount)
    precondition(model.classCount == classNames.count)
    self.encoding = encoding
    self.scaler = scaler
    self.classNames = classNames
    self.model = model
  }

  /// Reads a saved model out of memory.
  public init(json: [UInt8]) throws(LearningError) {
    do {
      self = try JSONDecoder().decode(ModelFile.self, from: Data(json))
    } catch let error as LearningError {
      throw error
    } catch let error as DecodingError {
      throw .unreadableModel(reason: error.sentence)
    } catch {
      throw .unreadableModel(reason: "it is not JSON")
    }
  }

  /// Reads a saved model from a file.
  public init(path: String) throws(LearningError) {
    try self.init(json: try readFile(path))
  }

  /// The JSON text: equal models give equal bytes.
  public func json() throws(LearningError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(self))
    } catch {
      throw .unreadableModel(reason: "it holds a number that is not finite")
    }
  }

  /// Writes the model to a file, whole or not at all.
  public func save(to path: String) throws(LearningError) {
    try writeFile(try json(), to: path)
  }
}

extension ModelFile: Codable {
  private enum CodingKeys: String, CodingKey {
    case format, version, kind
    case classNames = "class_names"
    case featureNames = "feature_names"
    case encoding, scaler, model
  }

  /// Reads the envelope, then the parts, and checks that they fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let format = try container.decode(String.self, forKey: .format)
    guard format == Self.format else {
      throw LearningError.unreadableModel(reason: "its format is not \(Self.format)")
    }
    let version = try container.decode(Int.self, forKey: .version)
    guard version == Self.version else {
      throw LearningError.unreadableModel(
        reason: "its version is \(version), and this program reads version \(Self.version)")
    }
    let kindName = try container.decode(String.self, forKey: .kind)
    guard let kind = ModelKind(rawValue: kindName) else {
      throw LearningError.unreadableModel(
        reason: "its kind is not one of " + ModelKind.allCases.map(\.name).joined(separator: ", "))
    }
    let classNames = try container.decode([String].self, forKey: .classNames)
    let featureNames = try container.decode([String].self, forKey: .featureNames)
    let encoding = try container.decode(Encoding.self, forKey: .encoding)
    let scaler = try container.decode(StandardScaler.self, forKey: .scaler)
    let model = try TrainedModel(kind, from: container.superDecoder(forKey: .model))
    guard Set(classNames).count == classNames.count else {
      throw LearningError.unreadableModel(reason: "two classes have one name")
    }
    guard featureNames == encoding.featureNames else {
      throw LearningError.unreadableModel(reason: "feature_names do not fit the encoding")
    }
    guard scaler.columnCount == featureNames.count, model.featureCount == featureNames.count else {
      throw LearningError.unreadableModel(reason: "the scaler or the model has another number of features")
    }
    guard model.classCount == classNames.count else {
      throw LearningError.unreadableModel(reason: "the model has another number of classes than class_names")
    }
    self.init(encoding: encoding, scaler: scaler, classNames: classNames, model: model)
  }

  /// Writes the envelope.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(Self.version, forKey: .version)
    try container.encode(model.kind.name, forKey: .kind)
    try container.encode(classNames, forKey: .classNames)
    try container.encode(encoding.featureNames, forKey: .featureNames)
    try container.encode(encoding, forKey: .encoding)
    try container.encode(scaler, forKey: .scaler)
    try model.encode(to: container.superEncoder(forKey: .model))
  }
}

extension DecodingError {
  /// What is wrong and where, in a few words.
  fileprivate var sentence: String {
    func place(_ context: Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return path.isEmpty ? "at the top" : "at " + path.joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context): return "\(key.stringValue) is absent \(place(context))"
    case .typeMismatch(_, let context): return "there is a value of the wrong type \(place(context))"
    case .valueNotFound(_, let context): return "there is no value \(place(context))"
    case .dataCorrupted(let context):
      let what = context.debugDescription
      return "\(what.hasSuffix(".") ? String(what.dropLast()) : what) \(place(context))"
    @unknown default: return "it is not valid JSON"
    }
  }
}
