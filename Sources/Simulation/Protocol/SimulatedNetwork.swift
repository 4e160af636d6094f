import ProtocolCore
import Quantities

/// What the simulated network does to messages. Each draw is keyed by the message: who, which question, what, when.
struct SimulatedNetwork {
  /// What becomes of one message.
  struct Fate {
    /// When each copy arrives, in milliseconds from now; none where it is lost.
    var arrivals: [UInt64]
    /// Whether its bytes arrive changed.
    var isCorrupt: Bool
    /// More chance of the same message.
    var random: CounterStream
  }

  private let network: Network
  private let seed: UInt64
  private let interval: UInt64
  /// Whether every message arrives at once and as it was sent.
  private(set) var isIdeal: Bool

  private static let fate: UInt64 = 0x6E65_7477_6F72_6B01
  private static let skew: UInt64 = 0x6E65_7477_6F72_6B02

  init(_ network: Network, interval: UInt64, seed: UInt64) {
    self.network = network
    self.interval = interval
    self.seed = seed
    isIdeal =
      network.latency == .constant(0) && network.loss == 0 && network.duplication == 0 && network.corruption == 0
      && network.reordering == 0
  }

  /// Lets nothing go wrong from now on.
  mutating func heal() { isIdeal = true }

  /// How far the clock of `member` is off, in milliseconds.
  func skew(of member: Int) -> Int64 {
    var random = CounterStream(seed: seed, purpose: Self.skew, UInt64(member))
    return Int64(min(max(network.clockSkew.sample(from: &random).rounded(), -0x1p40), 0x1p40))
  }

  /// What becomes of a message of `member` or to it.
  ///
  /// - Parameters:
  ///   - kind: what it says, so that two messages of one moment have fates of their own.
  ///   - isFromMember: only members' messages are corrupted.
  func fate(of message: Message, kind: UInt64, member: Int, at now: UInt64, isFromMember: Bool) -> Fate {
    var random = CounterStream(
      seed: seed, purpose: Self.fate, UInt64(member), message.question.number, kind, now, isFromMember ? 1 : 0)
    var fate = Fate(arrivals: [], isCorrupt: false, random: random)
    // Each draw is made whether it is needed or not, so that one setting does not move what another decides.
    let isLost = random.unit() < network.loss
    let isDoubled = random.unit() < network.duplication
    let isHeld = random.unit() < network.reordering
    fate.isCorrupt = random.unit() < network.corruption && isFromMember
    let first = latency(&random)
    let second = latency(&random)
    let held = latency(&random) + interval
    if !isLost { fate.arrivals.append(first + (isHeld ? held : 0)) }
    if isDoubled { fate.arrivals.append(second) }
    fate.random = random
    return fate
  }

  private func latency(_ random: inout CounterStream) -> UInt64 {
    Self.milliseconds(network.latency.sample(from: &random))
  }

  private static func milliseconds(_ value: Double) -> UInt64 { UInt64(min(max(value.rounded(), 0), 0x1p40)) }

  /// The message that a few changed bytes make of `message`; `nil` where they make none, or one whose signature would not
  /// hold: what it says is covered, and whom it names is checked by the host.
  static func corrupted(_ message: Message, _ random: inout CounterStream) -> Message? {
    var bytes = message.bytes
    for _ in 0...random.below(4) { bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
    guard let read = try? Message(decoding: bytes), read.body == message.body else { return nil }
    return read
  }
}
