import Learning
import Ledger
import ProtocolCore
import Quantities
import Runtime
import Testing

@Suite struct PanelTests {
  static func panel() throws -> Panel {
    let data = try DatasetManager.iris.split(seed: 1)
    return Panel(try ModelPredictor(training: ModelKind.allCases, on: data, seed: 1, threads: 1))
  }

  @Test func `answers stand in the order of seats, whatever the order of models`() throws {
    let panel = try Self.panel()
    let row = [5.1, 3.5, 1.4, 0.2]
    let (plain, nonce) = panel.answers(row, model: nil, seats: [Seat(0), Seat(1), Seat(2)], origin: .caller)
    let (turned, other) = panel.answers(row, model: nil, seats: [Seat(2), Seat(0), Seat(1)], origin: .caller)
    #expect(turned.predictions.map(\.seat) == [Seat(0), Seat(1), Seat(2)])
    #expect(turned.predictions.map(\.shares) == [1, 2, 0].map { plain.predictions[$0].shares })
    #expect(nonce.count == 16)
    #expect(nonce != other)
    #expect(plain.features == Panel.digest(row, nonce: nonce))
    #expect(plain.features != turned.features, "equal rows have different digests")
    let (one, _) = panel.answers(row, model: 1, seats: [Seat(2), Seat(0), Seat(1)], origin: .caller)
    #expect(one.model == panel.ids[1])
    #expect(one.predictions.map(\.seat) == [Seat(0)])
  }

  @Test func `a digest is SHA-256 over the nonce and big-endian bit patterns`() {
    let bytes: [UInt8] = [9, 8] + [0x3F, 0xF0, 0, 0, 0, 0, 0, 0] + [0xC0, 0, 0, 0, 0, 0, 0, 0]
    #expect(Panel.digest([1, -2], nonce: [9, 8]) == .sha256(bytes))
  }

  // Any row that gets through the encoding is answered: a probability that is no number would stop the program.
  @Test func `the most extreme rows that can be asked are answered`() throws {
    let panel = try Self.panel()
    var random = CounterStream(seed: 60)
    let extremes = [
      0, -0.0, 1e-300, -1e-300, .leastNonzeroMagnitude, 1e9, -1e9, Encoding.magnitudeMax, -Encoding.magnitudeMax,
    ]
    for _ in 0..<500 {
      let row = (0..<4).map { _ in extremes[random.below(extremes.count)] }
      let (answers, _) = panel.answers(row, model: nil, seats: [Seat(0), Seat(1), Seat(2)], origin: .caller)
      for prediction in answers.predictions { #expect(prediction.shares.reduce(0, +) == Billionths.one) }
    }
  }
}
