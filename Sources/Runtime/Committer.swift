import Dispatch
import Ledger
import ProtocolCore

/// The host's second thread: stores one group after the other, each as one transaction, shows it to readers, and only
/// then tells those who wait. It keeps the view up as well.
struct Committer {
  private let store: any LedgerStore
  private let settings: HostSettings
  private let shared: SharedState
  private let queue: WishQueue
  private let lane: CommitLane
  private let file: RegistryFile?
  private var group = CommitGroup()
  private var viewWritten: DispatchTime = .now()
  private var isViewBehind = true
  private var isViewStalled = false

  // How long to wait, in milliseconds, before a view that could not be written is tried again.
  private static let retryDelay = 1_000

  init(store: any LedgerStore, settings: HostSettings, shared: SharedState, queue: WishQueue, lane: CommitLane) {
    self.store = store
    self.settings = settings
    self.shared = shared
    self.queue = queue
    self.lane = lane
    file = settings.viewPath.map(RegistryFile.init)
  }

  /// Serves until the lane is closed and empty; then writes the exact view.
  mutating func run() {
    while lane.take(&group, waiting: isViewBehind && file != nil ? viewPause : nil) {
      queue.release(group.weight)
      commit()
      writeView()
    }
    if !lane.isAbandoned { writeView(isFinal: true) }
  }

  private mutating func commit() {
    let failure = storeGroup()
    group.answer(failure)
    lane.giveBack(&group)
    guard let failure else { return }
    lane.fail(failure, into: &group)
    queue.release(group.weight)
    group.answer(failure)
    lane.giveBack(&group)
  }

  private mutating func storeGroup() -> HostError? {
    guard !group.records.isEmpty, let last = group.records.last else { return nil }
    let began = DispatchTime.now()
    do throws(LedgerError) { try store.append(group.records, snapshot: group.snapshot) } catch {
      shared.countFailure()
      return .ledger(error)
    }
    let nanoseconds = DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds
    shared.take(group, head: LedgerHead(last), nanoseconds: nanoseconds)
    isViewBehind = true
    return nil
  }

  // How long after the last attempt the view is due, in milliseconds.
  private var viewPause: Int { isViewStalled ? max(settings.viewDelay, Self.retryDelay) : settings.viewDelay }

  private mutating func writeView(isFinal: Bool = false) {
    guard let file, isViewBehind || isFinal else { return }
    let due = viewWritten + .milliseconds(viewPause)
    guard isFinal || DispatchTime.now() >= due else { return }
    viewWritten = .now()
    do {
      let committed = shared.committed
      try file.write(RegistryView(committed.council, head: committed.head), isFinal: isFinal)
      isViewBehind = false
      isViewStalled = false
    } catch {
      if !isViewStalled || isFinal {
        settings.warn("\(file.path) could not be written (\(error.localizedDescription)): it is tried again")
      }
      isViewStalled = true
    }
  }
}
