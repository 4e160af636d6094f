import Foundation

/// The logarithm of the C library, as an oracle.
enum LogOracle {
  static func log(_ x: Double) -> Double { Foundation.log(x) }
}
