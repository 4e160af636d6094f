import Quantities

/// What one run came to.
public struct RunRecord: Hashable, Sendable {
  /// One member at the end, all its names taken together.
  public struct Member: Hashable, Sendable {
    /// The index of its group.
    public var group: Int
    /// All that it brought in.
    public var deposited: Amount
    /// All that it took out, what still waits to be paid included.
    public var withdrawn: Amount
    /// What it owns at the end.
    public var balance: Amount
    /// What it paid for bribes.
    public var bribes: Amount
    /// The sum of all stakes that it put on questions.
    public var staked: Amount

    /// Puts the parts together.
    public init(
      group: Int, deposited: Amount, withdrawn: Amount, balance: Amount, bribes: Amount, staked: Amount
    ) {
      self.group = group
      self.deposited = deposited
      self.withdrawn = withdrawn
      self.balance = balance
      self.bribes = bribes
      self.staked = staked
    }

    /// What it has made: positive where taking part paid.
    public var profit: Amount { balance + withdrawn - deposited - bribes }
  }

  /// The digest of all that happened: at protocol depth the head of the chain.
  public var hash: Digest
  /// By group and place in it.
  public var members: [Member]
  /// What the treasury owns at the end.
  public var treasury: Amount
  /// Questions that were closed with a consensus.
  public var questionsClosed: Int
  /// What was measured on the way.
  public var measures: Measures

  /// Puts the parts together.
  public init(hash: Digest, members: [Member], treasury: Amount, questionsClosed: Int, measures: Measures) {
    self.hash = hash
    self.members = members
    self.treasury = treasury
    self.questionsClosed = questionsClosed
    self.measures = measures
  }
}
