import Quantities

/// Numbers of the seats that answered, by row: neighbours where everyone is there, else one by one.
struct SeatLanes {
  let seats: UnsafePointer<Seat>
  let rowCount: Int
  let isDense: Bool

  @inline(__always)
  init(_ answers: AnswerRows, _ state: SeatState) {
    guard let base = answers.seats.baseAddress else { preconditionFailure("rows have seats") }
    seats = base
    rowCount = answers.rowCount
    // Seats ascend, so as many rows as seats means all of them.
    isDense = rowCount == state.count
  }

  /// The numbers of rows `row ..< row + 8`; beyond the last row anything.
  @inline(__always)
  func load(_ column: UnsafePointer<Double>, _ row: Int) -> SIMD8<Double> {
    if isDense { return Kernels.load(column + row) }
    var lanes = SIMD8<Double>()
    for lane in 0..<min(8, rowCount - row) { lanes[lane] = column[seats[row + lane].index] }
    return lanes
  }

  /// Puts the numbers back; lanes beyond the last row go nowhere.
  @inline(__always)
  func store(_ lanes: SIMD8<Double>, _ column: UnsafeMutablePointer<Double>, _ row: Int) {
    if isDense, row + 8 <= rowCount { return Kernels.store(lanes, column + row) }
    for lane in 0..<min(8, rowCount - row) { column[seats[row + lane].index] = lanes[lane] }
  }

  /// Column `c` of the state by row.
  func gather(_ state: SeatState, column c: Int, into numbers: UnsafeMutablePointer<Double>) {
    state.columns.withUnsafeBufferPointer { columns in
      guard let column = columns.baseAddress.map({ $0 + c * state.stride }) else { return }
      for row in stride(from: 0, to: rowCount, by: 8) { Kernels.store(load(column, row), numbers + row) }
    }
  }

  /// The probability that each row gave to class `truth`, and `floor` with it; the sum of the weights of all rows; and
  /// the sum of weight times likelihood.
  @inline(__always)
  func likelihoods(
    _ answers: AnswerRows, _ truth: Int, _ floor: Double, _ weight: UnsafePointer<Double>,
    into likelihoods: UnsafeMutablePointer<Double>
  ) -> (mass: Double, mixed: Double) {
    var (masses, products) = (SIMD8<Double>(), SIMD8<Double>())
    for row in stride(from: 0, to: rowCount, by: 8) {
      let likelihood = answers.column(truth, row) * AnswerRows.billionth + floor
      var held = load(weight, row)
      if row + 8 > rowCount { for lane in (rowCount - row)..<8 { held[lane] = 0 } }
      masses += held
      products += held * likelihood
      Kernels.store(likelihood, likelihoods + row)
    }
    return (Kernels.sum(masses), Kernels.sum(products))
  }
}
