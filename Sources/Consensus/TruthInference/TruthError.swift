/// Why the truth behind answers could not be inferred. Rows, workers, tasks and classes are counted from 0.
public enum TruthError: Error, Hashable, Sendable {
  /// No answer at all.
  case noAnswers
  /// K is below 1.
  case noClasses
  /// An answer names a class that does not exist.
  case labelOutOfRange(row: Int, label: Int, classCount: Int)
  /// An answer is of a worker beyond the stated number.
  case workerOutOfRange(row: Int, worker: Int, workerCount: Int)
  /// An answer is about a task beyond the stated number.
  case taskOutOfRange(row: Int, task: Int, taskCount: Int)
  /// An answer that should be a distribution has a value that is no number or negative, or does not add up to 1.
  case notADistribution(row: Int)
  /// A known class of a task that does not exist, or a class that does not.
  case goldOutOfRange(task: Int, label: Int, taskCount: Int, classCount: Int)
  /// One task has two known classes.
  case goldTwice(task: Int)
  /// A numeric answer that is no number, infinite, or beyond 1e150.
  case notANumber(row: Int)
  /// A setting outside its range: its name, the value given and what is allowed.
  case settingOutOfRange(name: String, value: String, allowed: String)
  /// A method for two classes was given more.
  case binaryOnly(method: String, classCount: Int)
  /// A method would need more memory than is reasonable for so many workers and classes.
  case tooLarge(method: String, numbers: Int, limit: Int)
}

extension TruthError: CustomStringConvertible {
  /// What was wrong, and what to do.
  public var description: String {
    switch self {
    case .noAnswers:
      "there is no answer to infer from: give at least one"
    case .noClasses:
      "the number of classes must be at least 1: count the distinct labels"
    case .labelOutOfRange(let row, let label, let classCount):
      "answer \(row) names class \(label), but the classes are 0 to \(classCount - 1): number the labels from 0"
    case .workerOutOfRange(let row, let worker, let workerCount):
      "answer \(row) is of worker \(worker), but the workers are 0 to \(workerCount - 1): number them from 0"
    case .taskOutOfRange(let row, let task, let taskCount):
      "answer \(row) is about task \(task), but the tasks are 0 to \(taskCount - 1): number them from 0"
    case .notADistribution(let row):
      "answer \(row) is no distribution: give probabilities from 0 to 1 that add up to 1 within 0.000001"
    case .goldOutOfRange(let task, let label, let taskCount, let classCount):
      "the known class \(label) of task \(task) does not fit: tasks are 0 to \(taskCount - 1), "
        + "classes 0 to \(classCount - 1); remove it or count it among them"
    case .goldTwice(let task):
      "task \(task) has two known classes: keep one"
    case .notANumber(let row):
      "answer \(row) is not a finite number up to 1e150 in size: correct or remove it"
    case .settingOutOfRange(let name, let value, let allowed):
      "\(name) is \(value), but must be \(allowed): change the setting"
    case .binaryOnly(let method, let classCount):
      "\(method) works on two classes and there are \(classCount): choose another method, such as auto"
    case .tooLarge(let method, let numbers, let limit):
      "\(method) would keep \(numbers) numbers, and the limit is \(limit): choose a method with one skill a worker, "
        + "such as one_coin, or take out classes that hardly occur"
    }
  }
}
