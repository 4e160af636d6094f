import Consensus
import Foundation
import Learning
import Ledger
import Runtime
import Simulation

/// Why a command ends without having done its work: a sentence with the remedy, and an exit code for scripts.
struct CommandFailure: Error {
  /// What scripts can tell apart; the numbers are those of `sysexits.h`.
  enum Code: Int32 {
    case faultsFound = 1
    case wrongUse = 64
    case badData = 65
    case addressTaken = 69
    case inputOutput = 74
  }

  let code: Code
  let sentence: String

  init(_ code: Code, _ sentence: String) {
    self.code = code
    self.sentence = sentence
  }

  init(_ error: LearningError) { self.init(.badData, error.description) }
  init(_ error: TruthError) { self.init(.badData, error.description) }
  init(_ error: LedgerError) { self.init(.inputOutput, error.description) }
  init(_ error: RunFolderError) {
    switch error {
    case .occupied: self.init(.wrongUse, error.description)
    case .unreadable: self.init(.badData, error.description)
    case .unwritable, .missing: self.init(.inputOutput, error.description)
    }
  }
  init(_ error: HostError) {
    if case .otherData = error {
      self.init(.badData, error.description)
    } else {
      self.init(.inputOutput, error.description)
    }
  }
}

extension CommandFailure {
  /// Runs `body` and turns what it throws into a failure of a command.
  static func wrap<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(CommandFailure) -> Value {
    do throws(Failure) { return try body() } catch {
      switch error {
      case let error as LearningError: throw CommandFailure(error)
      case let error as LedgerError: throw CommandFailure(error)
      case let error as TruthError: throw CommandFailure(error)
      case let error as HostError: throw CommandFailure(error)
      case let error as RunFolderError: throw CommandFailure(error)
      case let error as EvaluationError: throw CommandFailure(.badData, error.description)
      case let error as ScenarioError: throw CommandFailure(.badData, error.description)
      case let error as PopulationError: throw CommandFailure(.badData, error.description)
      case let error as RunStoreError: throw CommandFailure(.inputOutput, error.description)
      case let error as BrokenInvariant: throw CommandFailure(.faultsFound, error.description)
      case let error as AttackError: throw CommandFailure(.wrongUse, error.description)
      case let error as CommandFailure: throw error
      default: throw CommandFailure(.inputOutput, "\(error)")
      }
    }
  }
}

extension CommandFailure {
  /// Refuses to write to a file that was read, under whatever name.
  static func refuseOverwriting(_ path: String, inputs: [String]) throws(CommandFailure) {
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL
    for input in inputs where URL(fileURLWithPath: input).resolvingSymlinksInPath().standardizedFileURL == target {
      throw CommandFailure(.wrongUse, "\(path) is one of the files that were read: give the result another name")
    }
  }
}
