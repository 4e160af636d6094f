import Consensus
import Incentives
import Testing

/// Every case of the Allora chain's unit tests that was written down, at its own tolerance.
@Suite struct AlloraVectorTests {
  /// One value of the vector file: cases differ in the shape of what goes in and comes out.
  private enum Value: Decodable {
    case none
    case number(Double)
    case text(String)
    case list([Value])
    case table([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .none
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else {
        self = .table(try container.decode([String: Value].self))
      }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var list: [Value] { if case .list(let list) = self { list } else { [] } }
    var table: [String: Value] { if case .table(let table) = self { table } else { [:] } }
    /// Numbers, nil where one is missing.
    var losses: [Double?] { list.map(\.number) }
    var rows: [[Double?]] { list.map(\.losses) }
    subscript(name: String) -> Value { table[name] ?? .none }

    func numbers(_ name: String) throws -> [Double] { try self[name].list.map { try #require($0.number) } }
    func number(_ name: String) throws -> Double { try #require(self[name].number, "no number \(name)") }
  }

  /// What a case gives, and what the library makes of it.
  private struct Pair {
    let expected: Double?
    let found: Double?
  }

  @Test(.enabled(if: SharedVectors.has("allora_unit_vectors.json"), Comment(rawValue: SharedVectors.absent)))
  func `all cases of the chain come out`() throws {
    let cases = try SharedVectors.read("allora_unit_vectors.json", as: Value.self)["cases"].list
    #expect(cases.count >= 27)
    for item in cases {
      let name = try #require(item["test"].text)
      let pairs = try #require(try pairs(name, item), "the case \(name) is not known here")
      #expect(!pairs.isEmpty, "\(name)")
      let words = item["tolerance"].text?.split(separator: " ") ?? []
      let tolerance = words.first.flatMap { Double($0) } ?? 1e-12
      for pair in pairs {
        guard let expected = pair.expected, let found = pair.found else {
          #expect(pair.expected == pair.found, "\(name)")
          continue
        }
        #expect(abs(found - expected) <= tolerance * (words.count == 1 ? 1 : abs(expected)), "\(name)")
      }
    }
  }

  private func pairs(_ name: String, _ item: Value) throws -> [Pair]? {
    let inputs = item["inputs"]
    let expected = item["expected"]
    func one(_ found: Double?) -> [Pair] { [Pair(expected: expected.number, found: found)] }
    func each(_ found: [Double?]) throws -> [Pair] {
      try #require(expected.list.count == found.count, "\(name)")
      return zip(expected.losses, found).map { Pair(expected: $0, found: $1) }
    }
    func rows(_ found: ([Double]) -> Double) throws -> [Pair] {
      try item["rows"].list.map { row in
        let numbers = try row.list.map { try #require($0.number) }
        return Pair(expected: numbers.last, found: found(numbers))
      }
    }

    switch name {
    case "TestCalcWeightFromRegret":
      let rule = RegretInformed(steepness: try inputs.number("pNorm"), centre: try inputs.number("cNorm"))
      return try rows { rule.weight(of: $0[0], largest: $0[1]) }
    case _ where name.hasPrefix("TestCalcForecastImpliedInferences"):
      let inferers = inputs["inferences"].table.keys.sorted()
      return try expected.table.map { forecaster, value in
        let implied = AlloraForecasts.impliedInference(
          try inferers.map { try inputs["inferences"].number($0) },
          forecasts: inferers.map { inputs["forecasts"][forecaster][$0].number },
          networkLoss: try inputs.number("networkCombinedLoss"), steepness: try inputs.number("pNorm"),
          centre: try inputs.number("cNorm"), epsilon: try inputs.number("epsilon"))
        return Pair(expected: value.number, found: implied)
      }
    case "TestAdjustedStakeSimple":
      let stakes = try inputs.numbers("allStakes")
      let reputer = try #require(stakes.firstIndex(of: try inputs.number("stake")))
      return one(
        AlloraScores.adjustedStakes(stakes, listening: try inputs.numbers("allListeningCoefficients"))[reputer])
    case "TestNormalizeAgainstSlice":
      return try each(AlloraRewards.shares(inputs.losses.compactMap { $0 }))
    case "TestEntropySimple":
      return one(
        AlloraRewards.entropy(
          try inputs.numbers("fractions"), effective: try inputs.number("n_effective"), count: try inputs.number("n"),
          beta: try inputs.number("beta")))
    case "TestNumberRatio":
      return one(AlloraRewards.effectiveCount(try inputs.numbers("fractions")))
    case "TestInferenceRewardsSimple/TestForecastRewardsSimple":
      let part = AlloraForecasts.utility(
        performance: AlloraForecasts.performance(
          naiveLoss: try inputs.number("naive_loss"), networkLoss: try inputs.number("network_loss")),
        infererScores: try inputs.numbers("inferer_scores"),
        previous: try inputs.number("prev_forecaster_score_ratio"), step: try inputs.number("alpha"))
      let rewards = try taskRewards(inputs, forecastPart: part)
      return [
        Pair(expected: try inputs.number("chi"), found: part),
        Pair(expected: try expected.number("inference_task_reward"), found: rewards.inference),
        Pair(expected: try expected.number("forecast_task_reward"), found: rewards.forecast),
      ]
    case "TestReputerRewardSimple":
      return one(try taskRewards(inputs, forecastPart: 0.5).reputer)
    case "TestForecastingUtilitySimple":
      let scores = try inputs.numbers("inferer_scores")
      let (previous, step) = (try inputs.number("prev_ratio"), try inputs.number("alpha"))
      return try rows {
        AlloraForecasts.utility(performance: $0[0], infererScores: scores, previous: previous, step: step)
      }
    case "TestNormalizationFactorSimple":
      return one(
        AlloraRewards.normalisation(
          inference: try inputs.number("entropy_inference"), forecast: try inputs.number("entropy_forecast"),
          forecastPart: try inputs.number("chi")))
    case "TestSigmoidSimple":
      return one(AlloraStatistics.sigmoid(try #require(inputs.number)))
    case "TestForecastingPerformanceScoreSimple":
      return one(
        AlloraForecasts.performance(
          naiveLoss: try inputs.number("naive_log_loss"), networkLoss: try inputs.number("network_log_loss")))
    case "TestCalculateReputerRewardFractions":
      return try each(
        AlloraRewards.reputerShares(
          stakes: try inputs.numbers("stakes"), scores: try inputs.numbers("scores"),
          exponent: try inputs.number("p_reward")))
    case "TestGetStakeWeightedLossMatrix", "TestGetStakeWeightedLossMatrixWithMissingLosses":
      return try each(
        AlloraScores.stakeWeightedLosses(
          stakes: try inputs.numbers("adjusted_stakes"), losses: inputs["losses_by_reputer"].rows))
    case "TestGetStakeWeightedLoss":
      return one(
        AlloraScores.stakeWeightedLoss(stakes: try inputs.numbers("stakes"), losses: inputs["losses"].losses))
    case "TestGetFinalWorkerPerformanceScore":
      return one(
        AlloraRewards.workerScore(
          oneIn: try inputs.number("score_one_in"), oneOut: try inputs.number("score_one_out"),
          weight: try inputs.number("f_unique_agg")))
    case "TestGetAllConsensusScores":
      return try each(
        AlloraScores.consensusScores(
          losses: inputs["losses_by_reputer"].rows, stakes: try inputs.numbers("stakes"),
          listening: try inputs.numbers("listening_coefficients"), tolerance: try inputs.number("reputer_epsilon"),
          epsilon: try inputs.number("epsilon")))
    case "TestCalcEmaSimple", "TestCalcEmaWithNoPrior":
      return one(
        AlloraStatistics.movingAverage(
          try inputs.number("current"), previous: inputs["previous"].number, step: try inputs.number("alpha")))
    case "TestStdDev":
      return one(AlloraStatistics.deviation(inputs.losses.compactMap { $0 }))
    case "TestGradient":
      return try rows { AlloraRewards.softenedSlope($0[2], steepness: $0[1], centre: $0[0]) }
    case "TestWeightedInferences", "TestWeightedInferences2":
      let (data, weights) = (try inputs.numbers("data"), try inputs.numbers("weights"))
      return try each(
        try inputs.numbers("percentiles").map {
          AlloraStatistics.percentile(data, weights: weights, percent: $0)
        })
    case "TestComputeAndBuildEMRegret":
      return one(
        AlloraStatistics.regret(
          networkLoss: try inputs.number("loss_network"), workerLoss: try inputs.number("loss_worker"),
          previous: inputs["previous"].number, step: try inputs.number("alpha")))
    default: return nil
    }
  }

  private func taskRewards(
    _ inputs: Value, forecastPart: Double
  ) throws -> (inference: Double, forecast: Double, reputer: Double) {
    AlloraRewards.taskRewards(
      total: try inputs.number("total_reward"), inference: try inputs.number("entropy_inference"),
      forecast: try inputs.number("entropy_forecast"), reputer: try inputs.number("entropy_reputer"),
      forecastPart: forecastPart)
  }
}
