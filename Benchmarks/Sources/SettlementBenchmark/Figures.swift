import Foundation

/// What one side came to.
struct Figures {
  let rate: Double
  let cpuMicroseconds: Double
  let group: Double
  let bytesPerEvent: Int
}

/// Processor time of this process so far, in seconds.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Two places.
func fixed(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
