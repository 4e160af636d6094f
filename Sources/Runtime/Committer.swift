import Dispatch
import Ledger
import ProtocolCore

/// The host's second thread: stores one group after the other, each as one transaction, and gives it back to the loop,
/// which tells those who wait. It keeps the view up as well.
struct Committer {
  private let store: any LedgerStore
  private let settings: HostSettings
  private let shared: SharedState
  private let queue: WishQueue
  private let lane: CommitLane
  private let file: RegistryFile?
  private var group = CommitGroup()
  private var viewWritten: DispatchTime = .now()
  private var storedHead: LedgerHead
  private var viewHead: LedgerHead?
  private var isViewStalled = false

  // How long to wait, in milliseconds, before a view that could not be written is tried again.
  private static let retryDelay = 1_000

  init(store: any LedgerStore, settings: HostSettings, shared: SharedState, queue: WishQueue, lane: CommitLane) {
    self.store = store
    self.settings = settings
    self.shared = shared
    self.queue = queue
    self.lane = lane
    storedHead = shared.read { $0.head }
    file = settings.viewPath.map(RegistryFile.init)
  }

  /// Serves until the lane is closed and empty; then writes the exact view, unless the host never came to work.
  mutating func run() {
    while lane.take(&group, waiting: file == nil || !isViewBehind ? nil : viewPause) {
      if !group.isEmpty { commit() }
      writeView()
    }
    if !queue.isAbandoned { writeView(isFinal: true) }
  }

  private mutating func commit() {
    queue.release(group.weight)
    let failure = storeGroup()
    if failure != nil { lane.halt() }
    queue.giveBack(&group, failure: failure)
  }

  private mutating func storeGroup() -> HostError? {
    guard let last = group.records.last else { return nil }
    let began = DispatchTime.now()
    do throws(LedgerError) { try store.append(group.records, snapshot: group.snapshot) } catch {
      return .ledger(error)
    }
    storedHead = LedgerHead(last)
    group.nanoseconds = DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds
    return nil
  }

  // Whether the view that was written last is not the present one. What was stored just now may still be on its way to
  // the readers, from where it is taken.
  private var isViewBehind: Bool { storedHead != viewHead }

  // How long after the last attempt the view is due, in milliseconds.
  private var viewPause: Int { isViewStalled ? max(settings.viewDelay, Self.retryDelay) : settings.viewDelay }

  private mutating func writeView(isFinal: Bool = false) {
    guard let file, isFinal || DispatchTime.now() >= viewWritten + .milliseconds(viewPause) else { return }
    let head = shared.read { $0.head }
    guard isFinal || head != viewHead else { return }
    viewWritten = .now()
    do {
      // Made while readers wait: a copy of the council would be paid for by the next event, open questions and all.
      try file.write(shared.read { RegistryView($0.council, head: $0.head) }, isFinal: isFinal)
      viewHead = head
      isViewStalled = false
    } catch {
      if !isViewStalled || isFinal {
        settings.warn("\(file.path) could not be written (\(error.localizedDescription)): it is tried again")
      }
      isViewStalled = true
    }
  }
}
