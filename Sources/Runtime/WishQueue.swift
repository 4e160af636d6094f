import Dispatch
import Quantities
import Synchronization

/// Wishes on their way to the host's one consumer. Any thread may push; one thread takes. What it took still counts
/// towards the limit until it is released.
final class WishQueue: Sendable {
  private struct State {
    var wishes: [Wish] = []
    var returns: [ReturnedGroup] = []
    var weight = 0
    var isClosed = false
    var isAbandoned = false
    var isSignalled = false
  }

  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Lines up `wish`, or says why not.
  func push(_ wish: Wish) throws(HostError) {
    let refusal: HostError? = state.withLock { state in
      guard !state.isClosed else { return .stopping }
      guard state.weight + wish.weight <= limit || state.weight == 0 else {
        return .busy(waiting: state.weight, limit: limit)
      }
      state.wishes.append(wish)
      state.weight += wish.weight
      guard !state.isSignalled else { return nil }
      state.isSignalled = true
      signal.signal()
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Gives back a group that was stored, or could not be, and leaves it empty. It goes before all wishes.
  func giveBack(_ group: inout CommitGroup, failure: HostError?) {
    state.withLock { state in
      state.returns.append(ReturnedGroup(group: group, failure: failure))
      group = CommitGroup()
      guard !state.isSignalled else { return }
      state.isSignalled = true
      signal.signal()
    }
  }

  /// Waits for groups that come back or wishes, at most `milliseconds`, and takes them: all of the groups, about `max`
  /// of the wishes. `nil` when closed and empty.
  func take(max: Int, waiting milliseconds: Int?) -> (returns: [ReturnedGroup], wishes: [Wish])? {
    if let milliseconds {
      _ = signal.wait(timeout: .now() + .milliseconds(milliseconds))
    } else {
      signal.wait()
    }
    return state.withLock { state in
      state.isSignalled = false
      var weight = 0
      var count = 0
      while count < state.wishes.count, weight < max {
        weight += state.wishes[count].weight
        count += 1
      }
      let wishes = Array(state.wishes.prefix(count))
      state.wishes.removeFirst(count)
      let returns = state.returns
      state.returns.removeAll()
      if !state.wishes.isEmpty || state.isClosed {
        state.isSignalled = true
        signal.signal()
      }
      return wishes.isEmpty && returns.isEmpty && state.isClosed ? nil : (returns, wishes)
    }
  }

  /// Takes no more wishes; those that wait are still served.
  ///
  /// - Parameter isAbandoned: whether the host never came to work, so that nothing is to be left behind.
  func close(isAbandoned: Bool = false) {
    state.withLock { state in
      state.isClosed = true
      state.isAbandoned = isAbandoned
      state.isSignalled = true
      signal.signal()
    }
  }

  /// Whether it was closed by a host that never came to work.
  var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

  /// Questions and outcomes of this number wait no longer: their transaction has begun, or they were refused.
  func release(_ weight: Int) { state.withLock { $0.weight -= weight } }

  /// How many questions and outcomes wait for their transaction to begin.
  var waiting: Int { state.withLock { $0.weight } }
}
