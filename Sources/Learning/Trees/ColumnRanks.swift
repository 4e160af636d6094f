/// Sorts one column of numbers and says which place each row takes among the distinct values.
struct ColumnRanks {
  private var keys: [UInt64]
  private var keysSpare: [UInt64]
  private var rows: [UInt32]
  private var rowsSpare: [UInt32]
  private var tallies = [Int](repeating: 0, count: 8 * 256)

  /// A workspace for columns of `rowCount` numbers.
  init(rowCount: Int) {
    keys = [UInt64](repeating: 0, count: rowCount)
    keysSpare = keys
    rows = [UInt32](repeating: 0, count: rowCount)
    rowsSpare = rows
  }

  /// Ranks column `column` of `matrix`: calls `visit(row, value, rank)` for every row in ascending order of value,
  /// where `rank` counts the distinct values below.
  ///
  /// - Complexity: a byte-wise radix sort, at most eight passes; bytes that all values share cost none.
  mutating func rank(_ matrix: borrowing Matrix, column: Int, visit: (_ row: Int, _ value: Double, _ rank: Int) -> Void)
  {
    let count = matrix.rowCount
    let width = matrix.columnCount
    matrix.values.withUnsafeBufferPointer { values in
      for row in 0..<count {
        // Adding zero turns -0 into +0, so that the two share a rank.
        let bits = (values[row &* width &+ column] + 0).bitPattern
        keys[row] = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
        rows[row] = UInt32(truncatingIfNeeded: row)
      }
    }
    if count < 64 { sortByInsertion() } else { sortByRadix() }
    var rank = -1
    var previous: UInt64?
    for place in 0..<count {
      let key = keys[place]
      if key != previous {
        rank += 1
        previous = key
      }
      let bits = key >> 63 == 1 ? key & ~(1 << 63) : ~key
      visit(Int(rows[place]), Double(bitPattern: bits), rank)
    }
  }

  private mutating func sortByInsertion() {
    for index in keys.indices.dropFirst() {
      let key = keys[index]
      let row = rows[index]
      var place = index
      while place > 0, keys[place - 1] > key {
        keys[place] = keys[place - 1]
        rows[place] = rows[place - 1]
        place -= 1
      }
      keys[place] = key
      rows[place] = row
    }
  }

  private mutating func sortByRadix() {
    let count = keys.count
    for index in tallies.indices { tallies[index] = 0 }
    tallies.withUnsafeMutableBufferPointer { tallies in
      for key in keys {
        for byte in 0..<8 { tallies[byte &* 256 &+ Int(key >> UInt64(byte &* 8) & 255)] &+= 1 }
      }
    }
    for byte in 0..<8 {
      let shift = UInt64(byte * 8)
      let base = byte * 256
      if tallies[base + Int(keys[0] >> shift & 255)] == count { continue }
      var start = 0
      for digit in base..<base + 256 {
        let tally = tallies[digit]
        tallies[digit] = start
        start += tally
      }
      tallies.withUnsafeMutableBufferPointer { places in
        keysSpare.withUnsafeMutableBufferPointer { keysOut in
          rowsSpare.withUnsafeMutableBufferPointer { rowsOut in
            for index in 0..<count {
              let digit = base &+ Int(keys[index] >> shift & 255)
              let place = places[digit]
              places[digit] = place &+ 1
              keysOut[place] = keys[index]
              rowsOut[place] = rows[index]
            }
          }
        }
      }
      swap(&keys, &keysSpare)
      swap(&rows, &rowsSpare)
    }
  }
}
