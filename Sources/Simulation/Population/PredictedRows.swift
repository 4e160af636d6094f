import Quantities

/// Predictions worked out beforehand: of members that learn for the rows that are asked, or as they were recorded.
struct PredictedRows: Hashable, Sendable {
  let classCount: Int
  let memberCount: Int
  /// Case x member x class, billionths; a prediction whose numbers are all zero is absent.
  let values: [UInt32]

  /// Copies the predictions of members `places` for case `row`, one after the other.
  func copy(row: Int, places: Range<Int>, into rows: UnsafeMutablePointer<UInt32>) {
    precondition(places.upperBound <= memberCount)
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      rows.update(
        from: start + (row * memberCount + places.lowerBound) * classCount, count: places.count * classCount)
    }
  }

  /// The prediction of member `place` for case `row`; `nil` where it is absent.
  func prediction(row: Int, place: Int) -> ArraySlice<UInt32>? {
    let start = (row * memberCount + place) * classCount
    let found = values[start..<start + classCount]
    return found.allSatisfy { $0 == 0 } ? nil : found
  }
}
