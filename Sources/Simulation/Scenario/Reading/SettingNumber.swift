import Quantities

/// Numbers as scenarios write them: decimal digits with an optional sign, point and exponent, and `_` between digits.
/// Nothing else is a number here, `nan`, `inf` and hexadecimal digits least of all.
enum SettingNumber {
  /// A number taken apart: ± `digits` · 10^`exponent`.
  struct Decimal {
    var isNegative = false
    var digits: UInt128 = 0
    var exponent = 0
  }

  /// Takes a number apart; `nil` where `text` is none, or has more than 36 digits.
  static func decimal(_ text: String) -> Decimal? {
    guard text.utf8.count <= 64 else { return nil }
    var rest = Substring(text)
    var number = Decimal()
    if let sign = rest.first, sign == "-" || sign == "+" {
      number.isNegative = sign == "-"
      rest.removeFirst()
    }
    var (count, hasPoint, last) = (0, false, Character(" "))
    while let next = rest.first, next != "e", next != "E" {
      if let digit = next.wholeNumberValue, next.isASCII {
        number.digits = number.digits * 10 + UInt128(digit)
        if hasPoint { number.exponent -= 1 }
        count += 1
        guard count <= 36 else { return nil }
      } else if next == ".", !hasPoint {
        hasPoint = true
      } else if next != "_" || !last.isNumber || rest.dropFirst().first?.isNumber != true {
        return nil
      }
      last = next
      rest.removeFirst()
    }
    guard count > 0 else { return nil }
    if !rest.isEmpty {
      guard let power = Int(rest.dropFirst()), abs(power) <= 400 else { return nil }
      number.exponent += power
    }
    return number
  }

  /// The number; `nil` where `text` is none, or too large.
  static func real(_ text: String) -> Double? {
    guard decimal(text) != nil, let value = Double(text.filter { $0 != "_" }), value.isFinite else { return nil }
    return value
  }

  /// The number times 10^`scale`, rounded to the nearest whole, halves up; `nil` where `text` is no number or the product
  /// passes 2^63. Exact: 0.1 in billionths is 100,000,000.
  static func whole(_ text: String, scale: Int) -> Int64? {
    guard let number = decimal(text) else { return nil }
    var (digits, exponent) = (number.digits, number.exponent + scale)
    while exponent > 0, digits > 0 {
      guard digits < 1 << 100 else { return nil }
      digits *= 10
      exponent -= 1
    }
    var last: UInt128 = 0
    while exponent < 0, digits > 0 || last > 0 {
      (digits, last) = digits.quotientAndRemainder(dividingBy: 10)
      exponent += 1
    }
    if last >= 5 { digits += 1 }
    guard digits <= UInt128(Int64.max) else { return nil }
    return number.isNegative ? -Int64(digits) : Int64(digits)
  }

  /// Whether the number times 10^`scale` is whole; for what is counted.
  static func isWhole(_ text: String) -> Bool {
    guard let number = decimal(text) else { return false }
    var (digits, exponent) = (number.digits, number.exponent)
    while exponent < 0, digits > 0 {
      guard digits % 10 == 0 else { return false }
      digits /= 10
      exponent += 1
    }
    return true
  }

  /// The shortest text that reads as `value`.
  static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// `units` of 10^-`scale` each, without zeros at the end.
  static func text(_ units: Int64, scale: Int) -> String {
    var unit: UInt64 = 1
    for _ in 0..<scale { unit *= 10 }
    let whole = "\(units < 0 ? "-" : "")\(units.magnitude / unit)"
    var places = String(units.magnitude % unit)
    guard places != "0" else { return whole }
    places = String(repeating: "0", count: scale - places.utf8.count) + places
    while places.last == "0" { places.removeLast() }
    return "\(whole).\(places)"
  }
}
