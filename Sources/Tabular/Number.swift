/// Reads a finite decimal number such as `5`, `-0.25`, `.5` or `6.02e23`, correctly rounded; `nil` for anything else.
///
/// Spaces and tabs around it are let pass. Not numbers here: `nan`, `inf`, hexadecimal, thousands separators, and
/// decimals too large for `Double`.
///
/// - Complexity: a few nanoseconds for up to 15 digits with a small exponent (one exact division or multiplication,
///   Clinger 1990), else the standard library's conversion.
public func finiteNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  var start = 0
  var end = bytes.count
  while start < end, isBlank(bytes[start]) { start += 1 }
  while start < end, isBlank(bytes[end - 1]) { end -= 1 }

  var i = start
  let isNegative = i < end && bytes[i] == UInt8(ascii: "-")
  if i < end, isNegative || bytes[i] == UInt8(ascii: "+") { i += 1 }

  var mantissa: UInt64 = 0
  var digits = 0  // digits after leading zeros: up to 19 fit the mantissa
  var exponent = 0
  var hasDigits = false
  var isFraction = false
  while i < end {
    let byte = bytes[i]
    if byte == UInt8(ascii: "."), !isFraction {
      isFraction = true
    } else if let digit = decimal(byte) {
      hasDigits = true
      if digits < 19 {
        mantissa = mantissa * 10 + digit
        if mantissa > 0 { digits += 1 }
        if isFraction { exponent -= 1 }
      } else {
        digits += 1
      }
    } else {
      break
    }
    i += 1
  }
  guard hasDigits else { return nil }

  if i < end, bytes[i] | 0x20 == UInt8(ascii: "e") {
    i += 1
    var isBelow = false
    if i < end, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
      isBelow = bytes[i] == UInt8(ascii: "-")
      i += 1
    }
    var power = 0
    var hasPower = false
    while i < end, let digit = decimal(bytes[i]) {
      power = min(power * 10 + Int(digit), 1_000_000)
      hasPower = true
      i += 1
    }
    guard hasPower else { return nil }
    exponent += isBelow ? -power : power
  }
  guard i == end else { return nil }

  if digits <= 19, mantissa <= 1 << 53, (-22...22).contains(exponent) {
    let whole = Double(mantissa)
    let value = exponent < 0 ? whole / powersOfTen[-exponent] : whole * powersOfTen[exponent]
    return isNegative ? -value : value
  }
  let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
  guard let value = Double(text), value.isFinite else { return nil }
  return value
}

/// Reads a finite decimal number; `nil` for anything else.
public func finiteNumber(_ text: String) -> Double? {
  var text = text
  return text.withUTF8 { finiteNumber($0) }
}

/// The powers of ten that a `Double` holds exactly.
private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]

@inline(__always)
private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

@inline(__always)
private func decimal(_ byte: UInt8) -> UInt64? {
  let digit = byte &- UInt8(ascii: "0")
  return digit < 10 ? UInt64(digit) : nil
}
