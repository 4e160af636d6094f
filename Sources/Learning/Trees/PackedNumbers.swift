import Foundation

/// Many numbers as one string: their bytes, least significant first, in base64. Keeps every bit, and takes a third of the
/// room that digits would.
struct PackedNumbers<Number: FixedWidthInteger & UnsignedInteger>: Codable {
  var numbers: [Number]

  init(_ numbers: [Number]) { self.numbers = numbers }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let size = MemoryLayout<Number>.size
    guard let bytes = Data(base64Encoded: text), bytes.count.isMultiple(of: size) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not base64 of whole numbers of \(size) bytes")
    }
    numbers = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Number.self))
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    let bytes = numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
    var container = encoder.singleValueContainer()
    try container.encode(bytes.base64EncodedString())
  }
}
