import ProtocolCore
import Quantities

// What crosses the network, and what nodes and host make of it.
extension ProtocolRun {
  /// Sends a message of the host to the node of `member`.
  mutating func post(_ message: Message, to member: Int) throws {
    tally.sent += 1
    if isDirect(member) { return try deliver(message, to: member) }
    guard faults.cut[member] == 0 else { return tally.lost += 1 }
    let fate = network.isIdeal ? nil : fate(of: message, member, isFromMember: false)
    for arrival in fate?.arrivals ?? [0] { push(.toNode(member, message), at: now + arrival) }
  }

  /// Sends a message of the node of `member` to the host.
  private mutating func send(_ message: Message, from member: Int, seat: Int) throws {
    tally.sent += 1
    if isDirect(member) { return try deliver(message, from: member, seat: seat) }
    guard faults.cut[member] == 0 else { return tally.lost += 1 }
    guard !network.isIdeal else { return push(.toHost(member, seat: seat, message), at: now) }
    var fate = fate(of: message, member, isFromMember: true)
    var arriving = message
    if fate.isCorrupt {
      tally.corrupted += 1
      guard let changed = SimulatedNetwork.corrupted(message, &fate.random) else { return tally.lost += 1 }
      arriving = changed
    }
    for arrival in fate.arrivals { push(.toHost(member, seat: seat, arriving), at: now + arrival) }
  }

  // With nothing in between a message is there when it is sent.
  private func isDirect(_ member: Int) -> Bool { network.isIdeal && faults.cut[member] == 0 }

  private mutating func fate(of message: Message, _ member: Int, isFromMember: Bool) -> SimulatedNetwork.Fate {
    let fate = network.fate(
      of: message, kind: message.body.word, member: member, at: now, isFromMember: isFromMember)
    if fate.arrivals.isEmpty { tally.lost += 1 }
    if fate.arrivals.count > 1 { tally.doubled += 1 }
    return fate
  }

  /// A message reaches the node of `member`.
  mutating func deliver(_ message: Message, to member: Int) throws {
    // One that has taken a new name is not there under the old one.
    guard faults.cut[member] == 0, faults.down[member] == 0, nodes[member]?.participant.model == message.model else {
      return tally.lost += 1
    }
    digest.absorb(UInt64(member) << 32 | message.question.number << 4 | message.body.word & 15)
    if case .receipt(let receipt) = message.body, case .recorded(let entry) = receipt.verdict,
      let seat = nodes[member]?.seat
    {
      try auditor.told(entry, question: message.question, asking: message.asking, seat: seat, for: receipt.stage)
    }
    if case .unsealing(let entry) = message.body, let seat = nodes[member]?.seat {
      try auditor.told(entry, question: message.question, asking: message.asking, seat: seat, for: .commitment)
    }
    let clock = nodes[member]?.clock(now) ?? Tick(now)
    try act(member) { $0.receive(message, at: clock, into: &$1) }
  }

  /// Wakes all nodes that asked for it.
  mutating func wake() throws {
    guard let due = nextWake, due <= now else { return }
    nextWake = nil
    for member in nodes.indices where faults.down[member] == 0 {
      guard let time = nodes[member]?.nextWake(after: now), let clock = nodes[member]?.clock(now) else { continue }
      guard time <= now else {
        plan(time)
        continue
      }
      try act(member) { $0.wake(at: clock, into: &$1) }
    }
  }

  // Lets a node do something and carries out what follows.
  mutating func act(_ member: Int, _ body: (inout Participant, inout [Participant.Effect]) -> Void) throws {
    var effects: [Participant.Effect] = []
    swap(&effects, &self.effects)
    nodes[member]?.act(body, &effects)
    var next = 0
    while next < effects.count {
      switch effects[next] {
      case .predict(let prompt): think(member, prompt, &effects)
      case .save:
        guard faults.keepsDisk[member], let state = nodes[member]?.participant.state else { break }
        nodes[member]?.disk = state
      case .send(let message): try say(message, member, &effects)
      }
      next += 1
    }
    effects.removeAll(keepingCapacity: true)
    swap(&effects, &self.effects)
    if let time = nodes[member]?.nextWake(after: now) { plan(time) }
  }

  private mutating func plan(_ time: UInt64) {
    guard nextWake.map({ time < $0 }) ?? true else { return }
    nextWake = time
    push(.wake, at: time)
  }

  // What a member does with a call: what its strategy says, when it says so.
  private mutating func think(_ member: Int, _ prompt: Participant.Prompt, _ effects: inout [Participant.Effect]) {
    guard prompt.asking == line.asking, let clock = nodes[member]?.clock(now), let seat = nodes[member]?.seat else {
      return
    }
    let row = Int(line.rows[member])
    guard row >= 0, Int(sheet.seats[row]) == seat else {
      nodes[member]?.participant.predicted(nil, for: prompt, at: clock, into: &effects)
      return
    }
    switch sheet.acts[row] {
    case .absent: return
    case .withheld where !prompt.call.isSealed: return
    case .late:
      postpone(member, prompt, until: Tick(prompt.call.deadline.milliseconds + 1))
    case .report where !prompt.call.isSealed && looks[member]:
      // Whoever copies waits for something to copy.
      let half = (prompt.call.opened.milliseconds + prompt.call.deadline.milliseconds) / 2
      postpone(member, prompt, until: Tick(half))
    case .report, .withheld, .equivocal:
      if sheet.acts[row] == .withheld { nodes[member]?.withheld = prompt.asking }
      nodes[member]?.participant.predicted(Array(sheet.row(row)), for: prompt, at: clock, into: &effects)
    }
  }

  // Lets a member answer when its own clock shows `tick`.
  private mutating func postpone(_ member: Int, _ prompt: Participant.Prompt, until tick: Tick) {
    guard let node = nodes[member] else { return }
    push(.answer(member, prompt, epoch: node.epoch), at: node.time(of: tick, after: now))
  }

  /// A member that had waited answers.
  mutating func answer(_ member: Int, _ prompt: Participant.Prompt, _ epoch: Int) throws {
    guard faults.down[member] == 0, let node = nodes[member], node.epoch == epoch, prompt.asking == line.asking else {
      return
    }
    let row = Int(line.rows[member])
    guard row >= 0, Int(sheet.seats[row]) == node.seat else { return }
    let prediction = Array(sheet.row(row))
    let clock = node.clock(now)
    try act(member) { $0.predicted(prediction, for: prompt, at: clock, into: &$1) }
  }

  // Sends what a node says; a withholding one keeps its answer to itself, an equivocal one says another thing too.
  private mutating func say(_ message: Message, _ member: Int, _ effects: inout [Participant.Effect]) throws {
    guard let seat = nodes[member]?.seat else { return }
    let row = message.asking == line.asking ? Int(line.rows[member]) : -1
    switch message.body {
    case .answer(let prediction): auditor.said(prediction, by: seat, to: message.asking)
    case .reveal(let prediction, _):
      if nodes[member]?.withheld == message.asking {
        let refusal = Receipt(stage: .reveal, verdict: .refused(.late))
        let clock = nodes[member]?.clock(now) ?? Tick(now)
        nodes[member]?.participant.receive(message.saying(.receipt(refusal)), at: clock, into: &effects)
        return
      }
      auditor.said(prediction, by: seat, to: message.asking)
    default: break
    }
    try send(message, from: member, seat: seat)
    guard row >= 0, sheet.acts[row] == .equivocal, !line.hasContradicted[member] else { return }
    line.hasContradicted[member] = true
    switch message.body {
    case .answer(let prediction):
      let other = Self.other(prediction)
      auditor.said(other, by: seat, to: message.asking)
      try send(message.saying(.answer(other)), from: member, seat: seat)
    case .commitment(let digest):
      try send(message.saying(.commitment(.sha256(digest.bytes))), from: member, seat: seat)
    default: break
    }
  }

  // Another prediction than this one.
  private static func other(_ prediction: [UInt32]) -> [UInt32] {
    let turned = Array(prediction.dropFirst() + prediction.prefix(1))
    if turned != prediction { return turned }
    var moved = prediction
    moved[0] += 1
    moved[moved.count - 1] -= 1
    return moved
  }

  /// A message of `member` reaches the host.
  mutating func deliver(_ message: Message, from member: Int, seat: Int) throws {
    guard host.isUp, faults.cut[member] == 0 else { return tally.lost += 1 }
    digest.absorb(1 << 63 | UInt64(member) << 32 | message.question.number << 4 | message.body.word & 15)
    // While the council's word is being written nothing can be said of an answer: its node will ask again.
    guard line.stage != .deciding || message.asking != line.asking else { return }
    if line.stage == .gathering, let reception = line.gathering?.receive(message, from: Seat(seat), at: Tick(now)),
      reception != .refused(.unknown)
    {
      switch reception {
      case .taken, .contradicts: return
      case .repeated:
        guard line.stage == .gathering, let row = line.gathering?.row(of: Seat(seat)), case .commitment = message.body,
          let reminder = line.gathering?.reminder(to: row)
        else { return }
        return try post(reminder, to: member)
      case .refused(let refusal): return try refuse(message, refusal, member)
      }
    }
    try echo(message, member, seat)
  }

  // Answers a message about a question that is over, from what is in the ledger.
  private mutating func echo(_ message: Message, _ member: Int, _ seat: Int) throws {
    guard let stage = message.body.stage else { return }
    guard let (event, entry) = try host.event(of: message.question, asking: message.asking) else {
      // Its event may be written and not be durable yet; then nothing can be said of it.
      guard host.disk.isDirty == false else { return }
      return try refuse(message, .unknown, member)
    }
    let seats: [Seat]
    switch event {
    case .asked(let asked): seats = asked.table.seats
    case .revealed(let revealed): seats = revealed.table.seats
    default: return
    }
    guard seats.contains(Seat(seat)), stage != .commitment else { return try refuse(message, .late, member) }
    try post(message.saying(.receipt(Receipt(stage: stage, verdict: .recorded(entry)))), to: member)
  }

  private mutating func refuse(_ message: Message, _ refusal: Refusal, _ member: Int) throws {
    tally.refused += 1
    guard let stage = message.body.stage else { return }
    try post(message.saying(.receipt(Receipt(stage: stage, verdict: .refused(refusal)))), to: member)
  }
}

extension Message.Body {
  /// What a node says with it; `nil` for what hosts say, and for a decline, which needs no echo.
  var stage: Stage? {
    switch self {
    case .answer: .answer
    case .commitment: .commitment
    case .reveal: .reveal
    case .call, .unsealing, .receipt, .decline: nil
    }
  }

  /// A number for its kind, and for what it says where a node may say two things.
  var word: UInt64 {
    switch self {
    case .call: 0
    case .unsealing: 1
    case .receipt: 2
    case .answer(let prediction): 3 | UInt64(prediction.first ?? 0) << 4
    case .commitment(let digest): 4 | digest.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).littleEndian } << 4
    case .reveal: 5
    case .decline: 6
    }
  }
}
