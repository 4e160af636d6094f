import Quantities
import Testing

@Suite struct NearestNameTests {
  private let known = ["random_forest", "gradient_boosting", "logistic_regression", "x"]

  @Test(arguments: [
    ("random_forrest", "random_forest"), ("randomforest", "random_forest"), ("Random-Forest", "random_forest"),
    ("gradient_bosting", "gradient_boosting"), ("logistic_regresion", "logistic_regression"),
    ("lgoistic_regression", "logistic_regression"), ("y", "x"),
  ])
  func `finds what was meant`(typed: String, meant: String) {
    #expect(nearestName(to: typed, among: known) == meant)
  }

  @Test(arguments: ["banana", "", String(repeating: "random_forest", count: 10_000)])
  func `finds nothing for what is far from all`(typed: String) {
    #expect(nearestName(to: typed, among: ["random_forest", "gradient_boosting"]) == nil)
  }

  @Test func `counts a swap of neighbours as one edit`() {
    #expect(nearestName(to: "ba", among: ["ab", "bac"]) == "ab")
  }
}
