import Learning
import Testing

@Suite struct StandardScalerTests {
  @Test func `agrees with scikit-learn on iris`() {
    let scaler = StandardScaler(fittedOn: Iris.dataset.features)
    let means = [5.843333333333335, 3.057333333333334, 3.7580000000000027, 1.199333333333334]
    let scales = [0.8253012917851409, 0.43441096773549437, 1.7594040657753032, 0.7596926279021594]
    for column in 0..<4 {
      #expect(abs(scaler.means[column] - means[column]) < 1e-13)  // 150 roundings in another order
      #expect(abs(scaler.scales[column] - scales[column]) < 1e-13)
    }
  }

  @Test func `gives mean 0 and deviation 1`() {
    let scaled = StandardScaler(fittedOn: Iris.dataset.features).scaled(Iris.dataset.features)
    let again = StandardScaler(fittedOn: scaled)
    #expect(again.means.allSatisfy { abs($0) < 1e-14 })  // 150 roundings around 0
    #expect(again.scales.allSatisfy { abs($0 - 1) < 1e-14 })
  }

  @Test func `turns constant columns into zeros`() {
    // 0.1 cannot be held exactly: its mean over ten rows is off by a rounding, its deviation is not 0.
    let rows = Matrix(rowCount: 10, columnCount: 2, values: (0..<10).flatMap { _ in [0.1, 1e9 + 0.1] })
    let scaler = StandardScaler(fittedOn: rows)
    #expect(scaler.scales == [1, 1])
    #expect(scaler.scaled(rows).values.allSatisfy { abs($0) < 1e-6 })
  }
}
