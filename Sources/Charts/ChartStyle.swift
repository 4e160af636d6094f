/// How all charts look: colours for light and dark, and a dash pattern for each line, so that nothing is told by colour
/// alone.
public enum ChartStyle {
  /// The rules for all classes that charts use; once in a page, or in each document that stands alone.
  public static let css = """
    .ground{fill:#fff}text{font:12px system-ui,sans-serif;fill:#222}.head{font-size:15px;font-weight:600}\
    .axis{stroke:#888;fill:none}.grid{stroke:#ddd;fill:none}.line{fill:none;stroke-width:1.6}\
    .edge{fill:none;stroke-width:.7}.band{stroke:none;fill-opacity:.13}.mark{stroke-width:1.6}\
    .bar{stroke-width:1;fill-opacity:.25}.whisker{fill:none;stroke-width:2}.ideal{stroke:#888;fill:none;stroke-dasharray:3 3}\
    .end{text-anchor:end}.mid{text-anchor:middle}.soft{fill:#555}.strong{font-weight:600}\
    .c0{stroke:#0b62a4}.c1{stroke:#b4460f}.c2{stroke:#3b7a2a}.c3{stroke:#8e2a8a}\
    .c4{stroke:#6b5a00}.c5{stroke:#00757a}.c6{stroke:#a3123f}.c7{stroke:#555}\
    .f0{fill:#0b62a4}.f1{fill:#b4460f}.f2{fill:#3b7a2a}.f3{fill:#8e2a8a}\
    .f4{fill:#6b5a00}.f5{fill:#00757a}.f6{fill:#a3123f}.f7{fill:#555}\
    @media(prefers-color-scheme:dark){.ground{fill:#15181c}text{fill:#e6e6e6}.axis,.ideal{stroke:#999}.grid{stroke:#333}\
    .soft{fill:#aaa}\
    .c0{stroke:#6db7f2}.c1{stroke:#ff9f6b}.c2{stroke:#8fd37a}.c3{stroke:#e08bdc}\
    .c4{stroke:#e0c84a}.c5{stroke:#5fd4d8}.c6{stroke:#ff7fa3}.c7{stroke:#bbb}\
    .f0{fill:#6db7f2}.f1{fill:#ff9f6b}.f2{fill:#8fd37a}.f3{fill:#e08bdc}\
    .f4{fill:#e0c84a}.f5{fill:#5fd4d8}.f6{fill:#ff7fa3}.f7{fill:#bbb}}
    """

  private static let dashes = ["none", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2"]
  private static let colourCount = 8

  /// The class of the strokes of number `index`.
  static func stroke(_ index: Int) -> String { "c\(index % colourCount)" }
  /// The class of the fillings of number `index`.
  static func fill(_ index: Int) -> String { "f\(index % colourCount)" }
  /// The dash pattern of number `index`. Colours and patterns repeat after 8 and 6, together after 24.
  static func dash(_ index: Int) -> String { dashes[index % dashes.count] }
}
