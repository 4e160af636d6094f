extension DatasetManager {
  /// Everything that training depends on, in one fixed form: hash it to tell whether two data sets are the same.
  ///
  /// Names of columns (categories included) and classes, then the labels, folds and features. Counts and labels are
  /// 64-bit integers, numbers their IEEE 754 bits (one pattern for a missing value), least byte first; texts are
  /// preceded by their length in bytes. The name of the data set is not part of it: a file may move.
  ///
  /// - Complexity: O(rows x features) time and memory.
  public var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = Array("witan-data-1".utf8)
    bytes.reserveCapacity(features.values.count * 8 + labels.count * 16 + 4_096)
    append(encoding.columns.count, to: &bytes)
    for column in encoding.columns {
      append(column.name, to: &bytes)
      switch column {
      case .number:
        append(0, to: &bytes)
      case .categories(_, let values):
        append(values.count, to: &bytes)
        for value in values { append(value, to: &bytes) }
      }
    }
    append(classNames.count, to: &bytes)
    for name in classNames { append(name, to: &bytes) }
    append(labels.count, to: &bytes)
    for label in labels { append(label, to: &bytes) }
    append(foldNames.count, to: &bytes)
    for name in foldNames { append(name, to: &bytes) }
    for fold in folds ?? [] { append(fold, to: &bytes) }
    for value in features.values { append((value.isNaN ? .nan : value).bitPattern, to: &bytes) }
    return bytes
  }
}

private func append(_ value: UInt64, to bytes: inout [UInt8]) {
  withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
}

private func append(_ value: Int, to bytes: inout [UInt8]) { append(UInt64(value), to: &bytes) }

private func append(_ text: String, to bytes: inout [UInt8]) {
  append(text.utf8.count, to: &bytes)
  bytes.append(contentsOf: text.utf8)
}
