import Incentives
import Quantities

/// The accounts of a run on arrays: a column for each number, a row for each model that has a voice, in seat order.
///
/// Who loses its voice loses its row, since nobody gets a voice back; so inner loops never ask. About 40 bytes a member.
final class FlatColumns: Books {
  /// How many have a voice.
  private(set) var count = 0
  let members: UnsafeMutablePointer<Int32>
  let seats: UnsafeMutablePointer<Seat>
  let balances: UnsafeMutablePointer<Amount>
  let stakes: UnsafeMutablePointer<Amount>
  /// How each has done lately; `nil` where the rules do not read it.
  let recents: UnsafeMutablePointer<RecentWork>?
  /// Working room for scores; of one place where nobody is scored.
  let scores: UnsafeMutablePointer<UInt32>
  // What those without a voice own, by seat.
  private var parked: [Int: Amount] = [:]

  /// Room for `capacity` rows.
  init(capacity: Int, readsRecents: Bool, hasScores: Bool) {
    members = .allocate(capacity: capacity)
    seats = .allocate(capacity: capacity)
    balances = .allocate(capacity: capacity)
    stakes = .allocate(capacity: capacity)
    recents = readsRecents ? .allocate(capacity: capacity) : nil
    scores = .allocate(capacity: hasScores ? capacity : 1)
  }

  deinit {
    members.deallocate()
    seats.deallocate()
    balances.deallocate()
    stakes.deallocate()
    recents?.deallocate()
    scores.deallocate()
  }

  /// A model joins, on the next seat.
  func append(_ member: Int, seat: Int, balance: Amount) {
    guard balance > .zero else {
      parked[seat] = balance
      return
    }
    members[count] = Int32(member)
    seats[count] = Seat(seat)
    balances[count] = balance
    stakes[count] = .zero
    recents?[count] = RecentWork()
    count += 1
  }

  /// Takes the row of a model away that leaves, with all that it owns.
  func remove(seat: Int) {
    parked[seat] = nil
    if let row = row(of: seat) { remove([row]) }
  }

  /// Takes the rows of those away that own nothing, or whose work `isSuspended`.
  func park(where isSuspended: (RecentWork) -> Bool) {
    let (balances, recents) = (balances, recents)
    var silent: [Int] = []
    for row in 0..<count where balances[row] <= .zero || recents.map({ isSuspended($0[row]) }) ?? false {
      silent.append(row)
      parked[seats[row].index] = balances[row]
    }
    remove(silent)
  }

  // Takes these rows away, in ascending order.
  private func remove(_ rows: [Int]) {
    for (place, row) in rows.enumerated() {
      let next = row + 1
      let size = (place + 1 < rows.count ? rows[place + 1] : count) - next
      let target = row - place
      (members + target).update(from: members + next, count: size)
      (seats + target).update(from: seats + next, count: size)
      (balances + target).update(from: balances + next, count: size)
      (stakes + target).update(from: stakes + next, count: size)
      if let recents { (recents + target).update(from: recents + next, count: size) }
    }
    count -= rows.count
  }

  private func row(of seat: Int) -> Int? {
    if seat < count, seats[seat].index == seat { return seat }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if seats[middle].index < seat { low = middle + 1 } else { high = middle }
    }
    return low < count && seats[low].index == seat ? low : nil
  }

  func balance(_ seat: Int) -> Amount { row(of: seat).map { balances[$0] } ?? parked[seat] ?? .zero }
  func reserved(_ seat: Int) -> Amount { .zero }
  func hasOpenAnswers(_ seat: Int) -> Bool { false }
  func hasVoice(_ seat: Int) -> Bool { row(of: seat) != nil }
}
