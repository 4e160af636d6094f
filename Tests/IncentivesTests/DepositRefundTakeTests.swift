import Incentives
import Quantities
import Testing

@Suite struct DepositRefundTakeTests {
  private static let day: UInt64 = 24 * 3_600_000

  @Test(arguments: [
    (seconds: UInt64(0), units: Int64(60)), (1, 60), (3, 60), (4, 30), (100, 6), (3_600, 1), (1_000_000, 1),
  ])
  func `submissions are dearer the sooner they follow`(seconds: UInt64, units: Int64) {
    var market = DepositRefundTake()
    #expect(market.submit(by: Seat(0), label: 0, at: Tick(5_000)).deposit == market.unit)
    let deposit = market.submit(by: Seat(1), label: 0, at: Tick(5_000 + seconds * 1_000)).deposit
    #expect(deposit == Amount(micro: market.unit.micro * units))
  }

  @Test func `agreed data is refunded, the rest goes to those with good data, and later to anyone`() throws {
    var market = DepositRefundTake()
    market.unit = Amount(credits: 1)
    for seat in 0..<3 { _ = market.submit(by: Seat(seat), label: seat == 2 ? 1 : 0, at: Tick(UInt64(seat) * 1_000)) }
    #expect(market.held == Amount(credits: 121))
    #expect(throws: DepositRefundTake.Refusal.tooEarly(until: Tick(Self.day))) {
      try market.refund(0, prediction: 0, at: Tick(Self.day - 1))
    }
    let later = Tick(Self.day + 2_000)
    #expect(try market.refund(0, prediction: 0, at: later) == Amount(credits: 1))
    #expect(throws: DepositRefundTake.Refusal.nothingLeft) { try market.refund(0, prediction: 0, at: later) }
    #expect(try market.refund(1, prediction: 0, at: later) == Amount(credits: 60))
    #expect(throws: DepositRefundTake.Refusal.modelDisagrees) { try market.refund(2, prediction: 0, at: later) }
    // One of two good submissions: half of the deposit, once.
    #expect(try market.report(2, by: Seat(0), prediction: 0, at: later) == Amount(credits: 30))
    #expect(throws: DepositRefundTake.Refusal.notEntitled) {
      try market.report(2, by: Seat(0), prediction: 0, at: later)
    }
    #expect(throws: DepositRefundTake.Refusal.notEntitled) {
      try market.report(2, by: Seat(2), prediction: 0, at: later)
    }
    #expect(throws: DepositRefundTake.Refusal.modelAgrees) {
      try market.report(2, by: Seat(1), prediction: 1, at: later)
    }
    #expect(throws: DepositRefundTake.Refusal.tooEarly(until: Tick(9 * Self.day + 2_000))) {
      try market.take(2, at: later)
    }
    #expect(try market.take(2, at: Tick(9 * Self.day + 2_000)) == Amount(credits: 30))
    #expect(market.held == .zero)
    #expect(throws: DepositRefundTake.Refusal.nothingLeft) { try market.take(9, at: .latest) }
  }

  @Test func `who captures the model is paid by those who were right`() throws {
    var market = DepositRefundTake()
    // The captor's false data is refunded, since the model now says what it says; the honest deposit is its prey.
    _ = market.submit(by: Seat(0), label: 1, at: Tick(0))
    let honest = market.submit(by: Seat(1), label: 0, at: Tick(1_000))
    let later = Tick(2 * Self.day)
    _ = try market.refund(0, prediction: 1, at: later)
    #expect(try market.report(honest.number, by: Seat(0), prediction: 1, at: later) == honest.deposit)
  }
}
