import Quantities

/// Why an attack cannot be searched for.
public enum AttackError: Error, Hashable, Sendable {
  /// The scenario has no group of this name.
  case unknownGroup(String, known: [String])
  /// There is nobody to attack.
  case nobodyElse
  /// The adversary's money does not cover a deposit for each of its members.
  case stakeTooSmall(stake: Amount, members: Int, deposit: Amount)
  /// Members of the group are recorded, so there are no others like them.
  case recordedMembers(String)
  /// No outcome ever comes, so nobody can say what accuracy is lost.
  case noOutcomes
  /// The budget is too small to find and to check anything.
  case budgetTooSmall(runs: Int, least: Int)
}

extension AttackError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .unknownGroup(let name, let known):
      "the scenario has no group `\(name)`"
        + (nearestName(to: name, among: known).map { ", did you mean \($0)?" } ?? ".")
        + " Its groups are \(known.joined(separator: ", "))."
    case .nobodyElse:
      "there is nobody to attack: give the scenario a group besides the adversary's"
    case .stakeTooSmall(let stake, let members, let deposit):
      "a stake of \(stake) credits does not cover \(members) deposits of \(deposit): give the adversary more money, "
        + "fewer members, or lower rules.deposit"
    case .recordedMembers(let group):
      "the members of `\(group)` are recorded, and nobody can be added that is like them: let the adversary take the "
        + "place of a group with --group"
    case .noOutcomes:
      "no outcome comes in this scenario, so no accuracy can be lost: search for profit, or let outcomes come"
    case .budgetTooSmall(let runs, let least):
      "a budget of \(runs) runs is too small to find an attack and to check it: give \(least) or more"
    }
  }
}
