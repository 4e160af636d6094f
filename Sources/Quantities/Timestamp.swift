/// Ticks as people read them.
public enum Timestamp {
  /// `2026-11-24T06:05:22.123Z`: ISO 8601, UTC, milliseconds (proleptic Gregorian calendar).
  ///
  /// Days are turned into a date by counting eras of 400 years from 1 March of the year 0.
  public static func text(_ tick: Tick) -> String {
    let milliseconds = tick.milliseconds % 86_400_000
    let days = Int(tick.milliseconds / 86_400_000) + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let time = [milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds / 1_000 % 60].map { padded($0, 2) }
    return "\(padded(UInt64(year), 4))-\(padded(UInt64(month), 2))-\(padded(UInt64(day), 2))"
      + "T\(time.joined(separator: ":")).\(padded(milliseconds % 1_000, 3))Z"
  }

  private static func padded(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
