import Consensus
import Foundation
import Learning
import Quantities

/// One row at a time through scaler, three models and the pool.
struct RowTrial {
  private let predictor: ModelPredictor
  private let rows: [[Double]]
  private var pool: Pool
  private var probabilities: [Double]

  init(_ predictor: ModelPredictor, rows: [[Double]]) {
    self.predictor = predictor
    self.rows = rows
    pool = ConsensusRule().mechanism(classCount: predictor.classCount)
    for seat in predictor.members.indices { pool.join(Seat(seat)) }
    probabilities = [Double](repeating: 0, count: predictor.members.count * predictor.classCount)
  }

  /// The microseconds of each of `count` rows, ascending, and a checksum of what came out.
  mutating func run(_ count: Int) throws -> (microseconds: [Double], checksum: UInt64) {
    var checksum: UInt64 = 0
    var microseconds: [Double] = []
    microseconds.reserveCapacity(count)
    for i in 0..<count {
      let start = DispatchTime.now().uptimeNanoseconds
      let consensus = try pooled(rows[i % rows.count])
      microseconds.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1_000)
      checksum = checksum &* 31 &+ UInt64(consensus[0])
    }
    return (microseconds.sorted(), checksum)
  }

  private mutating func pooled(_ row: [Double]) throws -> [UInt32] {
    let predictor = predictor
    let classCount = predictor.classCount
    row.withUnsafeBufferPointer { row in
      probabilities.withUnsafeMutableBufferPointer { predictor.predict(row, into: $0) }
    }
    var table = PredictionTable(classCount: classCount)
    for seat in predictor.members.indices {
      let answer = probabilities[seat * classCount..<(seat + 1) * classCount]
      table.append(Seat(seat), try Billionths.prediction(answer, classCount: classCount))
    }
    return pool.pool(table).consensus
  }
}
