import ArgumentParser
import Consensus
import Incentives

/// `witan mechanisms`: what there is, with a line and a guarantee for each.
struct MechanismsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mechanisms",
    abstract: "List the mechanisms of consensus and pay, with what each does and promises.",
    discussion: """
      Examples:
        witan mechanisms
        witan mechanisms --kind consensus
        witan mechanisms --json

      N is the number of models, T of questions, K of classes. docs/consensus.md and docs/incentives.md have the
      formulas and the conditions.
      """)

  /// What a mechanism is for.
  enum Kind: String, CaseIterable {
    case consensus
    case incentive
    case unresolved
    case library
  }

  @Option(
    help: """
      Only those that pool (consensus), pay by the outcome (incentive), pay without one (unresolved), or are at hand in \
      the library alone (library).
      """)
  var kind: String?

  @OptionGroup var output: OutputOption

  func run() throws {
    let kinds = try chosen()
    var listing = Listing("kind", "name", "what it does", "guarantee")
    for kind in kinds {
      for entry in Self.entries(kind) {
        listing.append(.text(kind.rawValue), .text(entry.name), .text(entry.summary), .text(entry.guarantee))
      }
    }
    if output.json {
      Console.say(listing.json.rendered())
      return
    }
    for kind in kinds {
      Console.heading(Self.title(kind))
      for entry in Self.entries(kind) {
        Console.say("  \(entry.name)")
        Console.say("      \(entry.summary)")
        Console.say("      guarantee: \(entry.guarantee)")
      }
    }
  }

  private func chosen() throws(CommandFailure) -> [Kind] {
    guard let kind else { return Kind.allCases }
    guard let known = Kind(rawValue: kind) else {
      throw .unknown("--kind", kind, among: Kind.allCases.map(\.rawValue))
    }
    return [known]
  }

  private static func title(_ kind: Kind) -> String {
    switch kind {
    case .consensus: "Consensus: `witan run --consensus NAME`, `witan evaluate --mechanism NAME`"
    case .incentive: "Pay by the outcome: `witan run --incentive NAME`"
    case .unresolved: "Pay where no outcome comes: `witan run --unresolved NAME`"
    case .library: "At hand in the library"
    }
  }

  private typealias Entry = (name: String, summary: String, guarantee: String)

  private static func entries(_ kind: Kind) -> [Entry] {
    switch kind {
    case .consensus: ConsensusRule.Kind.allCases.map { ($0.rawValue, $0.summary, $0.guarantee) }
    case .incentive: IncentiveCatalogue.withOutcome.map { ($0.name, $0.summary, $0.guarantee) }
    case .unresolved: IncentiveCatalogue.withoutOutcome.map { ($0.name, $0.summary, $0.guarantee) }
    case .library: IncentiveCatalogue.library.map { ($0.name, $0.summary, $0.guarantee) }
    }
  }
}
