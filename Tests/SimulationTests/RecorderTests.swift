import Consensus
import Quantities
import Simulation
import Testing

@Suite struct RecorderTests {
  private func scenario(_ counts: [Int], questions: Int) -> Scenario {
    var scenario = Scenario()
    scenario.questionCount = questions
    scenario.groups = counts.enumerated().map { index, count in
      var group = Group(name: "group \(index)")
      group.count = count
      return group
    }
    return scenario
  }

  /// Shows `recorder` the balances and weights of one moment.
  private func show(_ recorder: inout Recorder, _ question: Int, _ balances: [Int64], _ weights: [UInt32]) {
    balances.withUnsafeBufferPointer { balances in
      weights.withUnsafeBufferPointer { recorder.checkpoint(before: question, balances: balances, weights: $0) }
    }
  }

  private func close(
    _ recorder: inout Recorder, _ question: Int, _ members: [Int32], _ rows: [UInt32], _ pooled: [UInt32]
  ) {
    members.withUnsafeBufferPointer { members in
      rows.withUnsafeBufferPointer { rows in
        pooled.withUnsafeBufferPointer { pooled in
          guard let rows = rows.baseAddress else { return }
          recorder.closed(question: question, members: members, rows: rows, consensus: pooled)
        }
      }
    }
  }

  private func settle(_ recorder: inout Recorder, _ question: Int, _ pooled: [UInt32], truth: Int) {
    pooled.withUnsafeBufferPointer { recorder.settled(question: question, consensus: $0, truth: truth) }
  }

  private func concentration(_ values: [UInt64]) -> Concentration {
    values.withUnsafeBufferPointer { Concentration(ascending: $0) }
  }

  typealias Spread = (values: [UInt64], gini: Double, effective: Double, nakamoto: Int)

  @Test(
    arguments: [
      (values: [5, 5, 5, 5], gini: 0, effective: 4, nakamoto: 3),  // half is not more than half
      (values: [0, 0, 0, 9], gini: 0.75, effective: 1, nakamoto: 1),
      (values: [1, 2, 3, 4], gini: 0.25, effective: 100.0 / 30, nakamoto: 2),
      (values: [2, 3, 5], gini: 0.2, effective: 100.0 / 38, nakamoto: 2),
      (values: [0, 0], gini: 0, effective: 0, nakamoto: 0),
      (values: [], gini: 0, effective: 0, nakamoto: 0),
    ] as [Spread])
  func `concentration is what one finds by hand`(values: [UInt64], gini: Double, effective: Double, nakamoto: Int) {
    let found = concentration(values)
    #expect(abs(found.gini - gini) < 1e-15)  // a few roundings
    #expect(abs(found.effectiveCount - effective) < 1e-14)
    #expect(found.nakamoto == nakamoto)
  }

  @Test func `a checkpoint says how balances and weights of each group lie`() throws {
    var recorder = Recorder(scenario: scenario([5, 1], questions: 10), isDetailed: false)
    show(
      &recorder, 1, [1_000_000, 5_000_000, 3_000_000, 0, 7_000_000, 0],
      [100_000_000, 0, 300_000_000, 0, 0, 600_000_000])
    let first = try #require(recorder.measures.checkpoints.first)
    #expect(first.groups[0].count == 4, "who never had anything has not come yet")
    #expect(first.groups[0].mean == 4)
    for (found, expected) in zip(first.groups[0].quantiles, [1.3, 2.5, 4, 5.5, 6.7]) {
      #expect(abs(found - expected) < 1e-12)  // a few roundings
    }
    #expect(first.groups[0].weight == 0.4)
    #expect(first.groups[1].count == 0)
    #expect(first.groups[1].weight == 0.6)
    #expect(first.balances.nakamoto == 2)
    #expect(first.weights.nakamoto == 1)

    show(&recorder, 6, [1_000_000, 5_000_000, 3_000_000, 0, 0, 2_000_000], [0, 0, 0, 0, 0, 0])
    let second = try #require(recorder.measures.checkpoints.last)
    #expect(second.groups[0].count == 4, "who lost everything still counts")
    #expect(second.groups[1].count == 1)
    #expect(second.weights.nakamoto == 0)
  }

  @Test(arguments: [1, 7, 199, 200, 201, 1_000, 1_000_000])
  func `there are few checkpoints, and one at the end`(questions: Int) {
    for isDetailed in [false, true] {
      let recorder = Recorder(scenario: scenario([1], questions: questions), isDetailed: isDetailed)
      let wanted = (1...questions + 1).filter { recorder.wantsCheckpoint(before: $0) }
      #expect(wanted.count <= (isDetailed ? 201 : 41))
      #expect(wanted.first == 1)
      #expect(wanted.last == questions + 1)
    }
  }

  @Test(arguments: [3, 600, 5_000])
  func `many balances are sorted as a plain sort sorts them`(count: Int) throws {
    var random = CounterStream(seed: UInt64(count))
    let balances = (0..<count).map { _ in Int64(random.below(1 << random.below(50) + 1)) + 1 }
    var recorder = Recorder(scenario: scenario([count - 1, 1], questions: 1), isDetailed: false)
    show(&recorder, 1, balances, [UInt32](repeating: 1, count: count))
    let found = try #require(recorder.measures.checkpoints.first)
    #expect(found.balances == concentration(balances.sorted().map { UInt64($0) }))
    let own = balances.dropLast().sorted().map { Double($0) }
    let place = 0.5 * Double(own.count - 1)
    let median =
      own[Int(place)] + (place - Double(Int(place))) * (own[min(own.count - 1, Int(place) + 1)] - own[Int(place)])
    #expect(found.groups[0].quantiles[2] == median / 1e6)
  }

  @Test func `members, uniform pool and best mixture are judged as by Hindsight`() throws {
    let (memberCount, questionCount) = (6, 400)
    var random = CounterStream(seed: 7)
    var recorder = Recorder(scenario: scenario([4, 2], questions: questionCount), isDetailed: true)
    var stream: [RecordedQuestion] = []
    var pooled: [[UInt32]] = []
    for question in 1...questionCount {
      let truth = random.below(3)
      var members: [Int32] = []
      var rows: [UInt32] = []
      for member in 0..<memberCount where member == question % memberCount || random.unit() < 0.8 {
        let parts = (0..<3).map { random.unit() + ($0 == truth ? Double(member) / 3 : 0) + ($0 == 0 ? 0 : 1e-3) }
        members.append(Int32(member))
        rows += Billionths.shares(parts)
      }
      let consensus = Array(rows.prefix(3))
      close(&recorder, question, members, rows, consensus)
      // Outcomes come three questions late, so that answers wait.
      var table = PredictionTable(classCount: 3)
      for (row, member) in members.enumerated() { table.append(Seat(Int(member)), rows[3 * row..<3 * row + 3]) }
      stream.append(RecordedQuestion(table: table, truth: truth))
      pooled.append(consensus)
      if question > 3 { settle(&recorder, question - 3, pooled[question - 4], truth: stream[question - 4].truth ?? 0) }
    }
    for question in questionCount - 2...questionCount {
      settle(&recorder, question, pooled[question - 1], truth: stream[question - 1].truth ?? 0)
    }
    let hindsight = Hindsight(stream, seatCount: memberCount)
    let detail = try #require(recorder.measures.detail)
    #expect(detail.uniform.count == questionCount)
    #expect(abs(detail.uniform.scores.logLoss - hindsight.uniformLoss) < 1e-12)  // 400 roundings
    #expect(detail.bestMember == hindsight.bestMember)
    #expect(abs(try #require(detail.bestMemberLoss) - hindsight.bestMemberLoss) < 1e-12)
    let mixture = try #require(detail.mixture)
    #expect(mixture.count == questionCount)
    #expect(mixture.loss >= hindsight.mixtureLoss - 1e-6)
    #expect(mixture.loss < hindsight.mixtureLoss + 2e-4, "within the tolerance of the search")
    #expect(detail.members.map(\.answered).reduce(0, +) == stream.reduce(0) { $0 + $1.table.rowCount })
    #expect(detail.consensus == recorder.measures.consensus)
  }

  @Test func `calibration error is what one finds by hand`() {
    var recorder = Recorder(scenario: scenario([1], questions: 4), isDetailed: false)
    // Two in the bin from 0.8 to 0.867, one of them wrong; two in the last bin, both right.
    settle(&recorder, 1, [850_000_000, 150_000_000], truth: 0)
    settle(&recorder, 2, [850_000_000, 150_000_000], truth: 1)
    settle(&recorder, 3, [1_000_000_000, 0], truth: 0)
    settle(&recorder, 4, [0, 1_000_000_000], truth: 1)
    let scores = recorder.measures.consensus.scores
    #expect(abs(scores.calibrationError - (1.7 - 1) / 4) < 1e-15)
    #expect(scores.accuracy == 0.75)
    #expect(abs(scores.brier - (2 * 0.15 * 0.15 + 2 * 0.85 * 0.85) / 4) < 1e-15)
    #expect(recorder.measures.consensus.bins[12].count == 2)
    #expect(recorder.measures.consensus.bins[14].right == 2)
  }

  @Test func `more members than questions have no best mixture`() throws {
    var recorder = Recorder(scenario: scenario([3], questions: 2), isDetailed: true)
    close(
      &recorder, 1, [0, 1, 2], [900_000_000, 100_000_000, 0, 1_000_000_000, 1_000_000_000, 0], [1_000_000_000, 0])
    settle(&recorder, 1, [1_000_000_000, 0], truth: 0)
    let detail = try #require(recorder.measures.detail)
    #expect(detail.mixture == nil)
    #expect(detail.bestMember == 2)
  }

  @Test func `a record is the same after it was written and read`() throws {
    var recorder = Recorder(scenario: scenario([2, 1], questions: 3), isDetailed: true)
    show(&recorder, 1, [1_000_000, 2_000_000, 0], [400_000_000, 600_000_000, 0])
    for question in 1...3 {
      close(&recorder, question, [0, 1], [900_000_000, 100_000_000, 0, 1_000_000_000], [450_000_000, 550_000_000])
      settle(&recorder, question, [450_000_000, 550_000_000], truth: question % 2)
    }
    show(&recorder, 4, [999_999, 2_000_001, 5], [0, 0, 0])
    recorder.note(at: 17, "the host \"fell\"\n")
    let record = RunRecord(
      hash: .zero,
      members: [
        .init(
          group: 1, deposited: Amount(micro: 7), withdrawn: .zero, balance: Amount(micro: -1), bribes: .zero,
          staked: Amount(credits: 9))
      ], treasury: Amount(micro: 3), questionsClosed: 3, measures: recorder.measures)
    #expect(record.measures.detail?.mixture != nil)
    var writer = CanonicalWriter()
    record.encode(into: &writer)
    var reader = CanonicalReader(writer.bytes)
    #expect(try RunRecord(from: &reader) == record)
    try reader.finish()
    for end in stride(from: 0, to: writer.bytes.count, by: 37) {
      var broken = CanonicalReader(Array(writer.bytes[..<end]))
      #expect(throws: CanonicalError.self) { _ = try RunRecord(from: &broken) }
    }
  }
}
