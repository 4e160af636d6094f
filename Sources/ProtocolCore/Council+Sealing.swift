import Consensus
import Incentives
import Quantities

extension Council {
  func checkVoices(_ seats: [Seat]) throws(Rejection) {
    guard zip(seats, seats.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .misshapen("a seat that is named twice: name each once")
    }
    guard seats.allSatisfy({ registry.models.indices.contains($0.index) }) else {
      throw .misshapen("an answer from an empty seat: register the model first")
    }
    for seat in seats {
      let model = registry.models[seat.index]
      guard status(model) == .active else { throw .silent(model.id, status(model)) }
    }
  }

  func checkRoom() throws(Rejection) {
    guard open.count + sealed.count < Int(rules.openQuestionsMax) else {
      throw .tooManyOpen(
        limit: rules.openQuestionsMax, oldest: open.isEmpty ? sealed.keys.min() ?? oldestOpen : oldestOpen)
    }
  }

  // Terms of everyone into those of the rows and what the breaches cost; both in the order of their seats.
  static func parted(_ everyone: [Seat], _ terms: [Terms], _ breaches: [Breach]) -> ([Terms], [SlashedBreach]) {
    guard !breaches.isEmpty else { return (terms, []) }
    var (kept, slashed): ([Terms], [SlashedBreach]) = ([], [])
    for (seat, terms) in zip(everyone, terms) {
      if slashed.count < breaches.count, breaches[slashed.count].seat == seat {
        slashed.append(SlashedBreach(breach: breaches[slashed.count], stake: terms.stake))
      } else {
        kept.append(terms)
      }
    }
    return (kept, slashed)
  }

  func commit(_ committing: Committing) throws(Rejection) -> Committed {
    guard committing.question == nextQuestion else {
      throw .wrongQuestion(given: committing.question, next: nextQuestion)
    }
    guard rules.isSealed else {
      throw .misshapen("commitments where the rules do not seal answers: ask with the answers themselves")
    }
    guard !committing.seats.isEmpty else { throw .nobodyThere }
    guard committing.seats.count == committing.commitments.count else {
      throw .misshapen(
        "\(committing.commitments.count) commitments of \(committing.seats.count) models: give one of each")
    }
    for seats in [committing.seats, committing.equivocal] {
      guard zip(seats, seats.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw .misshapen("seats out of order: name each once, the lowest first")
      }
    }
    let everyone = (committing.seats + committing.equivocal).sorted()
    try checkVoices(everyone)
    try checkRoom()
    let members = everyone.map { registry.models[$0.index].member }
    let (terms, shortfall) = covered(rules.incentive.terms(for: members, classCount: classCount))
    return Committed(
      question: committing.question, features: committing.features, origin: committing.origin, seats: committing.seats,
      commitments: committing.commitments, equivocal: committing.equivocal, terms: terms, shortfall: shortfall)
  }

  func reveal(_ revealing: Revealing) throws(Rejection) -> Revealed {
    let id = revealing.question
    guard id < nextQuestion, id.number > 0 else { throw .unknownQuestion(id) }
    guard let question = sealed[id] else { throw .alreadyRevealed(id) }
    let (table, committed) = (revealing.table, question.committed)
    guard table.rowCount > 0 else { return Self.void(id) }
    guard table.classCount == classCount else {
      throw .misshapen(
        "\(table.classCount) probabilities where there are \(classCount) classes: show one for each class")
    }
    guard revealing.salts.count == table.rowCount else {
      throw .misshapen("\(revealing.salts.count) salts of \(table.rowCount) answers: show one of each")
    }
    // Both ascend, so one walk finds each row's commitment.
    var place = 0
    for (row, seat) in table.seats.enumerated() {
      while place < committed.seats.count, committed.seats[place] < seat { place += 1 }
      guard place < committed.seats.count, committed.seats[place] == seat else {
        throw .misshapen("an answer of seat \(seat.index), which did not commit to one: leave it out")
      }
      guard committed.commitments[place] == digest(of: table.row(row), salt: revealing.salts[row], by: seat, on: id)
      else {
        throw .falseReveal(registry.models[seat.index].id, id)
      }
    }
    let (shown, twice) = (Set(table.seats), Set(committed.equivocal))
    let breaches = committed.everyone.filter { !shown.contains($0) }
      .map { Breach(seat: $0, kind: twice.contains($0) ? .equivocal : .withheld) }
    let (terms, slashed) = Self.parted(committed.everyone, committed.terms, breaches)
    let pooled = pooled(table, terms)
    return Revealed(
      question: id, table: table, salts: revealing.salts, weights: pooled.weights, consensus: pooled.consensus,
      breaches: slashed)
  }

  // A question to which nobody showed an answer: as likely the host's fault as the models', so nobody pays for it.
  static func void(_ id: QuestionID) -> Revealed {
    Revealed(
      question: id, table: PredictionTable(classCount: 1), salts: [], weights: [], consensus: [], breaches: [])
  }

  private func digest(of prediction: ArraySlice<UInt32>, salt: Salt, by seat: Seat, on id: QuestionID) -> Digest {
    Commitment.digest(
      ledger: founding?.ledger ?? [], question: id, model: registry.models[seat.index].id, salt: salt,
      prediction: prediction)
  }

  mutating func apply(_ committed: Committed) {
    precondition(committed.question == nextQuestion, "questions are numbered without a gap")
    nextQuestion = QuestionID(committed.question.number + 1)
    if open.isEmpty { oldestOpen = nextQuestion }
    for seat in committed.everyone { registry.models[seat.index].lastChange = now }
    reserve(committed.everyone, committed.terms)
    sealed[committed.question] = SealedQuestion(committed: committed, deadline: outcomeDeadline)
  }

  mutating func apply(_ revealed: Revealed) {
    guard let question = sealed.removeValue(forKey: revealed.question) else {
      preconditionFailure("only a sealed question is revealed")
    }
    let (everyone, all) = (question.committed.everyone, question.committed.terms)
    release(everyone, all)
    guard revealed.table.rowCount > 0 else { return }
    let breaches = revealed.breaches.map(\.breach)
    let (terms, _) = Self.parted(everyone, all, breaches)
    slash(revealed.breaches)
    for seat in revealed.table.seats { registry.models[seat.index].predictions += 1 }
    let closed = ClosedQuestion(
      id: revealed.question, table: revealed.table, consensus: revealed.consensus, weights: revealed.weights)
    let memo = pool.memo(of: revealed.table, limits: rules.influence.limits(terms))
    open(OpenQuestion(closed: closed, terms: terms, memo: memo, deadline: question.deadline))
  }

  // Takes the stakes of those who broke their word.
  mutating func slash(_ breaches: [SlashedBreach]) {
    for slashed in breaches {
      let index = slashed.breach.seat.index
      precondition(slashed.stake <= registry.models[index].free, "nobody loses more than is there")
      registry.models[index].balance -= slashed.stake
      registry.models[index].slashedTotal = registry.models[index].slashedTotal.addingClamped(slashed.stake)
      registry.models[index].lastChange = now
      registry.treasury += slashed.stake
    }
  }
}
