import Consensus
import ProtocolCore
import Quantities

extension Scenario {
  /// Refuses values that do not go together: the first one, in the order of a scenario's file.
  ///
  /// What a single value may be is checked where it is read; this is about values that depend on each other.
  ///
  /// - Throws: the path of the value and a remedy.
  public func check() throws(ScenarioError) {
    try check(questions)
    let (span, isTooLong) = interval.multipliedReportingOverflow(by: UInt64(max(questionCount, 1)))
    try require(!isTooLong && span <= Tick.latest.milliseconds / 2, "questions.interval") {
      "makes the run longer than 71,000 years: ask fewer questions, or more often"
    }
    try checkRules()
    try require(groups.contains { $0.count > 0 }, "groups") {
      "names nobody: give at least one group with a member"
    }
    try checkGroups()
    try checkWorld()
    if sweep != nil { _ = try cells() }
    try require(output?.isEmpty != true, "output") { "is empty: name a folder, or leave it out" }
  }

  private func check(_ source: QuestionSource) throws(ScenarioError) {
    switch source {
    case .drawn(let drawn):
      if !drawn.prior.isEmpty { try check(chances: drawn.prior, "questions.prior") }
    case .dataset(let data): try require(!data.path.isEmpty, "questions.data") { "is empty: give a CSV file, or iris" }
    case .stream(let stream): try require(!stream.path.isEmpty, "questions.stream") { "is empty: give a folder" }
    }
  }

  private func check(chances: [Double], _ path: String) throws(ScenarioError) {
    try require(chances.count == classCount, path) {
      "lists \(chances.count) chances: give one for each of the \(classCount) classes"
    }
    let sum = chances.reduce(0, +)
    try require(abs(sum - 1) <= 1e-6, path) { "adds up to \(sum): give chances that add up to 1" }
  }

  private func checkRules() throws(ScenarioError) {
    if let fault = rules.fault { throw ScenarioError(path: "rules", problem: "cannot hold \(fault): change it") }
    try require(classCount <= rules.consensus.kind.classesMax, "rules.consensus") {
      "pools up to \(rules.consensus.kind.classesMax) classes, not \(classCount): take boa or falling_share"
    }
    try require(classCount <= rules.unresolved.classesMax, "rules.unresolved") {
      "takes up to \(rules.unresolved.classesMax) classes, not \(classCount): take return_stakes or peer_truth_serum"
    }
  }

  private func checkGroups() throws(ScenarioError) {
    var names: Set<String> = []
    var members = 0
    var credits = 0.0
    for (i, group) in groups.enumerated() {
      let path = "groups[\(i)]"
      // A member is called after its group, its place and how often it took a new name: <group>-<place>.<renewals>.
      try require(
        group.name.utf8.count <= 40 && !group.name.contains(".") && ModelID(group.name) != nil, "\(path).name"
      ) {
        "is `\(group.name.prefix(60))`: give up to 40 of a-z, 0-9, _ and -, beginning with a letter or digit"
      }
      try require(names.insert(group.name).inserted, "\(path).name") {
        "is `\(group.name)`, as another group is called: give it another name"
      }
      members += group.count
      try require(members <= 10_000_000, "\(path).count") {
        "makes more than 10,000,000 members: take fewer"
      }
      credits += Double(group.count) * max(group.deposit?.largest ?? 0, Double(rules.deposit.micro) / 1e6)
      try require(credits <= 1e12, "\(path).deposit") {
        "makes deposits of more than 1,000,000,000,000 credits in all: bring in less"
      }
      try check(group.source, path)
    }
  }

  private func check(_ source: AnswerSource, _ path: String) throws(ScenarioError) {
    switch source {
    case .skill(let skill):
      guard !skill.confusion.isEmpty else { return }
      try require(skill.confusion.count == classCount, "\(path).confusion") {
        "has \(skill.confusion.count) rows: give one for each of the \(classCount) classes"
      }
      for (k, row) in skill.confusion.enumerated() { try check(chances: row, "\(path).confusion[\(k)]") }
    case .learner:
      guard case .dataset = questions else {
        throw ScenarioError(
          path: "\(path).learner", problem: "needs a table to learn from: say questions: {data: iris}")
      }
    case .recorded:
      guard case .stream = questions else {
        throw ScenarioError(
          path: "\(path).recorded", problem: "needs a recorded stream: name its folder with questions: {stream: …}")
      }
    }
  }

  private func checkWorld() throws(ScenarioError) {
    if depth == .mechanism {
      try require(faults.isEmpty, "faults") { "happen at protocol depth alone: say depth: protocol, or leave them out" }
      var plain = Network()
      plain.answerDeadline = network.answerDeadline
      try require(network == plain, "network") {
        "plays a part at protocol depth alone: say depth: protocol, or leave it out"
      }
    }
    let names = groups.map(\.name)
    for (i, fault) in faults.enumerated() {
      switch fault.kind {
      case .partition(let groups), .memberCrash(let groups, _):
        try require(!groups.isEmpty, "faults[\(i)].groups") { "names nobody: give at least one group" }
        for (j, name) in groups.enumerated() where !names.contains(name) {
          throw ScenarioError(
            path: "faults[\(i)].groups[\(j)]",
            problem: "does not know the group `\(name.prefix(60))`: \(ScenarioError.remedy(for: name, among: names))")
        }
      case .hostCrash, .slowDisk, .tornDisk: break
      }
    }
  }

  private func require(_ isMet: Bool, _ path: String, _ problem: () -> String) throws(ScenarioError) {
    guard isMet else { throw ScenarioError(path: path, problem: problem()) }
  }
}
