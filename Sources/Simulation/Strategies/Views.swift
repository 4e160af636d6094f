import Quantities

/// What a member knows when it answers. Pointers are valid during the call alone.
public struct AnswerView {
  /// The question's number, from 1.
  public var question: Int
  /// How many questions the scenario asks.
  public var questionCount: Int
  /// How many classes, K.
  public var classCount: Int
  /// Its place in its group, from 0, and how many members that has.
  public var member: Int
  /// How many members the group has.
  public var groupSize: Int
  /// The class that its honest prediction holds most probable.
  public var top: Int
  /// What the first member of its group honestly believes, K billionths: what a group that talks can agree on.
  public var shared: UnsafePointer<UInt32>
  /// How probable each class is before anything is known, K billionths.
  public var prior: UnsafePointer<UInt32>
  /// What it sees by its `sight`, K billionths; `nil` where answers are sealed or nobody has answered.
  public var seen: UnsafePointer<UInt32>?
  /// The consensus of `lag` questions ago, K billionths; `nil` before the first. Reads up to 64 questions back.
  public var consensus: (_ lag: Int) -> UnsafePointer<UInt32>?
  /// Its weight in the last consensus that it answered, in billionths; 0 before.
  public var weight: UInt32
  /// What it owns in the council.
  public var balance: Amount
  /// What it brought in under its present name.
  public var deposit: Amount
  /// Questions it has answered under its present name.
  public var answered: Int
  /// Its own chance, keyed by question and member.
  public var random: CounterStream
  /// Chance shared by its group, keyed by question and group.
  public var sharedRandom: CounterStream

  /// Puts the parts together.
  public init(
    question: Int, questionCount: Int, classCount: Int, member: Int, groupSize: Int, top: Int,
    shared: UnsafePointer<UInt32>, prior: UnsafePointer<UInt32>, seen: UnsafePointer<UInt32>?,
    consensus: @escaping (_ lag: Int) -> UnsafePointer<UInt32>?, weight: UInt32, balance: Amount, deposit: Amount,
    answered: Int, random: CounterStream, sharedRandom: CounterStream
  ) {
    self.question = question
    self.questionCount = questionCount
    self.classCount = classCount
    self.member = member
    self.groupSize = groupSize
    self.top = top
    self.shared = shared
    self.prior = prior
    self.seen = seen
    self.consensus = consensus
    self.weight = weight
    self.balance = balance
    self.deposit = deposit
    self.answered = answered
    self.random = random
    self.sharedRandom = sharedRandom
  }
}

/// What a member knows when it thinks of its money.
public struct MoveView {
  /// The number of the question that opens next, from 1.
  public var question: Int
  /// Its place in its group, from 0.
  public var member: Int
  /// What it owns in the council, staked amounts included.
  public var balance: Amount
  /// The part that is staked on open questions.
  public var reserved: Amount
  /// What it brought in under its present name.
  public var deposit: Amount
  /// Questions it has answered under its present name.
  public var answered: Int
  /// Its weight in the last consensus that it answered, in billionths.
  public var weight: UInt32
  /// How many times it has taken a new name.
  public var renewals: Int
  /// Its own chance, keyed by question and member.
  public var random: CounterStream

  /// Puts the parts together.
  public init(
    question: Int, member: Int, balance: Amount, reserved: Amount, deposit: Amount, answered: Int, weight: UInt32,
    renewals: Int, random: CounterStream
  ) {
    self.question = question
    self.member = member
    self.balance = balance
    self.reserved = reserved
    self.deposit = deposit
    self.answered = answered
    self.weight = weight
    self.renewals = renewals
    self.random = random
  }
}

/// What a member knows when it thinks of bribing whoever reports an outcome.
public struct BribeView {
  /// The question's number, from 1.
  public var question: Int
  /// How many classes, K.
  public var classCount: Int
  /// What it turned out to be.
  public var truth: Int
  /// What the member reported, K billionths; `nil` where it did not.
  public var reported: UnsafePointer<UInt32>?
  /// Chance shared by its group, keyed by question and group.
  public var random: CounterStream

  /// Puts the parts together.
  public init(
    question: Int, classCount: Int, truth: Int, reported: UnsafePointer<UInt32>?, random: CounterStream
  ) {
    self.question = question
    self.classCount = classCount
    self.truth = truth
    self.reported = reported
    self.random = random
  }
}
