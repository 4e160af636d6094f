/// A distribution of real numbers that a scenario draws from.
public enum Distribution: Hashable, Sendable {
  /// Always the same.
  case constant(Double)
  /// Anything from the first to the second, alike.
  case uniform(Double, Double)
  /// The normal distribution, held within `least` to `most`.
  case normal(mean: Double, deviation: Double, least: Double, most: Double)
  /// The beta distribution on 0 to 1, with both parameters above 0.
  case beta(Double, Double)
  /// The exponential distribution with this mean.
  case exponential(mean: Double)
  /// One of these, alike.
  case choice([Double])
}
