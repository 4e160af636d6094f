import Quantities

/// Stacking, online: the log odds of each class from the logarithms that all members give to all classes.
///
/// p(k) ∝ exp(b(k) + Σᵢ Σₗ Wᵢ(k, l) xᵢ(l)), xᵢ(l) = ln pᵢ(l) less the member's mean over l, no probability counting as
/// less than 1e-4; an absent member's x is the mean of those present. So it learns which model confuses which classes,
/// and undoes a permutation of them. When y arrives, with the forecast p that was issued and g(k) = p(k) - [k = y]:
/// G(k) ← G(k) + g(k)² Σᵢ Σₗ xᵢ(l)², then Wᵢ(k, l) ← Wᵢ(k, l) - rate g(k) xᵢ(l)/√G(k): AdaGrad (Duchi, Hazan, Singer 2011)
/// with one rate for each class rather than for each coefficient, as good on the streams that we tried and much
/// cheaper. The start is the log pool with equal weights; a newcomer starts at 0 and learns from there.
///
/// Guarantee: the loss is convex in (W, b), and while coefficients stay within a fixed distance of W, b the regret to them
/// is O(√T); nothing enforces that distance. Not a mixture; see `LearntLogPool`. Cost: O(N K²), and as many coefficients.
public struct FullStacker: Aggregator {
  /// How far the first steps go, as the length of a step in all coefficients of a class. Default: 0.03.
  public let rate: Double
  private let classCount: Int
  // A block is W, transposed: l by l, all k together. Totals are b, the sums of its squared gradients, and G.
  private var state: SeatState

  /// A stacker without members over `classCount` classes.
  public init(classCount: Int, rate: Double = 0.03) {
    precondition(rate > 0)
    self.rate = rate
    self.classCount = classCount
    state = SeatState(
      columnCount: 1, blockSize: classCount * classCount, totals: [Double](repeating: 0, count: 3 * classCount))
  }

  /// Founders equally, later ones with coefficients of 0.
  public mutating func join(_ seat: Seat) {
    state.add(seat)
    guard state.learnt == 0 else { return }
    for i in 0..<state.count where state.isMember(i) {
      for k in 0..<classCount {
        state.blocks[i * state.blockSize + k * (classCount + 1)] = 1 / Double(state.memberCount)
      }
    }
  }

  /// Takes the coefficients of `seat` away.
  public mutating func leave(_ seat: Seat) { state.remove(seat) }

  /// `true`.
  public var usesLogs: Bool { true }
  /// `true`: gradients are taken at the forecast that was issued.
  public var keepsMemo: Bool { true }
  /// `false`.
  public var isMixture: Bool { false }

  /// The shares of the sizes of all coefficients.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    for row in 0..<answers.rowCount {
      let first = answers.seats[row].index * state.blockSize
      var size = 0.0
      for j in first..<(first + classCount * classCount) { size += abs(state.blocks[j]) }
      shares[row] = size
    }
    Kernels.normalise(shares, answers.rowCount)
    Kernels.cap(shares, answers.limits, answers.rowCount)
  }

  // What stands for those who are absent: the mean of the rows.
  private func mean(_ answers: AnswerRows, _ scratch: Scratch) -> UnsafeMutablePointer<Double> {
    let mean = scratch.take(classCount)
    for l in 0..<classCount { mean[l] = 0 }
    guard answers.rowCount < state.memberCount else { return mean }
    for row in 0..<answers.rowCount {
      Kernels.add(answers.logTable + row * classCount, times: 1 / Double(answers.rowCount), to: mean, classCount)
    }
    return mean
  }

  // Calls `body` with the block and the features of each member, absent ones included, in seat order; with the row of
  // those who answered.
  @inline(__always)
  private func forEachMember(
    _ answers: AnswerRows, _ mean: UnsafePointer<Double>, _ body: (Int, UnsafePointer<Double>, Int?) -> Void
  ) {
    let (count, logs) = (answers.rowCount, answers.logTable)
    var row = 0
    for seat in 0..<state.count {
      if row < count, answers.seats[row].index == seat {
        if state.isMember(seat) { body(seat &* state.blockSize, logs + row &* classCount, row) }
        row &+= 1
      } else if state.isMember(seat) {
        body(seat &* state.blockSize, mean, nil)
      }
    }
  }

  // The log odds that each row adds, rowCount x K, into `rows`, and all log odds into `logits`.
  private func contributions(
    _ answers: AnswerRows, logits: UnsafeMutablePointer<Double>, _ scratch: Scratch
  ) -> UnsafeMutablePointer<Double> {
    let (count, classCount) = (answers.rowCount, classCount)
    let rows = scratch.take(count * classCount)
    let mean = mean(answers, scratch)
    for i in 0..<count * classCount { rows[i] = 0 }
    for k in 0..<classCount { logits[k] = state.totals[k] }
    state.blocks.withUnsafeBufferPointer { blocks in
      guard let base = blocks.baseAddress else { return }
      forEachMember(answers, mean) { block, x, row in
        Kernels.addProduct(base + block, x, to: row.map { rows + $0 * classCount } ?? logits, classCount)
      }
    }
    if answers.limits != nil {
      let sizes = scratch.take(count)
      for row in 0..<count { sizes[row] = size(ofBlock: answers.seats[row].index) }
      Kernels.cap(answers, contributions: rows, sizes: sizes, scratch)
    }
    for row in 0..<count { Kernels.add(rows + row * classCount, times: 1, to: logits, classCount) }
    return rows
  }

  // The Euclidean length of a member's coefficients.
  private func size(ofBlock seat: Int) -> Double {
    guard state.isMember(seat) else { return 0 }
    var sum = 0.0
    for i in seat * state.blockSize..<(seat + 1) * state.blockSize { sum += state.blocks[i] * state.blocks[i] }
    return sum.squareRoot()
  }

  /// The stacked forecast.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    precondition(answers.classCount == classCount, "the classes of this pool")
    if answers.limits != nil {
      _ = contributions(answers, logits: notes, scratch)
    } else {
      let mean = mean(answers, scratch)
      for k in 0..<classCount { notes[k] = state.totals[k] }
      state.blocks.withUnsafeBufferPointer { blocks in
        guard let base = blocks.baseAddress else { return }
        forEachMember(answers, mean) { block, x, _ in Kernels.addProduct(base + block, x, to: notes, classCount) }
      }
    }
    Kernels.softmax(notes, classCount)
  }

  /// A gradient step.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {
    state.learnt += 1
    let (classCount, rate) = (classCount, rate)
    let mean = mean(answers, scratch)
    let step = scratch.take(classCount)
    var size = 0.0
    forEachMember(answers, mean) { _, x, _ in size += Kernels.dot(x, x, classCount) }
    for k in 0..<classCount {
      let gradient = notes[k] - (k == truth ? 1 : 0)
      let square = gradient * gradient
      state.totals[classCount + k] += square
      state.totals[2 * classCount + k] += square * size
      state.totals[k] -= rate * gradient / (state.totals[classCount + k] + Kernels.leastSquare).squareRoot()
      step[k] = -rate * gradient / (state.totals[2 * classCount + k] + Kernels.leastSquare).squareRoot()
    }
    // Taken out and put back, so that the walk over members may read the rest of the state.
    var blocks: [Double] = []
    swap(&blocks, &state.blocks)
    blocks.withUnsafeMutableBufferPointer { blocks in
      guard let base = blocks.baseAddress else { return }
      forEachMember(answers, mean) { block, x, _ in
        Kernels.addOuter(x, step, to: base + block, classCount)
      }
    }
    swap(&blocks, &state.blocks)
  }

  /// The forecast with what the row adds taken out.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let logits = scratch.take(classCount)
    let rows = contributions(answers, logits: logits, scratch)
    for row in 0..<answers.rowCount {
      let place = forecasts + row * classCount
      for k in 0..<classCount { place[k] = logits[k] - rows[row * classCount + k] }
      Kernels.softmax(place, classCount)
    }
  }

  /// Members and coefficients, bit for bit.
  public func encode(into writer: inout CanonicalWriter) { state.encode(into: &writer) }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try state.restore(from: &reader, seatCount: seatCount, ranges: [])
    guard state.totals.prefix(classCount).allSatisfy({ abs($0) <= 1e6 }),
      state.totals.dropFirst(classCount).allSatisfy({ $0 >= 0 }),
      state.blocks.allSatisfy({ abs($0) <= 1e6 })
    else { throw CanonicalError(offset: reader.offset, expected: "coefficients within a million, and squares") }
  }
}
