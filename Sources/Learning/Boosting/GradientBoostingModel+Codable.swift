extension GradientBoostingModel: Codable {
  private enum CodingKeys: String, CodingKey {
    case baseline
    case trees
    case values
  }

  private static let kind = "gradient_boosting"
  private static let version = 1
  /// No sum of leaf values up to this can overflow.
  private static let valueMax = 1e100

  /// Saves every bit: models that are equal are saved alike.
  public func encode(to encoder: any Encoder) throws {
    try SavedModelHeader(
      kind: Self.kind, version: Self.version, featureCount: featureCount, classCount: classCount
    ).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(PackedNumbers(bitsOf: baseline), forKey: .baseline)
    try container.encode(ensemble, forKey: .trees)
    try container.encode(PackedNumbers(bitsOf: values), forKey: .values)
  }

  /// Reads a saved model. Throws `DecodingError` unless every part of it is sound.
  public init(from decoder: any Decoder) throws {
    let header = try SavedModelHeader(from: decoder, kind: Self.kind, version: Self.version)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let baseline = try container.decode(PackedNumbers<UInt64>.self, forKey: .baseline).doubles
    let ensemble = try container.decode(TreeEnsemble.self, forKey: .trees)
    let values = try container.decode(PackedNumbers<UInt64>.self, forKey: .values).doubles
    func refuse(_ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
    guard baseline.count == BoostingLink.scoreCount(classCount: header.classCount) else {
      throw refuse("baseline does not have as many scores as class_count asks for")
    }
    guard ensemble.treeCount > 0, ensemble.treeCount.isMultiple(of: baseline.count) else {
      throw refuse("trees do not come in whole rounds")
    }
    // Written so that what is not a number is refused, too.
    guard (baseline + values).allSatisfy({ abs($0) <= Self.valueMax }) else { throw refuse("a score out of range") }
    guard ensemble.fits(featureCount: header.featureCount, payloadCount: values.count) else {
      throw refuse("a node asks for a feature, or stands for a leaf, that there is not")
    }
    self.init(
      featureCount: header.featureCount, classCount: header.classCount, baseline: baseline, ensemble: ensemble,
      values: values)
  }
}
