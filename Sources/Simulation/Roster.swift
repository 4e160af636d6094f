import ProtocolCore
import Quantities

/// Who of a population takes part, on which seat and under which name: what both engines know of the members, and
/// how they ask them what they do.
///
/// Members are numbered by group and place. A member waits for its question, joins, answers, and perhaps takes new names
/// before it leaves for good. One that wants to go stops answering, goes once its answers are settled, and, if it comes
/// back as somebody new, joins at the first opening after its money was paid out.
struct Roster {
  /// What a member does at an opening.
  enum Move: Hashable {
    /// It takes this much out.
    case withdraw(Amount)
    /// It goes, with all that it owns.
    case leave
  }

  private enum Phase: UInt8 {
    case outside, present, leaving, renewing, returning, gone
  }

  /// Who they are.
  let population: Population
  /// The consensuses so far.
  let history: ConsensusHistory
  /// The seats of those who may be asked, ascending.
  private(set) var present: [Int32] = []
  /// The member on each seat ever given.
  private(set) var members: [Int32] = []
  /// The seat of each member, its last one where it has left; -1 before it joins.
  private(set) var seats: [Int32]
  /// All stakes that each member has put on questions, in micro-credits; engines add to it.
  var staked: [Int64]

  private let strategies: [any Strategy]
  private let isHonest: [Bool]
  private let questionCount: Int
  private let classCount: Int
  private let unbonding: UInt64
  private let isSealed: Bool
  private var phases: [Phase]
  // Empty where everyone is honest: nobody looks at the first two or moves the others.
  private var answered: [UInt32]
  private var weights: [UInt32]
  private var renewals: [UInt32]
  private var bribes: [Int64]
  // Empty where everyone is honest and nobody leaves.
  private var withdrawn: [Int64]
  // The members that join and that leave in the course of the run, by question, then number.
  private var joining: [Int32]
  private let leaving: [Int32]
  private var joinedCount = 0
  // Whether seats have been given in the order of members so far.
  private var isAscending = true
  private var leftCount = 0
  // Members that wait to go, and those that wait for their money, both ascending.
  private var going: [Int] = []
  private var returning: [(member: Int, due: Tick)] = []

  /// Everyone is outside.
  init(_ population: Population, _ scenario: Scenario) {
    self.population = population
    strategies = population.groups.map(\.strategy)
    isHonest = strategies.map { $0 is Honest }
    questionCount = scenario.questionCount
    classCount = scenario.classCount
    unbonding = scenario.rules.unbonding
    isSealed = scenario.rules.isSealed
    history = ConsensusHistory(classCount: classCount)
    let count = population.memberCount
    seats = [Int32](repeating: -1, count: count)
    staked = [Int64](repeating: 0, count: count)
    phases = [Phase](repeating: .outside, count: count)
    joining = Self.sorted(population.joins, last: questionCount)
    leaving = Self.sorted(population.leaves, last: questionCount)
    let strategicCount = isHonest.contains(false) ? count : 0
    answered = [UInt32](repeating: 0, count: strategicCount)
    weights = [UInt32](repeating: 0, count: strategicCount)
    renewals = [UInt32](repeating: 0, count: strategicCount)
    bribes = [Int64](repeating: 0, count: strategicCount)
    withdrawn = [Int64](repeating: 0, count: leaving.isEmpty ? strategicCount : count)
  }

  // Those whose question is at most `last`, by question, then number.
  private static func sorted(_ questions: [Int32], last: Int) -> [Int32] {
    let members = (0..<Int32(questions.count)).filter { questions[Int($0)] <= last }
    guard let first = members.first.map({ questions[Int($0)] }) else { return [] }
    // Mostly all join at once.
    if members.allSatisfy({ questions[Int($0)] == first }) { return members }
    return members.sorted { (questions[Int($0)], $0) < (questions[Int($1)], $1) }
  }

  /// The name that `member` has now, or takes when it joins next.
  func name(_ member: Int) -> ModelID {
    let group = population.groups[population.group(of: member)]
    let place = "\(group.name)-\(member - group.members.lowerBound)"
    let count = renewals.isEmpty ? 0 : renewals[member]
    guard let name = ModelID(count > 0 ? "\(place).\(count)" : place) else {
      preconditionFailure("the name of a group is one of a model, with room for numbers behind it")
    }
    return name
  }

  // MARK: Money and names

  /// What members do before `question` opens at `tick`, by member number. An engine carries out each in turn.
  mutating func moves(before question: Int, at tick: Tick, _ books: some Books) -> [(member: Int, move: Move)] {
    var candidates = going
    while leftCount < leaving.count, population.leaves[Int(leaving[leftCount])] < question {
      candidates.append(Int(leaving[leftCount]))
      leave(Int(leaving[leftCount]), as: .leaving)
      leftCount += 1
    }
    for (group, kind) in population.groups.enumerated() where !isHonest[group] {
      candidates += kind.members.filter { phases[$0] == .present }
    }
    guard !candidates.isEmpty else { return [] }
    candidates.sort()
    var moves: [(member: Int, move: Move)] = []
    for (place, member) in candidates.enumerated() where place == 0 || candidates[place - 1] != member {
      let seat = Int(seats[member])
      if phases[member] == .present {
        switch strategies[population.group(of: member)].move(view(of: member, before: question, books)) {
        case .stay: break
        case .withdraw(let wanted):
          let amount = min(wanted, books.balance(seat) - books.reserved(seat))
          if amount > .zero { moves.append((member, .withdraw(amount))) }
        case .renew: leave(member, as: .renewing)
        }
      }
      if phases[member] == .leaving || phases[member] == .renewing, !books.hasOpenAnswers(seat) {
        moves.append((member, .leave))
      }
    }
    for (member, move) in moves { note(member, move, at: tick, books) }
    return moves
  }

  private mutating func leave(_ member: Int, as phase: Phase) {
    // One whose time is over while it takes a new name does not come back.
    guard phases[member] == .present else {
      if phases[member] == .renewing { phases[member] = phase }
      if phases[member] == .returning {
        phases[member] = .gone
        returning.removeAll { $0.member == member }
      }
      return
    }
    phases[member] = phase
    going.append(member)
    let seat = seats[member]
    present.removeAll { $0 == seat }
  }

  private mutating func note(_ member: Int, _ move: Move, at tick: Tick, _ books: some Books) {
    switch move {
    case .withdraw(let amount): withdrawn[member] += amount.micro
    case .leave:
      withdrawn[member] += books.balance(Int(seats[member])).micro
      going.removeAll { $0 == member }
      guard phases[member] == .renewing else {
        phases[member] = .gone
        return
      }
      phases[member] = .returning
      returning.append((member, Tick(tick.milliseconds + unbonding)))
    }
  }

  /// The members that join before `question` opens at `tick`, by number. Each takes the next seat.
  mutating func joins(before question: Int, at tick: Tick) -> [Int] {
    var joins: [Int] = []
    present.reserveCapacity(members.count + joining.count)
    members.reserveCapacity(members.count + joining.count)
    while joinedCount < joining.count, population.joins[Int(joining[joinedCount])] <= question {
      joins.append(Int(joining[joinedCount]))
      joinedCount += 1
    }
    if !returning.isEmpty {
      for (member, due) in returning where due <= tick {
        joins.append(member)
        renewals[member] += 1
      }
      returning.removeAll { $0.due <= tick }
      joins.sort()
    }
    for member in joins {
      if let last = members.last, last > member { isAscending = false }
      seats[member] = Int32(members.count)
      present.append(Int32(members.count))
      members.append(Int32(member))
      phases[member] = .present
      if !answered.isEmpty { answered[member] = 0 }
    }
    if joinedCount == joining.count { joining = [] }
    return joins
  }

  // MARK: Answers

  /// What those present do with `question`; without rows where nobody has a voice.
  ///
  /// With answers not sealed, those whose strategy has a sight answer after all others.
  mutating func answer(_ question: Int, _ books: some Books, into sheet: inout AnswerSheet) {
    sheet.clear()
    let shared = sharedRows(question)
    var seeing = false
    for seat in present where books.hasVoice(Int(seat)) {
      let member = Int(members[Int(seat)])
      let row = sheet.append(seat: seat, member: Int32(member))
      let group = population.group(of: member)
      guard sheet.withRow(row, { place in population.honest(question, member, into: place) }) else {
        sheet.removeLast()
        continue
      }
      guard !isHonest[group] else { continue }
      if !isSealed, strategies[group].sight != .nothing {
        seeing = true
      } else {
        act(question, row, member, group, shared, seen: nil, books, &sheet)
      }
    }
    guard seeing else { return }
    let pool = sheet.mean { [self] in isBlind($0) }
    let leader = sheet.leader { [self] in
      isBlind($0)
    } by: {
      books.balance($0)
    }
    for row in 0..<sheet.rowCount where !isBlind(sheet.members[row]) {
      let member = Int(sheet.members[row])
      let group = population.group(of: member)
      let seen = strategies[group].sight == .pool ? pool : leader
      act(question, row, member, group, shared, seen: seen, books, &sheet)
    }
  }

  private func isBlind(_ member: Int32) -> Bool {
    strategies[population.group(of: Int(member))].sight == .nothing
  }

  // The honest prediction of the first member of each group that is not honest, at group x K.
  private func sharedRows(_ question: Int) -> [UInt32] {
    guard isHonest.contains(false) else { return [] }
    var rows = [UInt32](repeating: 0, count: strategies.count * classCount)
    rows.withUnsafeMutableBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      for group in population.groups.indices where !isHonest[group] {
        population.shared(question, group: group, into: base + group * classCount)
      }
    }
    return rows
  }

  private func act(
    _ question: Int, _ row: Int, _ member: Int, _ group: Int, _ shared: [UInt32], seen: [UInt32]?, _ books: some Books,
    _ sheet: inout AnswerSheet
  ) {
    let seat = Int(seats[member])
    let members = population.groups[group].members
    sheet.acts[row] = shared.withUnsafeBufferPointer { shared in
      population.prior.withUnsafeBufferPointer { prior in
        Self.withOptional(seen) { seen in
          sheet.withRow(row) { place in
            guard let shared = shared.baseAddress, let prior = prior.baseAddress else { return .absent }
            let view = AnswerView(
              question: question, questionCount: questionCount, classCount: classCount,
              member: member - members.lowerBound, groupSize: members.count,
              top: Billionths.top(UnsafeBufferPointer(start: place, count: classCount)),
              shared: shared + group * classCount, prior: prior, seen: seen, consensus: { [history] in history[$0] },
              weight: weights[member], balance: books.balance(seat), deposit: population.deposits[member],
              answered: Int(answered[member]), random: population.answerChance(question: question, member: member),
              sharedRandom: population.sharedChance(question: question, group: group))
            return strategies[group].answer(view, row: place)
          }
        }
      }
    }
  }

  private static func withOptional<Result>(
    _ row: [UInt32]?, _ body: (UnsafePointer<UInt32>?) -> Result
  ) -> Result {
    guard let row else { return body(nil) }
    return row.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  /// Takes note of what each of `members` stakes on a question.
  mutating func stake(_ members: UnsafePointer<Int32>, _ stakes: UnsafePointer<Amount>, count: Int) {
    let isAscending = isAscending
    staked.withUnsafeMutableBufferPointer { staked in
      guard let staked = staked.baseAddress else { return }
      for first in stride(from: 0, to: count, by: 64) {
        let size = min(64, count - first)
        let lowest = Int(members[first])
        // Among ascending numbers, as many between first and last as there are stand side by side.
        if isAscending, Int(members[first + size - 1]) - lowest == size - 1 {
          for i in 0..<size { staked[lowest + i] &+= stakes[first + i].micro }
        } else {
          for row in first..<first + size { staked[Int(members[row])] &+= stakes[row].micro }
        }
      }
    }
  }

  /// Takes note that `members` answered with these weights.
  mutating func note(_ members: [Int32], weights: [UInt32]) {
    guard !answered.isEmpty else { return }
    for (member, weight) in zip(members, weights) {
      self.weights[Int(member)] = weight
      answered[Int(member)] += 1
    }
  }

  // MARK: Outcomes

  /// The class that is reported as the outcome of `question`: what the scenario says, unless somebody pays for another.
  ///
  /// - Parameter reported: what a member said, K billionths; `nil` where it did not answer.
  mutating func outcome(
    of question: Int, planned: Int, reported: (_ member: Int) -> [UInt32]?
  ) -> Int {
    for (group, kind) in population.groups.enumerated() where !isHonest[group] && !kind.members.isEmpty {
      let member = kind.members.lowerBound
      guard phases[member] != .outside, phases[member] != .gone else { continue }
      let bribe = Self.withOptional(reported(member)) { row in
        strategies[group].bribe(
          BribeView(
            question: question, classCount: classCount, truth: planned, reported: row,
            random: population.bribeChance(question: question, group: group)))
      }
      guard let bribe, bribe.outcome != planned else { continue }
      bribes[member] += bribe.price.micro
      return bribe.outcome
    }
    return planned
  }

  // MARK: The end

  /// What each member came to.
  func results(_ books: some Books) -> [RunRecord.Member] {
    seats.indices.map { member in
      let isInside = [.present, .leaving, .renewing].contains(phases[member])
      let names = seats[member] < 0 ? 0 : renewals.isEmpty ? 1 : Int64(renewals[member]) + 1
      return RunRecord.Member(
        group: population.group(of: member), deposited: Amount(micro: population.deposits[member].micro * names),
        withdrawn: Amount(micro: withdrawn.isEmpty ? 0 : withdrawn[member]),
        balance: isInside ? books.balance(Int(seats[member])) : .zero,
        bribes: Amount(micro: bribes.isEmpty ? 0 : bribes[member]),
        staked: Amount(micro: staked[member]))
    }
  }

  private func view(of member: Int, before question: Int, _ books: some Books) -> MoveView {
    let seat = Int(seats[member])
    return MoveView(
      question: question, member: member - population.groups[population.group(of: member)].members.lowerBound,
      balance: books.balance(seat), reserved: books.reserved(seat), deposit: population.deposits[member],
      answered: Int(answered[member]), weight: weights[member], renewals: Int(renewals[member]),
      random: population.moveChance(question: question, member: member))
  }
}
