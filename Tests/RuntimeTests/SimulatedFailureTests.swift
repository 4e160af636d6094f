import Ledger
import ProtocolCore
import Quantities
import Runtime
import Testing

@Suite struct SimulatedFailureTests {
  @Test func `a rate of nothing simulates nothing`() {
    #expect(SimulatedFailure(rate: 0, seed: 1) == nil)
  }

  @Test func `the share of failures is the rate`() throws {
    let failure = try #require(SimulatedFailure(rate: 300_000_000, seed: 3))
    let seats = [Seat(0), Seat(1), Seat(2)]
    var wrong = [0, 0, 0]
    for number in UInt64(1)...20_000 {
      for (i, isRight) in failure.judgement(QuestionID(number), seats).right.enumerated() where !isRight {
        wrong[i] += 1
      }
    }
    for count in wrong { #expect(abs(count - 6_000) < 6 * 65) }  // six deviations of 65
    let always = try #require(SimulatedFailure(rate: Billionths.one, seed: 3))
    #expect((1...100).allSatisfy { always.judgement(QuestionID($0), seats).right == [false, false, false] })
  }

  @Test func `a draw depends on seed, question and seat alone`() throws {
    let failure = try #require(SimulatedFailure(rate: 500_000_000, seed: 4))
    func draws(_ failure: SimulatedFailure, _ seats: [Int]) -> [[Bool]] {
      (1...200).map { failure.judgement(QuestionID($0), seats.map { Seat($0) }).right }
    }
    #expect(draws(failure, [0, 1]).map { $0[1] } == draws(failure, [1]).map { $0[0] })
    #expect(draws(failure, [0]) != draws(failure, [1]))
    #expect(draws(failure, [0]) != draws(try #require(SimulatedFailure(rate: 500_000_000, seed: 5)), [0]))
  }

  @Test func `a restart neither repeats nor changes the draws`() async throws {
    func judgements(restartAfter: Set<UInt64>) async throws -> [[Bool]] {
      let store = TestStore()
      var host = try Host(store, for: purpose(), settings: settings(failing: 300_000_000, seed: 6))
      var result: [[Bool]] = []
      for i in UInt64(0)..<60 {
        if restartAfter.contains(i) {
          host.stop()
          host = try Host(store, for: purpose(), settings: settings(failing: 300_000_000, seed: 6))
        }
        result.append(try #require(try await ask(host, answers(i)).event.judged).right)
      }
      host.stop()
      return result
    }
    let (straight, broken) = try await (judgements(restartAfter: []), judgements(restartAfter: [1, 7, 30, 31]))
    #expect(straight == broken)
    #expect(Array(straight[..<30]) != Array(straight[30...]))
  }
}
