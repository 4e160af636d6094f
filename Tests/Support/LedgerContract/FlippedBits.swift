import Foundation

/// Flips one bit of each byte of a file in turn and calls `body` with the place; the file is as before afterwards.
///
/// Which bit of a byte is drawn from `seed`, so that runs with several seeds reach all eight.
///
/// - Parameters:
///   - path: the file, which is changed in place.
///   - places: the bytes to go through; by default every one.
///   - seed: decides which bit.
///   - body: looks at the damage; must leave the file as it finds it.
public func withEachByteFlipped(
  of path: String, places: Range<Int>? = nil, seed: UInt64, _ body: (_ place: Int) throws -> Void
) throws {
  let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
  defer { try? file.close() }
  let content = [UInt8](try file.readToEnd() ?? Data())
  func write(_ byte: UInt8, at place: Int) throws {
    try file.seek(toOffset: UInt64(place))
    try file.write(contentsOf: [byte])
  }
  for place in places ?? content.indices {
    let bit = (UInt64(place) &* 0x9E37_79B9_7F4A_7C15 &+ seed &* 0xBF58_476D_1CE4_E5B9) >> 61
    try write(content[place] ^ 1 << UInt8(bit), at: place)
    defer { try? write(content[place], at: place) }
    try body(place)
  }
}
