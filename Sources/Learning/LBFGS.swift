/// Finds a minimum of a smooth function by limited-memory BFGS with a strong Wolfe line search.
///
/// Source: Nocedal and Wright, Numerical Optimization, 2nd ed.: algorithms 7.4 and 7.5 (two-loop recursion), 3.5, 3.6
/// (line search, here with one bracket that first grows and then shrinks, cubic steps inside it).
struct LBFGS {
  /// How many steps the curvature is estimated from.
  var historyCount = 10
  /// Stop when no component of the gradient is larger than this.
  var tolerance: Double
  /// Stop after so many steps in any case.
  var iterationsMax: Int

  /// Where the search ended.
  struct Outcome {
    var point: [Double]
    var iterations: Int
    /// Whether the gradient met the tolerance, or the last step changed the value by no more than rounding does.
    var hasConverged: Bool
  }

  /// A point with value and gradient, and on a line the way to it and the slope there.
  private struct Place {
    var point: [Double]
    var value: Double
    var gradient: [Double]
    var step = 0.0
    var slope = 0.0
  }

  /// Searches from `start`.
  ///
  /// - Parameter evaluate: the function: takes a point, writes its gradient, returns its value.
  func minimize(from start: [Double], _ evaluate: ([Double], inout [Double]) -> Double) -> Outcome {
    var here = Place(point: start, value: 0, gradient: [Double](repeating: 0, count: start.count))
    here.value = evaluate(here.point, &here.gradient)
    var history: [(step: [Double], change: [Double], curvature: Double)] = []

    for iteration in 0..<iterationsMax {
      guard here.value.isFinite, here.gradient.allSatisfy(\.isFinite) else {
        return Outcome(point: here.point, iterations: iteration, hasConverged: false)
      }
      let steepest = here.gradient.reduce(0) { max($0, abs($1)) }
      if steepest <= tolerance {
        return Outcome(point: here.point, iterations: iteration, hasConverged: true)
      }
      var direction = self.direction(against: here.gradient, history)
      here.slope = dot(direction, here.gradient)
      if !(here.slope < 0) {
        // Rounding has spoilt the curvature: begin anew, straight downhill.
        history.removeAll()
        direction = here.gradient.map { -$0 }
        here.slope = -dot(here.gradient, here.gradient)
      }
      let firstStep = history.isEmpty ? min(1, 1 / (-here.slope).squareRoot()) : 1
      guard let next = searchLine(from: here, along: direction, firstStep: firstStep, evaluate) else {
        return Outcome(point: here.point, iterations: iteration, hasConverged: false)
      }
      let step = zip(next.point, here.point).map { $0 - $1 }
      let change = zip(next.gradient, here.gradient).map { $0 - $1 }
      let curvature = dot(step, change)
      if curvature > .ulpOfOne * dot(change, change) {
        if history.count == historyCount { history.removeFirst() }
        history.append((step, change, curvature))
      }
      // The same measure as scipy's `ftol` in scikit-learn: 64 units in the last place.
      let drop = (here.value - next.value) / max(abs(here.value), abs(next.value), 1)
      here = next
      here.step = 0
      if drop <= 64 * .ulpOfOne {
        return Outcome(point: here.point, iterations: iteration + 1, hasConverged: true)
      }
    }
    return Outcome(point: here.point, iterations: iterationsMax, hasConverged: false)
  }

  /// The negative gradient, times the inverse curvature seen so far (two-loop recursion).
  private func direction(
    against gradient: [Double], _ history: [(step: [Double], change: [Double], curvature: Double)]
  ) -> [Double] {
    var result = gradient.map { -$0 }
    var factors: [Double] = []
    for past in history.reversed() {
      let factor = dot(past.step, result) / past.curvature
      add(-factor, past.change, to: &result)
      factors.append(factor)
    }
    if let last = history.last {
      let scale = last.curvature / dot(last.change, last.change)
      for i in result.indices { result[i] *= scale }
    }
    for past in history {
      let factor = factors.removeLast() - dot(past.change, result) / past.curvature
      add(factor, past.step, to: &result)
    }
    return result
  }

  /// A point along `direction` with enough less value and a flat enough slope; `nil` if none is lower.
  private func searchLine(
    from start: Place, along direction: [Double], firstStep: Double, _ evaluate: ([Double], inout [Double]) -> Double
  ) -> Place? {
    let decrease = 1e-4
    let flatness = 0.9
    var low = start
    var high: Place?
    var step = firstStep
    for _ in 0..<30 {
      var trial = start
      add(step, direction, to: &trial.point)
      trial.value = evaluate(trial.point, &trial.gradient)
      trial.step = step
      trial.slope = dot(direction, trial.gradient)
      let isEnough = trial.value <= start.value + decrease * step * start.slope
      if !trial.value.isFinite || !trial.slope.isFinite || !isEnough || trial.value >= low.value {
        high = trial
      } else {
        if abs(trial.slope) <= -flatness * start.slope { return trial }
        if trial.slope * ((high?.step ?? .infinity) - low.step) >= 0 { high = low }
        low = trial
      }
      step = high.map { between(low, $0) } ?? 4 * step
    }
    return low.step > 0 ? low : nil
  }

  /// Where the cubic through both ends is least, kept away from the ends.
  private func between(_ low: Place, _ high: Place) -> Double {
    let width = high.step - low.step
    let middle = low.step + width / 2
    guard high.value.isFinite, high.slope.isFinite else { return low.step + width / 10 }
    let a = low.slope + high.slope - 3 * (high.value - low.value) / width
    let root = (a * a - low.slope * high.slope).squareRoot() * (width < 0 ? -1 : 1)
    let best = high.step - width * (high.slope + root - a) / (high.slope - low.slope + 2 * root)
    let part = (best - low.step) / width
    return part >= 0.1 && part <= 0.9 ? best : middle
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

private func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
  for i in a.indices { b[i] += factor * a[i] }
}
