/// The known name that `name` was probably meant to be, for error messages; `nil` if none is near.
///
/// Near means: at most one edit for every three characters of the longer name, and at least one edit is allowed.
/// An edit inserts, drops or changes a character, or swaps two neighbours (optimal string alignment); case does not
/// count. The nearest wins, a tie goes to the earlier name. Names over 64 characters are near nothing, so that a hostile
/// name costs little.
///
/// - Complexity: O(L^2) for each known name, L the length of a name.
public func nearestName(to name: String, among known: [String]) -> String? {
  let wanted = Array(name.lowercased().prefix(65))
  guard wanted.count <= 64 else { return nil }
  var best: (distance: Int, name: String)?
  for candidate in known {
    let letters = Array(candidate.lowercased().prefix(65))
    guard letters.count <= 64 else { continue }
    let distance = editDistance(wanted, letters)
    guard distance <= max(1, max(wanted.count, letters.count) / 3) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
  }
  return best?.name
}

/// How many insertions, removals, changes and swaps of neighbours turn `a` into `b`.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
      row.append(least)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
