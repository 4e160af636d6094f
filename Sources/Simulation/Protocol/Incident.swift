/// Something out of the ordinary during a run at protocol depth: what broke, healed, or was found.
public struct Incident: Hashable, Sendable {
  /// When, in virtual milliseconds.
  public let time: UInt64
  /// What, in a few words.
  public let what: String
}

/// What the network did with messages, and hosts with what reached them.
public struct NetworkTally: Hashable, Sendable, CustomStringConvertible {
  /// Messages that were sent, by members and host.
  public internal(set) var sent = 0
  /// Messages that never arrived: lost, cut off, or sent to somebody who was down.
  public internal(set) var lost = 0
  /// Messages that came twice.
  public internal(set) var doubled = 0
  /// Messages whose bytes came changed.
  public internal(set) var corrupted = 0
  /// Messages that the host did not take.
  public internal(set) var refused = 0
  /// Models caught saying two different things.
  public internal(set) var equivocations = 0

  /// All figures in one sentence.
  public var description: String {
    "\(sent) messages sent, \(lost) never arrived, \(doubled) came twice, \(corrupted) were changed, \(refused) were not "
      + "taken; \(equivocations) models said two different things"
  }
}

/// A run at protocol depth in which something happened that must never happen, with all that is needed to see it again.
public struct BrokenInvariant: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let what: String
  /// When, in virtual milliseconds.
  public let time: UInt64
  /// The scenario as expanded.
  public let scenario: Scenario
  /// Which replicate.
  public let replicate: Int
  /// The hash of all that had happened.
  public let trace: String
  /// What broke and healed before.
  public let incidents: [Incident]

  /// The command that brings it back, where the scenario lies in `scenario.yaml`.
  public var command: String {
    "witan simulate scenario.yaml --depth protocol --seed \(scenario.seed) --replicates \(replicate + 1)"
  }

  /// What is wrong, how to see it again, and the scenario as expanded.
  public var description: String {
    """
    after \(time) ms: \(what). Nothing of this run counts. Seed \(scenario.seed), replicate \(replicate), trace \(trace). \
    Save the scenario below as scenario.yaml, bring it back with `\(command)`, and report it

    \(scenario.yaml)
    """
  }
}
