import Dispatch
import Synchronization

/// Where groups wait between the thread that decides and the thread that commits: while one group is flushed, the next
/// one gathers here.
///
/// A group is not taken while it is less than half of the last one, for a fifth of a millisecond at most: right after a
/// flush its callers come back one by one, and the first alone would cost as much as all of them. So many callers end
/// up in two groups of a half each, one being decided while the other is flushed; a single caller never waits.
///
/// Groups are numbered by epochs. What was decided on top of a group that failed belongs to an epoch that is over, and
/// is refused without reaching the disk.
final class CommitLane: Sendable {
  private struct State {
    var group = CommitGroup()
    var spent = CommitGroup()
    var epoch = 0
    var failure = HostError.stopping
    var isClosed = false
    var isAbandoned = false
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

  /// The present epoch; it ends with each commit that fails.
  var epoch: Int { state.withLock { $0.epoch } }

  /// Lines up `group` and leaves it empty; waits while the group that gathers is full.
  ///
  /// Groups that were told come back this way, so that their memory is freed by the thread that will need it again:
  /// freed by the other one it costs a lock for each piece.
  ///
  /// - Returns: why not, if the epoch in which it was decided is over; it is left as it was then.
  func add(_ group: inout CommitGroup, epoch: Int) -> HostError? {
    var spent = CommitGroup()
    while true {
      let verdict: (isDone: Bool, failure: HostError?) = state.withLock { state in
        if spent.isEmpty { swap(&state.spent, &spent) }
        guard state.epoch == epoch else { return (true, state.failure) }
        // A snapshot closes its group: one transaction stores one at most.
        guard state.group.weight < max, state.group.snapshot == nil else {
          state.isRoomWanted = true
          return (false, nil)
        }
        state.group.absorb(&group)
        if !state.isSignalled, state.isReady || !state.isLingering {
          state.isSignalled = true
          signal.signal()
        }
        return (true, nil)
      }
      if verdict.isDone { return verdict.failure }
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

  /// Ends the epoch: a commit failed. Puts what gathered on top of it into `group`, to be refused likewise.
  func fail(_ failure: HostError, into group: inout CommitGroup) {
    state.withLock { state in
      state.epoch += 1
      state.failure = failure
      swap(&state.group, &group)
      makeRoom(&state)
    }
  }

  /// Gives back a group that was told, and leaves it empty.
  func giveBack(_ group: inout CommitGroup) { state.withLock { $0.spent.absorb(&group) } }

  /// Nothing more will come.
  ///
  /// - Parameter isAbandoned: whether the host never came to work, so that nothing is to be left behind.
  func close(isAbandoned: Bool) {
    state.withLock { state in
      state.isClosed = true
      state.isAbandoned = isAbandoned
      state.isSignalled = true
      signal.signal()
    }
  }

  /// Whether it was closed by a host that never came to work.
  var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

  private func makeRoom(_ state: inout State) {
    guard state.isRoomWanted else { return }
    state.isRoomWanted = false
    room.signal()
  }
}
