import Ledger
import ProtocolCore
import Quantities

/// How a host is to work. What decides pay is in the rules; nothing here is.
public struct HostSettings: Sendable {
  /// Simulated failures; `nil` where outcomes come from outside. Default: none.
  public var failure: SimulatedFailure?
  /// Where time comes from. Default: the system's clock.
  public var clock = HostClock.system
  /// Events between two snapshots. Default: 100,000. Lower it for faster starts after a crash.
  public var snapshotInterval: UInt64 = 100_000
  /// Questions and outcomes that may wait. Default: 16,384. Lower it to refuse sooner under load.
  public var waitingMax = 16_384
  /// Questions and outcomes that share one transaction at most. Default: 1,024.
  public var batchMax = 1_024
  /// The longest time that the view stays behind, in milliseconds. Default: 50.
  public var viewDelay = 50
  /// Where the view is written, such as `model_registry.json`; `nil` for none. Default: none.
  public var viewPath: String?
  /// Called with what should be known and stopped nothing. Default: ignores it.
  public var warn: @Sendable (String) -> Void = { _ in }

  /// The defaults.
  public init() {}
}

/// What a ledger is opened for: the data set, its classes, the models and the rules that a new one begins with.
public struct HostPurpose: Sendable {
  /// The digest of the data set.
  public var data: Digest
  /// The names of the classes.
  public var classes: [String]
  /// The models that answer, with the digests of their predictors, in the order in which they join.
  public var models: [(id: ModelID, predictor: Digest)]
  /// The rules, should the ledger be new. One that has begun keeps its own.
  public var rules = Rules()
  /// The random name that a new ledger gets: 16 bytes.
  public var ledger: [UInt8]

  /// Puts the parts together.
  public init(data: Digest, classes: [String], models: [(id: ModelID, predictor: Digest)], ledger: [UInt8]) {
    self.data = data
    self.classes = classes
    self.models = models
    self.ledger = ledger
  }
}
