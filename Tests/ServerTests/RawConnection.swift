import Dispatch
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What came back for one request.
struct Reply: Sendable {
  var status = 0
  var headers: [String: String] = [:]
  var body = ""

  /// The body as a JSON object; empty if it is none.
  var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:] }
  /// The stable name of a refusal.
  var code: String? { json["code"] as? String }
}

/// A plain TCP connection, so that tests can send what no HTTP client would. Blocking calls run on threads of their own,
/// since the server under test needs Swift's.
final class RawConnection: Sendable {
  private let descriptor: Int32

  /// Connects to `port` on this machine.
  init(port: Int) throws {
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    descriptor = socket(AF_INET, kind, 0)
    var timeout = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(descriptor)
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }

  deinit { close(descriptor) }

  /// Sends `text` and waits for nothing.
  func send(_ text: String) async { await send(Array(text.utf8)) }

  /// Sends bytes; those that the other side no longer takes are lost.
  func send(_ bytes: [UInt8]) async {
    await Self.onThread { [descriptor] in
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes { memory in
          sendBytes(descriptor, memory.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        sent += count
      }
    }
  }

  /// Says that nothing more will be sent.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Waits for one reply. Its status is 0 if the connection ended or went silent before it was whole.
  func reply(toHead: Bool = false) async -> Reply {
    await Self.onThread { [descriptor] in
      var head: [UInt8] = []
      while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
        var byte: UInt8 = 0
        guard recv(descriptor, &byte, 1, 0) == 1 else { return Reply() }
        head.append(byte)
      }
      let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
      var reply = Reply()
      for line in lines.dropFirst() {
        let pair = line.split(separator: ":", maxSplits: 1)
        reply.headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
      }
      let length = toHead ? 0 : Int(reply.headers["content-length"] ?? "0") ?? 0
      var body = [UInt8](repeating: 0, count: length)
      var received = 0
      while received < length {
        let count = body.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + received, length - received, 0) }
        guard count > 0 else { return Reply() }
        received += count
      }
      reply.status = Int(lines[0].split(separator: " ")[1]) ?? 0
      reply.body = String(decoding: body, as: UTF8.self)
      return reply
    }
  }

  /// Waits until the other side closes, at most as long as a reply may take; false if it did not.
  func isClosed() async -> Bool {
    await Self.onThread { [descriptor] in
      var byte: UInt8 = 0
      while true {
        let count = recv(descriptor, &byte, 1, 0)
        if count == 0 { return true }
        if count < 0 { return errno == ECONNRESET }
      }
    }
  }

  /// Sends one request and waits for its reply.
  func exchange(
    _ method: String, _ path: String, _ body: String? = nil, type: String? = "application/json",
    headers: [String] = []
  ) async -> Reply {
    await exchange(method, path, bytes: body.map { Array($0.utf8) }, type: type, headers: headers)
  }

  /// Sends one request with a body of any bytes and waits for its reply.
  func exchange(
    _ method: String, _ path: String, bytes: [UInt8]?, type: String? = "application/json", headers: [String] = []
  ) async -> Reply {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: test"] + headers
    if let bytes {
      lines.append("Content-Length: \(bytes.count)")
      if let type { lines.append("Content-Type: \(type)") }
    }
    await send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (bytes ?? []))
    return await reply(toHead: method == "HEAD")
  }

  private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }
}

// Within the class, `send` is the method.
private func sendBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int, _ flags: Int32) -> Int {
  send(descriptor, bytes, count, flags)
}
