import Foundation
import Testing

/// The commands as a script or a newcomer meets them.
@Suite struct CommandTests {
  typealias Refusal = (arguments: [String], status: Int32, says: String)

  static let refusals: [Refusal] = [
    (["modles"], 64, "did you mean `witan models`"),
    (["run", "--models", "random_forst"], 65, "random_forest"),
    (["run", "--failure-rate", "1.5"], 64, "between 0 and 1"),
    (["run", "--port", "70000"], 64, "between 0 and 65535"),
    (["run", "--consensus", "trackrecord"], 64, "did you mean track_record"),
    (["run", "--data", "absent.csv", "--label", "x", "--no-serve"], 65, "absent.csv"),
    (["run", "--data", "absent.csv"], 64, "--label"),
    (["models"], 74, "no ledger"),
    (["verify"], 74, "no ledger"),
    (["predict", "rows.csv"], 74, "witan train"),
  ]

  @Test(arguments: refusals.indices)
  func `a wrong command says what to do, with an exit code for scripts, and leaves nothing behind`(
    index: Int
  ) throws {
    let refusal = Self.refusals[index]
    try Program.withFolder { folder in
      let process = Program.process(refusal.arguments, folder: folder)
      let complaints = Pipe()
      process.standardError = complaints
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let said = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == refusal.status)
      #expect(said.contains(refusal.says), "\(said)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func `a run on a new ledger shows the council, and every command prints one JSON document`() throws {
    try Program.withFolder { folder in
      let run = try Program.run("run", "--no-serve", "--json", folder: folder)
      #expect(run.status == 0, "\(run.complaints)")
      let report = try #require(run.json as? [String: Any])
      #expect((report["models"] as? [[String: Any]])?.compactMap { $0["model"] as? String }.count == 3)
      #expect((report["demonstration"] as? [String: Any])?.keys.sorted() == ["balances", "weights"])
      let models = try #require(try Program.run("models", "--json", folder: folder).json as? [String: Any])
      #expect(models["outside"] as? Double == -1_003_000)
      let verified = try #require(try Program.run("verify", "--json", folder: folder).json as? [String: Any])
      #expect(verified["holds"] as? Bool == true)
      #expect(verified["view_checked"] as? Bool == true)
      let asked = try Program.run("ledger", "list", "--kind", "asked", "--json", folder: folder).json
      #expect((asked as? [[String: Any]])?.count == 20)
    }
  }

  @Test func `balances survive a restart, and the demonstration is shown once`() throws {
    try Program.withFolder { folder in
      let first = try #require(try Program.run("run", "--no-serve", "--json", folder: folder).json as? [String: Any])
      let again = try #require(try Program.run("run", "--no-serve", "--json", folder: folder).json as? [String: Any])
      #expect(again["demonstration"] is NSNull)
      let balances = { (report: [String: Any]) in
        (report["registry"] as? [[String: Any]])?.compactMap { $0["balance"] as? Double }
      }
      #expect(balances(first) == balances(again))
      #expect(balances(first)?.count == 3)
    }
  }

  @Test func `other data on an old ledger is refused with the remedy`() throws {
    try Program.withFolder { folder in
      #expect(try Program.run("run", "--no-serve", folder: folder).status == 0)
      let rows = (0..<40).map { "\($0 % 7),\($0 % 3),\($0 % 2 == 0 ? "yes" : "no")" }
      try (["a,b,good"] + rows).joined(separator: "\n")
        .write(to: folder.appendingPathComponent("other.csv"), atomically: true, encoding: .utf8)
      let other = try Program.run("run", "--no-serve", "--data", "other.csv", "--label", "good", folder: folder)
      #expect(other.status == 65)
      #expect(other.complaints.contains("--state"))
      #expect(try Program.run("verify", folder: folder).status == 0)
    }
  }

  @Test func `trained models are saved and asked about the rows of a file`() throws {
    try Program.withFolder { folder in
      #expect(try Program.run("train", folder: folder).status == 0)
      try "petal_width,sepal_length,sepal_width,petal_length\n0.2,5.1,3.5,1.4\n2.1,6.8,3.0,5.5\n"
        .write(to: folder.appendingPathComponent("rows.csv"), atomically: true, encoding: .utf8)
      let rows = try #require(try Program.run("predict", "rows.csv", "--json", folder: folder).json as? [[String: Any]])
      #expect(rows.compactMap { $0["average"] as? String } == ["setosa", "virginica"])
    }
  }

  @Test func `a second process on the same ledger is refused`() throws {
    try Program.withFolder { folder in
      let server = try Serving(folder: folder)
      let second = try Program.run("run", "--no-serve", folder: folder)
      #expect(second.status == 74)
      #expect(second.complaints.contains("being written by process"))
      #expect(try Program.run("models", folder: folder).status == 0)
      #expect(server.stop() == 0)
      #expect(try Program.run("verify", folder: folder).status == 0)
    }
  }

  @Test func `one seed leads to the same balances and answers, run after run`() throws {
    func registry() throws -> [String?] {
      try Program.withFolder { folder in
        let report = try Program.run("run", "--no-serve", "--json", "--seed", "9", folder: folder).json
        let models = (report as? [String: Any])?["registry"] as? [[String: Any]] ?? []
        return models.map { $0["balance"].map { "\($0)" } }
      }
    }
    let first = try registry()
    #expect(first.count == 3)
    #expect(try registry() == first)
  }
}
