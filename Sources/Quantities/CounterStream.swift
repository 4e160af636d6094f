/// Random numbers keyed by what they are for: the n-th draw of a key is always the same number.
///
/// A key such as (seed, question, seat) names its own stream, so draws do not depend on who drew before,
/// on threads, or on a restart. The generator is SplitMix64 (Steele, Lea, Flood 2014) started at a key that is mixed
/// from the parts with its finaliser. Not for secrets.
public struct CounterStream: RandomNumberGenerator, Hashable, Sendable {
  @usableFromInline var state: UInt64

  /// The stream of `seed` for `purpose`: a constant of the caller's, so that two uses never share draws.
  public init(seed: UInt64, purpose: UInt64 = 0, _ parts: UInt64...) {
    var key = Self.key(seed, purpose)
    for part in parts { key = Self.key(key, with: part) }
    state = key
  }

  /// The same stream as for a list of two parts, without the list: for streams by the million.
  @inlinable
  public init(seed: UInt64, purpose: UInt64, pair first: UInt64, _ second: UInt64) {
    state = Self.key(Self.key(Self.key(seed, purpose), with: first), with: second)
  }

  @inlinable @inline(__always)
  static func key(_ seed: UInt64, _ purpose: UInt64) -> UInt64 {
    mix(mix(seed &+ gamma) ^ mix(purpose &+ 2 &* gamma))
  }

  @inlinable @inline(__always)
  static func key(_ key: UInt64, with part: UInt64) -> UInt64 { mix(key &+ gamma ^ mix(part &+ 3 &* gamma)) }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= Self.gamma
    return Self.mix(state)
  }

  /// What the call of `next` number `index`, from 0, would give, without moving the stream: for draws by place, in any
  /// order.
  @inlinable @inline(__always)
  public func draw(at index: UInt64) -> UInt64 { Self.mix(state &+ Self.gamma &* (index &+ 1)) }

  /// A number in `0 ..< bound` (Lemire's multiply-shift; bias below 2^-32 for bounds under 2^32).
  @inlinable
  public mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number in `[0, 1)` with 53 random bits.
  @inlinable
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  @inlinable @inline(__always)
  static var gamma: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  @inlinable @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
