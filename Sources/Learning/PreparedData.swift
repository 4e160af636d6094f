/// Data ready for training and test: the rows of each side, as they are and scaled.
public struct PreparedData: Hashable, Sendable {
  /// The rows to learn from.
  public let train: Dataset
  /// The rows to be judged by.
  public let test: Dataset
  /// `train`, scaled.
  public let scaledTrain: Dataset
  /// `test`, scaled in the same way.
  public let scaledTest: Dataset
  /// Where the training rows stand in the source, from 0, ascending.
  public let trainRows: [Int]
  /// Where the test rows stand in the source, from 0, ascending.
  public let testRows: [Int]
  /// Fitted on the training rows only.
  public let scaler: StandardScaler
  /// How the columns of the source became features.
  public let encoding: Encoding

  /// Fits a scaler on `train` and scales both sides with it.
  init(train: Dataset, test: Dataset, trainRows: [Int], testRows: [Int], encoding: Encoding) {
    let scaler = StandardScaler(fittedOn: train.features)
    self.train = train
    self.test = test
    self.trainRows = trainRows
    self.testRows = testRows
    self.scaler = scaler
    self.encoding = encoding
    scaledTrain = train.replacingFeatures(scaler.scaled(train.features))
    scaledTest = test.replacingFeatures(scaler.scaled(test.features))
  }

  /// The name of each class.
  public var classNames: [String] { train.classNames }
  /// The name of each feature.
  public var featureNames: [String] { train.featureNames }
}

extension Dataset {
  fileprivate func replacingFeatures(_ features: Matrix) -> Dataset {
    Dataset(features: features, labels: labels, featureNames: featureNames, classNames: classNames)
  }
}
