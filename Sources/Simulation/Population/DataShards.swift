import Learning
import Quantities

/// The part of the rows to learn from that one member gets.
struct DataShard: Hashable {
  /// Which rows, ascending.
  var rows: [Int]
  /// Which columns, ascending.
  var columns: [Int]
  /// The class that each of `rows` is said to have.
  var labels: [Int]
}

extension LearnerShare.Partition {
  /// Divides the rows of `data` among `count` members.
  ///
  /// Members that would get no row at all take one from whoever has most, so everybody has something to learn from.
  ///
  /// - Parameter count: at most as many as there are rows, but for `features`, which hands all rows to everyone.
  func shards(of data: Dataset, count: Int, seed: UInt64) -> [DataShard] {
    var random = Chance.stream(seed, .partition, 0)
    let columns = Array(0..<data.featureCount)
    func shard(_ rows: [Int]) -> DataShard {
      let rows = rows.sorted()
      return DataShard(rows: rows, columns: columns, labels: rows.map { data.labels[$0] })
    }
    switch self {
    case .uniform: return Self.dealt(data.rowCount, count, &random).map(shard)
    case .dirichletLabels(let concentration):
      var parts = [[Int]](repeating: [], count: count)
      for label in 0..<data.classCount {
        let rows = (0..<data.rowCount).filter { data.labels[$0] == label }
        let order = random.shuffled(rows.count)
        let shares = random.dirichlet(concentration: concentration, count: count)
        Self.hand(order.map { rows[$0] }, by: shares, to: &parts)
      }
      return Self.fillingEmpty(parts).map(shard)
    case .quantity(let concentration):
      var parts = [[Int]](repeating: [], count: count)
      let order = random.shuffled(data.rowCount)
      Self.hand(order, by: random.dirichlet(concentration: concentration, count: count), to: &parts)
      return Self.fillingEmpty(parts).map(shard)
    case .features(let share):
      let kept = max(1, Int((share * Double(columns.count)).rounded()))
      let rows = Array(0..<data.rowCount)
      return (0..<count).map { _ in
        DataShard(rows: rows, columns: random.shuffled(columns.count).prefix(kept).sorted(), labels: data.labels)
      }
    case .noisyLabels(let share):
      return Self.dealt(data.rowCount, count, &random).enumerated().map { place, rows in
        var noisy = shard(rows)
        var noise = Chance.stream(seed, .labelNoise, place)
        for i in noisy.labels.indices where noise.unit() < share {
          noisy.labels[i] = (noisy.labels[i] + 1 + noise.below(data.classCount - 1)) % data.classCount
        }
        return noisy
      }
    }
  }

  /// All rows in a random order, in equal parts up to one row.
  private static func dealt(_ rowCount: Int, _ count: Int, _ random: inout CounterStream) -> [[Int]] {
    let order = random.shuffled(rowCount)
    return (0..<count).map { place in Array(order[rowCount * place / count..<rowCount * (place + 1) / count]) }
  }

  private static func hand(_ rows: [Int], by shares: [Double], to parts: inout [[Int]]) {
    let scaled = Billionths.shares(shares).map { UInt64($0) }
    let sizes: [Int] = apportion(UInt64(rows.count), by: scaled)
    var first = 0
    for (place, size) in sizes.enumerated() {
      parts[place] += rows[first..<first + size]
      first += size
    }
  }

  private static func fillingEmpty(_ parts: [[Int]]) -> [[Int]] {
    var filled = parts
    for place in filled.indices where filled[place].isEmpty {
      var richest = 0
      for other in filled.indices where filled[other].count > filled[richest].count { richest = other }
      filled[place].append(filled[richest].removeLast())
    }
    return filled
  }
}
