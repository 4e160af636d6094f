import Consensus
import Incentives
import ProtocolCore
import Quantities

/// A run at mechanism depth on arrays, at memory speed: for honest members, outcomes that come before the next question,
/// votes or pools that work in place, and pay by reward and slash or by weighted scores.
///
/// What decides is the mechanisms' own kernels, which production calls as well; the books are kept here. Everything comes
/// to the same as in `CouncilRun`, hash included. Nothing is allocated for a member once everybody has joined.
struct FlatRun {
  private enum Consensus {
    case majority
    case stakes
    case pool(any Aggregator)
  }

  private enum Pay {
    case rewardAndSlash(RewardAndSlash)
    case weightedScore(WeightedScoreWager)
  }

  private let scenario: Scenario
  private let classCount: Int
  private var roster: Roster
  private let columns: FlatColumns
  private let answers: FlatAnswers
  private var consensus: Consensus
  private let pay: Pay
  private var treasury: Amount
  private var digest = RunDigest()
  private var closedCount = 0
  private let nets = ScoreNets()
  private let scratch = Scratch()
  private var isArranged = false

  /// Whether a scenario's population and rules are of the kind that runs on arrays.
  static func fits(_ population: Population, _ scenario: Scenario) -> Bool {
    let rules = scenario.rules
    guard rules.fault == nil, rules.influence == InfluenceRule(), scenario.outcomes.neverShare <= 0 else {
      return false
    }
    if case .stream = scenario.questions { return false }
    guard population.groups.allSatisfy({ $0.strategy is Honest && !$0.canBeAbsent }) else { return false }
    guard let delay = scenario.outcomes.delay.most, delay <= Double(min(scenario.interval, rules.outcomeDeadline)),
      population.memberCount <= ModelRegistry.seatsMax
    else { return false }
    return Self.consensus(rules, classCount: scenario.classCount) != nil && Self.pay(rules) != nil
  }

  private static func consensus(_ rules: Rules, classCount: Int) -> Consensus? {
    guard classCount <= rules.consensus.kind.classesMax else { return nil }
    switch rules.consensus.mechanism(classCount: classCount) {
    case .majorityVote: return .majority
    case .stakeVote: return .stakes
    case .aggregator(let aggregator): return .pool(aggregator.base)
    case .weightedVote, .trackRecord: return nil
    }
  }

  private static func pay(_ rules: Rules) -> Pay? {
    switch rules.incentive {
    case .rewardAndSlash(let rule): .rewardAndSlash(rule)
    case .weightedScore(let wager): .weightedScore(wager)
    default: nil
    }
  }

  /// A run that has not begun, of a scenario that `fits`.
  ///
  /// - Parameter isDetailed: whether rows are wanted where labels would do.
  init(_ population: Population, _ scenario: Scenario, isDetailed: Bool) {
    guard let consensus = Self.consensus(scenario.rules, classCount: scenario.classCount),
      let pay = Self.pay(scenario.rules)
    else { preconditionFailure("a scenario that fits") }
    self.scenario = scenario
    self.consensus = consensus
    self.pay = pay
    classCount = scenario.classCount
    roster = Roster(population, scenario)
    var (isPool, paysLabels, readsRecents) = (false, false, false)
    if case .pool = consensus { isPool = true }
    if case .rewardAndSlash(let rule) = pay { (paysLabels, readsRecents) = (true, rule.readsRecents) }
    columns = FlatColumns(capacity: population.memberCount, readsRecents: readsRecents, hasScores: !paysLabels)
    let hasRows = isPool || isDetailed || !population.groups.allSatisfy(\.saysLabels)
    var noteCount = 0
    if case .pool(let aggregator) = consensus { noteCount = aggregator.noteCount(classCount: classCount) }
    answers = FlatAnswers(
      population, hasRows: hasRows, hasLabels: !hasRows || !isPool || paysLabels, noteCount: noteCount)
    scoresLabels = !hasRows
    treasury = scenario.rules.endowment
  }

  // Whether scores follow from labels alone, since nobody says more.
  private let scoresLabels: Bool

  mutating func run(recorder: inout Recorder, progress: (Int) -> Void) -> RunRecord {
    for question in 1...max(1, scenario.questionCount) where question <= scenario.questionCount {
      begin(question)
      if recorder.wantsCheckpoint(before: question) { checkpoint(before: question, &recorder) }
      if columns.count > 0 { ask(question, &recorder) }
      progress(question)
    }
    let last = scenario.questionCount + 1
    if recorder.wantsCheckpoint(before: last) { checkpoint(before: last, &recorder) }
    let members = roster.results(columns)
    return RunRecord(
      hash: digest.finished(members, treasury: treasury), members: members, treasury: treasury,
      questionsClosed: closedCount, measures: recorder.measures)
  }

  // MARK: Coming and going

  private mutating func begin(_ question: Int) {
    let tick = Timeline(scenario).opening(question)
    for (member, move) in roster.moves(before: question, at: tick, columns) where move == .leave {
      let seat = Int(roster.seats[member])
      columns.remove(seat: seat)
      if case .pool(var aggregator) = consensus {
        consensus = .majority
        aggregator.leave(Seat(seat))
        consensus = .pool(aggregator)
      }
      isArranged = false
    }
    let joins = roster.joins(before: question, at: tick)
    guard let first = joins.first else { return }
    for member in joins {
      columns.append(member, seat: Int(roster.seats[member]), balance: roster.population.deposits[member])
    }
    if case .pool(var aggregator) = consensus {
      let seat = Int(roster.seats[first])
      consensus = .majority
      aggregator.join(seat..<seat + joins.count)
      consensus = .pool(aggregator)
    }
    isArranged = false
  }

  // MARK: One question

  private mutating func ask(_ question: Int, _ recorder: inout Recorder) {
    let count = columns.count
    if !isArranged {
      answers.arrange(columns.members, count: count)
      isArranged = true
    }
    answers.draw(question, count: count)
    let due = open(count)
    roster.stake(columns.members, columns.stakes, count: count)
    let issued = pooled(count)
    closedCount += 1
    guard let outcome = roster.population.outcome(question) else {
      preconditionFailure("every drawn question has an outcome")
    }
    issued.withUnsafeBufferPointer { issued in
      digest.closed(question, issued)
      if recorder.isDetailed {
        recorder.closed(
          question: question, members: UnsafeBufferPointer(start: columns.members, count: count), rows: answers.rows,
          consensus: issued)
      }
      digest.settled(question, outcome: outcome.reported)
      recorder.settled(question: question, consensus: issued, truth: outcome.truth)
    }
    // Before anybody loses its row.
    learn(count, truth: outcome.reported)
    settle(count, due: due, truth: outcome.reported)
  }

  // Writes what each stakes; returns what the treasury may owe.
  private func open(_ count: Int) -> Amount {
    switch pay {
    case .rewardAndSlash(let rule):
      return rule.open(
        columns.recents.map { UnsafePointer($0) }, balances: columns.balances, count: count, stakes: columns.stakes)
    case .weightedScore(let wager):
      wager.wager.stakes(balances: columns.balances, count: count, into: columns.stakes)
      return .zero
    }
  }

  private func pooled(_ count: Int) -> [UInt32] {
    switch consensus {
    case .majority: return votes(count, stakes: nil)
    case .stakes: return votes(count, stakes: UnsafePointer(columns.stakes))
    case .pool(let aggregator):
      aggregator.pool(view(count), notes: answers.notes, reusing: scratch)
      return Billionths.shares(UnsafeBufferPointer(start: answers.notes, count: classCount))
    }
  }

  private func votes(_ count: Int, stakes: UnsafePointer<Amount>?) -> [UInt32] {
    var sums = [UInt64](repeating: 0, count: classCount)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      VoteTally.add(labels: answers.labels, counts: stakes, count: count, classCount: classCount, to: sums)
    }
    // Where nobody stakes anything all votes count the same.
    if stakes != nil, !sums.contains(where: { $0 > 0 }) { return votes(count, stakes: nil) }
    return Billionths.shares(sums)
  }

  private func view(_ count: Int) -> AnswerRows {
    AnswerRows(
      seats: UnsafeBufferPointer(start: columns.seats, count: count), values: answers.rows, classCount: classCount)
  }

  private mutating func settle(_ count: Int, due: Amount, truth: Int) {
    switch pay {
    case .rewardAndSlash(let rule):
      let (paid, isSomebodySilent) = rule.settle(
        labels: answers.labels, truth: UInt16(truth), stakes: columns.stakes, count: count, due: due,
        treasury: treasury, recents: columns.recents, balances: columns.balances)
      treasury -= paid
      if isSomebodySilent { park { rule.isSuspended($0) } }
    case .weightedScore(let wager):
      score(count, by: wager.score, truth: truth)
      nets.settle(stakes: columns.stakes, scores: columns.scores, count: count, addingTo: columns.balances)
      var least = Int64.max
      for row in 0..<count { least = min(least, columns.balances[row].micro) }
      if least <= 0 { park { _ in false } }
    }
  }

  private func score(_ count: Int, by rule: ScoringRule, truth: Int) {
    guard scoresLabels else {
      return rule.score(
        rows: answers.rows, count: count, classCount: classCount, truth: truth, into: columns.scores)
    }
    let sure = [Billionths.one] + [UInt32](repeating: 0, count: classCount - 1)
    let (right, wrong) = (rule.score(sure[...], truth: 0), rule.score(sure[...], truth: classCount > 1 ? 1 : 0))
    let label = UInt16(truth)
    for row in 0..<count { columns.scores[row] = answers.labels[row] == label ? right : wrong }
  }

  private mutating func park(where isSuspended: (RecentWork) -> Bool) {
    columns.park(where: isSuspended)
    isArranged = false
  }

  private mutating func learn(_ count: Int, truth: Int) {
    guard case .pool(var aggregator) = consensus else { return }
    // Nobody else holds the pool meanwhile, so that it changes in place.
    consensus = .majority
    aggregator.learn(view(count), notes: answers.notes, truth: truth, reusing: scratch)
    consensus = .pool(aggregator)
  }

  // MARK: Showing

  private func checkpoint(before question: Int, _ recorder: inout Recorder) {
    let (members, count) = (columns.members, columns.count)
    var weights = [UInt32](repeating: 0, count: roster.seats.count)
    // Within a scope of their own, so that their room is free again for the recorder.
    do { for (row, weight) in self.weights(count).enumerated() { weights[Int(members[row])] = weight } }
    var balances = [Int64](repeating: 0, count: roster.seats.count)
    for (member, seat) in roster.seats.enumerated() where seat >= 0 {
      balances[member] = columns.balance(Int(seat)).micro
    }
    balances.withUnsafeBufferPointer { balances in
      weights.withUnsafeBufferPointer { recorder.checkpoint(before: question, balances: balances, weights: $0) }
    }
  }

  private func weights(_ count: Int) -> [UInt32] {
    guard count > 0 else { return [] }
    switch consensus {
    case .majority: return Billionths.shares([UInt64](repeating: 1, count: count))
    case .stakes:
      _ = open(count)
      return StakeVote().weights(of: [], stakes: Array(UnsafeBufferPointer(start: columns.stakes, count: count)))
    case .pool(let aggregator):
      // What `weights(of:)` comes to, without a copy of the seats. Standing looks at them alone, and at no rows.
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: (count + 7) & ~7) { shares in
        guard let place = shares.baseAddress else { return [] }
        aggregator.standing(view(count), into: place, scratch)
        return Billionths.shares(UnsafeBufferPointer(start: place, count: count))
      }
    }
  }
}

extension Distribution {
  /// The most that can be drawn; `nil` where there is no bound.
  var most: Double? {
    switch self {
    case .constant(let value): value
    case .uniform(_, let most): most
    case .normal(_, _, _, let most): most.isFinite ? most : nil
    case .beta: 1
    case .exponential: nil
    case .choice(let values): values.max()
    }
  }
}
