extension RandomForestModel: Codable {
  private enum CodingKeys: String, CodingKey {
    case trees
    case shares
    case outOfBag = "out_of_bag"
  }

  private static let kind = "random_forest"
  private static let version = 1

  /// Saves every bit: models that are equal are saved alike.
  public func encode(to encoder: any Encoder) throws {
    try SavedModelHeader(
      kind: Self.kind, version: Self.version, featureCount: featureCount, classCount: classCount
    ).encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(ensemble, forKey: .trees)
    try container.encode(PackedNumbers(bitsOf: shares), forKey: .shares)
    try container.encodeIfPresent(outOfBag, forKey: .outOfBag)
  }

  /// Reads a saved forest. Throws `DecodingError` unless every part of it is sound.
  public init(from decoder: any Decoder) throws {
    let header = try SavedModelHeader(from: decoder, kind: Self.kind, version: Self.version)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let ensemble = try container.decode(TreeEnsemble.self, forKey: .trees)
    let shares = try container.decode(PackedNumbers<UInt64>.self, forKey: .shares).doubles
    let outOfBag = try container.decodeIfPresent(OutOfBagScore.self, forKey: .outOfBag)
    func refuse(_ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
    let classCount = header.classCount
    guard ensemble.treeCount > 0 else { throw refuse("a forest without trees") }
    guard shares.count.isMultiple(of: classCount) else { throw refuse("shares do not come in groups of class_count") }
    for first in stride(from: 0, to: shares.count, by: classCount) {
      let group = shares[first..<first + classCount]
      guard group.allSatisfy({ (0...1).contains($0) }) else { throw refuse("a share outside 0...1") }
      // Each share was rounded once.
      guard abs(group.reduce(0, +) - 1) <= 1e-15 * Double(classCount + 1) else {
        throw refuse("shares of a leaf do not add up to 1")
      }
    }
    guard ensemble.fits(featureCount: header.featureCount, payloadCount: classCount + shares.count / classCount) else {
      throw refuse("a node asks for a feature, or stands for a leaf, that there is not")
    }
    if let outOfBag {
      guard (0...1).contains(outOfBag.accuracy), outOfBag.logLoss >= 0, outOfBag.logLoss.isFinite,
        outOfBag.rowCount >= 0
      else { throw refuse("an out-of-bag score out of range") }
    }
    self.init(featureCount: header.featureCount, classCount: classCount, ensemble: ensemble, shares: shares)
    self.outOfBag = outOfBag
  }
}
