import Quantities

/// The keys of all chance in a run: what is drawn, and for whom. Every draw of a simulation stands under one of these,
/// so that no two share a number and one more member, question or thread moves none of the others.
public enum Chance {
  /// The seed of one replicate: the same for all cells of a sweep and both depths.
  public static func runSeed(_ seed: UInt64, replicate: Int) -> UInt64 {
    var stream = CounterStream(seed: seed, purpose: Purpose.run.rawValue, UInt64(replicate))
    return stream.next()
  }

  /// What a draw is for. Numbers never change, or runs could not be repeated.
  enum Purpose: UInt64 {
    case run = 0x7769_7461_6E01
    case truth, difficulty, outcome, order, split
    case accuracy, calibration, deposit, joining, leaving
    case signal, choosingShared, shared
    case partition, labelNoise, training
    case answer, sharedAnswer, move, bribe
  }

  static func stream(_ seed: UInt64, _ purpose: Purpose, _ first: Int, _ second: Int = 0) -> CounterStream {
    CounterStream(seed: seed, purpose: purpose.rawValue, pair: UInt64(first), UInt64(second))
  }
}

extension Population {
  /// The chance of `AnswerView.random`.
  public func answerChance(question: Int, member: Int) -> CounterStream {
    Chance.stream(runSeed, .answer, question, member)
  }

  /// The chance of `AnswerView.sharedRandom`.
  public func sharedChance(question: Int, group: Int) -> CounterStream {
    Chance.stream(runSeed, .sharedAnswer, question, group)
  }

  /// The chance of `MoveView.random`.
  public func moveChance(question: Int, member: Int) -> CounterStream {
    Chance.stream(runSeed, .move, question, member)
  }

  /// The chance of `BribeView.random`.
  public func bribeChance(question: Int, group: Int) -> CounterStream {
    Chance.stream(runSeed, .bribe, question, group)
  }
}
