import Quantities
import Testing

@Suite struct KeyedStreamTests {
  // Computed by a separate program from the formulas of SplitMix64 and the mixing of keys.
  @Test func `the first draws of known keys never change`() {
    func draws(_ stream: CounterStream) -> [UInt64] {
      var stream = stream
      return (0..<3).map { _ in stream.next() }
    }
    #expect(draws(CounterStream(seed: 0)) == [0xD2CE_134A_CB37_73B6, 0x5F1B_7791_8111_8480, 0xEF15_4EB5_1F35_828C])
    #expect(draws(CounterStream(seed: 1)) == [0x094A_BDF9_FF81_62AF, 0x90C9_2FB3_DECA_1053, 0x3410_3105_68C6_9B6F])
    #expect(
      draws(CounterStream(seed: 42, purpose: 0x6661_696C, 17, 2)) == [
        0x134D_B23A_2F06_3FC9, 0x6A39_3D30_9AD2_7830, 0x30A9_4C7A_2269_44D0,
      ])
    #expect(
      draws(CounterStream(seed: .max, purpose: .max, .max)) == [
        0xB47A_8318_29E1_6866, 0x37CD_9838_723F_ED21, 0x0635_8E77_E20F_536A,
      ])
  }

  @Test func `each part of a key matters, and so does its place`() {
    let keys = [
      CounterStream(seed: 0), CounterStream(seed: 1), CounterStream(seed: 0, purpose: 1), CounterStream(seed: 0, 0),
      CounterStream(seed: 0, 0, 0), CounterStream(seed: 0, 1), CounterStream(seed: 0, 0, 1),
      CounterStream(seed: 0, 1, 0),
      CounterStream(seed: 1, 0), CounterStream(seed: 1, purpose: 1),
    ]
    let firsts = keys.map { key in
      var key = key
      return key.next()
    }
    #expect(Set(firsts).count == keys.count)
  }

  @Test func `draws below a bound are even, within keys and across neighbouring keys`() {
    // 80,000 draws into 8 cells: a cell has 10,000 with a deviation of 94; 6 deviations are a once-in-a-billion fault.
    var within = [Int](repeating: 0, count: 8)
    var across = within
    var stream = CounterStream(seed: 5)
    for i in 0..<80_000 {
      within[stream.below(8)] += 1
      var key = CounterStream(seed: 5, purpose: 1, UInt64(i))
      across[key.below(8)] += 1
    }
    for cell in within + across { #expect(abs(cell - 10_000) < 6 * 94) }
  }

  @Test func `units lie in 0 to below 1 and bounds hold`() {
    var stream = CounterStream(seed: 9)
    for bound in [1, 2, 3, 1_000_000_007, Int.max] {
      for _ in 0..<1_000 {
        #expect((0..<bound).contains(stream.below(bound)))
        #expect((0..<1).contains(stream.unit()))
      }
    }
  }
}
