/// What a saved model says of itself before anything else.
struct SavedModelHeader: Codable {
  var kind: String
  var version: Int
  var featureCount: Int
  var classCount: Int

  enum CodingKeys: String, CodingKey {
    case kind
    case version
    case featureCount = "feature_count"
    case classCount = "class_count"
  }

  /// Reads the header and throws unless it is of the kind and version given, with sizes that trees can have.
  init(from decoder: any Decoder, kind: String, version: Int) throws {
    self = try SavedModelHeader(from: decoder)
    func refuse(_ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
    guard self.kind == kind else { throw refuse("kind is \(self.kind), not \(kind)") }
    guard self.version == version else { throw refuse("version is \(self.version), but only \(version) is known") }
    guard (0...TreeEnsemble.featureCountMax).contains(featureCount) else { throw refuse("feature_count out of range") }
    guard (1...TreeEnsemble.classCountMax).contains(classCount) else { throw refuse("class_count out of range") }
  }

  init(kind: String, version: Int, featureCount: Int, classCount: Int) {
    self.kind = kind
    self.version = version
    self.featureCount = featureCount
    self.classCount = classCount
  }
}

extension PackedNumbers where Number == UInt64 {
  /// The bits of `numbers`.
  init(bitsOf numbers: [Double]) { self.init(numbers.map(\.bitPattern)) }
  /// The numbers whose bits these are.
  var doubles: [Double] { numbers.map { Double(bitPattern: $0) } }
}
