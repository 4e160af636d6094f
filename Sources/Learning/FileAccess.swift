#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The bytes of a file.
func readFile(_ path: String) throws(LearningError) -> [UInt8] {
  do {
    return Array(try Data(contentsOf: URL(filePath: path)))
  } catch {
    throw .unreadableFile(path: path, reason: reason(of: error))
  }
}

/// Writes a file whole or not at all: aside first, then renamed.
func writeFile(_ bytes: [UInt8], to path: String) throws(LearningError) {
  do {
    try Data(bytes).write(to: URL(filePath: path), options: .atomic)
  } catch {
    throw .unwritableFile(path: path, reason: reason(of: error))
  }
}

/// What the system said, in a few words.
private func reason(of error: any Error) -> String {
  guard let error = error as? CocoaError else { return "\(error)" }
  switch error.code {
  case .fileNoSuchFile, .fileReadNoSuchFile: return "there is no such file or folder"
  case .fileReadNoPermission, .fileWriteNoPermission: return "permission was denied"
  case .fileWriteOutOfSpace: return "the disk is full"
  case .fileWriteVolumeReadOnly: return "the disk is read-only"
  default: return "the system reported error \(error.code.rawValue)"
  }
}
