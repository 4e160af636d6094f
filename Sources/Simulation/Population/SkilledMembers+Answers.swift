import Quantities

/// What all members of a group have in common for one question.
struct SkilledQuestion {
  let truth: Int
  /// How far accuracies are moved to chance, in 2^-31.
  let difficulty: UInt32
  /// Two members' bits in each number.
  let bits: CounterStream
  /// Whether a member takes the group's bits, two members' in each number.
  let choice: CounterStream
  /// The group's bits.
  let shared: UInt32
}

extension SkilledMembers {
  /// The draws of one question.
  func question(_ number: Int, truth: Int, difficulty: Double) -> SkilledQuestion {
    let shared = Chance.stream(seed, .shared, number, group)
    return SkilledQuestion(
      truth: truth, difficulty: Self.grid(difficulty), bits: Chance.stream(seed, .signal, number, group),
      choice: Chance.stream(seed, .choosingShared, number, group),
      shared: UInt32(truncatingIfNeeded: shared.draw(at: 0)))
  }

  /// Calls `body` with each place of `places` and its 32 bits.
  @inline(__always)
  private func forEach(
    _ places: Range<Int>, _ question: SkilledQuestion, _ body: (_ place: Int, _ bits: UInt32) -> Void
  ) {
    if correlation > 0 {
      for place in places { body(place, bits(of: place, question)) }
      return
    }
    let stream = question.bits
    var place = places.lowerBound
    if place < places.upperBound, place & 1 == 1 {
      body(place, bits(of: place, question))
      place += 1
    }
    while place + 1 < places.upperBound {
      let both = stream.draw(at: UInt64(truncatingIfNeeded: place &>> 1))
      body(place, UInt32(truncatingIfNeeded: both))
      body(place + 1, UInt32(truncatingIfNeeded: both &>> 32))
      place += 2
    }
    if place < places.upperBound { body(place, bits(of: place, question)) }
  }

  @inline(__always)
  private func bits(of place: Int, _ question: SkilledQuestion) -> UInt32 {
    if correlation > 0, Self.half(of: question.choice, place) &>> 1 < correlation { return question.shared }
    return Self.half(of: question.bits, place)
  }

  @inline(__always)
  private static func half(of stream: CounterStream, _ place: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: stream.draw(at: UInt64(truncatingIfNeeded: place &>> 1)) &>> (place & 1 == 0 ? 0 : 32))
  }

  /// The signal of a member with this accuracy, without a branch.
  @inline(__always)
  private static func signal(_ bits: UInt32, accuracy: UInt32, truth: UInt32, classCount: UInt32) -> UInt32 {
    let spread = UInt64(bits &* 0x9E37_79B1) &* UInt64(classCount &- 1)
    let beyond = Int32(truncatingIfNeeded: truth &+ 1 &+ UInt32(truncatingIfNeeded: spread &>> 32) &- classCount)
    // By its sign and not by a comparison, of which the compiler would make a branch that cannot be foreseen.
    let wrapped = UInt32(bitPattern: beyond &+ (beyond &>> 31) & Int32(truncatingIfNeeded: classCount))
    return bits &>> 1 < accuracy ? truth : wrapped
  }

  /// The signal by a row of the confusion matrix: the first class whose cumulative chance is above the bits.
  private func signal(_ bits: UInt32, _ question: SkilledQuestion) -> UInt32 {
    let row = question.truth * classCount
    let chance = bits &>> 1
    var (low, high) = (0, classCount - 1)
    while low < high {
      let middle = (low + high) / 2
      var limit = cumulative[row + middle]
      if question.difficulty > 0 {
        let aim = UInt32(UInt64(Self.one) * UInt64(middle + 1) / UInt64(classCount))
        limit = Self.moved(limit, towards: aim, by: question.difficulty)
      }
      if chance < limit { high = middle } else { low = middle + 1 }
    }
    return UInt32(truncatingIfNeeded: low)
  }

  /// Calls `body` with each place of `places`, its signal and its accuracy in this question (0 for a confusion matrix).
  @inline(__always)
  private func forEachSignal(
    _ places: Range<Int>, _ question: SkilledQuestion,
    _ body: (_ place: Int, _ signal: UInt32, _ accuracy: UInt32) -> Void
  ) {
    guard cumulative.isEmpty else {
      forEach(places, question) { place, bits in body(place, signal(bits, question), 0) }
      return
    }
    let (truth, count) = (UInt32(truncatingIfNeeded: question.truth), UInt32(truncatingIfNeeded: classCount))
    accuracies.withUnsafeBufferPointer { accuracies in
      if question.difficulty == 0 {
        forEach(places, question) { place, bits in
          let accuracy = accuracies[place]
          body(place, Self.signal(bits, accuracy: accuracy, truth: truth, classCount: count), accuracy)
        }
      } else {
        let chance = Self.one / count
        forEach(places, question) { place, bits in
          let accuracy = Self.moved(accuracies[place], towards: chance, by: question.difficulty)
          body(place, Self.signal(bits, accuracy: accuracy, truth: truth, classCount: count), accuracy)
        }
      }
    }
  }

  /// The signals of a range of members, one after the other.
  func signals<Label: FixedWidthInteger & UnsignedInteger>(
    _ places: Range<Int>, _ question: SkilledQuestion, into labels: UnsafeMutablePointer<Label>
  ) {
    let first = places.lowerBound
    forEachSignal(places, question) { place, signal, _ in labels[place - first] = Label(truncatingIfNeeded: signal) }
  }

  /// The rows of a range of members, K numbers each, one after the other.
  func rows(_ places: Range<Int>, _ question: SkilledQuestion, into rows: UnsafeMutablePointer<UInt32>) {
    let (first, count) = (places.lowerBound, classCount)
    if report == .labels {
      rows.update(repeating: 0, count: places.count * count)
      forEachSignal(places, question) { place, signal, _ in rows[(place - first) * count + Int(signal)] = Billionths.one
      }
    } else if !others.isEmpty, question.difficulty == 0 {
      others.withUnsafeBufferPointer { others in
        if count == 3 {
          forEachSignal(places, question) { place, signal, _ in
            Self.oneCoin(others[place], signal, count: 3, into: rows + (place - first) * 3)
          }
        } else {
          forEachSignal(places, question) { place, signal, _ in
            Self.oneCoin(others[place], signal, count: count, into: rows + (place - first) * count)
          }
        }
      }
    } else if !others.isEmpty {
      forEachSignal(places, question) { place, signal, accuracy in
        let other = Self.other(accuracy: accuracy, calibration: calibration(of: place), classCount: count)
        Self.oneCoin(other, signal, count: count, into: rows + (place - first) * count)
      }
    } else if !rowsBySignal.isEmpty, question.difficulty == 0 {
      rowsBySignal.withUnsafeBufferPointer { table in
        guard let table = table.baseAddress else { return }
        forEachSignal(places, question) { place, signal, _ in
          (rows + (place - first) * count).update(from: table + Int(signal) * count, count: count)
        }
      }
    } else {
      forEachSignal(places, question) { place, signal, accuracy in
        posterior(place, signal: Int(signal), accuracy: accuracy, question, into: rows + (place - first) * count)
      }
    }
  }

  /// The same for every class but the signal, which has the rest.
  @inline(__always)
  private static func oneCoin(_ other: UInt32, _ signal: UInt32, count: Int, into row: UnsafeMutablePointer<UInt32>) {
    for k in 0..<count { row[k] = other }
    row[Int(signal)] = Billionths.one &- other &* UInt32(truncatingIfNeeded: count &- 1)
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
