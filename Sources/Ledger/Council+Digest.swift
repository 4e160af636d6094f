import ProtocolCore
import Quantities

extension Council {
  /// The canonical state, for a snapshot.
  public var state: [UInt8] {
    var writer = CanonicalWriter()
    encode(into: &writer)
    return writer.bytes
  }

  /// The digest of the canonical state: equal councils have equal digests, on every machine.
  public var stateDigest: Digest { Digest.sha256(state) }
}

extension Chain {
  /// Seals `event` as the next record of the chain.
  public mutating func seal(_ event: Event, at tick: Tick) -> LedgerRecord {
    var writer = CanonicalWriter()
    return seal(event, at: tick, with: &writer)
  }

  /// Seals `event` as the next record of the chain, in the memory of `writer`, which may hold anything.
  public mutating func seal(_ event: Event, at tick: Tick, with writer: inout CanonicalWriter) -> LedgerRecord {
    writer.removeAll()
    event.encode(into: &writer)
    return seal(kind: event.kind, tick: tick, data: writer.bytes)
  }
}
