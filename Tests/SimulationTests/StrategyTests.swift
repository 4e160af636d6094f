import Quantities
import Simulation
import Testing

/// What each strategy is known for, told as a story.
@Suite struct StrategyTests {
  let belief: [UInt32] = [600_000_000, 300_000_000, 100_000_000]

  @Test func `the honest say what they believe`() {
    #expect(Situation().answer(Honest()).row == belief)
  }

  @Test func `the noisy mix as much noise as they are told into what they believe`() {
    #expect(Situation().answer(Noisy(values: [0])).row == belief)
    let half = Situation().reports(Noisy(values: [0.5]))
    for (_, row) in half { for k in 0..<3 { #expect(row[k] >= belief[k] / 2 - 1) } }
    let mean = half.reduce(0.0) { $0 + Double($1.row[0]) } / 2_000 / 1e9
    #expect(abs(mean - (0.3 + 0.5 / 3)) < 0.015)  // noise is one third on average, its deviation 0.24 / 2 / sqrt(2000)
    #expect(Set(half.map(\.row)).count > 1_900)
  }

  @Test func `the lazy report the prior or nothing at all`() {
    var situation = Situation()
    situation.prior = [500_000_000, 400_000_000, 100_000_000]
    #expect(situation.answer(Lazy(values: [0])).row == [500_000_000, 400_000_000, 100_000_000])
    #expect(situation.answer(Lazy(values: [1])).row == [333_333_334, 333_333_333, 333_333_333])
  }

  @Test func `the extremist moves what others have to its favourite`() {
    #expect(Situation().answer(Extremist(values: [1])).row == all(on: 0))
    #expect(Situation().answer(Extremist(values: [0.5])).row == [800_000_000, 150_000_000, 50_000_000])
  }

  @Test func `the copier says what it sees, and what it believes where it sees nothing`() {
    var situation = Situation()
    let copier = Copier(values: [0, 0])
    #expect(copier.sight == .pool)
    #expect(Copier(values: [1, 0]).sight == .leader)
    #expect(situation.answer(copier).row == belief)
    situation.seen = [200_000_000, 700_000_000, 100_000_000]
    #expect(situation.answer(copier).row == [200_000_000, 700_000_000, 100_000_000])
  }

  @Test func `the copier with a lag repeats an old consensus and looks at nobody`() {
    var situation = Situation()
    let copier = Copier(values: [0, 2])
    #expect(copier.sight == .nothing)
    situation.seen = all(on: 2)
    situation.consensus = [all(on: 0)]
    #expect(situation.answer(copier).row == belief)
    situation.consensus = [all(on: 0), all(on: 1)]
    #expect(situation.answer(copier).row == all(on: 1))
  }

  @Test func `the label flipper moves every class by one, as often as it is told`() {
    #expect(Situation().answer(LabelFlipper(values: [1])).row == [100_000_000, 600_000_000, 300_000_000])
    let flips = Situation().reports(LabelFlipper(values: [0.3])).count { $0.row != belief }
    #expect(abs(flips - 600) < 105)  // 5 deviations of 20.5
  }

  @Test func `the targeted liar lies about one class and about no other`() {
    #expect(Situation().answer(TargetedClass(values: [1, 2])).row == belief)
    #expect(Situation().answer(TargetedClass(values: [0, 2])).row == all(on: 2))
    #expect(Situation().answer(TargetedClass(values: [0, 0])).row == all(on: 1))
    #expect(Situation().answer(TargetedClass(values: [0, 4])).row == all(on: 1))
  }

  @Test func `colluders agree on one wrong answer`() {
    let cartel = Collusion(values: [1, -1])
    var answers: Set<Int> = []
    for question in 1...200 {
      let group = (0..<4).map { member in
        var situation = Situation()
        (situation.question, situation.member) = (question, member)
        situation.shared = belief
        situation.belief = member == 3 ? all(on: 2) : belief
        return situation.answer(cartel).row
      }
      #expect(Set(group).count == 1)
      #expect(group[0].max() == Billionths.one)
      answers.insert(Billionths.top(group[0]))
    }
    #expect(answers == [1, 2])  // never 0, which the group believes
  }

  @Test func `colluders strike at their target alone, and as often as they agreed`() {
    #expect(Situation().reports(Collusion(values: [1, 1])).allSatisfy { $0.row == belief })
    #expect(Situation().reports(Collusion(values: [1, 0])).allSatisfy { $0.row != belief })
    let strikes = Situation().reports(Collusion(values: [0.25, 0])).count { $0.row != belief }
    #expect(abs(strikes - 500) < 97)  // 5 deviations of 19.4
  }

  @Test func `all names of a sybil say the same`() {
    var situation = Situation()
    situation.shared = [100_000_000, 100_000_000, 800_000_000]
    for member in 0..<4 {
      situation.member = member
      #expect(situation.answer(SybilSplit(values: [])).row == [100_000_000, 100_000_000, 800_000_000])
    }
  }

  @Test func `the sleeper strikes while its weight is above what it waits for`() {
    var situation = Situation()
    let sleeper = Sleeper(values: [0.2, 0, 50])
    situation.weight = 200_000_000
    #expect(situation.answer(sleeper).row == belief)
    situation.weight = 200_000_001
    #expect(situation.answer(sleeper).row == all(on: 1))
  }

  @Test func `the sleeper with a date strikes then, for as long as it planned`() {
    var situation = Situation()
    let sleeper = Sleeper(values: [1, 100, 3])
    let strikes = (90...110).filter { question in
      situation.question = question
      return situation.answer(sleeper).row != belief
    }
    #expect(strikes == [100, 101, 102])
  }

  @Test func `drift goes from what it believes to guesses, or to wrong answers`() {
    func part(_ question: Int, _ values: [Double]) -> Double {
      var situation = Situation()
      situation.question = question
      let reports = situation.reports(Drift(values: values), count: 1)
      return Double(reports[0].row[1]) / 1e9
    }
    #expect(part(99, [100, 200, 1]) == 0.3)
    #expect(part(150, [100, 200, 1]) == 0.45)  // half of 0.3 and half of the 0.6 that moves there
    #expect(part(200, [100, 200, 1]) == 0.6)
    var late = Situation()
    late.question = 1_000
    let guesses = late.reports(Drift(values: [100, 200, 0]))
    for k in 0..<3 { #expect(abs(guesses.count { Billionths.top($0.row) == k } - 667) < 106) }  // 5 deviations of 21
    #expect(guesses.allSatisfy { $0.row.max() == 600_000_000 })
    #expect(Situation().reports(Drift(values: [5_000, 10, 0])).allSatisfy { $0.row == belief })
  }

  @Test func `the whitewasher renews once its record is spoilt`() {
    var situation = Situation()
    let washer = Whitewashing(values: [0.9, 0, 0])
    #expect(situation.move(washer) == .stay)
    situation.balance = Amount(credits: 899)
    #expect(situation.move(washer) == .renew)
    let patient = Whitewashing(values: [0, 10, 0])
    situation.answered = 9
    #expect(situation.move(patient) == .stay)
    situation.answered = 10
    #expect(situation.move(patient) == .renew)
    situation.balance = situation.deposit
    #expect(situation.move(patient) == .stay)
    #expect(situation.answer(washer).row == belief)
    #expect(situation.answer(Whitewashing(values: [0.9, 0, 1])).row == all(on: 1))
  }

  @Test func `the stake grinder plays only good hands and leaves little on the table`() {
    var situation = Situation()
    // Squares add up to 0.46; (0.46 - 1/3) / (2/3) is 0.19.
    #expect(situation.answer(StakeGrinding(values: [0.18, 0.5])).act == .report)
    #expect(situation.answer(StakeGrinding(values: [0.2, 0.5])).act == .absent)
    let grinder = StakeGrinding(values: [0.5, 0.4])
    #expect(situation.move(grinder) == .withdraw(Amount(credits: 600)))
    #expect(situation.move(grinder, reserved: Amount(credits: 700)) == .withdraw(Amount(credits: 300)))
    situation.balance = Amount(credits: 400)
    #expect(situation.move(grinder) == .stay)
  }

  @Test func `the abstainer answers what it is sure of`() {
    #expect(Situation().answer(SelectiveAbstention(values: [0.6])).act == .report)
    #expect(Situation().answer(SelectiveAbstention(values: [0.61])).act == .absent)
  }

  @Test func `answers are late, kept back or signed twice as often as planned`() {
    func acts(_ strategy: some Strategy) -> Set<AnswerAct> { Set(Situation().reports(strategy, count: 50).map(\.act)) }
    #expect(acts(Late(values: [1])) == [.late])
    #expect(acts(Withholding(values: [1])) == [.withheld])
    #expect(acts(Equivocation(values: [1])) == [.equivocal])
    #expect(acts(Late(values: [0])) == [.report])
    #expect(acts(Withholding(values: [0.5])) == [.report, .withheld])
  }

  @Test func `a hedged pair bets on the favourite and on the runner-up`() {
    var situation = Situation()
    situation.shared = [100_000_000, 300_000_000, 600_000_000]
    let rows = (0..<4).map { member in
      situation.member = member
      return situation.answer(HedgedPair(values: [])).row
    }
    #expect(rows == [all(on: 2), all(on: 1), all(on: 2), all(on: 1)])
  }

  @Test func `the griefer is sure of rubbish`() {
    let rubbish = Situation().reports(PayoutGriefing(values: [1]))
    for k in 0..<3 { #expect(abs(rubbish.count { $0.row == all(on: k) } - 667) < 106) }
    #expect(Situation().reports(PayoutGriefing(values: [0])).allSatisfy { $0.row == belief })
  }

  @Test func `mimics name the same class whatever they see`() {
    #expect(Situation().answer(Mimicry(values: [2])).row == all(on: 2))
    #expect(Situation().answer(Mimicry(values: [4])).row == all(on: 1))
  }

  @Test func `the briber buys the outcome that it needs, and no other`() {
    let briber = Bribery(values: [1, 2.5])
    #expect(Situation().answer(briber).row == all(on: 0))
    let bribe = Bribe(outcome: 0, price: Amount(micro: 2_500_000))
    #expect(Situation().bribe(briber, truth: 1, reported: all(on: 0)) == bribe)
    #expect(Situation().bribe(briber, truth: 0, reported: all(on: 0)) == nil)
    #expect(Situation().bribe(briber, truth: 1, reported: nil) == nil)
    #expect(Situation().bribe(Bribery(values: [0, 1]), truth: 1, reported: all(on: 0)) == nil)
    #expect(Situation().bribe(Honest(), truth: 1, reported: all(on: 0)) == nil)
  }
}
