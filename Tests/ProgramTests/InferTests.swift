import Foundation
import Testing

/// `witan infer`, as a data team meets it.
@Suite struct InferTests {
  static let answers = """
    worker,task,label
    ann,item 1,cat
    bob,item 1,cat
    cy,item 1,dog
    ann,item 10,dog
    bob,item 10,"big, dog"
    cy,item 10,dog
    ann,item 2,cat
    bob,item 2,cat
    """

  private func write(_ text: String, _ name: String, in folder: URL) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  @Test func `labels, probabilities, workers, confusion and accuracy come out as JSON and CSV`() throws {
    try Program.withFolder { folder in
      try write(Self.answers, "labels.csv", in: folder)
      try write("task,label\nitem 1,cat\nitem 10,dog\nitem 77,cat\n", "truth.csv", in: folder)
      let run = try Program.run(
        "infer", "labels.csv", "--truth", "truth.csv", "--method", "dawid_skene", "--confusion", "--output", "out.csv",
        "--json", folder: folder)
      #expect(run.status == 0, "\(run.complaints)")
      #expect(run.complaints.contains("1 of 3 tasks have no answer"))
      let report = try #require(run.json as? [String: Any])
      #expect(report["accuracy"] as? Double == 1)
      #expect(report["classes"] as? [String] == ["big, dog", "cat", "dog"])
      let tasks = try #require(report["tasks"] as? [[String: Any]])
      #expect(tasks.compactMap { $0["task"] as? String } == ["item 1", "item 2", "item 10"])
      #expect(tasks.compactMap { $0["label"] as? String } == ["cat", "cat", "dog"])
      #expect((report["workers"] as? [[String: Any]])?.count == 3)
      let matrix = ((report["confusion"] as? [[String: Any]])?[0]["matrix"] as? [[Double]]) ?? []
      #expect(matrix.count == 3)
      #expect(matrix.allSatisfy { ($0.reduce(0, +) - 1).magnitude < 1e-9 })
      let csv = try String(contentsOf: folder.appendingPathComponent("out.csv"), encoding: .utf8)
      #expect(csv.hasPrefix("task,label,probability,\"p_big, dog\",p_cat,p_dog\nitem 1,cat,0.9"))
      #expect(csv.split(separator: "\n").count == 4)
    }
  }

  @Test func `gold tasks keep their label, and whole numbers sort as numbers`() throws {
    try Program.withFolder { folder in
      try write("who,what,said\n1,1,10\n2,1,10\n1,2,9\n2,2,9\n", "labels.csv", in: folder)
      try write("what,said\n1,9\n", "gold.csv", in: folder)
      let run = try Program.run(
        "infer", "labels.csv", "--gold", "gold.csv", "--worker-column", "who", "--task-column", "what",
        "--label-column", "said", "--json", folder: folder)
      let report = try #require(run.json as? [String: Any], "\(run.complaints)")
      #expect(report["classes"] as? [String] == ["9", "10"])
      let first = try #require((report["tasks"] as? [[String: Any]])?.first)
      #expect(first["label"] as? String == "9")
      #expect(first["probability"] as? Double == 1)
    }
  }

  @Test func `numbers get their own methods and errors`() throws {
    try Program.withFolder { folder in
      try write("worker,task,label\na,1,1\nb,1,2\nc,1,9\n", "labels.csv", in: folder)
      try write("task,label\n1,3\n", "truth.csv", in: folder)
      let run = try Program.run(
        "infer", "labels.csv", "--truth", "truth.csv", "--method", "median", "--json", folder: folder)
      let report = try #require(run.json as? [String: Any], "\(run.complaints)")
      #expect(report["mean_absolute_error"] as? Double == 1)
      let mean = try Program.run("infer", "labels.csv", "--numeric", "--json", folder: folder).json as? [String: Any]
      #expect(((mean?["tasks"] as? [[String: Any]])?[0]["value"] as? Double).map { ($0 - 4).magnitude < 1e-12 } == true)
    }
  }

  @Test func `one class only is that class, and people get tables`() throws {
    try Program.withFolder { folder in
      try write("worker,task,label\na,1,yes\nb,2,yes\n", "labels.csv", in: folder)
      let run = try Program.run("infer", "labels.csv", folder: folder)
      #expect(run.status == 0)
      #expect(run.output.contains("1     yes         1.0000"))
      #expect(run.complaints.isEmpty)
    }
  }

  typealias Refusal = (arguments: [String], status: Int32, says: String)

  static let refusals: [Refusal] = [
    (["absent.csv"], 65, "absent.csv cannot be read"),
    (["empty.csv"], 65, "the table is empty"),
    (["bare.csv"], 65, "no rows"),
    (["blank.csv"], 65, "line 3"),
    (["labels.csv", "--method", "dawid_sken"], 64, "did you mean dawid_skene"),
    (["labels.csv", "--label-column", "lable"], 65, "did you mean label"),
    (["labels.csv", "--repeated", "lst"], 64, "did you mean last"),
    (["labels.csv", "--numeric"], 65, "not a finite number"),
    (["labels.csv", "--numeric", "--method", "ebcc"], 64, "mean, median, lfc_n"),
    (["labels.csv", "--method", "kos"], 65, "two classes"),
    (["labels.csv", "--gold", "twice.csv"], 65, "keep one"),
    (["labels.csv", "--truth", "other.csv"], 65, "check the names of the tasks"),
    (["labels.csv", "--output", "absent/out.csv"], 74, "cannot be written"),
  ]

  @Test(arguments: refusals.indices)
  func `what does not fit is refused with its place and the remedy`(index: Int) throws {
    let refusal = Self.refusals[index]
    try Program.withFolder { folder in
      try write(Self.answers, "labels.csv", in: folder)
      try write("", "empty.csv", in: folder)
      try write("worker,task,label\n", "bare.csv", in: folder)
      try write("worker,task,label\na,1,x\nb,1,\n", "blank.csv", in: folder)
      try write("task,label\nitem 1,cat\nitem 1,dog\n", "twice.csv", in: folder)
      try write("task,label\nnobody,cat\n", "other.csv", in: folder)
      let process = Program.process(["infer"] + refusal.arguments, folder: folder)
      let complaints = Pipe()
      process.standardError = complaints
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let said = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == refusal.status)
      #expect(said.contains(refusal.says), "\(said)")
    }
  }
}
