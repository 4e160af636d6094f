import Quantities

extension Population {
  /// What one member honestly believes of a question.
  ///
  /// - Parameter row: K places; afterwards billionths that add up to one billion, or as they were.
  /// - Returns: whether it has anything to say; always but for recorded members.
  public func honest(_ question: Int, _ member: Int, into row: UnsafeMutablePointer<UInt32>) -> Bool {
    let group = group(of: member)
    let place = member - groups[group].members.lowerBound
    switch sources[group] {
    case .skilled(let members):
      members.rows(place..<place + 1, drawn(question, members), into: row)
    case .predicted(let rows):
      guard let found = rows.prediction(row: caseNumber(question), place: place) else { return false }
      for (k, share) in found.enumerated() { row[k] = share }
    }
    return true
  }

  /// What members `places` of group `group` honestly believe, K billionths for each, one after the other. A row of
  /// zeros is absent: only where the group `canBeAbsent`.
  ///
  /// - Complexity: about 4 ns a row for statistical members of accuracies alone at K = 3 and difficulty 0. A member's
  ///   row is the same whatever range it is asked in.
  public func rows(
    _ question: Int, group: Int, places: Range<Int>, into rows: UnsafeMutablePointer<UInt32>
  ) {
    switch sources[group] {
    case .skilled(let members): members.rows(places, drawn(question, members), into: rows)
    case .predicted(let predicted): predicted.copy(row: caseNumber(question), places: places, into: rows)
    }
  }

  /// The class that each of members `places` of group `group` says, one after the other: the fast form of `rows` where
  /// the group `saysLabels`.
  ///
  /// - Parameter labels: `places.count` places.
  /// - Precondition: K <= 256.
  /// - Complexity: about 3 ns a member at K = 3.
  public func labels(_ question: Int, group: Int, places: Range<Int>, into labels: UnsafeMutablePointer<UInt8>) {
    precondition(classCount <= 256)
    let members = labelling(group)
    members.signals(places, drawn(question, members), into: labels)
  }

  /// The same for any number of classes.
  public func labels(_ question: Int, group: Int, places: Range<Int>, into labels: UnsafeMutablePointer<UInt16>) {
    let members = labelling(group)
    members.signals(places, drawn(question, members), into: labels)
  }

  private func labelling(_ group: Int) -> SkilledMembers {
    guard case .skilled(let members) = sources[group], members.report == .labels else {
      preconditionFailure("only statistical members that report labels say a class alone")
    }
    return members
  }

  /// What the first member of a group believes, for `AnswerView.shared`; the prior where it has nothing to say.
  public func shared(_ question: Int, group: Int, into row: UnsafeMutablePointer<UInt32>) {
    let members = groups[group].members
    if !members.isEmpty, honest(question, members.lowerBound, into: row) { return }
    for (k, share) in questions.priorRow.enumerated() { row[k] = share }
  }

  private func drawn(_ question: Int, _ members: SkilledMembers) -> SkilledQuestion {
    members.question(question, truth: truth(question) ?? drawnClass(question), difficulty: difficulty(question))
  }

  private func caseNumber(_ question: Int) -> Int {
    guard let cases = questions.cases else { preconditionFailure("drawn questions are no cases") }
    return Int(cases.order[question - 1])
  }
}
