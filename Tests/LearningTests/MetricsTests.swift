import Learning
import Testing

@Suite struct MetricsTests {
  /// Six rows, three classes; row 3 is a tie between the classes 0 and 1.
  private let probabilities = Matrix(
    rowCount: 6, columnCount: 3,
    values: [
      0.7, 0.2, 0.1, 0.1, 0.6, 0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.2, 0, 0.1, 0.9, 0.25, 0.5, 0.25,
    ])
  private let labels = [0, 1, 0, 1, 2, 2]

  @Test func `agrees with scikit-learn`() {
    // accuracy_score, f1_score(average="macro"), log_loss and confusion_matrix of scikit-learn 1.9.1.
    let metrics = Metrics(probabilities: probabilities, labels: labels)
    #expect(metrics.rowCount == 6)
    #expect(metrics.accuracy == 0.5)
    #expect(abs(metrics.macroF1 - 0.5) < 1e-15)  // a few roundings
    #expect(abs(metrics.logLoss - 0.7465698301137552) < 1e-14)
    #expect(abs(metrics.brier - 0.4325) < 1e-14)
    #expect(metrics.confusion == [[1, 0, 1], [1, 1, 0], [0, 1, 1]])
  }

  @Test func `bins the confidence into fifteen`() {
    // By hand. Bins (width 1/15): 0.4 twice in bin 6, wrong twice: 2 * 0.4. 0.5 in bin 7, wrong: 0.5. 0.6 in bin 9,
    // right: 0.4. 0.7 in bin 10, right: 0.3. 0.9 in bin 13, right: 0.1.
    let metrics = Metrics(probabilities: probabilities, labels: labels)
    #expect(abs(metrics.calibrationError - (0.8 + 0.5 + 0.4 + 0.3 + 0.1) / 6) < 1e-15)  // a few roundings
  }

  @Test func `averages inside a bin before it compares`() {
    // Ten rows with confidence 0.8, eight of them right: perfectly calibrated.
    let rows = Matrix(rowCount: 10, columnCount: 2, values: (0..<10).flatMap { _ in [0.8, 0.2] })
    let metrics = Metrics(probabilities: rows, labels: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    #expect(metrics.calibrationError < 1e-15)  // a few roundings
  }

  @Test func `reaches its limits`() {
    let rows = Matrix(rowCount: 2, columnCount: 2, values: [1, 0, 0, 1])
    let right = Metrics(probabilities: rows, labels: [0, 1])
    #expect(right.accuracy == 1 && right.macroF1 == 1 && right.logLoss == 0 && right.brier == 0)
    #expect(right.calibrationError == 0)
    let wrong = Metrics(probabilities: rows, labels: [1, 0])
    #expect(wrong.accuracy == 0 && wrong.macroF1 == 0 && wrong.brier == 2 && wrong.calibrationError == 1)
    #expect(abs(wrong.logLoss - 36.04365338911715) < 1e-12)  // 52 ln 2, the floor
  }

  @Test func `leaves classes out of F1 that never occur`() {
    let rows = Matrix(rowCount: 2, columnCount: 3, values: [1, 0, 0, 0, 1, 0])
    #expect(Metrics(probabilities: rows, labels: [0, 1]).macroF1 == 1)
  }

  @Test func `gives a tie to the lowest class`() {
    #expect(topClass([0.2, 0.4, 0.4]) == 1)
    #expect(topClass([0.5, 0.5]) == 0)
  }
}
