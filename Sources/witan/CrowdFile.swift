import Foundation
import Quantities
import Tabular

/// A CSV file of answers, with numbers for its names.
struct CrowdFile {
  /// Which columns say who answered, about what, and what; and how the file of the truth names the last two.
  struct Columns {
    var worker = "worker"
    var task = "task"
    var label = "label"
  }

  let workerNames: [String]
  let taskNames: [String]
  /// The classes in their natural order; empty where answers are numbers.
  let classNames: [String]
  let workers: [Int]
  let tasks: [Int]
  /// The class of each answer; empty where answers are numbers.
  let labels: [Int]
  /// The number of each answer; empty where answers are classes.
  let values: [Double]

  private let tasksByName: NameTable
  private let taskPlaces: [Int]

  /// Reads answers. Classes are those of the answers and of `gold`.
  init(path: String, columns: Columns, isNumeric: Bool, gold: KnownFile?) throws(CommandFailure) {
    let table = try readTable(path)
    let places = try [
      ("--worker-column", columns.worker), ("--task-column", columns.task), ("--label-column", columns.label),
    ]
    .map { option, name throws(CommandFailure) in try column(name, option, of: table, path) }
    try refuseBlanks(in: table, columns: places, path)
    var (workerNumbers, taskNumbers, labelNumbers) = (NameTable(), NameTable(), NameTable())
    var workers = [Int](repeating: 0, count: table.rowCount)
    var (tasks, labels) = (workers, isNumeric ? [] : workers)
    table.withCells { cells in
      for row in 0..<table.rowCount {
        workers[row] = workerNumbers.number(of: cells[row, places[0]])
        tasks[row] = taskNumbers.number(of: cells[row, places[1]])
        if !isNumeric { labels[row] = labelNumbers.number(of: cells[row, places[2]]) }
      }
    }
    values = isNumeric ? try numbers(table, places[2], path) : []
    if !isNumeric, let gold {
      gold.table.withCells { cells in
        for row in 0..<gold.table.rowCount { _ = labelNumbers.number(of: cells[row, gold.label]) }
      }
    }
    let (workerNames, workerPlaces) = workerNumbers.sorted()
    let (taskNames, taskPlaces) = taskNumbers.sorted()
    let (classNames, classPlaces) = labelNumbers.sorted()
    self.workerNames = workerNames
    self.taskNames = taskNames
    self.classNames = classNames
    self.workers = workers.map { workerPlaces[$0] }
    self.tasks = tasks.map { taskPlaces[$0] }
    self.labels = labels.map { classPlaces[$0] }
    self.taskPlaces = taskPlaces
    tasksByName = taskNumbers
  }

  /// The tasks that `known` names and that were answered, with the row of each; and how many it names beside them.
  func rows(of known: KnownFile) throws(CommandFailure) -> (rows: [(task: Int, row: Int)], strangers: Int) {
    var rows: [(task: Int, row: Int)] = []
    var firstRows = [Int](repeating: -1, count: taskNames.count)
    var twice: (first: Int, second: Int)?
    known.table.withCells { cells in
      for row in 0..<known.table.rowCount {
        guard let number = tasksByName.known(cells[row, known.task]) else { continue }
        let task = taskPlaces[number]
        if firstRows[task] >= 0, twice == nil { twice = (firstRows[task], row) }
        firstRows[task] = row
        rows.append((task, row))
      }
    }
    if let twice {
      throw CommandFailure(
        .badData,
        "\(known.path) has task \"\(known.table[twice.second, known.task])\" in lines \(known.table.lines[twice.first]) "
          + "and \(known.table.lines[twice.second]): keep one")
    }
    return (rows, known.table.rowCount - rows.count)
  }
}

/// A CSV file that says what the class or number of tasks is: the truth to compare with, or gold tasks to learn from.
struct KnownFile {
  let path: String
  let table: Table
  let task: Int
  let label: Int

  init(path: String, columns: CrowdFile.Columns) throws(CommandFailure) {
    self.path = path
    table = try readTable(path)
    task = try column(columns.task, "--task-column", of: table, path)
    label = try column(columns.label, "--label-column", of: table, path)
    try refuseBlanks(in: table, columns: [task, label], path)
  }

  /// The numbers of the label column.
  func values() throws(CommandFailure) -> [Double] { try numbers(table, label, path) }
}

private func readTable(_ path: String) throws(CommandFailure) -> Table {
  let data: Data
  do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
    throw CommandFailure(
      .badData, "\(path) cannot be read: \(error.localizedDescription); check the path and its permissions")
  }
  do throws(TabularError) { return try CSVReader().table([UInt8](data)) } catch {
    throw CommandFailure(.badData, "\(path): \(error)")
  }
}

private func column(_ name: String, _ option: String, of table: Table, _ path: String) throws(CommandFailure) -> Int {
  if let place = table.columnNames.firstIndex(of: name) { return place }
  let nearest = nearestName(to: name, among: table.columnNames).map { ", did you mean \($0)?" } ?? ""
  throw CommandFailure(
    .badData,
    "\(path) has no column `\(name)`\(nearest.isEmpty ? "." : nearest) It has \(table.columnNames.joined(separator: ", ")): "
      + "name the right one with \(option)")
}

private func refuseBlanks(in table: Table, columns: [Int], _ path: String) throws(CommandFailure) {
  let blank: (row: Int, column: Int)? = table.withCells { cells in
    for row in 0..<table.rowCount { for column in columns where cells[row, column].isEmpty { return (row, column) } }
    return nil
  }
  guard let blank else { return }
  throw CommandFailure(
    .badData,
    "\(path), line \(table.lines[blank.row]), has nothing in \(table.place(ofColumn: blank.column)): "
      + "fill it in or remove the line")
}

private func numbers(_ table: Table, _ column: Int, _ path: String) throws(CommandFailure) -> [Double] {
  let numbers = table.withCells { cells in
    (0..<table.rowCount).map { row in finiteNumber(cells[row, column]).flatMap { $0.magnitude <= 1e150 ? $0 : nil } }
  }
  guard let row = numbers.firstIndex(of: nil) else { return numbers.compactMap { $0 } }
  throw CommandFailure(
    .badData,
    "\(path), line \(table.lines[row]), has `\(table[row, column])` in \(table.place(ofColumn: column)), which is not a "
      + "finite number up to 1e150: correct it, or leave out --numeric if the answers are classes")
}
