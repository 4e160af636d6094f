import Quantities

/// A log pool whose weights are learnt by gradient steps on the log loss and need not add up to 1, so that it sharpens
/// or softens as the outcomes ask (cf. Neyman, Roughgarden 2023; the extremised pool of Satopää et al. 2014 is the case
/// of equal weights).
///
/// p(k) ∝ exp(b(k) + c Σ wᵢ ln pᵢ(k)), no probability counting as less than 1e-4, over those who answered; c scales
/// their weights up to the sum of all. When y arrives: gᵢ = Σ p(k) ln pᵢ(k) - ln pᵢ(y) with the forecast p that was
/// issued, Gᵢ += gᵢ², wᵢ ← max(0, wᵢ - rate gᵢ/√Gᵢ) (AdaGrad: Duchi, Hazan, Singer 2011); likewise the class bias b
/// with p(k) - [k = y], where there is one. The start is the log pool with equal weights.
///
/// Guarantee: the loss is convex in (w, b), so against any fixed w, b of bounded size the regret is O(√T). It is not a
/// mixture: with few outcomes it may be worse than its members, which is why the meta layer stands above it.
/// Cost: O(N K) logarithms to pool and to learn.
public struct LearntLogPool: Aggregator {
  /// How far the first steps go. Default: 0.02. Raise it to learn faster, lower it for many near-equal members.
  public let rate: Double
  /// Whether a bias for each class is learnt too. Default: yes.
  public let hasBias: Bool
  private enum Column {
    static let weight = 1
    static let squares = 2
  }
  private let classCount: Int
  private var state: SeatState

  /// A pool without members over `classCount` classes.
  public init(classCount: Int, rate: Double = 0.02, hasBias: Bool = true) {
    precondition(rate > 0)
    self.rate = rate
    self.hasBias = hasBias
    self.classCount = classCount
    // Biases, then the sums of their squared gradients.
    state = SeatState(columnCount: 3, totals: [Double](repeating: 0, count: hasBias ? 2 * classCount : 0))
  }

  private var total: Double { (0..<state.count).reduce(0) { $0 + state[Column.weight, $1] } }

  /// Founders equally, later ones at the least weight present, with the sum of all weights as it was.
  public mutating func join(_ seat: Seat) {
    let before = total
    state.add(seat)
    if state.learnt > 0 {
      state.copyLeast(to: seat) { [state] in state[Column.weight, $0] }
      scale(to: state.memberCount > 1 ? before : 1)
    } else {
      for i in 0..<state.count where state.isMember(i) { state[Column.weight, i] = 1 / Double(state.memberCount) }
    }
  }

  /// Takes the weight of `seat` away and hands it to the others in proportion.
  public mutating func leave(_ seat: Seat) {
    let before = total
    state.remove(seat)
    scale(to: before)
  }

  private mutating func scale(to goal: Double) {
    let sum = total
    for i in 0..<state.count where state.isMember(i) {
      state[Column.weight, i] = sum > 0 ? state[Column.weight, i] * (goal / sum) : goal / Double(state.memberCount)
    }
  }

  /// `true`.
  public var usesLogs: Bool { true }
  /// `true`: gradients are taken at the forecast that was issued.
  public var keepsMemo: Bool { true }
  /// `false`.
  public var isMixture: Bool { false }

  /// The shares of the weights.
  public func standing(_ answers: AnswerRows, into shares: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    SeatLanes(answers, state).gather(state, column: Column.weight, into: shares)
    Kernels.normalise(shares, answers.rowCount)
    Kernels.cap(shares, answers.limits, answers.rowCount)
  }

  // The weights of those who answered, scaled up to the sum of all and held to the limits.
  private func coefficients(_ answers: AnswerRows, _ scratch: Scratch) -> UnsafeMutablePointer<Double> {
    let count = answers.rowCount
    let coefficients = scratch.take(count)
    SeatLanes(answers, state).gather(state, column: Column.weight, into: coefficients)
    if count < state.memberCount {
      let all = state.columns.withUnsafeBufferPointer { columns in
        columns.baseAddress.map { Kernels.sum($0 + Column.weight * state.stride, state.count) } ?? 0
      }
      let present = Kernels.sum(coefficients, count)
      if present > 1e-9 { Kernels.scale(coefficients, count, by: all / present) }
    }
    Kernels.cap(answers, coefficients: coefficients, scratch)
    return coefficients
  }

  private func addBias(to logits: UnsafeMutablePointer<Double>) {
    for k in 0..<classCount { logits[k] = hasBias ? state.totals[k] : 0 }
  }

  /// The pool.
  public func forecast(_ answers: AnswerRows, notes: UnsafeMutablePointer<Double>, _ scratch: Scratch) {
    precondition(answers.classCount == classCount, "the classes of this pool")
    addBias(to: notes)
    Kernels.addLogs(answers, coefficients(answers, scratch), to: notes)
    Kernels.softmax(notes, classCount)
  }

  /// A gradient step.
  public mutating func learn(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, truth: Int, _ scratch: Scratch
  ) {
    state.learnt += 1
    let (lanes, stride, rate) = (SeatLanes(answers, state), state.stride, rate)
    let gradients = scratch.take(answers.rowCount)
    for row in 0..<answers.rowCount {
      let logs = answers.logTable + row * classCount
      gradients[row] = Kernels.dot(logs, notes, classCount) - logs[truth]
    }
    state.withColumns { columns in
      let (weights, squares) = (columns + Column.weight * stride, columns + Column.squares * stride)
      for row in Swift.stride(from: 0, to: lanes.rowCount, by: 8) {
        // Membership as a factor: an outcome may arrive after its member has left.
        let gradient = Kernels.load(gradients + row) * lanes.load(columns, row)
        let square = lanes.load(squares, row) + gradient * gradient
        let moved = lanes.load(weights, row) - rate * gradient / (square + Kernels.leastSquare).squareRoot()
        lanes.store(square, squares, row)
        lanes.store(moved.replacing(with: 0, where: moved .< 0), weights, row)
      }
    }
    guard hasBias else { return }
    for k in 0..<classCount {
      let gradient = notes[k] - (k == truth ? 1 : 0)
      state.totals[classCount + k] += gradient * gradient
      state.totals[k] -= rate * gradient / (state.totals[classCount + k] + Kernels.leastSquare).squareRoot()
    }
  }

  /// The pool with the row's logarithms taken out.
  public func withoutEach(
    _ answers: AnswerRows, notes: UnsafePointer<Double>, into forecasts: UnsafeMutablePointer<Double>,
    _ scratch: Scratch
  ) {
    let coefficients = coefficients(answers, scratch)
    let logits = scratch.take(classCount)
    addBias(to: logits)
    Kernels.addLogs(answers, coefficients, to: logits)
    Kernels.withoutEach(answers, logits: logits, coefficients: coefficients, into: forecasts)
  }

  /// Members, weights and biases, bit for bit.
  public func encode(into writer: inout CanonicalWriter) { state.encode(into: &writer) }

  /// Reads what `encode` wrote.
  public mutating func restore(from reader: inout CanonicalReader, seatCount: Int) throws(CanonicalError) {
    try state.restore(from: &reader, seatCount: seatCount, ranges: [0...1e6, 0...SeatState.most])
    guard state.totals.prefix(classCount).allSatisfy({ abs($0) <= 1e6 }),
      state.totals.dropFirst(classCount).allSatisfy({ $0 >= 0 })
    else { throw CanonicalError(offset: reader.offset, expected: "biases, then squares") }
  }
}
