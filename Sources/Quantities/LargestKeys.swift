/// Which of many keys are among the largest, without sorting: what remainders are handed out by.
///
/// One bin for each value of the topmost digit is counted, then those of the next digit within the bin where the last
/// one falls, and so on. Linear in the number of keys however they lie, and it needs no room of theirs.
@usableFromInline
struct LargestKeys {
  /// The key of the last one that is among them.
  @usableFromInline let limit: UInt64
  /// How many with just this key are among them: the first ones.
  @usableFromInline let levelCount: Int

  private static let digitBits = 8

  /// Finds the `count` largest of `keys`.
  ///
  /// - Parameters:
  ///   - keys: 64 bits each, compared as whole numbers; the bits of numbers not below 0 will do as well.
  ///   - count: at least one, and no more than there are.
  @usableFromInline
  init(_ count: Int, of keys: UnsafeRawBufferPointer) {
    let total = keys.count / 8
    precondition((1...total).contains(count), "some of the keys that are there")
    var (prefix, left): (UInt64, Int) = (0, count)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << Self.digitBits) { bins in
      var top = UInt64.bitWidth
      while top > 0 {
        let shift = UInt64(max(0, top - Self.digitBits))
        let width = UInt64(top) - shift
        for bin in 0..<1 << width { bins[Int(bin)] = 0 }
        for i in 0..<total {
          let key = keys.load(fromByteOffset: 8 * i, as: UInt64.self) >> shift
          if key >> width == prefix { bins[Int(key & (1 << width - 1))] += 1 }
        }
        var bin = 1 << width - 1
        while bins[Int(bin)] < left {
          left -= bins[Int(bin)]
          bin -= 1
        }
        prefix = prefix << width | UInt64(bin)
        top = Int(shift)
      }
    }
    (limit, levelCount) = (prefix, left)
  }
}
