import NIOCore

/// Where the server listens, and what it lets a caller take of it.
///
/// Nothing here changes an answer or pay. Every limit has an answer of its own, so that a caller learns what to do.
public struct ServerSettings: Hashable, Sendable {
  /// The address to listen on. Default: `127.0.0.1`, this machine alone. There is no authentication: choose another
  /// only behind something that has one.
  public var host = "127.0.0.1"
  /// The port; 0 takes a free one. Default: 5000.
  public var port = 5000
  /// The longest body of a request, in bytes; more is answered with 413. Default: 1 MiB, a batch of about 20,000 short
  /// numbers. Raise it together with `instancesMax` for large batches of wide rows.
  public var bodyMax = 1 << 20
  /// The most rows in one request; more are answered with 413. Default: 1,024. The rows share one transaction; raise it
  /// for bulk work, lower it to keep others' answers quick.
  public var instancesMax = 1_024
  /// The most bytes in the header fields of a request; more are answered with 431. Default: 16 KiB.
  public var headerBytesMax = 16_384
  /// The most header fields in a request; more are answered with 431. Default: 64.
  public var headerFieldsMax = 64
  /// The most connections; one more is answered with 503 and closed. Default: 1,024. Each takes a file descriptor:
  /// raise `ulimit -n` along with it.
  public var connectionsMax = 1_024
  /// How long the first request's header may take from the opening of a connection. Default: 10 seconds. Raise it for
  /// callers on very slow lines.
  public var headerTimeout = TimeAmount.seconds(10)
  /// How long a body may take from the end of its header; then the answer is 408. Default: 20 seconds.
  public var bodyTimeout = TimeAmount.seconds(20)
  /// How long a connection may rest after an answer until the next header is complete, and how long the answer may take
  /// to be read. Default: 60 seconds. Lower it where many callers come once.
  public var idleTimeout = TimeAmount.seconds(60)

  /// The defaults.
  public init() {}

  /// How many connections beyond `connectionsMax` are told so at a time; more wait unaccepted.
  static let turnedAwayMax = 64
  /// How long a closing connection still takes in what the caller sends, so that the last answer is not lost to a reset.
  static let lingerTimeout = TimeAmount.seconds(2)
}
