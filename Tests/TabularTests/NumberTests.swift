import Tabular
import Testing

@Suite struct NumberTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", -0.0), ("5", 5), ("+5", 5), ("-5.25", -5.25), (".5", 0.5), ("5.", 5), ("1e3", 1_000),
      ("1E-3", 0.001), ("  7\t", 7), ("6.02e23", 6.02e23), ("5e-324", 5e-324), ("1e-400", 0),
      ("0.1", 0.1), ("9007199254740993", 9_007_199_254_740_992),
      ("123456789012345678901234567890", 1.2345678901234568e29),
      ("2.2250738585072011e-308", 2.2250738585072011e-308), ("000000000000000000000000000012", 12),
      ("0.000000000000000000000000000012", 1.2e-29),
    ] as [(String, Double)])
  func `reads decimal numbers`(text: String, value: Double) {
    #expect(finiteNumber(text)?.bitPattern == value.bitPattern)
  }

  @Test(arguments: [
    "", " ", ".", "-", "+", "e5", "1e", "1e+", "nan", "NaN", "inf", "-infinity", "0x10", "1,000", "1_000", "1 2",
    "1e400",
    "--1", "1.2.3", "12a", "١",
  ])
  func `refuses everything else`(text: String) {
    #expect(finiteNumber(text) == nil)
  }

  @Test(arguments: UInt64(0)..<2_000)
  func `reads back the bits of any finite number`(seed: UInt64) {
    var random = Lehmer(state: seed)
    let value = Double(bitPattern: random.next())
    guard value.isFinite else { return }
    #expect(finiteNumber("\(value)")?.bitPattern == value.bitPattern)
    let short = Double(Int.random(in: -999_999...999_999, using: &random)) / 1_000
    #expect(finiteNumber("\(short)") == short)
  }
}
