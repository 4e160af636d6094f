import Dispatch
import Foundation
import Ledger
import Quantities
import Synchronization

/// The ceiling's way to the disk: one consumer that commits whatever waits as one transaction, and nothing else.
final class GroupCommit: Sendable {
  private typealias Waiting = @Sendable () -> Void

  private let waiting = Mutex<[Waiting]>([])
  private let signal = DispatchSemaphore(value: 0)

  /// Begins to commit events of `byteCount` bytes to `store`.
  init(_ store: some LedgerStore, byteCount: Int) throws(LedgerError) {
    let chain = Chain(head: try store.head())
    // The envelope and the braces around the padding take this much, with six digits in the position.
    let frame = 149
    let data = Array("{\"x\":\"\(String(repeating: "a", count: max(0, byteCount - frame)))\"}".utf8)
    let thread = Thread { [self] in
      var chain = chain
      while true {
        signal.wait()
        let batch = waiting.withLock { waiting in
          defer { waiting.removeAll() }
          return waiting
        }
        guard !batch.isEmpty else { continue }
        let tick = Tick(UInt64(Date().timeIntervalSince1970 * 1_000))
        do throws(LedgerError) {
          try store.append(batch.map { _ in chain.seal(kind: "asked", tick: tick, data: data) }, snapshot: nil)
        } catch { fatalError("the ceiling could not commit: \(error)") }
        for done in batch { done() }
      }
    }
    thread.start()
  }

  /// Returns once one more event is on the disk.
  func commit() async {
    await withCheckedContinuation { continuation in
      let isFirst = waiting.withLock { waiting in
        waiting.append { continuation.resume() }
        return waiting.count == 1
      }
      if isFirst { signal.signal() }
    }
  }
}
