import Foundation

/// Where the program speaks: results on standard output, news and complaints on standard error.
enum Console {
  /// Whether people watch standard error, so that progress makes sense.
  static let showsProgress = isatty(STDERR_FILENO) == 1
  /// Whether standard output is a terminal that may be coloured (see no-color.org).
  static let isStyled = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

  /// A line of the result, at once.
  static func say(_ line: String = "") {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  /// A heading over a part of the result.
  static func heading(_ text: String) {
    say()
    say(isStyled ? "\u{1B}[1m\(text)\u{1B}[0m" : text)
  }

  /// A line of news that is not part of the result.
  static func note(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  /// Progress that overwrites itself; only where people watch.
  static func progress(_ text: String) {
    guard showsProgress else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }

  /// Takes the progress line away.
  static func endProgress() { progress("") }

  /// Says what went wrong and ends the program.
  static func fail(_ failure: CommandFailure) -> Never {
    endProgress()
    note("witan: \(failure.sentence)")
    exit(failure.code.rawValue)
  }
}
