import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// One kept-alive connection that posts JSON and waits for the answer.
final class Caller {
  private let socket: Int32

  /// `nil` if nobody listens there.
  init?(port: UInt16) {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
    }
    guard status == 0 else {
      close(socket)
      return nil
    }
  }

  deinit { close(socket) }

  /// The status and the object that came back; `nil` if the connection broke before the whole answer was here.
  func post(_ path: String, _ body: String) -> (status: Int, object: [String: Any])? {
    let request =
      "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    guard send(Array(request.utf8)) else { return nil }
    var received: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let answer = Self.answer(in: received) { return answer }
      let count = recv(socket, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      received += chunk[..<count]
    }
  }

  private func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private static func answer(in received: [UInt8]) -> (status: Int, object: [String: Any])? {
    guard let text = String(validating: received, as: UTF8.self), let end = text.range(of: "\r\n\r\n") else {
      return nil
    }
    let head = text[..<end.lowerBound].lowercased()
    let body = text[end.upperBound...]
    guard let place = head.range(of: "content-length: "),
      let length = Int(head[place.upperBound...].prefix { $0.isNumber }), body.utf8.count >= length,
      let status = Int(head.dropFirst(9).prefix(3)),
      let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
    else { return nil }
    return (status, object)
  }
}
