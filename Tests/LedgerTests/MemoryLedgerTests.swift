import Ledger
import LedgerContract
import Testing

@Suite struct MemoryLedgerTests {
  @Test func `keeps the contract of a store`() throws {
    try checkLedgerStore(MemoryLedger())
  }
}
