import Learning
import Testing

@Suite struct IrisTests {
  @Test func `holds Fisher's 150 flowers`() {
    let iris = Iris.dataset
    #expect(iris.rowCount == 150)
    #expect(iris.classNames == ["setosa", "versicolor", "virginica"])
    #expect((0..<3).allSatisfy { label in iris.labels.count { $0 == label } == 50 })
    // Fisher's Table I gives these means of the three species, in centimetres.
    let means: [[Double]] = [
      [5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026],
    ]
    for (label, expected) in means.enumerated() {
      for column in 0..<4 {
        let mean = (0..<50).reduce(0) { $0 + iris.features[label * 50 + $1, column] } / 50
        #expect(abs(mean - expected[column]) < 1e-12)  // fifty roundings
      }
    }
  }

  @Test func `has Fisher's values where the UCI copy errs`() {
    #expect(Array(Iris.dataset.features.row(34)) == [4.9, 3.1, 1.5, 0.2])
    #expect(Array(Iris.dataset.features.row(37)) == [4.9, 3.6, 1.4, 0.1])
  }
}
