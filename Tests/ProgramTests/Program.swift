import Foundation
import Testing

/// The built `witan`, as users run it.
enum Program {
  /// Beside the bundle of tests, where the build puts both.
  static let path: String = {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return bundle.appendingPathComponent("witan").path
  }()

  struct Result {
    let status: Int32
    let output: String
    let complaints: String

    /// Standard output as JSON.
    var json: Any? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) }
  }

  /// Runs a command to its end.
  static func run(_ arguments: String..., folder: URL) throws -> Result {
    let process = process(arguments, folder: folder)
    let complaints = folder.appendingPathComponent("complaints.txt")
    FileManager.default.createFile(atPath: complaints.path, contents: nil)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: complaints)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: text,
      complaints: try String(contentsOf: complaints, encoding: .utf8))
  }

  static func process(_ arguments: [String], folder: URL) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    return process
  }

  /// Lends a new folder and removes it.
  static func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("witan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}

/// A `witan run` that serves.
final class Serving {
  private let process: Process
  let port: UInt16

  /// Starts it and waits for the line with its address.
  init(_ arguments: String..., folder: URL) throws {
    process = Program.process(["run", "--port", "0"] + arguments, folder: folder)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var text = ""
    while true {
      let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .first { $0.hasPrefix("Serving at ") }
      if let number = line?.split(separator: ":").last.flatMap({ UInt16($0) }) {
        port = number
        return
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      text += String(decoding: more, as: UTF8.self)
    }
    process.terminate()
    throw ServingFault(output: text)
  }

  /// As a power cut would for the process: it gets no say.
  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Asks it to stop, and waits until it has.
  func stop() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }
}

struct ServingFault: Error {
  let output: String
}
