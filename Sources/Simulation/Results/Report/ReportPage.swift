import Charts

/// A page in one file: no script, nothing from elsewhere, light and dark, well-formed XML. Everything that comes from
/// outside is escaped where it enters.
struct ReportPage {
  private var lines: [String] = []
  private var figureCount = 0
  private let title: String

  init(title: String) { self.title = title }

  /// A heading of level 1 to 4.
  mutating func heading(_ level: Int, _ text: String) {
    lines.append("<h\(level)>\(SVGText.escaped(text))</h\(level)>")
  }

  mutating func paragraph(_ text: String, class name: String? = nil) {
    lines.append("<p\(name.map { " class=\"\($0)\"" } ?? "")>\(SVGText.escaped(text))</p>")
  }

  mutating func list(_ items: [String], class name: String? = nil) {
    guard !items.isEmpty else { return }
    lines.append("<ul\(name.map { " class=\"\($0)\"" } ?? "")>")
    lines += items.map { "<li>\(SVGText.escaped($0))</li>" }
    lines.append("</ul>")
  }

  /// Words and what they stand for, side by side.
  mutating func facts(_ facts: [(name: String, value: String)]) {
    lines.append("<dl>")
    lines += facts.map { fact in
      // What is long takes a row of its own.
      "<div\(fact.value.count > 40 ? " class=\"whole\"" : "")><dt>\(SVGText.escaped(fact.name))</dt>"
        + "<dd>\(SVGText.escaped(fact.value))</dd></div>"
    }
    lines.append("</dl>")
  }

  /// A table in the flow of the page, with its link.
  mutating func table(_ table: ReportTable, file: String) {
    lines += [table.html, "<p class=\"source\">All of it: \(table.link(file: file))</p>"]
  }

  /// A chart, laid out for wide and for narrow pages, with the numbers behind it.
  mutating func figure(_ chart: some Chart, caption: String, table: ReportTable, file: String) {
    figureCount += 1
    lines += [
      "<figure><h4>\(SVGText.escaped(chart.title))</h4>", chart.figure(.wide, id: "chart-\(figureCount)-wide"),
      chart.figure(.narrow, id: "chart-\(figureCount)-narrow"),
      "<figcaption>\(SVGText.escaped(caption))</figcaption>",
      "<details><summary>The numbers</summary>", table.html,
      "<p class=\"source\">For programs: \(table.link(file: file))</p></details></figure>",
    ]
  }

  /// Text as it is, to be opened.
  mutating func text(_ text: String, summary: String) {
    lines.append(
      "<details><summary>\(SVGText.escaped(summary))</summary><pre tabindex=\"0\">\(Self.preformatted(text))</pre></details>"
    )
  }

  /// Opens a part that can be folded away.
  mutating func openPart(_ summary: String, isOpen: Bool) {
    lines.append(
      "<details class=\"part\"\(isOpen ? " open=\"open\"" : "")><summary>\(SVGText.escaped(summary))</summary>")
  }

  mutating func closePart() { lines.append("</details>") }

  // Line by line, since escaping puts blanks in place of line breaks.
  private static func preformatted(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { SVGText.escaped(String($0)) }
      .joined(separator: "\n")
  }

  /// The page.
  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="generator" content="witan" />
    <title>\(SVGText.escaped(title))</title>
    <style>
    \(Self.css)
    \(ChartStyle.css)
    </style>
    </head>
    <body>
    <main>
    \(lines.joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static let css = """
    :root{color-scheme:light dark;--ground:#fff;--ink:#1c1f23;--soft:#59606a;--rule:#d9dde2;--panel:#f4f6f8;--link:#0b62a4}
    @media(prefers-color-scheme:dark){:root{--ground:#15181c;--ink:#e8eaed;--soft:#a3abb5;--rule:#343a42;--panel:#1d2126;--link:#6db7f2}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
    main{max-width:808px;margin:0 auto;padding:32px 24px 64px}
    h1{font-size:1.9rem;line-height:1.2;margin:0 0 .3em;overflow-wrap:anywhere}
    h2{font-size:1.35rem;margin:2.2em 0 .5em;padding-top:.6em;border-top:1px solid var(--rule);overflow-wrap:anywhere}
    h3{font-size:1.1rem;margin:1.8em 0 .4em}
    h4{font-size:1rem;margin:0 0 .4em}
    p{margin:.5em 0}a{color:var(--link)}
    .lead{color:var(--soft)}.source,figcaption{color:var(--soft);font-size:.875rem}
    .verdict{background:var(--panel);border-left:4px solid var(--link);border-radius:0 6px 6px 0;margin:1.2em 0;padding:.8em 1em .8em 2em}
    .verdict li{margin:.35em 0}
    dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:.5em 1.4em;margin:1em 0}
    dt{color:var(--soft);font-size:.8rem}dd{margin:0;overflow-wrap:anywhere}.whole{grid-column:1/-1}
    figure{margin:1.6em 0 2.2em}
    svg{display:block;max-width:100%;height:auto}
    svg.narrow{display:none}
    figcaption{margin-top:.6em}
    details{margin:.5em 0}summary{cursor:pointer;color:var(--link);padding:.25em 0}
    .part{border-top:1px solid var(--rule);padding-top:.3em}.part>summary{font-weight:600;font-size:1.1rem;overflow-wrap:anywhere}
    .scroll{overflow-x:auto;margin:.6em 0;border:1px solid var(--rule);border-radius:6px}
    table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;width:100%}
    caption{text-align:left;color:var(--soft);padding:.5em .7em}
    th,td{padding:.3em .7em;text-align:right;border-top:1px solid var(--rule);white-space:nowrap}
    th{font-weight:600}th[scope=row],td.words,thead th:first-child{text-align:left}
    pre{background:var(--panel);border-radius:6px;padding:.8em 1em;overflow:auto;max-height:28em;font-size:.8rem;line-height:1.4}
    :focus-visible{outline:2px solid var(--link);outline-offset:2px}
    @media(max-width:640px){main{padding:20px 15px 48px}h1{font-size:1.5rem}svg.wide{display:none}svg.narrow{display:block}}
    @media print{details:not([open])>*{display:none}main{max-width:none}}
    """
}
