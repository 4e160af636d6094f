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
  private var sealed: [UInt64: (Committed, UInt64)] = [:]
  private var unsettled: [Int: Int] = [:]
  private var leaving: [Int: [(due: UInt64, amount: Int)]] = [:]
  private var gone: Set<Int> = []
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
    case .withdrawn(let event): takeOut(event.seat.index, event.amount, event.due, tick, "withdrawn")
    case .left(let event):
      #expect((unsettled[event.seat.index] ?? 0) == 0, "nobody leaves with answers that are not settled")
      #expect(Int(event.amount.micro) == balance[event.seat.index])
      takeOut(event.seat.index, event.amount, event.due, tick, "left")
      gone.insert(event.seat.index)
    case .released(let event):
      let seat = event.seat.index
      let due = leaving[seat, default: []].filter { $0.due <= tick.milliseconds }
      #expect(Int(event.amount.micro) == due.reduce(0) { $0 + $1.amount })
      leaving[seat, default: []].removeAll { $0.due <= tick.milliseconds }
      outside += Int(event.amount.micro)
      seen["released", default: 0] += 1
    case .committed(let event): read(event, at: tick)
    case .revealed(let event): read(event, at: tick)
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
      for (row, seat) in question.seats.enumerated() {
        staked[seat, default: 0] -= question.stakes[row]
        unsettled[seat, default: 0] -= 1
      }
      owed -= question.rewards.reduce(0, +)
      let isRight = event.outcome.map { outcome in question.tops.map { $0 == outcome } }
      pay(question.seats, isRight, question.stakes, question.rewards, event.payments)
    case .retrained, .snapshotted: break
    case .expired, .resolved: Issue.record("stakes go back under the rules that this auditor knows")
    }
    check()
  }

  // What everyone stakes and may earn by the rules, scaled to what the treasury has; and what would have been due.
  private mutating func dues(_ seats: [Int]) -> (stakes: [Int], rewards: [Int], due: Int) {
    guard let rule = rules?.judging else { return ([], [], 0) }
    var stakes: [Int] = []
    var rewards: [Int] = []
    for seat in seats {
      #expect((poor[seat] ?? 0) < Int(rule.suspendedAfter), "a suspended model was asked")
      #expect((balance[seat] ?? 0) > 0, "a silent model was asked")
      #expect(!gone.contains(seat), "a model that left was asked")
      let base = Int(rule.slash.micro)
      let due = base + base * min(poor[seat] ?? 0, Int(rule.suspendedAfter)) * Int(rule.slashGrowth) / 1_000_000_000
      let stake = min(due, (balance[seat] ?? 0) - (staked[seat] ?? 0))
      if stake < due { seen["part", default: 0] += 1 }
      stakes.append(stake)
      rewards.append(Int(rule.reward.micro) * stake / due)
    }
    let (due, free) = (rewards.reduce(0, +), treasury - owed)
    if due > free {
      rewards = rewards.map { $0 * free / due }
      seen["shortfall", default: 0] += 1
    }
    return (stakes, rewards, due)
  }

  private mutating func slash(_ breaches: [SlashedBreach], _ stakes: [Int: Int]) {
    for slashed in breaches {
      let seat = slashed.breach.seat.index
      #expect(Int(slashed.stake.micro) == stakes[seat])
      balance[seat, default: 0] -= Int(slashed.stake.micro)
      self.slashed[seat, default: 0] += Int(slashed.stake.micro)
      treasury += Int(slashed.stake.micro)
      seen[slashed.breach.kind.rawValue, default: 0] += 1
    }
  }

  private mutating func takeOut(_ seat: Int, _ amount: Amount, _ due: Tick, _ tick: Tick, _ word: String) {
    #expect(due.milliseconds == tick.milliseconds + (rules?.unbonding ?? 0))
    #expect(!gone.contains(seat))
    balance[seat, default: 0] -= Int(amount.micro)
    if due == tick {
      outside += Int(amount.micro)
    } else if amount > .zero {
      leaving[seat, default: []].append((due.milliseconds, Int(amount.micro)))
    }
    seen[word, default: 0] += 1
  }

  private mutating func read(_ event: Asked, at tick: Tick) {
    guard let rules else { return }
    questions += 1
    #expect(event.question.number == questions)
    let broken = event.breaches.map(\.breach.seat.index)
    let everyone = (event.table.seats.map(\.index) + broken).sorted()
    let (stakes, rewards, due) = dues(everyone)
    #expect(Int(event.shortfall.micro) == due - rewards.reduce(0, +))
    let kept = everyone.indices.filter { !broken.contains(everyone[$0]) }
    #expect(event.terms.map { Int($0.stake.micro) } == kept.map { stakes[$0] })
    #expect(event.terms.map { Int($0.reward.micro) } == kept.map { rewards[$0] })
    slash(event.breaches, Dictionary(uniqueKeysWithValues: zip(everyone, stakes)))
    pooled(event.table, event.consensus, event.weights)
    if let judged = event.judged {
      let seats = event.table.seats.map(\.index)
      pay(seats, judged.right, kept.map { stakes[$0] }, kept.map { rewards[$0] }, judged.payments)
    } else {
      open(event.question, event.table, kept.map { stakes[$0] }, kept.map { rewards[$0] })
      open[event.question.number]?.deadline = tick.milliseconds + rules.outcomeDeadline
    }
  }

  private mutating func pooled(_ table: PredictionTable, _ consensus: [UInt32], _ weights: [UInt32]) {
    for seat in table.seats { asked[seat.index, default: 0] += 1 }
    #expect(consensus.reduce(0) { $0 + Int($1) } == 1_000_000_000)
    #expect(weights.reduce(0) { $0 + Int($1) } == 1_000_000_000)
  }

  private mutating func open(_ question: QuestionID, _ table: PredictionTable, _ stakes: [Int], _ rewards: [Int]) {
    let seats = table.seats.map(\.index)
    let tops = seats.indices.map { row -> Int in
      let shares = Array(table.row(row))
      return shares.firstIndex(of: shares.max() ?? 0) ?? 0
    }
    for (row, seat) in seats.enumerated() {
      staked[seat, default: 0] += stakes[row]
      unsettled[seat, default: 0] += 1
    }
    owed += rewards.reduce(0, +)
    open[question.number] = Open(seats: seats, tops: tops, stakes: stakes, rewards: rewards, deadline: 0)
  }

  private mutating func read(_ event: Committed, at tick: Tick) {
    questions += 1
    #expect(event.question.number == questions)
    let everyone = event.everyone.map(\.index)
    let (stakes, rewards, due) = dues(everyone)
    #expect(event.terms.map { Int($0.stake.micro) } == stakes)
    #expect(event.terms.map { Int($0.reward.micro) } == rewards)
    #expect(Int(event.shortfall.micro) == due - rewards.reduce(0, +))
    for (row, seat) in everyone.enumerated() {
      staked[seat, default: 0] += stakes[row]
      unsettled[seat, default: 0] += 1
    }
    owed += rewards.reduce(0, +)
    let deadline = tick.milliseconds + (rules?.outcomeDeadline ?? 0)
    sealed[event.question.number] = (event, deadline)
  }

  private mutating func read(_ event: Revealed, at tick: Tick) {
    guard let (committed, deadline) = sealed.removeValue(forKey: event.question.number) else {
      Issue.record("\(event.question) was revealed and is not sealed")
      return
    }
    let everyone = committed.everyone.map(\.index)
    let stakes = committed.terms.map { Int($0.stake.micro) }
    let rewards = committed.terms.map { Int($0.reward.micro) }
    for (row, seat) in everyone.enumerated() {
      staked[seat, default: 0] -= stakes[row]
      unsettled[seat, default: 0] -= 1
    }
    owed -= rewards.reduce(0, +)
    guard event.table.rowCount > 0 else {
      seen["void", default: 0] += 1
      return
    }
    let shown = event.table.seats.map(\.index)
    #expect(Set(shown + event.breaches.map(\.breach.seat.index)) == Set(everyone))
    slash(event.breaches, Dictionary(uniqueKeysWithValues: zip(everyone, stakes)))
    pooled(event.table, event.consensus, event.weights)
    let kept = everyone.indices.filter { shown.contains(everyone[$0]) }
    open(event.question, event.table, kept.map { stakes[$0] }, kept.map { rewards[$0] })
    open[event.question.number]?.deadline = deadline
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
    let onTheWay = leaving.values.joined().reduce(0) { $0 + $1.amount }
    #expect(balance.values.reduce(treasury + outside + onTheWay, +) == 0, "all accounts add up to zero")
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
    #expect(Set(council.sealed.keys.map(\.number)) == Set(sealed.keys))
    let release = leaving.values.joined().map(\.due).min().map { $0 - 1 }
    let deadlines = open.values.map(\.deadline) + sealed.values.map { $0.1 } + (release.map { [$0] } ?? [])
    #expect(council.nextDeadline?.milliseconds == deadlines.min())
    for model in council.registry.models {
      let seat = model.seat.index
      #expect(Int(model.balance.micro) == balance[seat] ?? 0)
      #expect(Int(model.reserved.micro) == staked[seat] ?? 0)
      #expect(model.openAnswers == unsettled[seat] ?? 0)
      #expect(model.hasLeft == gone.contains(seat))
      let leaving = leaving[seat, default: []].reduce(0) { $0 + $1.amount }
      #expect(Int(council.registry.leaving(model.seat).micro) == leaving)
      #expect(Int(model.slashedTotal.micro) == slashed[seat] ?? 0)
      #expect(Int(model.rewardedTotal.micro) == rewarded[seat] ?? 0)
      #expect(Int(model.predictions) == asked[seat] ?? 0)
      #expect(Int(model.standing.right) == right[seat] ?? 0)
      #expect(Int(model.standing.wrong) == wrong[seat] ?? 0)
      #expect(Int(model.standing.running.billionths) == running[seat] ?? 0)
    }
  }
}
