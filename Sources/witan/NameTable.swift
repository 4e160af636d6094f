/// Numbers for texts, in the order in which they were first seen.
///
/// A hash table over bytes: a million cells become numbers without a million strings.
struct NameTable {
  /// The bytes of all texts, one behind the other.
  private var bytes: [UInt8] = []
  /// Where each text ends in `bytes`.
  private var ends: [Int] = []
  /// The hash of each text.
  private var hashes: [UInt64] = []
  /// Numbers at the place of their hash or the next free one; -1 is free. Its length is a power of two.
  private var slots = [Int32](repeating: -1, count: 64)

  /// How many texts.
  var count: Int { ends.count }

  /// All texts by their number.
  var names: [String] {
    ends.indices.map { number in
      String(decoding: bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]], as: UTF8.self)
    }
  }

  /// The number of `text`; a new one if it was not seen before.
  mutating func number(of text: UnsafeBufferPointer<UInt8>) -> Int {
    let hash = Self.hash(text)
    let slot = slot(of: text, hash)
    if slots[slot] >= 0 { return Int(slots[slot]) }
    slots[slot] = Int32(count)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    hashes.append(hash)
    if count * 2 > slots.count { grow() }
    return count - 1
  }

  /// The number of `text`, if it was seen before.
  func known(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let number = slots[slot(of: text, Self.hash(text))]
    return number < 0 ? nil : Int(number)
  }

  private func slot(of text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if hashes[number] == hash {
        let start = number == 0 ? 0 : ends[number - 1]
        if ends[number] - start == text.count, bytes[start..<ends[number]].elementsEqual(text) { break }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  /// FNV-1a over the bytes, finished so that all bits depend on all bytes.
  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return hash ^ (hash >> 32)
  }

  /// The texts in their natural order, and the place of each number in it: `item 2` before `item 10`.
  func sorted() -> (names: [String], places: [Int]) {
    let names = names
    let integers = names.map { Int($0) }
    let order =
      integers.contains(nil)
      ? names.indices.sorted { naturallyPrecedes(names[$0], names[$1]) }
      : names.indices.sorted { (integers[$0] ?? 0, names[$0]) < (integers[$1] ?? 0, names[$1]) }
    var places = [Int](repeating: 0, count: names.count)
    for (place, number) in order.enumerated() { places[number] = place }
    return (order.map { names[$0] }, places)
  }
}

/// Whether `a` comes before `b` where runs of digits count as numbers; by their bytes where that leaves a tie.
func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
  var (first, second) = (a.utf8[...], b.utf8[...])
  while let x = first.first, let y = second.first {
    if isDigit(x), isDigit(y) {
      let (m, n) = (number(&first), number(&second))
      if m.count != n.count { return m.count < n.count }
      if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
    } else {
      if x != y { return x < y }
      first.removeFirst()
      second.removeFirst()
    }
  }
  if first.isEmpty != second.isEmpty { return first.isEmpty }
  return a.utf8.lexicographicallyPrecedes(b.utf8)
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// Takes the digits at the front, without leading zeros.
private func number(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
  let digits = text.prefix(while: isDigit)
  text = text.dropFirst(digits.count)
  return digits.drop { $0 == UInt8(ascii: "0") }
}
