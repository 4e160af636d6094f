import Quantities

/// How often each row was drawn, of as many draws with replacement as there are rows.
struct Bootstrap {
  /// By row; zero for the rows that are left out, about 37 %.
  let times: [UInt16]

  init(rowCount: Int, from stream: inout CounterStream) {
    var times = [UInt16](repeating: 0, count: rowCount)
    times.withUnsafeMutableBufferPointer { times in
      for _ in 0..<rowCount { times[stream.below(rowCount)] += 1 }
    }
    self.times = times
  }
}
