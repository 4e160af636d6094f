import Quantities

/// What all members of a group have in common for one question.
struct SkilledQuestion {
  let truth: Int
  /// How far accuracies are moved to chance, in 2^-31.
  let difficulty: UInt32
  /// Two members' bits in each number.
  let bits: CounterStream
  /// Whether a member takes the group's bits, two members' in each number; without meaning where errors are
  /// independent.
  let choice: CounterStream
  /// The group's bits; without meaning there too.
  let shared: UInt32
}

// Loops over members count in wrapping arithmetic on plain pointers: a check for overflow in each of a hundred million
// steps a second costs more than the draw.
extension SkilledMembers {
  /// The draws of one question.
  func question(_ number: Int, truth: Int, difficulty: Double) -> SkilledQuestion {
    let bits = Chance.stream(seed, .signal, number, group)
    let grid = difficulty == 0 ? 0 : Self.grid(difficulty)
    guard correlation > 0 else {
      return SkilledQuestion(truth: truth, difficulty: grid, bits: bits, choice: bits, shared: 0)
    }
    let shared = Chance.stream(seed, .shared, number, group)
    return SkilledQuestion(
      truth: truth, difficulty: grid, bits: bits, choice: Chance.stream(seed, .choosingShared, number, group),
      shared: UInt32(truncatingIfNeeded: shared.draw(at: 0)))
  }

  /// Calls `body` with the place of each member, counted from the first of `places`, and its 32 bits.
  @inline(__always)
  private func forEach(
    _ places: Range<Int>, _ question: SkilledQuestion, _ body: (_ index: Int, _ bits: UInt32) -> Void
  ) {
    let (first, end) = (places.lowerBound, places.upperBound)
    var place = first
    if correlation > 0 {
      let limit = correlation
      while place < end {
        let own = Self.half(of: question.bits, place)
        body(place &- first, Self.half(of: question.choice, place) &>> 1 < limit ? question.shared : own)
        place &+= 1
      }
      return
    }
    let stream = question.bits
    if place < end, place & 1 == 1 {
      body(0, Self.half(of: stream, place))
      place &+= 1
    }
    while place &+ 1 < end {
      let both = stream.draw(at: UInt64(truncatingIfNeeded: place &>> 1))
      body(place &- first, UInt32(truncatingIfNeeded: both))
      body(place &- first &+ 1, UInt32(truncatingIfNeeded: both &>> 32))
      place &+= 2
    }
    if place < end { body(place &- first, Self.half(of: stream, place)) }
  }

  @inline(__always)
  private static func half(of stream: CounterStream, _ place: Int) -> UInt32 {
    let both = stream.draw(at: UInt64(truncatingIfNeeded: place &>> 1))
    return UInt32(truncatingIfNeeded: both &>> UInt64(truncatingIfNeeded: (place & 1) &<< 5))
  }

  /// The signal of a member with this accuracy. Masks instead of a choice: whether a member is right cannot be
  /// predicted, and the compiler makes a branch of a choice.
  @inline(__always)
  private static func signal(_ bits: UInt32, accuracy: UInt32, truth: UInt32, classCount: UInt32) -> UInt32 {
    // Accuracies reach 2^31 and half the bits stay below: the sign of the difference fits.
    let isWrong = UInt32(bitPattern: (Int32(bitPattern: accuracy &- 1) &- Int32(bitPattern: bits &>> 1)) &>> 31)
    let spread = UInt64(bits &* 0x9E37_79B1) &* UInt64(classCount &- 1)
    let step = (UInt32(truncatingIfNeeded: spread &>> 32) &+ 1) & isWrong
    let past = truth &+ step &- classCount
    return past &+ (classCount & UInt32(bitPattern: Int32(bitPattern: past) &>> 31))
  }

  /// The signal by a row of the confusion matrix: the first class whose cumulative chance is above the bits.
  private static func signal(
    _ bits: UInt32, _ cumulative: UnsafePointer<UInt32>, difficulty: UInt32, classCount: Int
  ) -> UInt32 {
    let chance = bits &>> 1
    var (low, high) = (0, classCount &- 1)
    while low < high {
      let middle = (low &+ high) &>> 1
      var limit = cumulative[middle]
      if difficulty > 0 {
        let aim = UInt32(UInt64(Self.one) * UInt64(middle + 1) / UInt64(classCount))
        limit = Self.moved(limit, towards: aim, by: difficulty)
      }
      if chance < limit { high = middle } else { low = middle &+ 1 }
    }
    return UInt32(truncatingIfNeeded: low)
  }

  /// Calls `body` with the place of each member, counted from the first of `places`, its signal, and its accuracy in
  /// this question (0 for a confusion matrix).
  @inline(__always)
  private func forEachSignal(
    _ places: Range<Int>, _ question: SkilledQuestion,
    _ body: (_ index: Int, _ signal: UInt32, _ accuracy: UInt32) -> Void
  ) {
    let (K, difficulty) = (classCount, question.difficulty)
    guard cumulative.isEmpty else {
      cumulative.withUnsafeBufferPointer { cumulative in
        guard let row = cumulative.baseAddress.map({ $0 + question.truth * K }) else { return }
        forEach(places, question) { index, bits in
          body(index, Self.signal(bits, row, difficulty: difficulty, classCount: K), 0)
        }
      }
      return
    }
    let (truth, count) = (UInt32(truncatingIfNeeded: question.truth), UInt32(truncatingIfNeeded: K))
    accuracies.withUnsafeBufferPointer { accuracies in
      precondition(places.upperBound <= accuracies.count)
      guard let accuracies = accuracies.baseAddress.map({ $0 + places.lowerBound }) else { return }
      if difficulty == 0 {
        forEach(places, question) { index, bits in
          let accuracy = accuracies[index]
          body(index, Self.signal(bits, accuracy: accuracy, truth: truth, classCount: count), accuracy)
        }
      } else {
        let chance = Self.one / count
        forEach(places, question) { index, bits in
          let accuracy = Self.moved(accuracies[index], towards: chance, by: difficulty)
          body(index, Self.signal(bits, accuracy: accuracy, truth: truth, classCount: count), accuracy)
        }
      }
    }
  }

  /// The signals of a range of members, one after the other.
  @inline(__always)
  func signals<Label: FixedWidthInteger & UnsignedInteger>(
    _ places: Range<Int>, _ question: SkilledQuestion, into labels: UnsafeMutablePointer<Label>
  ) {
    forEachSignal(places, question) { index, signal, _ in labels[index] = Label(truncatingIfNeeded: signal) }
  }

  /// The rows of a range of members, K numbers each, one after the other.
  func rows(_ places: Range<Int>, _ question: SkilledQuestion, into rows: UnsafeMutablePointer<UInt32>) {
    let count = classCount
    if report == .labels {
      rows.update(repeating: 0, count: places.count * count)
      forEachSignal(places, question) { index, signal, _ in
        rows[index &* count &+ Int(truncatingIfNeeded: signal)] = Billionths.one
      }
    } else if !others.isEmpty, question.difficulty == 0 {
      others.withUnsafeBufferPointer { others in
        guard let others = others.baseAddress.map({ $0 + places.lowerBound }) else { return }
        switch count {
        case 2:
          forEachSignal(places, question) { index, signal, _ in
            Self.oneCoin(others[index], signal, count: 2, into: rows + index &* 2)
          }
        case 3:
          forEachSignal(places, question) { index, signal, _ in
            Self.oneCoin(others[index], signal, count: 3, into: rows + index &* 3)
          }
        default:
          forEachSignal(places, question) { index, signal, _ in
            Self.oneCoin(others[index], signal, count: count, into: rows + index &* count)
          }
        }
      }
    } else if !others.isEmpty, calibrations.isEmpty, calibration == 1 {
      forEachSignal(places, question) { index, signal, accuracy in
        let other = Self.other(accuracy: accuracy, classCount: count)
        Self.oneCoin(other, signal, count: count, into: rows + index &* count)
      }
    } else if !others.isEmpty {
      forEachSignal(places, question) { index, signal, accuracy in
        let other = Self.other(
          accuracy: accuracy, calibration: calibration(of: places.lowerBound + index), classCount: count)
        Self.oneCoin(other, signal, count: count, into: rows + index &* count)
      }
    } else if !rowsBySignal.isEmpty, question.difficulty == 0 {
      rowsBySignal.withUnsafeBufferPointer { table in
        guard let table = table.baseAddress else { return }
        forEachSignal(places, question) { index, signal, _ in
          let (target, source) = (rows + index &* count, table + Int(truncatingIfNeeded: signal) &* count)
          for k in 0..<count { target[k] = source[k] }
        }
      }
    } else {
      forEachSignal(places, question) { index, signal, accuracy in
        posterior(
          places.lowerBound + index, signal: Int(signal), accuracy: accuracy, question, into: rows + index &* count)
      }
    }
  }

  /// The same for every class but the signal, which has the rest.
  @inline(__always)
  private static func oneCoin(_ other: UInt32, _ signal: UInt32, count: Int, into row: UnsafeMutablePointer<UInt32>) {
    for k in 0..<count { row[k] = other }
    row[Int(truncatingIfNeeded: signal)] = Billionths.one &- other &* UInt32(truncatingIfNeeded: count &- 1)
  }

  private func calibration(of place: Int) -> Double { calibrations.isEmpty ? calibration : calibrations[place] }

  /// The row of one member by Bayes' rule, worked out anew: where questions are hard or classes differ.
  private func posterior(
    _ place: Int, signal: Int, accuracy: UInt32, _ question: SkilledQuestion, into row: UnsafeMutablePointer<UInt32>
  ) {
    let unit = 1 / Double(Self.one)
    if confusion.isEmpty {
      let right = Double(accuracy) * unit
      let wrong = Double(Self.one - accuracy) * unit / Double(classCount - 1)
      Self.posterior(
        likelihood: { $0 == signal ? right : wrong }, prior: prior, calibration: calibration(of: place),
        classCount: classCount, into: row)
    } else {
      let difficulty = Double(question.difficulty) * unit
      let chance = difficulty / Double(classCount)
      Self.posterior(
        likelihood: { confusion[$0 * classCount + signal] * (1 - difficulty) + chance }, prior: prior,
        calibration: calibration(of: place), classCount: classCount, into: row)
    }
  }
}
