import Learning
import ProtocolCore
import Quantities
import Runtime

/// The rounds that a new ledger shows by itself: questions from the test rows, so that balances and weights move.
struct Demonstration {
  /// How many batches of how many questions.
  static let batchCount = 4
  static let batchSize = 5

  let rounds: Listing

  /// Asks all models about test rows and settles: by simulated failures, or by the true classes where there are none.
  init(_ host: Host, _ panel: Panel, _ data: PreparedData) async throws(CommandFailure) {
    var rounds = Listing(
      columns: ["questions"] + panel.ids.flatMap { ["\($0) right", "\($0) balance", "\($0) weight"] })
    rounds.append(cells: Self.state(host, panel, asked: 0))
    for batch in 0..<Self.batchCount {
      let rows = (0..<Self.batchSize).map { (batch * Self.batchSize + $0) % data.test.rowCount }
      let questions = rows.map { row in
        panel.answers(Array(data.test.features.row(row)), model: nil, seats: host.seats, origin: .demonstration).answers
      }
      do throws(HostError) {
        for (row, result) in zip(rows, try await host.ask(questions)) {
          guard case .success(let receipt) = result, receipt.event.judged == nil else { continue }
          _ = try await host.report(receipt.event.question, class: data.test.labels[row])
        }
      } catch { throw CommandFailure(error) }
      rounds.append(cells: Self.state(host, panel, asked: (batch + 1) * Self.batchSize))
    }
    self.rounds = rounds
  }

  private static func state(_ host: Host, _ panel: Panel, asked: Int) -> [Listing.Cell] {
    host.read { committed in
      let weights = committed.council.weights
      return [.integer(asked)]
        + host.seats.flatMap { seat -> [Listing.Cell] in
          let model = committed.council.registry.models[seat.index]
          return [.integer(Int(model.standing.right)), .amount(model.balance), .share(weights[seat.index])]
        }
    }
  }
}
