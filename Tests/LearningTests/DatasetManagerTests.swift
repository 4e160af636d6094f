import Learning
import Tabular
import Testing

@Suite struct DatasetManagerTests {
  private let flowers = """
    colour,height,kind,part
    red,1.5,b,1
    blue,2.5,a,2
    red,3.5,b,10
    green,4.5,a,1
    """

  @Test func `turns text columns into zeros and ones`() throws {
    let data = try manager(flowers, label: "kind", folds: "part")
    #expect(data.encoding.featureNames == ["colour=blue", "colour=green", "colour=red", "height"])
    #expect(data.classNames == ["a", "b"])
    #expect(data.labels == [1, 0, 1, 0])
    let prepared = try data.holdingOut(fold: 1, of: data.folds ?? [])
    #expect(prepared.train.features.values == [0, 0, 1, 1.5, 0, 0, 1, 3.5, 0, 1, 0, 4.5])
    #expect(prepared.test.features.values == [1, 0, 0, 2.5])
  }

  @Test func `sorts folds and classes as numbers if all are`() throws {
    let data = try manager(flowers, label: "kind", folds: "part")
    #expect(data.foldNames == ["1", "2", "10"])
    #expect(data.folds == [0, 1, 2, 0])
    #expect(try manager("x,y\n1,10\n2,9\n3,-1", label: "y").classNames == ["-1", "9", "10"])
    #expect(try manager("x,y\n1,10\n2,9\n3,z", label: "y").classNames == ["10", "9", "z"])
  }

  typealias Bad = (csv: String, label: String, folds: String?, error: LearningError)

  @Test(
    arguments: [
      (
        "a,species\n1,x\n2,y", "speices", nil,
        .unknownColumn(role: "label", name: "speices", nearest: "species", known: ["a", "species"])
      ),
      ("a,b\n1,x\n2,y", "b", "c", .unknownColumn(role: "folds", name: "c", nearest: "a", known: ["a", "b"])),
      ("a,b\n1,x\n2,y", "b", "b", .labelIsFold(name: "b")),
      ("b\nx\ny", "b", nil, .noFeatures),
      ("a,b\n1,x\n2,x", "b", nil, .oneClass(name: "x")),
      ("a,b\n1,x\n,y", "b", nil, .missingValue(line: 3, column: ColumnPlace(number: 1, name: "a"), text: "")),
      ("a,b\n1,x\n NA ,y", "b", nil, .missingValue(line: 3, column: ColumnPlace(number: 1, name: "a"), text: " NA ")),
      ("a,b\n1,x\n2,?", "b", nil, .missingValue(line: 3, column: ColumnPlace(number: 2, name: "b"), text: "?")),
      ("a,b\n1,x\nNaN,y", "b", nil, .missingValue(line: 3, column: ColumnPlace(number: 1, name: "a"), text: "NaN")),
      (
        "a,b\n1,x\n-2e100,y", "b", nil,
        .numberTooLarge(line: 3, column: ColumnPlace(number: 1, name: "a"), text: "-2e100")
      ),
      ("a,b\n1\n", "b", nil, .notATable(.raggedRow(line: 2, found: 1, expected: 2))),
    ] as [Bad])
  func `refuses what cannot be learnt from`(csv: String, label: String, folds: String?, error: LearningError) {
    #expect(throws: error) { try manager(csv, label: label, folds: folds) }
    #expect(error.description.contains(":"), "a message needs a remedy")
  }

  @Test func `refuses a text column that is a name`() {
    let rows = (0..<300).map { "n\($0),\($0 % 2)" }.joined(separator: "\n")
    #expect(
      throws: LearningError.tooManyCategories(
        column: ColumnPlace(number: 1, name: "id"), count: 300, limit: 256, line: 2, text: "n0")
    ) { try manager("id,y\n" + rows, label: "y") }
  }

  @Test func `refuses a label that is a measurement`() {
    let rows = (0..<2_000).map { "1,\($0).5" }.joined(separator: "\n")
    #expect(
      throws: LearningError.tooManyClasses(column: ColumnPlace(number: 2, name: "y"), count: 2_000, limit: 1_000)
    ) { try manager("x,y\n" + rows, label: "y") }
  }

  @Test func `names a file that is not there`() {
    #expect(
      throws: LearningError.unreadableFile(path: "/no/such.csv", reason: "there is no such file or folder")
    ) { try DatasetManager(csvFile: "/no/such.csv", label: "y") }
  }

  @Test func `stays finite at the largest numbers`() throws {
    let rows = (0..<50).map { "\($0 % 2 == 0 ? "" : "-")1e100,\($0 % 3)" }.joined(separator: "\n")
    let data = try manager("x,y\n" + rows, label: "y").split(seed: 1)
    #expect(data.scaler.means.allSatisfy { $0.isFinite })
    #expect(data.scaledTrain.features.values.allSatisfy { abs($0) < 2 })
  }

  @Test func `drops rows with missing values on request`() throws {
    let data = try manager("a,c,y\n1,p,0\n,q,1\n3,NA,1\n4,p,1", label: "y", missing: .drop)
    #expect(data.rowCount == 2)
    #expect(data.droppedRowCount == 2)
    #expect(data.encoding.featureNames == ["a", "c=p"])
    #expect(throws: LearningError.everyRowDropped(rows: 2)) {
      try manager("a,y\n?,0\nNA,1", label: "y", missing: .drop)
    }
  }

  @Test func `fills missing values with means of training rows only`() throws {
    let csv = "a,c,y,f\n1,p,0,0\n,q,1,0\n3,,1,0\n100,p,0,1\n,p,1,1"
    let data = try manager(csv, label: "y", folds: "f", missing: .mean)
    let prepared = try data.holdingOut(fold: 1, of: data.folds ?? [])
    #expect(prepared.train.features.values == [1, 1, 0, 2, 0, 1, 3, 0.5, 0.5])
    #expect(prepared.test.features.values == [100, 1, 0, 2, 1, 0])  // the test row's 100 is in no mean
    #expect(throws: LearningError.missingValue(line: 2, column: ColumnPlace(number: 2, name: "y"), text: "")) {
      try manager("a,y\n1,\n2,1", label: "y", missing: .mean)
    }
    #expect(throws: LearningError.columnWithoutValues(ColumnPlace(number: 1, name: "a"))) {
      try manager("a,y\n?,0\n?,1", label: "y", missing: .mean)
    }
  }

  @Test func `lets test rows change nothing that is learnt`() throws {
    let one = try manager("a,y,f\n1,0,0\n2,1,0\n3,0,1\n4,1,1", label: "y", folds: "f")
    let other = try manager("a,y,f\n1,0,0\n2,1,0\n-7,0,1\n900,1,1", label: "y", folds: "f")
    let (a, b) = (try one.holdingOut(fold: 1, of: [0, 0, 1, 1]), try other.holdingOut(fold: 1, of: [0, 0, 1, 1]))
    #expect(a.scaler == b.scaler)
    #expect(a.scaledTrain == b.scaledTrain)
    #expect(a.scaledTest != b.scaledTest)
    #expect(a.scaler.means == [1.5])
    #expect(a.scaler.scales == [0.5])
  }

  @Test func `puts everything that matters into the canonical bytes`() throws {
    let bytes = try manager(flowers, label: "kind", folds: "part").canonicalBytes
    #expect(try manager(flowers, label: "kind", folds: "part").canonicalBytes == bytes)
    for (old, new) in [("4.5", "4.6"), ("height", "depth"), ("green", "grey"), (",b,", ",c,"), ("10", "11")] {
      let changed = flowers.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
      #expect(try manager(changed, label: "kind", folds: "part").canonicalBytes != bytes, "\(old) does not matter")
    }
    #expect(DatasetManager.iris.canonicalBytes != bytes)
  }

  private func manager(
    _ csv: String, label: String, folds: String? = nil, missing: DatasetManager.MissingValues = .refuse
  ) throws -> DatasetManager {
    try DatasetManager(csv: Array(csv.utf8), name: "test", label: label, folds: folds, missingValues: missing)
  }
}
