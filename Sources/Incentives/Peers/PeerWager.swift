import Consensus
import Quantities

/// Turns peer scores into money: models wager on how well they agree with a third of them that has no part in the wager.
///
/// The models of a batch are dealt into three groups by seat. In each of three rounds one group is the crowd, and the
/// other two wager half of each stake by `WeightedScoreWager` on every question of the batch, with (1 + score)/2 for the
/// score. So every model wagers each half of its stake in one round and judges in the third.
///
/// Why so: if all were compared with all, one's answer would move the others' scores, which the wager is settled against,
/// and the frequencies by which they are scored. Here it moves the pay of rounds in which one has no stake. So what the
/// scores promise for a model against a crowd holds for its money, exactly, and still every question's payments add up to
/// zero. Nobody loses more than the stake, the treasury owes nothing, no chance is needed.
/// Fewer than three models: stakes go back.
enum PeerWager {
  /// The settlements of `batch` in its order.
  static func settle(_ batch: [StakedQuestion], by score: some PeerScore) -> [Settlement] {
    let seats = Set(batch.flatMap(\.closed.table.seats)).sorted()
    guard seats.count >= 3, let classCount = batch.first?.closed.table.classCount else { return batch.map(\.returned) }
    let members = Dictionary(uniqueKeysWithValues: zip(seats, seats.indices))
    // Where each answer of a member stands: its question and its row there.
    var rows = [[(task: Int, row: Int)]](repeating: [], count: seats.count)
    for (task, question) in batch.enumerated() {
      for (row, seat) in question.closed.table.seats.enumerated() {
        guard let member = members[seat] else { preconditionFailure("every seat of the batch is listed") }
        rows[member].append((task, row))
      }
    }
    let sheets = rows.map { rows in
      AnswerSheet(rows.map { AnswerSheet.Answer(task: $0.task, report: batch[$0.task].closed.table.row($0.row)) })
    }
    var payments = batch.map { [Amount](repeating: .zero, count: $0.terms.count) }
    for round in 0..<3 {
      let wagering = sheets.indices.filter { $0 % 3 != round }
      let crowd = Crowd(
        sheets.indices.filter { $0 % 3 == round }.map { sheets[$0] }, taskCount: batch.count, classCount: classCount)
      let scores = score.scores(of: wagering.map { sheets[$0] }, against: crowd)
      var bets = [[(row: Int, stake: Amount, score: UInt32)]](repeating: [], count: batch.count)
      for (member, scores) in zip(wagering, scores) {
        for (place, score) in zip(rows[member], scores) {
          guard let score else { continue }
          let stake = half(batch[place.task].terms[place.row].stake, member: member, round: round)
          bets[place.task].append((place.row, stake, ScoringRule.onGrid((1 + score) / 2)))
        }
      }
      for (task, bets) in bets.enumerated() {
        let nets = WeightedScoreWager.nets(bets.map(\.stake), scores: bets.map(\.score))
        for (bet, net) in zip(bets, nets) { payments[task][bet.row] += net }
      }
    }
    return zip(batch, payments).map { Settlement(payments: $1, within: $0.terms) }
  }

  // Of the two rounds in which a member wagers, the first takes the smaller half.
  private static func half(_ stake: Amount, member: Int, round: Int) -> Amount {
    let isFirst = round == (member % 3 == 0 ? 1 : 0)
    return Amount(micro: isFirst ? stake.micro / 2 : stake.micro - stake.micro / 2)
  }
}
