import CFaultyFiles
import Foundation

/// A disk for one test that can lose power, run full and fail to flush, as an SQLite VFS of its own name.
final class FaultyDisk {
  let vfs = "faulty-\(UUID().uuidString)"
  private let disk: OpaquePointer

  /// The seed decides which unflushed sectors survive a loss of power.
  init(seed: UInt64) { disk = faulty_disk_create(vfs, seed) }

  deinit { faulty_disk_destroy(disk) }

  /// Operations so far that changed something: writes, flushes, truncations, deletions.
  var operations: UInt64 { faulty_disk_operations(disk) }
  var hasLostPower: Bool { faulty_disk_has_lost_power(disk) != 0 }

  /// Loses power before operation number `operation`.
  func losePower(at operation: UInt64) { faulty_disk_lose_power_at(disk, operation) }
  /// Finds no room in these operations.
  func fill(_ operations: ClosedRange<UInt64>) {
    faulty_disk_fill(disk, operations.lowerBound, operations.upperBound)
  }
  /// Fails writes among these operations.
  func failWrites(_ operations: ClosedRange<UInt64>) {
    faulty_disk_fail_writes(disk, operations.lowerBound, operations.upperBound)
  }
  /// Fails flushes among these operations.
  func failFlushes(_ operations: ClosedRange<UInt64>) {
    faulty_disk_fail_flushes(disk, operations.lowerBound, operations.upperBound)
  }
  /// Refuses everything from now on, so that nothing more is written, as if the process had been killed.
  func kill() { faulty_disk_lose_power_at(disk, operations + 1) }
  /// Ends all faults and keeps what was written, flushed or not.
  func revive() { faulty_disk_revive(disk) }
  /// Leaves in the files what survived, and gives power again. No file may be open.
  func restore() { faulty_disk_restore(disk) }
}
