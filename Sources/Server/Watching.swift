import Incentives
import Ledger
import ProtocolCore
import Quantities
import Runtime

/// `GET /readyz` and `GET /metrics`: for those who watch the program.
struct Watching: Sendable {
  private let host: Host
  private let traffic: Traffic
  private let gate: ConnectionGate

  init(host: Host, traffic: Traffic, gate: ConnectionGate) {
    self.host = host
    self.traffic = traffic
    self.gate = gate
  }

  /// Says so if the ledger takes writes; refuses if its last transaction failed.
  func ready() throws(Refusal) -> [UInt8] {
    let (isStalled, head) = host.read { ($0.figures.isStalled, $0.head) }
    guard !isStalled else {
      throw Refusal(
        .serviceUnavailable, "ledger_stalled",
        "the ledger did not take the last events, which were refused: make room on the disk; no restart is needed",
        retryAfter: 5)
    }
    var json = JSONWriter()
    json.openObject()
    json.key("status")
    json.word("ready")
    json.key("position")
    json.integer(head.position)
    json.closeObject()
    return json.bytes
  }

  /// All figures in Prometheus's text format.
  func metrics() -> [UInt8] {
    var text = MetricsText()
    writeTraffic(to: &text)
    writeHost(to: &text)
    writeModels(to: &text)
    return text.bytes
  }

  private func writeTraffic(to text: inout MetricsText) {
    let figures = traffic.figures
    let places = Route.allCases.map(\.path) + ["other"]
    text.family("witan_http_requests_total", "counter", "Requests answered, by route and status.")
    for (place, statuses) in figures.requests.enumerated() {
      for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
        text.sample([("route", places[place]), ("status", "\(status)")], "\(count)")
      }
    }
    text.family("witan_http_request_seconds", "histogram", "Time from a request's header to its answer, by route.")
    for (place, buckets) in figures.buckets.enumerated() {
      var sum: UInt64 = 0
      for (bound, count) in zip(Traffic.bounds.map { Optional($0) } + [nil], buckets) {
        sum += count
        let limit = bound.map { MetricsText.seconds(nanoseconds: $0 * 1_000) } ?? "+Inf"
        text.sample([("route", places[place]), ("le", limit)], "\(sum)", suffix: "_bucket")
      }
      text.sample(
        [("route", places[place])], MetricsText.seconds(nanoseconds: figures.nanoseconds[place]), suffix: "_sum")
      text.sample([("route", places[place])], "\(sum)", suffix: "_count")
    }
    text.single("witan_http_connections", "gauge", "Open connections.", "\(gate.open)")
    text.single(
      "witan_http_connections_refused_total", "counter", "Connections refused for being one too many.",
      "\(gate.turnedAway)")
  }

  private func writeHost(to text: inout MetricsText) {
    let (figures, position, questions, open) = host.read { committed in
      (
        committed.figures, committed.head.position, committed.council.nextQuestion.number - 1,
        committed.council.open.count
      )
    }
    text.single("witan_questions_total", "counter", "Questions in the ledger.", "\(questions)")
    text.single("witan_open_questions", "gauge", "Questions that wait for their outcome.", "\(open)")
    text.single("witan_ledger_position", "gauge", "The last event in the ledger.", "\(position)")
    text.single("witan_events_total", "counter", "Events committed since the start.", "\(figures.events)")
    text.single("witan_commits_total", "counter", "Transactions committed since the start.", "\(figures.commits)")
    text.single("witan_commits_failed_total", "counter", "Transactions that failed.", "\(figures.failedCommits)")
    text.single(
      "witan_commit_seconds_total", "counter", "Time spent on committing since the start.",
      MetricsText.seconds(nanoseconds: figures.commitNanoseconds))
    text.single("witan_refusals_total", "counter", "Wishes that the council refused.", "\(figures.refusals)")
    text.single("witan_waiting", "gauge", "Questions and outcomes that wait to be decided.", "\(host.waiting)")
    text.single(
      "witan_ledger_stalled", "gauge", "1 while the ledger takes no writes.", figures.isStalled ? "1" : "0")
  }

  private func writeModels(to text: inout MetricsText) {
    let (models, statuses, weights, treasury) = host.read { committed in
      let council = committed.council
      return (
        council.registry.models, council.registry.models.map { council.status($0) }, council.weights,
        council.registry.treasury
      )
    }
    text.single("witan_treasury_credits", "gauge", "What the treasury has.", treasury.description)
    func family(_ name: StaticString, _ kind: StaticString, _ help: StaticString, _ value: (Int) -> String?) {
      text.family(name, kind, help)
      for (place, model) in models.enumerated() {
        if let value = value(place) { text.sample([("model", model.id.name)], value) }
      }
    }
    family("witan_model_balance_credits", "gauge", "What a model owns.") { models[$0].balance.description }
    family("witan_model_stake_credits", "gauge", "The part of it that is staked.") { models[$0].reserved.description }
    family("witan_model_weight", "gauge", "Its weight in the council, 0 to 1.") { Billionths.text(weights[$0]) }
    family("witan_model_active", "gauge", "1 while it has a voice.") { statuses[$0] == .active ? "1" : "0" }
    family("witan_model_predictions_total", "counter", "Questions it answered.") { "\(models[$0].predictions)" }
    family("witan_model_right_total", "counter", "Its right answers.") { "\(models[$0].standing.right)" }
    family("witan_model_wrong_total", "counter", "Its wrong answers.") { "\(models[$0].standing.wrong)" }
    family("witan_model_accuracy", "gauge", "Its share of right answers; absent before the first.") {
      models[$0].standing.accuracy.map(Billionths.text)
    }
    family("witan_model_running_accuracy", "gauge", "Its accuracy of late.") {
      Billionths.text(models[$0].standing.running.billionths)
    }
    family("witan_model_contribution", "gauge", "By how much the consensus is better for it; absent before a class.") {
      models[$0].standing.contribution.map(Billionths.text)
    }
    family("witan_model_rewarded_credits_total", "counter", "All that it earned.") {
      models[$0].rewardedTotal.description
    }
    family("witan_model_slashed_credits_total", "counter", "All that it lost.") { models[$0].slashedTotal.description }
  }
}
