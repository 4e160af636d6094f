import Foundation
import Incentives
import Quantities
import Testing

/// Peer scores have exact expectations where signals have few values: here they are enumerated, not sampled.
@Suite struct PeerScoreTests {
  /// Two classes or three, with a joint distribution of two models' signals on one question.
  struct World: Sendable, CustomTestStringConvertible {
    let name: String
    let classCount: Int
    /// Pr(own signal a, peer's signal b) at a · K + b; symmetric.
    let joint: [Double]
    var testDescription: String { name }

    func margin(_ a: Int) -> Double { joint[a * classCount..<(a + 1) * classCount].reduce(0, +) }

    /// All K^K maps from what is seen to what is said; the first is honesty.
    var maps: [[Int]] {
      let all = (0..<Int(pow(Double(classCount), Double(classCount)))).map { code in
        (0..<classCount).map { code / Int(pow(Double(classCount), Double($0))) % classCount }
      }
      return [Array(0..<classCount)] + all.filter { $0 != Array(0..<classCount) }
    }
  }

  static let worlds = [
    World(name: "two classes, even", classCount: 2, joint: [0.4, 0.1, 0.1, 0.4]),
    World(name: "two classes, uneven", classCount: 2, joint: [0.6, 0.1, 0.1, 0.2]),
    World(
      name: "three classes", classCount: 3, joint: [0.3, 0.04, 0.03, 0.04, 0.2, 0.05, 0.03, 0.05, 0.26]),
    // Class 1 is rarer than half of an equal share.
    World(name: "two classes, one rare", classCount: 2, joint: [0.819, 0.081, 0.081, 0.019]),
    World(
      name: "three classes, two often confused", classCount: 3,
      joint: [0.14, 0.12, 0.02, 0.12, 0.15, 0.02, 0.02, 0.02, 0.39]),
  ]

  static func sheet(_ tops: [Int], _ classCount: Int) -> AnswerSheet { AnswerSheet(tops, classCount: classCount) }

  /// The expected sum of `score` over `tasks` questions, of a model that says `own` of what it sees against one peer that
  /// says `peers` of what it sees.
  static func expectation(
    _ world: World, tasks: Int, own: [Int], peers: [Int], _ score: (AnswerSheet, Crowd) -> [Double?]
  ) -> Double {
    let cells = world.joint.count
    var sum = 0.0
    for code in 0..<Int(pow(Double(cells), Double(tasks))) {
      var rest = code
      var chance = 1.0
      var (mine, theirs): ([Int], [Int]) = ([], [])
      for _ in 0..<tasks {
        let cell = rest % cells
        rest /= cells
        chance *= world.joint[cell]
        mine.append(own[cell / world.classCount])
        theirs.append(peers[cell % world.classCount])
      }
      let crowd = Crowd(
        [sheet(theirs, world.classCount)], taskCount: tasks, classCount: world.classCount)
      sum += chance * score(sheet(mine, world.classCount), crowd).reduce(0) { $0 + ($1 ?? 0) }
    }
    return sum
  }

  // MARK: Peer truth serum

  @Test(arguments: worlds)
  func `a constant answer earns what is left of one peer's chance to say it nowhere`(world: World) {
    let honest = Array(0..<world.classCount)
    for tasks in 1...3 {
      for constant in 0..<world.classCount {
        let own = [Int](repeating: constant, count: world.classCount)
        let pay = Self.expectation(world, tasks: tasks, own: own, peers: honest) {
          PeerTruthSerum().payments(of: [$0], against: $1)[0]
        }
        // On each question there are n = tasks - 1 answers elsewhere.
        let exact = -pow(1 - world.margin(constant), Double(tasks))
        #expect(abs(pay / Double(tasks) - exact) < 1e-12)  // roundings of some hundred terms
        // What is paid is that, with -1 ... n moved onto -1 ... 1.
        let score = Self.expectation(world, tasks: tasks, own: own, peers: honest) {
          PeerTruthSerum().scores(of: [$0], against: $1)[0]
        }
        #expect(abs(score / Double(tasks) - (2 * (exact + 1) / Double(tasks) - 1)) < 1e-12)
      }
    }
  }

  @Test(arguments: worlds)
  func `a uniform answer earns the mean of the constant ones by the serum, and nothing by the others`(world: World) {
    let count = world.classCount
    let honest = Array(0..<count)
    // Own answers drawn evenly, whatever the peer says.
    let blind = World(
      name: "blind", classCount: count, joint: (0..<count * count).map { world.margin($0 % count) / Double(count) })
    let tasks = count == 2 ? 4 : 3
    func pay(_ score: @escaping (AnswerSheet, Crowd) -> [Double?]) -> Double {
      Self.expectation(blind, tasks: tasks, own: honest, peers: honest, score) / Double(tasks)
    }
    let exact = honest.reduce(0) { $0 - pow(1 - world.margin($1), Double(tasks)) / Double(count) }
    #expect(abs(pay { PeerTruthSerum().payments(of: [$0], against: $1)[0] } - exact) < 1e-12)
    #expect(abs(pay { CorrelatedAgreement().scores(of: [$0], against: $1)[0] }) < 1e-12)
    if count == 2 {
      #expect(abs(pay { DeterminantMutualInformation().scores(of: [$0], against: $1)[0] }) < 1e-12)
    }
  }

  /// Joint distributions for which honesty is not the best answer by the serum.
  static let unfit = [
    World(name: "two classes, opposed", classCount: 2, joint: [0.55, 0.2, 0.2, 0.05]),
    World(
      name: "three classes, one mostly mistaken for another", classCount: 3,
      joint: [0.34, 0.12, 0.02, 0.12, 0.03, 0.03, 0.02, 0.03, 0.29]),
  ]

  /// What the serum's `scores` pay in expectation for saying x where a is seen, at a · K + x, against one peer who gave
  /// `elsewhere` independent answers to other questions. Enumerates their counts.
  static func paid(_ world: World, elsewhere: Int) throws -> [Double] {
    let count = world.classCount
    var table = [Double](repeating: 0, count: count * count)
    func take(_ others: [Int], _ chance: Double) throws {
      for peer in 0..<count {
        let crowd = Crowd([sheet([peer] + others, count)], taskCount: elsewhere + 1, classCount: count)
        for said in 0..<count {
          let score = try #require(PeerTruthSerum().scores(of: [sheet([said], count)], against: crowd)[0][0])
          for own in 0..<count {
            table[own * count + said] += chance * world.joint[own * count + peer] / world.margin(own) * score
          }
        }
      }
    }
    // Class by class: how many of those left say it.
    func visit(_ others: [Int], _ label: Int, _ chance: Double) throws {
      let left = elsewhere - others.count
      guard label < count - 1 else {
        try take(others + [Int](repeating: label, count: left), chance * pow(world.margin(label), Double(left)))
        return
      }
      var ways = 1.0
      for some in 0...left {
        try visit(
          others + [Int](repeating: label, count: some), label + 1,
          chance * ways * pow(world.margin(label), Double(some)))
        ways *= Double(left - some) / Double(some + 1)
      }
    }
    try visit([], 0, 1)
    return table
  }

  @Test(arguments: worlds + unfit, [0, 1, 3, 10, 40])
  func `no relabelling beats honesty exactly where the serum's condition holds for what is paid`(
    world: World, elsewhere: Int
  ) throws {
    let count = world.classCount
    let paid = try Self.paid(world, elsewhere: elsewhere)
    func pay(_ map: [Int]) -> Double {
      (0..<count).reduce(0) { $0 + world.margin($1) * paid[$1 * count + map[$1]] }
    }
    // Pr(peer x' | own x) · E[1/R(x')] is largest at x' = x.
    func ratio(_ own: Int, _ said: Int) -> Double {
      let inverse = (1 - pow(1 - world.margin(said), Double(elsewhere + 1))) / world.margin(said)
      return world.joint[own * count + said] / world.margin(own) * inverse
    }
    for own in 0..<count {
      for said in 0..<count {
        #expect(abs(paid[own * count + said] - (2 * ratio(own, said) / Double(elsewhere + 1) - 1)) < 1e-12)
      }
    }
    let holds = (0..<count).allSatisfy { x in (0..<count).allSatisfy { $0 == x || ratio(x, x) > ratio(x, $0) } }
    let honest = pay(world.maps[0])
    #expect(holds == world.maps.dropFirst().allSatisfy { pay($0) < honest - 1e-12 })
    // With many answers elsewhere it is the published condition.
    guard elsewhere == 40 else { return }
    #expect(holds == Self.worlds.contains { $0.name == world.name })
    let published = (0..<count).allSatisfy { x in
      (0..<count).allSatisfy {
        $0 == x || world.joint[x * count + x] / world.margin(x) > world.joint[x * count + $0] / world.margin($0)
      }
    }
    #expect(holds == published)
  }

  @Test func `peers who answer alike scatter the counts, and a constant answer may gain from them`() {
    // Two peers who always agree say class 0 with 0.8 on each of two questions.
    func pay(_ crowdOf: ([Int]) -> [[Int]]) -> Double {
      (0..<4).reduce(0) { sum, code in
        let tops = [code & 1, code >> 1]
        let chance = tops.reduce(1.0) { $0 * ($1 == 0 ? 0.8 : 0.2) }
        let crowd = Crowd(crowdOf(tops).map { Self.sheet($0, 2) }, taskCount: 2, classCount: 2)
        return sum + chance * (PeerTruthSerum().payments(of: [Self.sheet([0], 2)], against: crowd)[0][0] ?? .nan)
      }
    }
    #expect(abs(pay { [$0] } + 0.04) < 1e-12)
    #expect(abs(pay { [$0, $0] } - 0.12) < 1e-12)
  }

  @Test func `the serum counts a peer's agreement by the answer's frequency elsewhere`() throws {
    let crowd = Crowd(
      [Self.sheet([0, 0, 1, 0], 2), Self.sheet([0, 1, 1, 0], 2)], taskCount: 4, classCount: 2)
    let pays = try PeerTruthSerum().payments(of: [Self.sheet([0, 0, 0, 1], 2)], against: crowd)[0].map {
      try #require($0)
    }
    // Elsewhere than question 0: class 0 three times of six, so R = 4/7.
    #expect(abs(pays[0] - 0.75) < 1e-15)
    // Elsewhere than question 1: four of six, R = 5/7, and half of the peers agree.
    #expect(abs(pays[1] + 0.3) < 1e-15)
    #expect(pays[2] == -1)
    let silent = Crowd([AnswerSheet([nil, 1], classCount: 2)], taskCount: 2, classCount: 2)
    #expect(PeerTruthSerum().payments(of: [Self.sheet([0, 1], 2)], against: silent)[0][0] == nil)
  }

  // MARK: Correlated agreement

  @Test(arguments: worlds)
  func `no answer without a look earns anything by correlated agreement`(world: World) {
    let honest = Array(0..<world.classCount)
    for constant in 0..<world.classCount {
      let own = [Int](repeating: constant, count: world.classCount)
      let pay = Self.expectation(world, tasks: 3, own: own, peers: honest) {
        CorrelatedAgreement().scores(of: [$0], against: $1)[0]
      }
      #expect(abs(pay) < 1e-12)
    }
    // Nor against peers who answer without looking.
    let blind = [Int](repeating: 1, count: world.classCount)
    for map in world.maps {
      let pay = Self.expectation(world, tasks: 2, own: map, peers: blind) {
        CorrelatedAgreement().scores(of: [$0], against: $1)[0]
      }
      #expect(abs(pay) < 1e-12)
    }
  }

  /// A crowd of two whose answers, over a thousand questions, occur together as in `world`.
  static func faithfulCrowd(_ world: World) -> Crowd {
    let count = world.classCount
    let cells = (0..<count * count).flatMap { cell in
      [Int](repeating: cell, count: Int((world.joint[cell] * 1_000).rounded()))
    }
    return Crowd(
      [sheet(cells.map { $0 / count }, count), sheet(cells.map { $0 % count }, count)],
      taskCount: cells.count, classCount: count)
  }

  @Test(arguments: worlds)
  func `honesty earns the sum of positive correlations, the most of all pairs of strategies`(world: World) {
    let count = world.classCount
    let agrees = CorrelatedAgreement.agreement(Self.faithfulCrowd(world))
    func pay(_ own: [Int], _ peers: [Int]) -> Double {
      (0..<count * count).reduce(0) { sum, cell in
        let (a, b) = (cell / count, cell % count)
        let excess = world.joint[cell] - world.margin(a) * world.margin(b)
        return sum + excess * (agrees[own[a] * count + peers[b]] ? 1 : 0)
      }
    }
    let maps = world.maps
    let honest = pay(maps[0], maps[0])
    let positive = (0..<count * count).reduce(0) { sum, cell in
      sum + max(world.joint[cell] - world.margin(cell / count) * world.margin(cell % count), 0)
    }
    #expect(abs(honest - positive) < 1e-12)
    for own in maps { for peers in maps { #expect(pay(own, peers) <= honest + 1e-12) } }
  }

  @Test(arguments: worlds)
  func `the closed form of correlated agreement is the mean over all penalty questions`(world: World) throws {
    let crowd = Self.faithfulCrowd(world)
    var random = CounterStream(seed: 3, purpose: 65)
    let tops = (0..<crowd.taskCount).map { _ in random.below(world.classCount) }
    let scores = CorrelatedAgreement().scores(of: [Self.sheet(tops, world.classCount)], against: crowd)[0]
    let agrees = CorrelatedAgreement.agreement(crowd)
    func agree(_ a: Int, _ b: Int) -> Double { agrees[a * world.classCount + b] ? 1 : 0 }
    var across = 0.0
    var pairs = 0.0
    for (l, own) in tops.enumerated() {
      for peer in crowd.sheets {
        for answer in peer.answers where answer.task != l {
          across += agree(own, answer.top)
          pairs += 1
        }
      }
    }
    for task in [0, 17, crowd.taskCount - 1] {
      let here = crowd.sheets.reduce(0) { $0 + agree(tops[task], $1.answers[task].top) } / Double(crowd.sheets.count)
      #expect(abs(try #require(scores[task]) - (here - across / pairs)) < 1e-12)
    }
  }

  // MARK: Determinant mutual information

  @Test(arguments: worlds.filter { $0.classCount == 2 })
  func `the expected product of determinants is a constant times the joint determinant squared`(world: World) {
    let determinant = world.joint[0] * world.joint[3] - world.joint[1] * world.joint[2]
    for map in world.maps {
      // Saying `map` multiplies the determinant by the map's own.
      let factor = Double(map[1] - map[0])
      var sum = 0.0
      for code in 0..<256 {
        let cells = (0..<4).map { code >> (2 * $0) & 3 }
        let pairs = cells.map { (own: map[$0 / 2], peer: $0 % 2) }
        let chance = cells.reduce(1) { $0 * world.joint[$1] }
        sum +=
          chance
          * DeterminantMutualInformation.payment(
            first: Array(pairs[..<2]), second: Array(pairs[2...]), classCount: 2)
      }
      // Two questions a half: n (n - 1) = 2 for each determinant.
      #expect(abs(sum - 4 * factor * factor * determinant * determinant) < 1e-12)
    }
  }

  @Test(arguments: worlds)
  func `no strategy earns more than honesty by determinants, and merging classes earns nothing`(world: World) {
    let count = world.classCount
    func determinant(_ own: [Int], _ peers: [Int]) -> Double {
      var said = [Double](repeating: 0, count: count * count)
      for cell in 0..<count * count { said[own[cell / count] * count + peers[cell % count]] += world.joint[cell] }
      // Leibniz over all permutations of up to three.
      return count == 2
        ? said[0] * said[3] - said[1] * said[2]
        : said[0] * (said[4] * said[8] - said[5] * said[7]) - said[1] * (said[3] * said[8] - said[5] * said[6])
          + said[2] * (said[3] * said[7] - said[4] * said[6])
    }
    let maps = world.maps
    let honest = pow(determinant(maps[0], maps[0]), 2)
    for own in maps {
      let pay = pow(determinant(own, maps[0]), 2)
      #expect(pay <= honest + 1e-18)
      if Set(own).count < count { #expect(pay < 1e-18) }
    }
  }

  @Test func `determinants of eight answers are what a recomputation says`() {
    let a = [0, 0, 1, 1, 0, 1, 1, 0]
    let b = [0, 0, 1, 0, 0, 1, 1, 1]
    let pairs = zip(a, b).map { (own: $0, peer: $1) }
    let pay = DeterminantMutualInformation.payment(
      first: Array(pairs[..<4]), second: Array(pairs[4...]), classCount: 2)
    #expect(pay == 4)
  }

  @Test func `too few shared questions are no reason to be paid`() {
    let crowd = Crowd([Self.sheet([0, 1, 0], 2)], taskCount: 3, classCount: 2)
    let scores = DeterminantMutualInformation().scores(of: [Self.sheet([0, 1, 0], 2)], against: crowd)
    #expect(scores == [[nil, nil, nil]])
    let enough = Crowd([Self.sheet([0, 0, 1, 1], 2)], taskCount: 4, classCount: 2)
    #expect(
      DeterminantMutualInformation().scores(of: [Self.sheet([0, 0, 1, 1], 2)], against: enough) == [[1, 1, 1, 1]])
  }
}
