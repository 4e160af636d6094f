import ArgumentParser
import Quantities

/// The program.
@main
struct Witan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "witan",
    abstract: "A council of independent models with a stake behind what they predict.",
    discussion: """
      Examples:
        witan run                            train three models on Iris, show the council at work, serve the API
        witan run --data flowers.csv --label species --failure-rate 0
        witan models                         balances, weights and accuracy from the ledger in this folder
        witan ledger list --kind settled     what happened
        witan verify                         check every event, sum, snapshot and the registry
        witan simulate Examples/sybils.yaml  who profits under these rules, and how good the consensus is
        witan compare runs/a runs/b          simulated runs side by side, and which differences are noise
        witan attack Examples/copycats.yaml  the attack that pays best against a scenario's rules
        witan matrix                         every mechanism against every strategy
        witan replay . --without ada         what would have been, without a model or under other rules
        witan evaluate --stream season       every mechanism over a recorded stream of predictions
        witan infer labels.csv               the most probable truth from the answers of many workers
        witan mechanisms                     what there is to pool and to pay by, with what it promises

      Exit codes: 0 done; 1 verification found faults; 64 wrong use; 65 bad data; 69 the address is taken;
      74 the ledger or a file could not be read or written.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, TrainCommand.self, PredictCommand.self, ModelsCommand.self, LedgerCommand.self,
      VerifyCommand.self, EvaluateCommand.self, MechanismsCommand.self, InferCommand.self, SimulateCommand.self,
      CompareCommand.self, ReplayCommand.self, AttackCommand.self, MatrixCommand.self,
    ])

  /// Runs the command; a mistyped one is answered with the nearest known.
  static func main() async {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let first = arguments.first, !first.hasPrefix("-"), first != "help", !names.contains(first) {
      let nearest = nearestName(to: first, among: names).map { ": did you mean `witan \($0)`?" } ?? ""
      Console.fail(
        CommandFailure(
          .wrongUse, "there is no command `\(first)`\(nearest) The commands are \(names.joined(separator: ", "))."))
    }
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      Console.fail(failure)
    } catch {
      exit(withError: error)
    }
  }
}
