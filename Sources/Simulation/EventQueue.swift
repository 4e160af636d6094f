/// What is to happen in virtual time, in one fixed order: by time, then rank, then the order of scheduling.
///
/// A binary heap of small keys over a slab of payloads, so that a message is moved in and out once. Push and pop are
/// O(log n).
struct EventQueue<Happening> {
  private struct Key {
    let time: UInt64
    // The rank above, the order of scheduling below.
    let order: UInt64
    let slot: Int32

    func precedes(_ other: Key) -> Bool {
      time < other.time || (time == other.time && order < other.order)
    }
  }

  private var heap: [Key] = []
  private var slab: [Happening?] = []
  private var vacant: [Int32] = []
  private var scheduled: UInt64 = 0

  /// Nothing to happen.
  init() {}

  /// When the next thing happens; `nil` where nothing does.
  var nextTime: UInt64? { heap.first?.time }

  /// Schedules `happening`. Of things at one time a lower rank comes first.
  mutating func push(_ happening: Happening, at time: UInt64, rank: UInt8) {
    let slot: Int32
    if let free = vacant.popLast() {
      slot = free
      slab[Int(slot)] = happening
    } else {
      slot = Int32(slab.count)
      slab.append(happening)
    }
    heap.append(Key(time: time, order: UInt64(rank) << 56 | scheduled, slot: slot))
    scheduled += 1
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes out what happens next.
  mutating func pop() -> (time: UInt64, happening: Happening)? {
    guard let first = heap.first, let happening = slab[Int(first.slot)] else { return nil }
    slab[Int(first.slot)] = nil
    vacant.append(first.slot)
    let last = heap.removeLast()
    guard !heap.isEmpty else { return (first.time, happening) }
    heap[0] = last
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return (first.time, happening)
  }
}
