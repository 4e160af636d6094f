import ProtocolCore
import Quantities

/// The node of one member under its present name: the protocol's own participant, its disk and its clock.
struct SimulatedNode {
  /// The seat of its model.
  let seat: Int
  /// The protocol's side.
  var participant: Participant
  /// How far its clock is off, in milliseconds.
  let skew: Int64
  /// What its disk holds; `nil` where it never saved.
  var disk: [UInt8]?
  /// How often it has started.
  var epoch = 0
  /// The asking to which it will not show its answer.
  var withheld: Digest?

  private let key: [UInt8]

  init(seat: Int, model: ModelID, ledger: LedgerName, key: [UInt8], skew: Int64) {
    self.seat = seat
    self.key = key
    self.skew = skew
    participant = Participant(ledger: ledger, model: model, key: key)
  }

  /// Its clock at the virtual time `now`.
  func clock(_ now: UInt64) -> Tick { Tick(UInt64(max(0, Int64(now) + skew))) }

  /// The virtual time at which its clock shows `tick`, not before `now`.
  func time(of tick: Tick, after now: UInt64) -> UInt64 {
    max(now, UInt64(max(0, Int64(tick.milliseconds) - skew)))
  }

  /// The virtual time at which it wants to be woken, not before `now`; `nil` for not at all.
  func nextWake(after now: UInt64) -> UInt64? { participant.nextWake.map { time(of: $0, after: now) } }

  /// Lets the participant do something in place.
  mutating func act(
    _ body: (inout Participant, inout [Participant.Effect]) -> Void, _ effects: inout [Participant.Effect]
  ) {
    body(&participant, &effects)
  }

  /// Starts again, with what its disk holds or with nothing.
  mutating func restart(withDisk: Bool) throws(CanonicalError) {
    epoch += 1
    withheld = nil
    if withDisk, let disk {
      participant = try Participant(decoding: disk, key: key)
    } else {
      disk = nil
      participant = Participant(ledger: participant.ledger, model: participant.model, key: key)
    }
  }
}
