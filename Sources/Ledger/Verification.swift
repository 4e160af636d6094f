import ProtocolCore
import Quantities

/// What `witan verify` finds: the whole ledger, checked from its first event.
public struct Verification: Sendable {
  /// How many events are there and hold.
  public private(set) var events: UInt64 = 0
  /// The head of the part that holds.
  public private(set) var head = LedgerHead.empty
  /// How many recorded snapshots were computed anew and agree.
  public private(set) var snapshots = 0
  /// Whether a view was there and compared.
  public private(set) var isViewChecked = false
  /// The council at the head.
  public private(set) var council = Council()
  /// What is wrong, each with its place and the way out. Empty if all holds.
  public private(set) var faults: [String] = []

  /// Checks the file, the chain, every decision, the sums, the snapshots and the view.
  ///
  /// - Parameters:
  ///   - store: the ledger.
  ///   - view: the content of `model_registry.json`; `nil` where there is none.
  ///   - progress: called with the number of events from time to time.
  ///   - visit: called before each event is taken over, as by `Replay`: for those who do something with events that they
  ///     trust no more than `verify` does. What it was shown counts only if no fault is found.
  public init(
    of store: some LedgerStore, view: [UInt8]?, progress: (UInt64) -> Void = { _ in },
    visit: (Council, Event, Tick) -> Void = { _, _, _ in }
  ) {
    var replay = Replay()
    var found: [String] = []
    var states: [UInt64: Digest] = [:]
    let viewHead = view.flatMap(RegistryView.head)
    func compareView(_ council: Council, _ head: LedgerHead) {
      guard let view, let viewHead, viewHead.position == head.position else { return }
      isViewChecked = true
      if Array(RegistryView(council, head: head).text.utf8) != view {
        found.append("\(RegistryView.fileName) does not follow from event \(head.position): \(Self.viewRemedy)")
      }
    }
    do throws(LedgerError) {
      try store.checkFile()
      try replay.run(through: store) { council, head, next, tick in
        compareView(council, head)
        if case .snapshotted(let snapshot) = next {
          let digest = council.stateDigest
          states[snapshot.position] = digest
          if digest != snapshot.state {
            found.append("event \(head.position + 1) records a state that does not follow: the ledger was altered")
          }
        }
        visit(council, next, tick)
        progress(head.position)
      }
      compareView(replay.council, replay.chain.head)
      for snapshot in try store.snapshots() {
        if snapshot.position > replay.chain.head.position {
          throw .snapshotAhead(snapshot: snapshot.position, head: replay.chain.head.position)
        }
        if states[snapshot.position] != snapshot.digest || Digest.sha256(snapshot.state) != snapshot.digest {
          found.append("the snapshot at event \(snapshot.position) is damaged: a start passes it over, nothing is lost")
        }
      }
      let head = try store.head()
      if head != replay.chain.head { throw .missing(after: replay.chain.head, head: head) }
    } catch { found.append(error.description) }
    replay.council.registry.checkInvariants()
    if view != nil, viewHead == nil { found.append("\(RegistryView.fileName) is not a registry: \(Self.viewRemedy)") }
    if let viewHead, viewHead.position > replay.chain.head.position {
      found.append(
        "\(RegistryView.fileName) knows event \(viewHead.position), but the ledger ends at event "
          + "\(replay.chain.head.position): events are missing, restore the ledger from a copy")
    }
    events = replay.chain.head.position
    head = replay.chain.head
    council = replay.council
    snapshots = states.count
    faults = found
  }

  private static let viewRemedy = "delete it, and the next `witan run` writes it anew"
}
