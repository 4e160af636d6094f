import Quantities
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How the training of one model went.
public struct TrainingReport: Hashable, Sendable {
  /// Seconds that passed.
  public let wallSeconds: Double
  /// Seconds of processor time, of all threads together.
  public let cpuSeconds: Double
  /// How good the model is on the test rows.
  public let test: Metrics
}

/// News from training.
public enum TrainingProgress: Hashable, Sendable {
  /// A model begins.
  case began(ModelKind)
  /// A model is ready, after so many seconds.
  case ended(ModelKind, wallSeconds: Double)
}

/// What the seeds of models are for; a key of `CounterStream`.
private let seedPurpose: UInt64 = 0x6D6F_6465_6C73

/// Trains and judges a model of each of `kinds`; see `ModelPredictor`.
func trainAll(
  _ kinds: [ModelKind], settings: ModelSettings, on data: PreparedData, seed: UInt64, threads: Int,
  progress: @Sendable (TrainingProgress) -> Void
) throws(LearningError) -> [ModelPredictor.Member] {
  let isOneByOne = threads > kinds.count
  // Where a model has one thread, that thread's clock is its processor time; where it has all, the whole process's is.
  let clock = isOneByOne ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID
  let news = Mutex(())

  func train(_ kind: ModelKind) throws(LearningError) -> ModelPredictor.Member {
    news.withLock { _ in progress(.began(kind)) }
    var seeds = CounterStream(seed: seed, purpose: seedPurpose, kind.seedKey)
    let cpuStart = seconds(of: clock)
    let start = ContinuousClock.now
    let model = try settings.fit(
      kind, data.scaledTrain, seed: seeds.next(), threads: isOneByOne ? threads : 1)
    let wall = (ContinuousClock.now - start) / .seconds(1)
    let cpu = seconds(of: clock) - cpuStart
    news.withLock { _ in progress(.ended(kind, wallSeconds: wall)) }
    let metrics = Metrics(probabilities: model.probabilities(data.scaledTest.features), labels: data.test.labels)
    return ModelPredictor.Member(
      model: model, training: TrainingReport(wallSeconds: wall, cpuSeconds: cpu, test: metrics))
  }

  var results = [Result<ModelPredictor.Member, LearningError>?](repeating: nil, count: kinds.count)
  results.withUnsafeMutableBufferPointer { results in
    let results = results
    Parallel.forEach(count: kinds.count, threads: isOneByOne ? 1 : threads) { index, _ in
      results[index] = Result { () throws(LearningError) in try train(kinds[index]) }
    }
  }
  var members: [ModelPredictor.Member] = []
  for case let result? in results { members.append(try result.get()) }
  return members
}

extension ModelKind {
  /// Part of the key of this kind's seed; never changes, or saved runs could not be repeated.
  fileprivate var seedKey: UInt64 {
    switch self {
    case .randomForest: 1
    case .gradientBoosting: 2
    case .logisticRegression: 3
    }
  }
}

private func seconds(of clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
