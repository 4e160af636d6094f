import Quantities
import Simulation

/// What a member knows in a test, with everything that a story does not speak of left at a harmless value.
struct Situation {
  var question = 5
  var questionCount = 1_000
  var belief: [UInt32] = [600_000_000, 300_000_000, 100_000_000]
  var member = 0
  var groupSize = 4
  var shared: [UInt32]?
  var prior: [UInt32]?
  var seen: [UInt32]?
  /// The consensus of 1, 2, 3… questions ago.
  var consensus: [[UInt32]] = []
  var weight: UInt32 = 100_000_000
  var balance = Amount(credits: 1_000)
  var deposit = Amount(credits: 1_000)
  var answered = 4
  var seed: UInt64 = 1

  var classCount: Int { belief.count }

  /// What `strategy` does and reports.
  func answer(_ strategy: some Strategy) -> (act: AnswerAct, row: [UInt32]) {
    let shared = self.shared ?? belief
    let prior = self.prior ?? Billionths.shares([Double](repeating: 1, count: belief.count))
    let seen = self.seen ?? []
    let past = consensus.flatMap { $0 }
    var row = belief
    let act = shared.withUnsafeBufferPointer { shared in
      prior.withUnsafeBufferPointer { prior in
        seen.withUnsafeBufferPointer { seen in
          past.withUnsafeBufferPointer { past in
            let view = AnswerView(
              question: question, questionCount: questionCount, classCount: classCount, member: member,
              groupSize: groupSize, top: Billionths.top(belief), shared: shared.baseAddress!, prior: prior.baseAddress!,
              seen: seen.isEmpty ? nil : seen.baseAddress,
              consensus: { lag in
                lag >= 1 && lag <= past.count / classCount ? past.baseAddress! + (lag - 1) * classCount : nil
              }, weight: weight, balance: balance, deposit: deposit, answered: answered,
              random: CounterStream(seed: seed, purpose: 1, UInt64(question), UInt64(member)),
              sharedRandom: CounterStream(seed: seed, purpose: 2, UInt64(question)))
            return strategy.answer(view, row: &row)
          }
        }
      }
    }
    return (act, row)
  }

  /// What `strategy` reports, over `count` questions with chance of their own.
  func reports(_ strategy: some Strategy, count: Int = 2_000) -> [(act: AnswerAct, row: [UInt32])] {
    (0..<count).map { i in
      var copy = self
      copy.question += i
      return copy.answer(strategy)
    }
  }

  /// How it moves, with `reserved` of its balance on open questions.
  func move(_ strategy: some Strategy, reserved: Amount = .zero) -> MoveAct {
    strategy.move(
      MoveView(
        question: question, member: member, balance: balance, reserved: reserved, deposit: deposit, answered: answered,
        weight: weight, renewals: 0, random: CounterStream(seed: seed, purpose: 3, UInt64(question))))
  }

  /// How it bribes where the truth is `truth` and it reported `reported`.
  func bribe(_ strategy: some Strategy, truth: Int, reported: [UInt32]?) -> Bribe? {
    let row = reported ?? []
    return row.withUnsafeBufferPointer { row in
      strategy.bribe(
        BribeView(
          question: question, classCount: classCount, truth: truth, reported: reported == nil ? nil : row.baseAddress,
          random: CounterStream(seed: seed, purpose: 4, UInt64(question))))
    }
  }
}

/// Everything on one of `count` classes.
func all(on label: Int, of count: Int = 3) -> [UInt32] { (0..<count).map { $0 == label ? Billionths.one : 0 } }
