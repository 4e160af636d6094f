/// A council's canonical state at one point of the ledger, so that a start need not read every event.
///
/// A snapshot is a convenience and never the truth: the events before it give the same state, and its digest stands
/// in an event of the ledger.
public struct StoredSnapshot: Hashable, Sendable {
  /// How many snapshots a store keeps: the newest, and one to fall back on.
  public static let keptCount = 2

  /// Position of the last event that the state includes.
  public let position: UInt64
  /// SHA-256 of `state`, as stored.
  public let digest: Digest
  /// The state in canonical bytes.
  public let state: [UInt8]

  /// Takes over the three parts as they were stored. Checks nothing: `isIntact` does.
  public init(position: UInt64, digest: Digest, state: [UInt8]) {
    self.position = position
    self.digest = digest
    self.state = state
  }

  /// The snapshot of `state`, which includes the events up to `position`.
  public init(position: UInt64, state: [UInt8]) {
    self.init(position: position, digest: .sha256(state), state: state)
  }

  /// Whether the state still has the digest that was stored with it.
  public var isIntact: Bool { Digest.sha256(state) == digest }
}
