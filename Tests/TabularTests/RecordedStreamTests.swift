import Tabular
import Testing

@Suite struct RecordedStreamTests {
  private func table(_ text: String) throws -> Table { try CSVReader().table(Array(text.utf8)) }

  private func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  private let labels = "t,label,segment,delay\n1,,a,2\n0,1,a,3\n"

  @Test func `the binary form gives back what was written`() throws {
    let stream = try RecordedStream(
      bytes([0.25, 0.75, .nan, .nan, 1, 0, 0.5, 0.5]), questionCount: 2, memberCount: 2, classCount: 2,
      labels: table(labels), members: table("n,name\n0,ada\n1,bob\n"))
    #expect(stream.memberNames == ["ada", "bob"])
    #expect(stream.classNames == ["0", "1"])
    #expect(stream.prediction(0, 0) == [0.25, 0.75])
    #expect(stream.prediction(0, 1) == nil)
    #expect(stream.prediction(1, 1) == [0.5, 0.5])
    #expect(stream.truths == [1, nil])
    #expect(stream.delays == [3, 2])
  }

  @Test func `the CSV form gives back what was written`() throws {
    let stream = try RecordedStream(
      predictions: table(
        "question,model,class,probability\nq9,ada,10,0.25\nq9,ada,9,0.75\nq9,bob,9,1\nq2,ada,9,0.5\nq2,ada,10,0.5\n"),
      outcomes: table("question,class,delay\nq2,10,4\n"))
    #expect(stream.memberNames == ["ada", "bob"])
    #expect(stream.classNames == ["9", "10"])
    #expect(stream.prediction(0, 0) == [0.75, 0.25])
    #expect(stream.prediction(0, 1) == [1, 0])
    #expect(stream.prediction(1, 1) == nil)
    #expect(stream.truths == [nil, 1])
    #expect(stream.delays == [1, 4])
  }

  @Test(
    arguments: [
      ([0.5, 0.5, .nan, .nan, 1, 0, 0.5], "28 bytes"),
      ([0.5, 0.5, .nan, .nan, 1, 0, 0.5, 0.6], "add up to 1.1"),
      ([0.5, 0.5, .nan, .nan, 1, 0, 0.5, .nan], "nan is no probability"),
      ([0.5, 0.5, .nan, .nan, 1, 0, 1.5, -0.5], "-0.5 is no probability"),
      ([0.5, 0.5, .nan, .nan, .infinity, 0, 0.5, 0.5], "inf is no probability"),
      ([0.5, 0.5, 1, 0, .nan, .nan, .nan, .nan], "question 1 has no prediction"),
    ] as [([Float], String)])
  func `a binary form that is none is refused with the place`(values: [Float], words: String) throws {
    let error = #expect(throws: StreamError.self) {
      try RecordedStream(
        bytes(values), questionCount: 2, memberCount: 2, classCount: 2, labels: table(labels), members: nil)
    }
    #expect(error?.description.contains(words) == true)
  }

  @Test(arguments: [
    ("t,label\n0,1\n", "labels.csv has 1 rows where there should be 2"),
    ("t,label\n0,1\n0,1\n", "line 3: this was stated before"),
    ("t,label\n0,1\n2,1\n", "a question from 0 to 1"),
    ("t,label\n0,1\n1,2\n", "a class from 0 to 1"),
    ("t,label,delay\n0,1,x\n1,1,1\n", "\"x\" is not a whole number of questions"),
    ("t,class\n0,1\n1,1\n", "no column \"label\""),
  ])
  func `labels that do not fit are refused with the line`(text: String, words: String) throws {
    let error = #expect(throws: StreamError.self) {
      try RecordedStream(
        bytes([1, 0, 0, 1]), questionCount: 2, memberCount: 1, classCount: 2, labels: table(text), members: nil)
    }
    #expect(error?.description.contains(words) == true)
  }

  @Test(arguments: [
    ("question,model,class,probability\na,m,x,0.5\n", "question,class\na,x\n", "add up to 0.5"),
    ("question,model,class,probability\na,m,x,1\na,m,x,1\n", "question,class\na,x\n", "line 3: this was stated before"),
    ("question,model,class,probability\na,m,x,one\n", "question,class\na,x\n", "\"one\" is not a finite number"),
    ("question,model,class,probability\na,m,x,1\n", "question,class\nb,x\n", "nobody predicted question \"b\""),
    ("question,model,class,probability\na,m,x,1\n", "question,class\na,x\na,x\n", "line 3: this was stated before"),
    ("question,model,class,probability\na,m,x,1\n", "question,class\na,y\n", "no prediction speaks of class \"y\""),
    ("question,model,class,p\na,m,x,1\n", "question,class\na,x\n", "no column \"probability\""),
  ])
  func `a CSV form that is none is refused with the line`(predictions: String, outcomes: String, words: String) throws {
    let error = #expect(throws: StreamError.self) {
      try RecordedStream(predictions: table(predictions), outcomes: table(outcomes))
    }
    #expect(error?.description.contains(words) == true)
  }

  @Test func `sizes that overflow are refused`() throws {
    #expect(throws: StreamError.self) {
      try RecordedStream(
        [], questionCount: .max, memberCount: 2, classCount: 2, labels: table(labels), members: nil)
    }
  }
}
