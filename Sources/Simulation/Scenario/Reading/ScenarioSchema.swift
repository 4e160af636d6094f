/// The JSON Schema of scenario files: editors that know it complete keys and check values while one writes.
public enum ScenarioSchema {
  /// The schema as a JSON document (draft 2020-12), made from the tables by which scenarios are read.
  public static var json: String {
    let council = ScenarioForms.scenario.fields.map(\.property)
    let game = CabalScenario.form.fields.map(\.property)
    // One object for both kinds of files: editors complete keys better than with a choice of objects.
    let schema = Schema.object(
      council
        + game.filter { $0.name == "cabal" }.map {
          Schema.Property(name: $0.name, meaning: $0.meaning, schema: $0.schema)
        }
    ).json()
    let head = """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario for witan simulate",
      """
    return head + schema.dropFirst() + "\n"
  }
}
