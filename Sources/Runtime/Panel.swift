import Learning
import Ledger
import ProtocolCore
import Quantities

/// The models that answer here: takes a feature row, gives their predictions on the grid, ready for the host.
public struct Panel: Sendable {
  /// The models and how rows are scaled for them.
  public let predictor: ModelPredictor
  /// The models' names, in the order of `ModelPredictor.members`.
  public let ids: [ModelID]

  /// A panel of the models of `predictor`.
  public init(_ predictor: ModelPredictor) {
    self.predictor = predictor
    ids = predictor.members.map { member in
      guard let id = ModelID(member.name) else { preconditionFailure("kinds of models have well-formed names") }
      return id
    }
  }

  /// The answers to one row.
  ///
  /// The digest of the features is salted by a random nonce, since rows like those of Iris could be guessed. The nonce
  /// goes back to the caller, who can prove with it what was asked.
  ///
  /// - Parameters:
  ///   - row: `predictor.featureCount` finite numbers, encoded but not scaled.
  ///   - model: the place of the model asked; `nil` for all of them.
  ///   - seats: the seat of each model, in the order of `ids`.
  ///   - origin: where the question comes from.
  public func answers(
    _ row: [Double], model: Int?, seats: [Seat], origin: Origin
  ) -> (answers: Answers, nonce: [UInt8]) {
    let matrix = predictor.predictions(row)
    let asked = model.map { $0...$0 } ?? 0...ids.count - 1
    let predictions = asked.map { index in (seat: seats[index], shares: Self.shares(matrix.row(index))) }
      .sorted { $0.seat < $1.seat }
    let nonce = Self.nonce()
    let answers = Answers(
      features: Self.digest(row, nonce: nonce), origin: origin, model: model.map { ids[$0] }, predictions: predictions)
    return (answers, nonce)
  }

  /// The digest that stands in the ledger for `row`: SHA-256 over the nonce and the big-endian bit patterns of the
  /// encoded numbers.
  public static func digest(_ row: [Double], nonce: [UInt8]) -> Digest {
    var bytes = nonce
    bytes.reserveCapacity(nonce.count + 8 * row.count)
    for value in row {
      let pattern = value.bitPattern
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: pattern >> shift)) }
    }
    return Digest.sha256(bytes)
  }

  /// A predictor's probabilities for one row, on the grid: whole billionths that add up to one billion.
  public static func shares(_ row: ArraySlice<Double>) -> [UInt32] {
    do { return try Billionths.prediction(row, classCount: row.count) } catch {
      preconditionFailure("a predictor's probabilities add up to 1: \(error)")
    }
  }

  private static func nonce() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<2).flatMap { _ in
      let word = random.next()
      return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
  }
}
