import Learning
import Tabular

extension Scenario {
  /// The scenario with what its data say filled in: the number of classes, and for groups of recorded members how many
  /// they are (the models named, or all of the stream).
  ///
  /// - Throws: where the data cannot be read.
  public func readingData() throws(PopulationError) -> Scenario {
    var filled = self
    switch questions {
    case .drawn: break
    case .dataset(var source):
      source.classCount = try source.read().classNames.count
      filled.questions = .dataset(source)
    case .stream(var source):
      let stream = try StreamFolder(path: source.path).read()
      source.classCount = stream.classNames.count
      filled.questions = .stream(source)
      for (index, group) in groups.enumerated() {
        guard case .recorded(let names) = group.source else { continue }
        filled.groups[index].count = names.isEmpty ? stream.memberNames.count : names.count
      }
    }
    return filled
  }
}
