/// Any strategy as a value that can be compared.
struct AnyStrategy: Hashable, Sendable {
  let base: any Strategy

  init(_ base: any Strategy) { self.base = base }

  static func == (a: AnyStrategy, b: AnyStrategy) -> Bool {
    type(of: a.base) == type(of: b.base) && a.base.values == b.base.values
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(type(of: base).name)
    hasher.combine(base.values)
  }
}
