import ProtocolCore
import Quantities

/// An event of a ledger on its way into another world, with what must be known there of the council it comes from.
struct ReplayFact: Sendable {
  let event: Event
  let tick: Tick
  /// Its place in the ledger, from 1.
  let position: UInt64
  /// What the council had left undone before it.
  let lag: TimeLag
  /// For a question: who had no voice, so that no answer of theirs is recorded.
  let voiceless: [Seat]

  /// `event` as it comes next to `council`.
  init(_ event: Event, at tick: Tick, after council: Council) {
    self.event = event
    self.tick = tick
    position = council.position + 1
    lag = TimeLag(council)
    switch event {
    case .asked, .committed:
      voiceless = council.registry.models.lazy.filter { council.status($0) != .active }.map(\.seat)
    default: voiceless = []
    }
  }

  /// Whether it is nothing but the passing of time: the host let time pass, and this came of it.
  var isPassingOfTime: Bool {
    switch event {
    case .expired, .resolved, .released: true
    case .settled(let settled): settled.outcome == nil
    default: false
    }
  }
}

/// What a council would do if time passed.
///
/// A host lets time pass when it sees fit: before each input, once a second, never. To decide a ledger anew to the byte,
/// time has to pass exactly where it did. So it passes in the other world at each event of the ledger, except where the
/// council that wrote it had something left undone and its host let it lie.
struct TimeLag: Sendable {
  private let nextDeadline: Tick?
  private let isBatchFull: Bool

  init(_ council: Council) {
    nextDeadline = council.nextDeadline
    isBatchFull = !council.waiting.isEmpty && council.waiting.count >= Int(council.rules.unresolved.batch)
  }

  /// Whether letting time pass up to `tick` would lead to something.
  func isBehind(at tick: Tick) -> Bool { isBatchFull || (nextDeadline.map { $0 < tick } ?? false) }
}
