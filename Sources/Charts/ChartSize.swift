/// How much room a chart has. Words keep their size: a narrow chart is laid out anew, not made smaller.
public enum ChartSize: Hashable, Sendable {
  /// 760 units, for screens and paper; names stand at the ends of lines.
  case wide
  /// 360 units, for a phone; names stand below.
  case narrow

  /// The width in units, each a CSS pixel at full size.
  public var width: Int { self == .wide ? 760 : 360 }
}
