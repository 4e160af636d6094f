import Quantities

/// Predictions worked out beforehand: of members that learn for the rows that are asked, or as they were recorded.
struct PredictedRows: Sendable {
  let classCount: Int
  /// How many members have predictions here.
  let memberCount: Int
  /// Case x member x class, billionths; a prediction whose numbers are all zero is absent. May hold more members.
  private let values: [UInt32]
  private let memberStride: Int
  private let memberFirst: Int

  /// Takes over the predictions of `memberCount` members, case by case.
  init(classCount: Int, memberCount: Int, values: [UInt32]) {
    self.classCount = classCount
    self.memberCount = memberCount
    self.values = values
    (memberStride, memberFirst) = (memberCount, 0)
  }

  /// A range of the members of `all`, without a copy.
  init(_ members: Range<Int>, of all: PredictedRows) {
    precondition(members.upperBound <= all.memberCount)
    classCount = all.classCount
    memberCount = members.count
    values = all.values
    memberStride = all.memberStride
    memberFirst = all.memberFirst + members.lowerBound
  }

  /// Copies the predictions of members `places` for case `row`, one after the other.
  func copy(row: Int, places: Range<Int>, into rows: UnsafeMutablePointer<UInt32>) {
    precondition(places.upperBound <= memberCount)
    values.withUnsafeBufferPointer { values in
      let start = (row * memberStride + memberFirst + places.lowerBound) * classCount
      for i in 0..<places.count * classCount { rows[i] = values[start + i] }
    }
  }

  /// The prediction of member `place` for case `row`; `nil` where it is absent.
  func prediction(row: Int, place: Int) -> ArraySlice<UInt32>? {
    let start = (row * memberStride + memberFirst + place) * classCount
    let found = values[start..<start + classCount]
    return found.allSatisfy { $0 == 0 } ? nil : found
  }
}
