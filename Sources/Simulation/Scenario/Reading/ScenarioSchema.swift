import Quantities

/// The JSON Schema of scenario files: editors that know it complete keys and check values while one writes.
public enum ScenarioSchema {
  /// The schema as a JSON document (draft 2020-12), made from the tables by which scenarios are read.
  public static var json: String {
    let council = ScenarioForms.scenario.fields.map(\.property)
    // One object for both kinds of files: editors complete keys better than with a choice of objects.
    let game = CabalScenario.form.fields.filter { $0.name == "cabal" }.map { field in
      Schema.Property(name: field.name, meaning: field.meaning, schema: field.schema)
    }
    guard case .object(let members) = Schema.object(council + game).json else {
      preconditionFailure("the schema of an object is an object")
    }
    return JSONValue.object(
      [
        ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
        ("title", .text("A scenario for witan simulate")),
      ] + members
    ).rendered()
  }
}
