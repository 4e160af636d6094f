/// Working memory for one pool at a time, used again for every question, so that none has to be allocated.
///
/// It grows while it meets larger questions and then stays as it is. Not to be shared between tasks.
public final class Scratch {
  private var chunks: [UnsafeMutableBufferPointer<Double>] = []
  private var used = 0
  private var total = 0

  /// Empty; the first question fills it.
  public init() {}

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// Room for `count` numbers, rounded up to whole groups of eight, with anything in it; valid until `reset`.
  @inline(__always)
  func take(_ count: Int) -> UnsafeMutablePointer<Double> {
    let room = (count + 7) & ~7
    if let chunk = chunks.last, let base = chunk.baseAddress, used + room <= chunk.count {
      used += room
      return base + (used - room)
    }
    return grow(room)
  }

  private func grow(_ room: Int) -> UnsafeMutablePointer<Double> {
    let chunk = UnsafeMutableBufferPointer<Double>.allocate(capacity: max(room, 2 * total, 512))
    chunk.initialize(repeating: 0)
    total += chunk.count
    chunks.append(chunk)
    used = room
    guard let base = chunk.baseAddress else { preconditionFailure("a chunk has a place") }
    return base
  }

  /// Takes back all that was handed out; several chunks become one.
  func reset() {
    used = 0
    guard chunks.count > 1 else { return }
    for chunk in chunks { chunk.deallocate() }
    chunks = []
    let needed = total
    total = 0
    _ = grow(needed)
    used = 0
  }
}
