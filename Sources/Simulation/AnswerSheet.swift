import Quantities

/// What members do with one question, in the order of their seats; memory is used again for the next.
struct AnswerSheet {
  let classCount: Int
  /// The seat of each row.
  private(set) var seats: [Int32] = []
  /// The member of each row.
  private(set) var members: [Int32] = []
  /// rowCount x K billionths.
  private(set) var rows: [UInt32] = []
  /// What becomes of each row.
  var acts: [AnswerAct] = []

  /// How many were asked.
  var rowCount: Int { seats.count }

  init(classCount: Int) { self.classCount = classCount }

  mutating func clear() {
    seats.removeAll(keepingCapacity: true)
    members.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    acts.removeAll(keepingCapacity: true)
  }

  /// Adds a row of zeros that will be reported, and returns its index.
  mutating func append(seat: Int32, member: Int32) -> Int {
    seats.append(seat)
    members.append(member)
    rows.append(contentsOf: repeatElement(0, count: classCount))
    acts.append(.report)
    return seats.count - 1
  }

  /// Takes the last row away.
  mutating func removeLast() {
    seats.removeLast()
    members.removeLast()
    rows.removeLast(classCount)
    acts.removeLast()
  }

  /// Lends the place of a row.
  mutating func withRow<Result>(_ row: Int, _ body: (UnsafeMutablePointer<UInt32>) -> Result) -> Result {
    rows.withUnsafeMutableBufferPointer { rows in
      guard let base = rows.baseAddress else { preconditionFailure("a row has classes") }
      return body(base + row * classCount)
    }
  }

  /// The K billionths of a row.
  func row(_ row: Int) -> ArraySlice<UInt32> { rows[row * classCount..<(row + 1) * classCount] }

  /// The mean of the reported rows whose members are `included`, on the grid; `nil` where there is none.
  func mean(of included: (Int32) -> Bool) -> [UInt32]? {
    var sums = [UInt64](repeating: 0, count: classCount)
    var count = 0
    for row in 0..<rowCount where acts[row] == .report && included(members[row]) {
      for (k, share) in self.row(row).enumerated() { sums[k] += UInt64(share) }
      count += 1
    }
    return count > 0 ? Billionths.shares(sums) : nil
  }

  /// The reported row of the `included` member with the largest balance, the lowest seat among equals; `nil` where
  /// there is none.
  func leader(of included: (Int32) -> Bool, by balance: (Int) -> Amount) -> [UInt32]? {
    var best: (row: Int, balance: Amount)?
    for row in 0..<rowCount where acts[row] == .report && included(members[row]) {
      let owned = balance(Int(seats[row]))
      if best.map({ owned > $0.balance }) ?? true { best = (row, owned) }
    }
    return best.map { Array(self.row($0.row)) }
  }
}
