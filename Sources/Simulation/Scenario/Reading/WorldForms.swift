/// The network and what breaks, as scenarios write them.
enum WorldForms {
  static let network = Form<Network>([
    Field("latency", "virtual milliseconds that a message takes", \.latency, .distribution(0...1e9)),
    Field("loss", "the part of the messages that are lost, below 1", \.loss, .real(0...0.999)),
    Field("duplication", "the part of the messages that arrive twice", \.duplication, .fraction),
    Field("reordering", "the part of the messages that are held back", \.reordering, .fraction),
    Field("corruption", "the part of the members' messages whose bytes change", \.corruption, .fraction),
    Field("clock_skew", "milliseconds that each member's clock is off", \.clockSkew, .distribution(-1e9...1e9)),
    Field(
      "answer_deadline", "milliseconds from opening a question to the last moment for answers", \.answerDeadline,
      .whole(1...1_000_000_000)),
  ])

  static let fault = Codec<Fault>.variants(
    [
      Variant(
        "partition", "members of these groups cannot reach the host, nor it them",
        Fault(.partition(groups: []), start: 0, duration: 0), Form([groups] + times)),
      Variant(
        "member_crash", "each member of these groups is down",
        Fault(.memberCrash(groups: [], keepsDisk: true), start: 0, duration: 0), Form([groups, keepsDisk] + times)),
      Variant(
        "host_crash", "the host is down and starts again from its disk", Fault(.hostCrash, start: 0, duration: 0),
        Form(times)),
      Variant(
        "slow_disk", "each flush of the host's disk takes this long",
        Fault(.slowDisk(delay: 100), start: 0, duration: 0),
        Form([delay] + times)),
      Variant(
        "torn_disk", "the host loses power; a part of a write may be left", Fault(.tornDisk, start: 0, duration: 0),
        Form(times)),
    ], aliases: ["crash": "member_crash", "power_loss": "torn_disk", "split": "partition"]
  ) { fault in
    switch fault.kind {
    case .partition: "partition"
    case .memberCrash: "member_crash"
    case .hostCrash: "host_crash"
    case .slowDisk: "slow_disk"
    case .tornDisk: "torn_disk"
    }
  }

  private static let times = [
    Field<Fault>(
      "start", "from when, in virtual milliseconds; question q opens at (q - 1) times the interval", \.start,
      .whole(0...1_000_000_000_000_000), isRequired: true),
    Field<Fault>(
      "duration", "for how many milliseconds", \.duration, .whole(0...1_000_000_000_000_000), isRequired: true),
  ]

  private static let names = Codec<[String]>.list(
    of: .text("the name of a group"), start: "", expected: "a list of groups", countMax: 10_000)

  private static let groups = Field<Fault>(
    "groups", "which groups", names.schema, isRequired: true,
    write: { fault in
      switch fault.kind {
      case .partition(let groups), .memberCrash(let groups, _): names.write(groups)
      default: nil
      }
    },
    update: { (fault, node, path) throws(ScenarioError) in
      var groups: [String] = []
      try names.update(&groups, node, path)
      if case .memberCrash(_, let keepsDisk) = fault.kind {
        fault.kind = .memberCrash(groups: groups, keepsDisk: keepsDisk)
      } else {
        fault.kind = .partition(groups: groups)
      }
    })

  private static let keepsDisk = Field<Fault>(
    "keeps_disk", "whether they have their memory when they come back", .flag,
    write: { if case .memberCrash(_, let keepsDisk) = $0.kind { Codec<Bool>.flag.write(keepsDisk) } else { nil } },
    update: { (fault, node, path) throws(ScenarioError) in
      guard case .memberCrash(let groups, var keepsDisk) = fault.kind else { return }
      try Codec<Bool>.flag.update(&keepsDisk, node, path)
      fault.kind = .memberCrash(groups: groups, keepsDisk: keepsDisk)
    })

  private static let milliseconds = Codec<UInt64>.whole(0...1_000_000_000)

  private static let delay = Field<Fault>(
    "delay", "milliseconds that each flush takes", milliseconds.schema,
    write: { if case .slowDisk(let delay) = $0.kind { milliseconds.write(delay) } else { nil } },
    update: { (fault, node, path) throws(ScenarioError) in
      var delay: UInt64 = 0
      try milliseconds.update(&delay, node, path)
      fault.kind = .slowDisk(delay: delay)
    })
}
