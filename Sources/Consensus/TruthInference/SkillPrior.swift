import Quantities

/// What the workers of one crowd have in common, learnt from all of them: the distribution from which each draws the
/// rows of its confusion matrix.
///
///     Pi_i(k, ·) ~ Dirichlet(s m_i(k, ·)),   m_i(k, k) = sigma(logit a_i + d_k),   m_i(k, l) = (1 - m_i(k, k)) E(k, l)
///     a_i ~ Beta(alpha, beta),   d_k ~ N(0, v)
///
/// a_i is the skill of worker i, d_k how easy class k is, E what is taken for what, and s how closely workers follow
/// that pattern. Everything moves towards the maximum of the evidence in each sweep, by the expected numbers of
/// "tables" of the Dirichlet draws (Minka 2000; Teh, Jordan, Beal, Blei 2006): with s large this is the one-coin model,
/// with s small Dawid-Skene's. alpha, beta and s have Gamma priors worth one observation at 4, 2 and 2 K; without them
/// a few workers would decide.
struct SkillPrior {
  private let k: Int
  private let width: Int
  private let workerCount: Int
  private let hasAnswers: [Bool]
  private var skills: [Double]
  private var (alpha, beta) = (4.0, 2.0)
  private var strength: Double
  private var ease: [Double]
  private var easeVariance = 1.0
  /// [truth][answer], 0 on the diagonal.
  private var errors: [Double]
  /// Tables of right and of wrong answers, [worker][truth].
  private var right: [Double]
  private var wrong: [Double]

  init(_ kernel: ConfusionKernel) {
    k = kernel.answers.classCount
    width = kernel.width
    workerCount = kernel.answers.workerCount
    hasAnswers = kernel.answers.answerCountsOfWorkers().map { $0 > 0 }
    skills = [Double](repeating: 0.7, count: workerCount)
    strength = 2 * Double(k)
    ease = [Double](repeating: 0, count: k)
    errors = [Double](repeating: 1 / Double(max(k - 1, 1)), count: k * k)
    for truth in 0..<k { errors[truth * k + truth] = 0 }
    right = [Double](repeating: 0, count: workerCount * k)
    wrong = right
  }

  /// The probability of a right answer of a worker where the truth is `truth`.
  private func rightness(_ worker: Int, _ truth: Int) -> Double {
    let odds = skills[worker] / (1 - skills[worker]) * FixedMath.exp(ease[truth])
    return odds / (1 + odds)
  }

  /// Writes the parameters of each worker, [worker][answer][state], none below 1e-6.
  func fill(_ prior: UnsafeMutableBufferPointer<Double>) {
    for worker in 0..<workerCount {
      for truth in 0..<k {
        let right = rightness(worker, truth)
        for label in 0..<k {
          let mean = label == truth ? right : (1 - right) * errors[truth * k + label]
          prior[(worker * k + label) * width + truth] = max(strength * mean, 1e-6)
        }
      }
    }
  }

  /// Moves everything once.
  ///
  /// - Parameters:
  ///   - prior: the parameters as `fill` wrote them.
  ///   - digammas: digamma(count + prior), laid out as `prior`.
  ///   - sums: digamma of the sums over the answers, [worker][truth].
  mutating func learn(
    prior: [Double], digammas: UnsafeMutableBufferPointer<Double>, sums: UnsafeMutableBufferPointer<Double>
  ) {
    var before = prior
    before.withUnsafeMutableBufferPointer { eachVector(of: $0) { FixedMath.digamma($0) } }
    var patterns = [Double](repeating: 0, count: k * k)
    var (tables, reach) = (0.0, 0.0)
    let start = FixedMath.digamma(strength)
    for worker in 0..<workerCount {
      for truth in 0..<k {
        var (hits, misses) = (0.0, 0.0)
        for label in 0..<k {
          let place = (worker * k + label) * width + truth
          let count = prior[place] * max(digammas[place] - before[place], 0)
          if label == truth {
            hits = count
          } else {
            misses += count
            patterns[truth * k + label] += count
          }
        }
        right[worker * k + truth] = hits
        wrong[worker * k + truth] = misses
        tables += hits + misses
        reach += max(sums[worker * width + truth] - start, 0)
      }
    }
    learnSkills()
    learnEase()
    for truth in 0..<k where k > 1 {
      let total = (0..<k).reduce(0) { $0 + ($1 == truth ? 0 : patterns[truth * k + $1] + 0.1) }
      for label in 0..<k where label != truth {
        errors[truth * k + label] = (patterns[truth * k + label] + 0.1) / total
      }
    }
    strength = min(max((tables + 1) / (reach + 1 / (2 * Double(k))), 0.1), 1e3)
  }

  /// Right and wrong tables of a worker over all classes.
  private func tally(_ worker: Int) -> (right: Double, wrong: Double) {
    var sums = (right: 0.0, wrong: 0.0)
    for place in (worker * k)..<((worker + 1) * k) { sums = (sums.right + right[place], sums.wrong + wrong[place]) }
    return sums
  }

  private mutating func learnSkills() {
    var (above, below, reach) = (0.0, 0.0, 0.0)
    let (atAlpha, atBeta) = (FixedMath.digamma(alpha), FixedMath.digamma(beta))
    let atBoth = FixedMath.digamma(alpha + beta)
    for worker in 0..<workerCount where hasAnswers[worker] {
      let (right, wrong) = tally(worker)
      let three = FixedMath.digamma(
        SIMD8(right + alpha, wrong + beta, right + wrong + alpha + beta, 1, 1, 1, 1, 1))
      above += three[0] - atAlpha
      below += three[1] - atBeta
      reach += three[2] - atBoth
    }
    alpha = min(max((alpha * above + 1) / (reach + 1.0 / 4), 0.05), 1e3)
    beta = min(max((beta * below + 1) / (reach + 1.0 / 2), 0.05), 1e3)
    for worker in 0..<workerCount {
      let (right, wrong) = tally(worker)
      skills[worker] = min(max((right + alpha) / (right + wrong + alpha + beta), 1e-3), 1 - 1e-3)
    }
  }

  /// Three Newton steps for the logistic likelihood of right and wrong tables, and the variance that fits the result.
  private mutating func learnEase() {
    for _ in 0..<3 {
      var bends = [Double](repeating: 1 / easeVariance, count: k)
      for truth in 0..<k {
        var slope = -ease[truth] / easeVariance
        for worker in 0..<workerCount {
          let place = worker * k + truth
          let chance = rightness(worker, truth)
          slope += right[place] * (1 - chance) - wrong[place] * chance
          bends[truth] += (right[place] + wrong[place]) * chance * (1 - chance)
        }
        ease[truth] += min(max(slope / bends[truth], -1), 1)
      }
      // What all classes share is skill.
      let mean = ease.reduce(0, +) / Double(k)
      var spread = 0.0
      for truth in 0..<k {
        ease[truth] = min(max(ease[truth] - mean, -20), 20)
        spread += ease[truth] * ease[truth] + 1 / bends[truth]
      }
      easeVariance = max(spread / Double(k), 1e-4)
    }
  }

  /// The logarithm of what the skills add to the evidence: their prior at the mode and the width there (Laplace), less
  /// half a logarithm of the number of workers for each number that was fitted to all of them (Schwarz 1978).
  func logEvidence() -> Double {
    let fitted = 3 + (k - 1) + k * max(k - 2, 0)
    let workers = hasAnswers.count { $0 }
    var evidence = -0.5 * Double(fitted) * FixedMath.log(Double(max(workers, 1)))
    let normaliser = FixedMath.logBeta([alpha, beta])
    for worker in 0..<workerCount where hasAnswers[worker] {
      let (right, wrong) = tally(worker)
      let skill = skills[worker]
      let bend = (right + alpha) / (skill * skill) + (wrong + beta) / ((1 - skill) * (1 - skill))
      evidence += (alpha - 1) * FixedMath.log(skill) + (beta - 1) * FixedMath.log(1 - skill) - normaliser
      evidence += 0.5 * FixedMath.log(2 * Double.pi / bend)
    }
    return evidence
  }
}
