import Dispatch
import Synchronization

/// Where events wait between the thread that decides and the thread that commits: while one group is flushed, the next
/// one gathers here.
///
/// A group is not taken while it is less than half of the last one, for a fifth of a millisecond at most: right after a
/// flush its callers come back one by one, and the first alone would cost as much as all of them. So many callers end
/// up in two groups of a half each, one being decided while the other is flushed; a single caller never waits.
final class CommitLane: Sendable {
  private struct State {
    var group = CommitGroup()
    var isClosed = false
    var isHalted = false
    var isSignalled = false
    var isLingering = false
    var isRoomWanted = false
    var lastWeight = 0

    /// Whether the group that gathers is worth a flush of its own.
    var isReady: Bool { isClosed || 2 * group.weight >= lastWeight || group.snapshot != nil }
  }

  private static let patience = DispatchTimeInterval.microseconds(200)

  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)
  private let max: Int

  /// A lane in which about `max` questions and outcomes gather at most.
  init(max: Int) { self.max = max }

  /// Lines up `group` and leaves it empty; waits while the group that gathers is full.
  func add(_ group: inout CommitGroup) {
    while true {
      let isAdded = state.withLock { state in
        // A snapshot closes its group: one transaction stores one at most. A halted lane never waits for the other
        // side, which waits for this one.
        guard state.isHalted || (state.group.weight < max && state.group.snapshot == nil) else {
          state.isRoomWanted = true
          return false
        }
        state.group.absorb(&group)
        if !state.isHalted, !state.isSignalled, state.isReady || !state.isLingering {
          state.isSignalled = true
          signal.signal()
        }
        return true
      }
      if isAdded { return }
      room.wait()
    }
  }

  /// Waits for a group, at most `milliseconds`, and puts it into `group`, which must be empty.
  ///
  /// - Returns: whether more can come: `false` when closed and empty.
  func take(_ group: inout CommitGroup, waiting milliseconds: Int?) -> Bool {
    if let milliseconds {
      _ = signal.wait(timeout: .now() + .milliseconds(milliseconds))
    } else {
      signal.wait()
    }
    let lingers = state.withLock { state in
      state.isSignalled = false
      state.isLingering = !state.group.isEmpty && !state.isReady
      return state.isLingering
    }
    if lingers { _ = signal.wait(timeout: .now() + Self.patience) }
    return state.withLock { state in
      state.isSignalled = false
      state.isLingering = false
      guard !state.isHalted else { return true }
      swap(&state.group, &group)
      if !group.isEmpty { state.lastWeight = group.weight }
      makeRoom(&state)
      if state.isClosed {
        state.isSignalled = true
        signal.signal()
      }
      return !group.isEmpty || !state.isClosed
    }
  }

  /// A commit failed: what gathers rests on it and is not to be taken until `resume`.
  func halt() {
    state.withLock { state in
      state.isHalted = true
      makeRoom(&state)
    }
  }

  /// Puts what gathered on top of the commit that failed into `group`, which must be empty, and goes on.
  func resume(into group: inout CommitGroup) {
    state.withLock { state in
      state.isHalted = false
      swap(&state.group, &group)
    }
  }

  /// Nothing more will come.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.isSignalled = true
      signal.signal()
    }
  }

  private func makeRoom(_ state: inout State) {
    guard state.isRoomWanted else { return }
    state.isRoomWanted = false
    room.signal()
  }
}
