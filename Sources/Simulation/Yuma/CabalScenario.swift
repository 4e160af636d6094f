import Quantities

/// A scenario file that plays Yuma's cabal instead of a council: `name`, `about` and `cabal` are all that it says.
public struct CabalScenario: Hashable, Sendable {
  /// A short name. Default: `cabal`.
  public var name = "cabal"
  /// What it shows, for people.
  public var about = ""
  /// What the game is played with.
  public var settings = CabalGame.Settings()

  /// The published game.
  public init() {}

  /// The game as YAML with every value spelt out; reading it gives an equal one.
  public var yaml: String { Self.form.write(self).yaml }

  /// What identifies its result: the SHA-256 of the settings and of every figure.
  public func hash(of result: CabalResult) -> Digest {
    var text = Self.form.write(self).yaml
    for retention in result.retentions {
      for point in retention.curve { text += "\(retention.weightDeviation) \(point.selfWeight) \(point.utility)\n" }
    }
    return Digest.sha256(Array(text.utf8))
  }

  static let form: Form<CabalScenario> = Form([
    Field("name", "a short name; that of the file where left out", \.name, .text("a short name", bytesMax: 100)),
    Field("about", "what it shows, for people", \.about, .text("some words", bytesMax: 20_000)),
    Field("cabal", "the game of Yuma's cabal", \.settings, settings.codec, isRequired: true),
  ])

  private static let settings: Form<CabalGame.Settings> = Form([
    Field("seed", "from which all networks are drawn", \.seed, .seed),
    Field("networks", "how many networks are drawn for each deviation", \.networkCount, .whole(1...100_000)),
    Field("nodes", "scorers and servers in all", \.nodeCount, .whole(4...100_000)),
    Field("scorers", "nodes that score", \.scorerCount, .whole(2...99_998)),
    Field("honest_stake", "the honest share of stake", \.honestStake, .real(0.001...0.999)),
    Field("stake_deviation", "standard deviation of stakes, as a part of their mean", \.stakeDeviation, .real(0...10)),
    Field(
      "weight_deviations", "standard deviations of weights to play with, as parts of their mean", \.weightDeviations,
      .list(of: .real(0...10), start: 0, expected: "a list of numbers", countMax: 100)),
    Field("majority", "the share of stake that supports a consensus weight, κ", \.majority, .real(0.001...1)),
    Field("bond_penalty", "how far weights above the consensus are clipped for bonds, β", \.bondPenalty, .real(0...1)),
    Field("dividend_part", "the part of all pay that goes to scorers, ξ", \.dividendPart, .real(0...1)),
    Field(
      "self_weight_steps", "in how many steps the cabal's self-weight is tried from 0 to 1", \.selfWeightSteps,
      .whole(1...10_000)),
  ])

  /// Reads what a tree says, and checks it.
  init(_ tree: SettingNode, name: String?) throws(ScenarioError) {
    if let name { self.name = name }
    try Self.form.update(&self, tree, "")
    if let fault = settings.fault {
      throw ScenarioError(place: tree.place(of: "cabal"), path: "cabal", problem: "cannot have \(fault)")
    }
  }
}
