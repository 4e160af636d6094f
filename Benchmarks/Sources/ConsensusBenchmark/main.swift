import CAllocationCount
import Consensus
import Foundation

// Time a question of each pool, small and large, beside reading the tables. Log losses come from `witan evaluate`.

print(
  "# CPU time a question, forecast and learning; least of seven runs; allocations a question, counted at malloc.")
let small = QuestionTime(modelCount: 20, classCount: 10, tableCount: 4_000)
print("# making the small tables took \(allocation_count()) allocations: the counter counts")
let kinds: [ConsensusRule.Kind] = [
  .linearPool, .bayesMixture, .fixedShare, .boa, .adaptMLProd, .learntLogPoolBias, .fullStacker, .meta,
]
for kind in kinds { print(small.line(kind)) }

// 160 tables of 400 kB: 64 MB, more than any cache here holds.
let large = QuestionTime(modelCount: 10_000, classCount: 10, tableCount: 160)
let reading = large.reading()
print("read/N=10000 K=10  \(reading.text)")
for kind in [ConsensusRule.Kind.linearPool, .fixedShare, .boa, .adaptMLProd] {
  print(large.line(kind, beside: reading))
}
