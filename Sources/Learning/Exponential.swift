#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The C library's `log`; behind a name of ours so that only this file needs to know which library that is.
@inline(__always)
func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// The C library's `exp`.
@inline(__always)
func exponential(_ x: Double) -> Double { exp(x) }
