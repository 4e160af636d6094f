/// A picture of numbers, as SVG whose text holds everything: no font, script or picture comes from elsewhere. It follows
/// the reader's light or dark setting.
public protocol Chart: Sendable {
  /// What stands over it, in words that say what is seen.
  var title: String { get }

  /// What the picture says, for those who cannot see it.
  var description: String { get }

  /// What is drawn, and how high it is.
  ///
  /// - Parameter top: how much room is left free above, for a title.
  func drawing(_ size: ChartSize, top: Int) -> (lines: [String], height: Int)
}

extension Chart {
  /// A document of its own, with title and style: 760 units wide, to be scaled at will.
  public var svg: String { document(size: .wide, id: "", isAlone: true) }

  /// An element for a page that has `ChartStyle.css` and says the title itself.
  ///
  /// - Parameter id: what tells this element from all others of its page: letters, digits and hyphens.
  public func figure(_ size: ChartSize, id: String) -> String { document(size: size, id: "\(id)-", isAlone: false) }

  private func document(size: ChartSize, id: String, isAlone: Bool) -> String {
    let (drawn, height) = drawing(size, top: isAlone ? 44 : 14)
    let extent = isAlone ? "" : " class=\"\(size)\" width=\"\(size.width)\" height=\"\(height)\""
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size.width) \(height)\"\(extent) role=\"img\""
        + " aria-labelledby=\"\(id)title \(id)desc\">",
      "<title id=\"\(id)title\">\(SVGText.escaped(title))</title>",
      "<desc id=\"\(id)desc\">\(SVGText.escaped(description))</desc>",
    ]
    if isAlone {
      lines += [
        "<style>\(ChartStyle.css)</style>",
        "<rect class=\"ground\" width=\"\(size.width)\" height=\"\(height)\"/>",
        "<text class=\"head\" x=\"\(Frame.left(size))\" y=\"24\">\(SVGText.escaped(title))</text>",
      ]
    }
    lines += drawn
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }
}
