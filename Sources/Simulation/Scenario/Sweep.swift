/// Values to vary. All cells use the same seeds (common random numbers), so that differences between cells are paired.
public struct Sweep: Hashable, Sendable {
  /// How cells are chosen.
  public enum Mode: Hashable, Sendable {
    /// Every combination.
    case grid
    /// This many combinations drawn at random.
    case random(count: Int)
  }

  /// One value that varies: a path as for `--set`, and what it takes.
  public struct Axis: Hashable, Sendable {
    /// Such as `rules.incentive` or `groups.sybils.count`.
    public var path: String
    /// As written in the scenario.
    public var values: [String]

    /// Puts the parts together.
    public init(path: String, values: [String]) {
      self.path = path
      self.values = values
    }
  }

  /// How cells are chosen. Default: every combination.
  public var mode = Mode.grid
  /// What varies.
  public var axes: [Axis]

  /// Every combination of `axes`.
  public init(axes: [Axis]) { self.axes = axes }
}
