import Consensus
import ProtocolCore
import Quantities
import Testing

/// An auditor with books of its own: plain dictionaries and integers in micro-credits, nothing of the council's code.
///
/// It reads events alone, and says what each must have paid by the rules of reward and slash.
struct Auditor {
  private struct Open {
    var seats: [Int]
    var tops: [Int]
    var stakes: [Int]
    var rewards: [Int]
    var deadline: UInt64
  }
  private var rules: Rules?
  private var names: [String] = []
  private var balance: [Int: Int] = [:]
  private var staked: [Int: Int] = [:]
  private var running: [Int: Int] = [:]
  private var poor: [Int: Int] = [:]
  private var right: [Int: Int] = [:]
  private var wrong: [Int: Int] = [:]
  private var slashed: [Int: Int] = [:]
  private var rewarded: [Int: Int] = [:]
  private var asked: [Int: Int] = [:]
  private var treasury = 0
  private var owed = 0
  private var outside = 0
  private var open: [UInt64: Open] = [:]
  private var questions: UInt64 = 0
  /// How often something happened that a good history should contain.
  private(set) var seen: [String: Int] = [:]

  mutating func read(_ event: Event, at tick: Tick) {
    switch event {
    case .founded(let founding):
      rules = founding.rules
      treasury = Int(founding.rules.endowment.micro)
      outside = -treasury
    case .registered(let registration):
      #expect(registration.seat.index == names.count)
      #expect(!names.contains(registration.model.name))
      let seat = names.count
      names.append(registration.model.name)
      balance[seat] = Int(registration.deposit.micro)
      outside -= Int(registration.deposit.micro)
      running[seat] = 1_000_000_000
      if questions > 0 { seen["late", default: 0] += 1 }
    case .asked(let event): read(event, at: tick)
    case .settled(let event):
      guard let question = open.removeValue(forKey: event.question.number) else {
        Issue.record("\(event.question) was settled and is not open")
        return
      }
      #expect(event.seats.map(\.index) == question.seats)
      if event.outcome == nil {
        #expect(tick.milliseconds > question.deadline)
        seen["expired", default: 0] += 1
      } else {
        #expect(tick.milliseconds <= question.deadline)
      }
      for (row, seat) in question.seats.enumerated() { staked[seat, default: 0] -= question.stakes[row] }
      owed -= question.rewards.reduce(0, +)
      let isRight = event.outcome.map { outcome in question.tops.map { $0 == outcome } }
      pay(question.seats, isRight, question.stakes, question.rewards, event.payments)
    case .retrained, .snapshotted: break
    case .expired, .resolved: Issue.record("stakes go back under the rules that this auditor knows")
    }
    check()
  }

  private mutating func read(_ event: Asked, at tick: Tick) {
    guard let rules else { return }
    questions += 1
    #expect(event.question.number == questions)
    let seats = event.table.seats.map(\.index)
    var stakes: [Int] = []
    var rewards: [Int] = []
    for seat in seats {
      let rule = rules.judging
      #expect((poor[seat] ?? 0) < Int(rule.suspendedAfter), "a suspended model was asked")
      #expect((balance[seat] ?? 0) > 0, "a silent model was asked")
      let base = Int(rule.slash.micro)
      let due = base + base * min(poor[seat] ?? 0, Int(rule.suspendedAfter)) * Int(rule.slashGrowth) / 1_000_000_000
      let stake = min(due, (balance[seat] ?? 0) - (staked[seat] ?? 0))
      if stake < due { seen["part", default: 0] += 1 }
      stakes.append(stake)
      rewards.append(Int(rule.reward.micro) * stake / due)
      asked[seat, default: 0] += 1
    }
    let due = rewards.reduce(0, +)
    let free = treasury - owed
    if due > free { rewards = rewards.map { $0 * free / due } }
    #expect(event.terms.map { Int($0.stake.micro) } == stakes)
    #expect(event.terms.map { Int($0.reward.micro) } == rewards)
    #expect(Int(event.shortfall.micro) == due - rewards.reduce(0, +))
    if event.shortfall > .zero { seen["shortfall", default: 0] += 1 }
    #expect(event.consensus.reduce(0) { $0 + Int($1) } == 1_000_000_000)
    #expect(event.weights.reduce(0) { $0 + Int($1) } == 1_000_000_000)
    if let judged = event.judged {
      pay(seats, judged.right, stakes, rewards, judged.payments)
    } else {
      let tops = seats.indices.map { row -> Int in
        let shares = Array(event.table.row(row))
        return shares.firstIndex(of: shares.max() ?? 0) ?? 0
      }
      for (row, seat) in seats.enumerated() { staked[seat, default: 0] += stakes[row] }
      owed += rewards.reduce(0, +)
      open[event.question.number] = Open(
        seats: seats, tops: tops, stakes: stakes, rewards: rewards,
        deadline: tick.milliseconds + rules.outcomeDeadline)
    }
  }

  private mutating func pay(
    _ seats: [Int], _ isRight: [Bool]?, _ stakes: [Int], _ rewards: [Int], _ payments: [Amount]
  ) {
    guard let rules else { return }
    for (row, seat) in seats.enumerated() {
      let payment = isRight.map { $0[row] ? rewards[row] : -stakes[row] } ?? 0
      #expect(Int(payments[row].micro) == payment)
      balance[seat, default: 0] += payment
      treasury -= payment
      if payment < 0 { slashed[seat, default: 0] -= payment } else { rewarded[seat, default: 0] += payment }
      guard let isRight else { continue }
      let (now, rate) = (running[seat] ?? 0, Int(rules.judging.runningRate))
      if isRight[row] {
        right[seat, default: 0] += 1
        running[seat] = now + (1_000_000_000 - now) * rate / 1_000_000_000
      } else {
        wrong[seat, default: 0] += 1
        running[seat] = now - now * rate / 1_000_000_000
      }
      poor[seat] = (running[seat] ?? 0) < Int(rules.judging.poorThreshold) ? (poor[seat] ?? 0) + 1 : 0
      if poor[seat] == Int(rules.judging.suspendedAfter) { seen["suspended", default: 0] += 1 }
      if balance[seat] == 0 { seen["emptied", default: 0] += 1 }
    }
  }

  private func check() {
    #expect(balance.values.reduce(treasury + outside, +) == 0, "all accounts add up to zero")
    #expect(balance.values.allSatisfy { $0 >= 0 })
    #expect(balance.allSatisfy { (staked[$0.key] ?? 0) <= $0.value && (staked[$0.key] ?? 0) >= 0 })
    #expect(owed >= 0 && owed <= treasury)
    #expect(outside <= 0)
  }

  /// Compares the whole of the books with the council's.
  func compare(_ council: Council) {
    council.registry.checkInvariants()
    #expect(Int(council.registry.treasury.micro) == treasury)
    #expect(Int(council.registry.treasuryReserved.micro) == owed)
    #expect(Int(council.registry.outside.micro) == outside)
    #expect(council.registry.models.map(\.id.name) == names)
    #expect(Set(council.open.keys.map(\.number)) == Set(open.keys))
    #expect(council.nextQuestion.number == questions + 1)
    #expect(council.nextDeadline?.milliseconds == open.min { $0.key < $1.key }?.value.deadline)
    for model in council.registry.models {
      let seat = model.seat.index
      #expect(Int(model.balance.micro) == balance[seat] ?? 0)
      #expect(Int(model.reserved.micro) == staked[seat] ?? 0)
      #expect(Int(model.slashedTotal.micro) == slashed[seat] ?? 0)
      #expect(Int(model.rewardedTotal.micro) == rewarded[seat] ?? 0)
      #expect(Int(model.predictions) == asked[seat] ?? 0)
      #expect(Int(model.standing.right) == right[seat] ?? 0)
      #expect(Int(model.standing.wrong) == wrong[seat] ?? 0)
      #expect(Int(model.standing.running.billionths) == running[seat] ?? 0)
    }
  }
}
