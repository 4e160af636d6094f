import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a host gets its time from.
public struct HostClock: Sendable {
  /// The time now. May jump or go back; the host holds it between the time of the last event and `Tick.latest`.
  public let now: @Sendable () -> Tick

  /// A clock that reads `now`.
  public init(now: @escaping @Sendable () -> Tick) { self.now = now }

  /// The system's clock, milliseconds since 1970 (UTC).
  public static let system = HostClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Tick(UInt64(max(0, time.tv_sec)) * 1_000 + UInt64(time.tv_nsec) / 1_000_000)
  }
}
