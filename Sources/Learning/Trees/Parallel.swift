import Dispatch
import Synchronization

/// Spreads independent pieces of work over threads.
enum Parallel {
  /// Does pieces `0 ..< count`, each once, on at most `threads` threads; returns when all are done.
  ///
  /// Each thread makes one workspace and takes the next piece that nobody has begun, so the result may depend on the
  /// index of a piece but never on which thread did it. With one thread nothing leaves the caller's.
  static func forEach<Workspace: ~Copyable>(
    count: Int, threads: Int, workspace: () -> Workspace, piece: (Int, inout Workspace) -> Void
  ) {
    let next = Atomic<Int>(0)
    onWorkers(min(threads, count)) { _ in
      var mine = workspace()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        piece(index, &mine)
      }
    }
  }

  /// Does pieces `0 ..< count` likewise; `piece` also learns which worker, below `threads`, does it.
  static func forEach(count: Int, threads: Int, piece: (_ index: Int, _ worker: Int) -> Void) {
    let next = Atomic<Int>(0)
    onWorkers(min(threads, count)) { worker in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        piece(index, worker)
      }
    }
  }

  /// Hands out `0 ..< count` in ranges of `blockSize`, the last one shorter, likewise.
  static func forEachBlock(of count: Int, blockSize: Int = 4_096, threads: Int, block: (Range<Int>) -> Void) {
    forEach(count: (count + blockSize - 1) / blockSize, threads: threads) { index, _ in
      block(index * blockSize..<min((index + 1) * blockSize, count))
    }
  }

  private static func onWorkers(_ count: Int, _ work: (_ worker: Int) -> Void) {
    guard count > 1 else {
      work(0)
      return
    }
    withoutActuallyEscaping(work) { work in
      // The closures are called until `concurrentPerform` returns and never after.
      nonisolated(unsafe) let work = work
      DispatchQueue.concurrentPerform(iterations: count) { work($0) }
    }
  }
}
