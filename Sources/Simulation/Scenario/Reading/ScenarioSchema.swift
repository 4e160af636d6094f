/// The JSON Schema of scenario files: editors that know it complete keys and check values while one writes.
public enum ScenarioSchema {
  /// The schema as a JSON document (draft 2020-12), made from the tables by which scenarios are read.
  public static var json: String {
    let schema = Schema.object(ScenarioForms.scenario.fields.map(\.property)).json()
    let head = """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario for witan simulate",
      """
    return head + schema.dropFirst() + "\n"
  }
}
