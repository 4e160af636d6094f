import Incentives
import Ledger
import ProtocolCore
import Quantities

extension Auditor {
  /// Takes in a durable event, with its record.
  public mutating func read(_ event: Event, _ record: LedgerRecord, at tick: Tick) throws(Finding) {
    guard record.follows(head) else {
      throw Finding(what: "record \(record.position) does not follow event \(head.position): the chain is broken")
    }
    guard tick.milliseconds >= now else {
      throw Finding(what: "event \(record.position) is of \(tick.milliseconds), after one of \(now): time went back")
    }
    head = LedgerHead(record)
    position = record.position
    now = tick.milliseconds
    hashes.append(record.hash)
    if case .founded(let founding) = event {
      guard position == 1 else { throw Finding(what: "a council was founded twice") }
      self.founding = founding
      treasury = founding.rules.endowment.micro
      outside = -treasury
    } else {
      guard let founding else { throw Finding(what: "a \(event.kind) event before the founding") }
      try read(event, founding.rules)
    }
    try check()
  }

  private mutating func read(_ event: Event, _ rules: Rules) throws(Finding) {
    switch event {
    case .founded, .retrained, .snapshotted: break
    case .registered(let registered): try read(registered)
    case .withdrawn(let withdrawn): try takeOut(withdrawn.amount, withdrawn.seat, withdrawn.due)
    case .left(let left):
      guard left.amount.micro == balances[left.seat.index], reserved[left.seat.index] == 0 else {
        throw Finding(what: "seat \(left.seat.index) left with other than all that it owned")
      }
      try takeOut(left.amount, left.seat, left.due)
      hasLeft[left.seat.index] = true
    case .released(let released):
      leaving[released.seat.index] -= released.amount.micro
      outside += released.amount.micro
      guard leaving[released.seat.index] >= 0, released.amount > .zero else {
        throw Finding(what: "seat \(released.seat.index) was paid what it had not taken out")
      }
    case .asked(let asked): try read(asked, rules)
    case .committed(let committed): try read(committed, rules)
    case .revealed(let revealed): try read(revealed)
    case .settled(let settled):
      guard let question = open.removeValue(forKey: settled.question.number) else {
        throw Finding(what: "\(settled.question) was settled and is not open: outcomes are final")
      }
      if settled.outcome == nil {
        guard now > question.deadline else { throw Finding(what: "\(settled.question) ended before its deadline") }
      } else {
        guard now <= question.deadline else { throw Finding(what: "an outcome of \(settled.question) came too late") }
      }
      try settle(settled.question, settled.outcome, settled.seats, settled.payments, question)
    case .expired(let expired):
      guard let question = open.removeValue(forKey: expired.question.number), now > question.deadline else {
        throw Finding(what: "\(expired.question) expired and is not open, or not over")
      }
      waiting[expired.question.number] = question
    case .resolved(let resolved):
      for settled in resolved.questions {
        guard let question = waiting.removeValue(forKey: settled.question.number) else {
          throw Finding(what: "\(settled.question) was settled with others and did not wait")
        }
        try settle(settled.question, settled.outcome, settled.seats, settled.payments, question)
      }
    }
  }

  private mutating func read(_ registered: Registration) throws(Finding) {
    guard registered.seat.index == balances.count, registered.deposit >= .zero else {
      throw Finding(what: "\(registered.model) got seat \(registered.seat.index) after \(balances.count) others")
    }
    guard names.insert(registered.model.name).inserted else {
      throw Finding(what: "\(registered.model) joined twice")
    }
    seatNames.append(registered.model.name)
    balances.append(registered.deposit.micro)
    reserved.append(0)
    leaving.append(0)
    hasLeft.append(false)
    outside -= registered.deposit.micro
  }

  private mutating func takeOut(_ amount: Amount, _ seat: Seat, _ due: Tick) throws(Finding) {
    guard !hasLeft[seat.index], amount >= .zero else { throw Finding(what: "seat \(seat.index) left twice") }
    balances[seat.index] -= amount.micro
    if due.milliseconds > now { leaving[seat.index] += amount.micro } else { outside += amount.micro }
  }

  private mutating func read(_ asked: Asked, _ rules: Rules) throws(Finding) {
    try number(asked.question)
    try checkShares(asked.weights, asked.consensus, asked.table)
    try compare(asked.table, asking: asked.features)
    let slashed = try stakes(of: asked.breaches)
    var stakes: [Stake] = []
    stakes.reserveCapacity(asked.table.rowCount)
    for (seat, terms) in zip(asked.table.seats, asked.terms) {
      stakes.append(Stake(seat: seat.index, stake: terms.stake.micro, reward: terms.reward.micro))
    }
    try reserve(stakes)
    try slash(slashed)
    remember(asked.question, asked.features, asked.table.seats)
    let question = OpenQuestion(stakes: stakes, deadline: deadline(rules))
    guard let judged = asked.judged else {
      open[asked.question.number] = question
      return
    }
    try settle(asked.question, nil, asked.table.seats, judged.payments, question)
  }

  private mutating func read(_ committed: Committed, _ rules: Rules) throws(Finding) {
    try number(committed.question)
    guard rules.isSealed, committed.seats.count == committed.commitments.count else {
      throw Finding(what: "\(committed.question) has commitments where none belong")
    }
    let stakes = zip(committed.everyone, committed.terms).map {
      Stake(seat: $0.index, stake: $1.stake.micro, reward: $1.reward.micro)
    }
    try reserve(stakes)
    remember(committed.question, committed.features, committed.seats)
    sealed[committed.question.number] = SealedQuestion(
      committed: committed, stakes: stakes, deadline: deadline(rules))
  }

  private mutating func read(_ revealed: Revealed) throws(Finding) {
    guard let question = sealed.removeValue(forKey: revealed.question.number) else {
      throw Finding(what: "answers to \(revealed.question) were revealed before commitments, or twice")
    }
    release(question.stakes)
    guard revealed.table.rowCount > 0 else {
      guard revealed.breaches.isEmpty else { throw Finding(what: "a void question cost somebody a stake") }
      try end(revealed.question, nil)
      return
    }
    try checkShares(revealed.weights, revealed.consensus, revealed.table)
    try compare(revealed.table, asking: question.committed.features)
    var commitments: [Int: Digest] = [:]
    for (seat, digest) in zip(question.committed.seats, question.committed.commitments) {
      commitments[seat.index] = digest
    }
    for (row, seat) in revealed.table.seats.enumerated() {
      let digest = commitment(revealed.table.row(row), revealed.salts[row], seat.index, revealed.question)
      guard commitments[seat.index] == digest else {
        throw Finding(what: "what seat \(seat.index) revealed for \(revealed.question) is not what it committed to")
      }
    }
    let shown = Set(revealed.table.seats.map(\.index))
    let kept = question.stakes.filter { shown.contains($0.seat) }
    let lost = question.stakes.filter { !shown.contains($0.seat) }
    let slashed = try stakes(of: revealed.breaches)
    guard slashed.map(\.seat) == lost.map(\.seat), slashed.map(\.stake) == lost.map(\.stake) else {
      throw Finding(what: "those who did not reveal for \(revealed.question) did not lose exactly their stakes")
    }
    try reserve(kept)
    try slash(slashed)
    remember(revealed.question, question.committed.features, revealed.table.seats)
    open[revealed.question.number] = OpenQuestion(stakes: kept, deadline: question.deadline)
  }

  // The commitment worked out apart from the core's: the same bytes, put together by hand.
  private func commitment(_ row: ArraySlice<UInt32>, _ salt: Salt, _ seat: Int, _ question: QuestionID) -> Digest {
    var bytes = Array("witan commitment 1\0".utf8) + (founding?.ledger ?? [])
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: question.number >> (56 - 8 * $0)) }
    let name = seatNames[seat]
    bytes.append(UInt8(name.utf8.count))
    bytes += Array(name.utf8) + salt.bytes.bytes
    for word in [UInt32(row.count)] + row { bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
    return .sha256(bytes)
  }

  private mutating func number(_ question: QuestionID) throws(Finding) {
    questionCount += 1
    ends.append(-2)
    guard question.number == questionCount else {
      throw Finding(what: "\(question) came where question \(questionCount) was due")
    }
  }

  private func deadline(_ rules: Rules) -> UInt64 { min(now + rules.outcomeDeadline, Tick.latest.milliseconds) }

  private func checkShares(_ weights: [UInt32], _ consensus: [UInt32], _ table: PredictionTable) throws(Finding) {
    let (weight, share) = (weights.reduce(0) { $0 + Int($1) }, consensus.reduce(0) { $0 + Int($1) })
    guard weight == 1_000_000_000, share == 1_000_000_000, weights.count == table.rowCount else {
      throw Finding(what: "weights add up to \(weight) and a consensus to \(share) billionths")
    }
  }

  private func stakes(of breaches: [SlashedBreach]) throws(Finding) -> [Stake] {
    breaches.map { Stake(seat: $0.breach.seat.index, stake: $0.stake.micro, reward: 0) }
  }

  private mutating func reserve(_ stakes: [Stake]) throws(Finding) {
    for stake in stakes {
      guard stake.seat < balances.count, !hasLeft[stake.seat] else {
        throw Finding(what: "seat \(stake.seat) has a stake and is not there")
      }
      guard stake.stake >= 0, stake.reward >= 0 else { throw Finding(what: "a stake or reward below zero") }
      reserved[stake.seat] += stake.stake
      owed += stake.reward
    }
  }

  private mutating func release(_ stakes: [Stake]) {
    for stake in stakes {
      reserved[stake.seat] -= stake.stake
      owed -= stake.reward
    }
  }

  private mutating func slash(_ stakes: [Stake]) throws(Finding) {
    for stake in stakes {
      guard stake.stake >= 0, stake.stake <= balances[stake.seat] - reserved[stake.seat] else {
        throw Finding(what: "seat \(stake.seat) lost more than it had for a breach")
      }
      balances[stake.seat] -= stake.stake
      treasury += stake.stake
    }
  }

  private mutating func settle(
    _ id: QuestionID, _ outcome: Int?, _ seats: [Seat], _ payments: [Amount], _ question: OpenQuestion
  ) throws(Finding) {
    guard seats.count == question.stakes.count, payments.count == question.stakes.count else {
      throw Finding(what: "\(id) did not pay everyone asked, and nobody else")
    }
    release(question.stakes)
    for (row, stake) in question.stakes.enumerated() {
      let payment = payments[row].micro
      guard seats[row].index == stake.seat else {
        throw Finding(what: "\(id) paid seat \(seats[row].index) for seat \(stake.seat)")
      }
      guard payment >= -stake.stake else {
        throw Finding(what: "\(id) took \(-payment) micro-credits for a stake of \(stake.stake)")
      }
      balances[stake.seat] += payment
      treasury -= payment
    }
    try end(id, outcome)
  }

  private mutating func end(_ question: QuestionID, _ outcome: Int?) throws(Finding) {
    guard ends[Int(question.number) - 1] == -2 else { throw Finding(what: "\(question) ended twice") }
    ends[Int(question.number) - 1] = Int32(outcome ?? -1)
  }
}
