import Quantities

/// The pieces of Numerai's scores: ranks, bell shape, correlation, neutralisation, contribution.
///
/// Written from the definitions in Numerai's open scoring tools and held to the numbers of their tests. They score one
/// column of predictions of a number against targets, and serve to compare `StakeAndBurn` with its model; the council
/// pays by none of them. A score by ranks or correlation is not proper: it rewards order, not honest numbers.
public enum NumeraiScoring {
  /// The rank of each value as a share in (0, 1): (rank - 1/2) / n.
  ///
  /// - Parameter keepsTies: whether equal values share their mean rank; if not, earlier ones rank lower.
  /// - Complexity: O(n log n).
  public static func rank(_ values: [Double], keepsTies: Bool = true) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while keepsTies, end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // Ranks count from 1; the mean rank of start ..< end is (start + end + 1) / 2.
      for place in start..<end { ranks[order[place]] = (Double(start + end + 1) / 2 - 0.5) / Double(values.count) }
      start = end
    }
    return ranks
  }

  /// The standard normal quantile of each share; infinite at 0 and 1.
  public static func gaussianised(_ shares: [Double]) -> [Double] { shares.map(NormalQuantile.value) }

  /// Each value's size raised to `exponent`, its sign kept.
  public static func power(_ values: [Double], _ exponent: Double) -> [Double] {
    values.map { value in
      guard value != 0 else { return 0 }
      let size = FixedMath.exp(exponent * FixedMath.log(abs(value)))
      return value < 0 ? -size : size
    }
  }

  /// Ranks with ties kept, made normal, raised to 1.5: what predictions are scored by.
  public static func shaped(_ predictions: [Double]) -> [Double] {
    power(gaussianised(rank(predictions)), 1.5)
  }

  /// The values over their standard deviation (that of the whole, not of a sample).
  public static func varianceNormalised(_ values: [Double]) -> [Double] {
    let deviations = centred(values)
    let deviation = (dot(deviations, deviations) / Double(values.count)).squareRoot()
    return values.map { $0 / deviation }
  }

  /// What is left of `vector` without its part along `other`.
  public static func orthogonalised(_ vector: [Double], to other: [Double]) -> [Double] {
    let part = dot(other, vector) / dot(other, other)
    return zip(vector, other).map { $0 - part * $1 }
  }

  /// Pearson's correlation.
  public static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (a, b) = (centred(a), centred(b))
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  /// Spearman's correlation: that of the ranks, ties kept.
  public static func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double { correlation(rank(a), rank(b)) }

  /// The correlation of targets with the predictions' ranks, ties broken by place.
  public static func tieBrokenRankCorrelation(_ predictions: [Double], targets: [Double]) -> Double {
    correlation(targets, rank(predictions, keepsTies: false))
  }

  /// The canonical score: Pearson's correlation of the shaped predictions with the centred targets to the power 1.5.
  public static func score(_ predictions: [Double], targets: [Double]) -> Double {
    correlation(shaped(predictions), power(centred(targets), 1.5))
  }

  /// The contribution to the meta model: the covariance of the centred targets with what the predictions, made normal,
  /// hold beyond the meta model.
  ///
  /// - Parameter targets: in [0, 1] they are taken as five buckets and stretched to 0 ... 4, as in the tournament.
  public static func contribution(_ predictions: [Double], metaModel: [Double], targets: [Double]) -> Double {
    let own = orthogonalised(gaussianised(rank(predictions)), to: gaussianised(rank(metaModel)))
    let scale = targets.allSatisfy { (0...1).contains($0) } ? 4.0 : 1.0
    return dot(centred(targets.map { $0 * scale }), own) / Double(targets.count)
  }

  /// The meta model: the mean of all predictions, weighted by stakes.
  public static func metaModel(_ predictions: [[Double]], stakes: [Double]) -> [Double] {
    let total = stakes.reduce(0, +)
    guard let count = predictions.first?.count else { return [] }
    return (0..<count).map { row in
      zip(predictions, stakes).reduce(0) { $0 + $1.0[row] * $1.1 } / total
    }
  }

  /// A portfolio's weights from a signal: shaped, less its part along the neutralizers, by sample weight.
  ///
  /// - Parameters:
  ///   - neutralizers: for each row the values of each neutralizer.
  ///   - sampleWeights: one for each row.
  public static func portfolio(
    _ signal: [Double], neutralizers: [[Double]], sampleWeights: [Double]
  ) -> [Double] {
    let shaped = shaped(signal)
    let weighted = zip(shaped, sampleWeights).map { $0 * $1 }
    let count = neutralizers.first?.count ?? 0
    let exposures = (0..<count).map { k in zip(neutralizers, weighted).reduce(0) { $0 + $1.0[k] * $1.1 } }
    return shaped.indices.map { row in (shaped[row] - dot(neutralizers[row], exposures)) * sampleWeights[row] }
  }

  /// The score of a signal's portfolio: its mean product with the centred targets.
  public static func alpha(
    _ signal: [Double], neutralizers: [[Double]], sampleWeights: [Double], targets: [Double]
  ) -> Double {
    let weights = portfolio(signal, neutralizers: neutralizers, sampleWeights: sampleWeights)
    return dot(weights, centred(targets)) / Double(targets.count)
  }

  /// By how much each signal's stake moves the score of the stake-weighted portfolio, scaled to a total size of one.
  ///
  /// With p the centred portfolio, L = Σ|p| and t the centred targets, the score is p·t / L; its derivative along the
  /// portfolio w of a signal is w · centred(t / L - sign(p) p·t / L²).
  public static func portfolioContributions(
    _ signals: [[Double]], stakes: [Double], neutralizers: [[Double]], sampleWeights: [Double], targets: [Double]
  ) -> [Double] {
    let weights = signals.map { portfolio($0, neutralizers: neutralizers, sampleWeights: sampleWeights) }
    let targets = centred(targets)
    let whole = centred(metaModel(weights, stakes: stakes))
    let size = whole.reduce(0) { $0 + abs($1) }
    let score = dot(whole, targets)
    let slope = zip(whole, targets).map { p, t in
      t / size - (p > 0 ? 1 : p < 0 ? -1 : 0) * score / (size * size)
    }
    return weights.map { dot($0, centred(slope)) }
  }

  private static func centred(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
