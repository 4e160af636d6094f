import ProtocolCore
import Quantities

/// The whole of a scenario as it is written.
enum ScenarioForms {
  /// Everything before the rules, whose defaults depend on it, then the rules and the rest.
  static let scenario: Form<Scenario> = Form<Scenario>(
    [
      Field("name", "a short name; that of the file where left out", \.name, .text("a short name", bytesMax: 100)),
      Field("about", "what it shows, for people", \.about, .text("some words", bytesMax: 20_000)),
      Field("seed", "from which everything random is drawn", \.seed, .seed),
      Field(
        "depth", "how much of the world is simulated", \.depth,
        .words([
          (.mechanism, "mechanism", "tables only: the mechanisms at memory speed"),
          (.protocol, "protocol", "every participant, message and event"),
        ])),
      Field("questions", "what is asked", \.self, QuestionForms.codec),
      Field("outcomes", "when outcomes come, and whether they are true", \.outcomes, outcomes.codec),
      Field(
        "groups", "who takes part, in the order of seats", \.groups,
        .list(of: GroupForms.group, start: Group(name: ""), expected: "a list of groups", countMax: 10_000)),
      rules,
      Field(
        "network", "the network between members and host; protocol depth alone", \.network, WorldForms.network.codec),
      Field(
        "faults", "what breaks, and when; protocol depth alone", \.faults,
        .list(
          of: WorldForms.fault, start: Fault(.hostCrash, start: 0, duration: 0), expected: "a list of faults",
          countMax: 10_000)),
      Field("replicates", "how many runs with seeds of their own", \.replicates, .whole(1...1_000_000)),
      Field("sweep", "values to vary, each combination a run of its own; null for none", \.sweep, sweep),
      Field(
        "output", "the folder for the run, from the current one; null for none", \.output,
        .optional(.text("the name of a folder", bytesMax: 4_000), start: "")),
    ])

  private static let rules = Field<Scenario>(
    "rules", "the rules that the council begins with", RuleForms.rules.codec.schema,
    write: { RuleForms.rules.write($0.rules) },
    update: { (scenario, node, path) throws(ScenarioError) in
      try RuleForms.rules.update(&scenario.rules, node, path)
    })

  private static let outcomes: Form<OutcomePlan> = Form<OutcomePlan>([
    Field("delay", "virtual milliseconds from opening a question to its outcome", \.delay, .distribution(0...1e12)),
    Field("never", "the part of the outcomes that never come", \.neverShare, .fraction),
    Field("false", "the part of the outcomes that are reported falsely", \.falseShare, .fraction),
  ])

  private static let sweepFields: Form<Sweep> = Form<Sweep>([
    Field(
      "mode", "how combinations are chosen", Codec<String>.words(modes).schema,
      write: { SettingNode($0.mode == .grid ? "grid" : "random") },
      update: { (sweep, node, path) throws(ScenarioError) in
        var word = "grid"
        try Codec<String>.words(modes).update(&word, node, path)
        sweep.mode = word == "grid" ? .grid : .random(count: 10)
      }),
    Field(
      "count", "how many combinations are drawn; random alone", Codec<Int>.whole(1...Sweep.cellsMax).schema,
      write: { if case .random(let count) = $0.mode { SettingNode(String(count)) } else { nil } },
      update: { (sweep, node, path) throws(ScenarioError) in
        guard case .random(var count) = sweep.mode else {
          throw node.error(path, "is for random sweeps: leave it out, or say mode: random")
        }
        try Codec<Int>.whole(1...Sweep.cellsMax).update(&count, node, path)
        sweep.mode = .random(count: count)
      }),
    Field(
      "over", "for each path, as for --set, a list of values", .dictionary(.list(.anything)), isRequired: true,
      write: { sweep in
        SettingNode(
          entries: sweep.axes.map { axis in
            // What no longer reads as YAML is written as a text; reading it again then says what is wrong with it.
            let values = axis.values.map { text in
              (try? SettingNode(yaml: text)) ?? SettingNode(.text(text, isPlain: false))
            }
            return (axis.path, SettingNode(.list(values)))
          })
      },
      update: { (sweep, node, path) throws(ScenarioError) in
        guard case .map(let entries) = node.content, !entries.isEmpty, entries.count <= 16 else {
          throw node.error(path, "is \(node.kindName): give 1 to 16 paths, each with a list of values")
        }
        sweep.axes = []
        for entry in entries {
          let values = try entry.value.elements("\(path).\(entry.key)", expected: "a list of values")
          guard (1...1_000).contains(values.count) else {
            throw entry.value.error("\(path).\(entry.key)", "lists \(values.count) values: give 1 to 1000")
          }
          sweep.axes.append(Sweep.Axis(path: entry.key, values: values.map(\.line)))
        }
      }),
  ])

  private static let modes = [
    (value: "grid", name: "grid", meaning: "every combination"),
    (value: "random", name: "random", meaning: "some combinations, drawn"),
  ]

  private static let sweep = Codec<Sweep?>.optional(sweepFields.codec, start: Sweep(axes: []))
}
