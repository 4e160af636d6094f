import Learning
import ProtocolCore
import Quantities
import Runtime

/// The rounds that a new ledger shows by itself: questions from the test rows, so that balances and weights move.
struct Demonstration: Sendable {
  /// How many batches of how many questions.
  static let batchCount = 4
  static let batchSize = 5

  /// Each model's balance before the first batch and after each.
  private(set) var balances: Listing
  /// Each model's weight, likewise.
  private(set) var weights: Listing

  /// Asks all models about test rows and settles: by simulated failures, or by the true classes where there are none.
  init(_ host: Host, _ panel: Panel, _ data: PreparedData) async throws(CommandFailure) {
    balances = Listing(columns: ["questions"] + panel.ids.map(\.name))
    weights = balances
    record(host, asked: 0)
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
      record(host, asked: (batch + 1) * Self.batchSize)
    }
  }

  private mutating func record(_ host: Host, asked: Int) {
    let (owned, shares) = host.read { committed in
      let weights = committed.council.weights
      return (
        host.seats.map { committed.council.registry.models[$0.index].balance }, host.seats.map { weights[$0.index] }
      )
    }
    balances.append(cells: [.integer(asked)] + owned.map { .amount($0) })
    weights.append(cells: [.integer(asked)] + shares.map { .share($0) })
  }
}
