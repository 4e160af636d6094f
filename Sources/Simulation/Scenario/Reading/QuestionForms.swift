/// What questions are about, as scenarios write it: drawn by `classes`, `prior` and `difficulty`; from a table by `data`,
/// `label` and `asked`; from a recorded stream by `stream`. Key paths lead from the whole scenario.
enum QuestionForms {
  static let codec = Codec<Scenario>(
    .object([head, classes, drawn, data, stream].flatMap(\.fields).map(\.property)),
    write: { form(of: $0.questions).write($0) },
    update: { (scenario: inout Scenario, node, path) throws(ScenarioError) in
      if node["data"] != nil {
        scenario.questions = .dataset(DatasetQuestions())
      } else if node["stream"] != nil {
        scenario.questions = .stream(StreamQuestions(path: ""))
      } else {
        scenario.questions = .drawn(DrawnQuestions())
      }
      try form(of: scenario.questions).update(&scenario, node, path, elsewhere: elsewhere(scenario.questions))
    })

  private static func form(of source: QuestionSource) -> Form<Scenario> {
    switch source {
    case .drawn: Form([head, classes, drawn].flatMap(\.fields))
    case .dataset: Form([head, data, classes].flatMap(\.fields))
    case .stream: Form([head, stream, classes].flatMap(\.fields))
    }
  }

  private static func elsewhere(_ source: QuestionSource) -> [String: String] {
    var remedies: [String: String] = [:]
    for field in drawn.fields {
      remedies[field.name] = "is for questions that are drawn: leave it out, or data and stream"
    }
    for field in data.fields { remedies[field.name] = "is for questions from a table: name it with data" }
    remedies["stream"] = "cannot stand beside data: keep one of them"
    for field in form(of: source).fields { remedies[field.name] = nil }
    return remedies
  }

  private static let head = Form<Scenario>([
    Field("count", "how many questions are asked", \.questionCount, .whole(1...1_000_000_000)),
    Field("interval", "virtual milliseconds from one opening to the next", \.interval, .whole(1...1_000_000_000_000)),
  ])

  /// For data and streams it is spelt out in what is written, and found out where it is left out.
  private static let classes = Form([
    Field<Scenario>(
      "classes", "how many classes; found out by itself for data and streams", \.questions.statedClassCount,
      .whole(2...1_000))
  ])

  private static let drawn: Form<Scenario> = Form<DrawnQuestions>([
    Field(
      "prior", "how probable each class is; empty for all alike", \.prior,
      .list(of: .fraction, start: 0, expected: "one chance for each class", countMax: 1_000)),
    Field(
      "difficulty", "how hard each question is: 0 leaves members their accuracy, 1 takes it down to chance",
      \.difficulty,
      .distribution(0...1)),
  ]).lifted({ if case .drawn(let drawn) = $0.questions { drawn } else { nil } }) { $0.questions = .drawn($1) }

  private static let data: Form<Scenario> = Form<DatasetQuestions>([
    Field(
      "data", "a CSV file with a header, or iris for the built-in one", \.path,
      .text("the path of a CSV file", bytesMax: 4_096)),
    Field(
      "label", "the column that holds the class; null for the last one", \.label,
      .optional(.text("the name of a column"), start: "")),
    Field("asked", "the part of the rows that is asked and never trained on", \.askedShare, .real(0.001...0.999)),
  ]).lifted({ if case .dataset(let data) = $0.questions { data } else { nil } }) { $0.questions = .dataset($1) }

  private static let stream: Form<Scenario> = Form<StreamQuestions>([
    Field("stream", "the folder of a recorded stream", \.path, .text("the path of a folder", bytesMax: 4_096))
  ]).lifted({ if case .stream(let stream) = $0.questions { stream } else { nil } }) { $0.questions = .stream($1) }
}

extension QuestionSource {
  /// The number of classes, to be set whatever the source.
  fileprivate var statedClassCount: Int {
    get { classCount }
    set {
      switch self {
      case .drawn(var drawn):
        drawn.classCount = newValue
        self = .drawn(drawn)
      case .dataset(var data):
        data.classCount = newValue
        self = .dataset(data)
      case .stream(var stream):
        stream.classCount = newValue
        self = .stream(stream)
      }
    }
  }
}
