import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// A body that did not arrive in time.
struct BodyTimedOut: Error {}

/// Watches one connection: keeps its deadlines, answers in JSON what never becomes a request, and closes so that the
/// last answer arrives.
///
/// Hummingbird's own idle timeout starts anew with every byte, so one byte a minute would hold a connection for ever.
/// Here a header and a body have a deadline each, whatever trickles in. Sits between the HTTP codec and Hummingbird's
/// handlers.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum Phase {
    /// The next header has not come in whole.
    case awaitingHead
    /// The header is in, the body is not.
    case receiving
    /// The last answer is out; what still comes in is dropped.
    case lingering
  }

  private let settings: ServerSettings
  private let gate: ConnectionGate
  private var phase = Phase.awaitingHead
  private var hasEntered = false
  private var isTurnedAway = false
  /// Requests that were passed on and have no answer yet.
  private var outstanding = 0
  /// Whether the answer being written, or the last one outstanding, ends the connection.
  private var isLast = false
  private var isQuiescing = false
  /// What to answer once the requests before it have their answers.
  private var fault: Refusal?
  private var deadline: NIODeadline?
  private var alarm: (at: NIODeadline, task: Scheduled<Void>)?

  init(settings: ServerSettings, gate: ConnectionGate) {
    self.settings = settings
    self.gate = gate
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { enter(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    enter(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { leave() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard phase != .lingering else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      guard fault == nil, !(isLast && outstanding > 0) else { return }
      if isTurnedAway { return answer(.tooManyConnections(settings.connectionsMax), context) }
      outstanding += 1
      phase = .receiving
      setDeadline(in: settings.bodyTimeout, context)
      if head.headerFields[.connection]?.lowercased() == "close" { isLast = true }
      if head.headerFields[.expect]?.lowercased() == "100-continue", outstanding == 1,
        head.headerFields[.contentLength].flatMap({ Int($0) }) ?? 0 <= settings.bodyMax
      {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    case .body: guard phase == .receiving else { return }
    case .end:
      guard phase == .receiving else { return }
      phase = .awaitingHead
      if outstanding > 0 { deadline = nil } else { setDeadline(in: settings.idleTimeout, context) }
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    // Nobody behind us asks for more once the last answer is out.
    if phase == .lingering { context.read() }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard phase != .lingering else { return promise?.fail(ChannelError.outputClosed) ?? () }
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if isQuiescing || (isLast && outstanding == 1) { head.headerFields[.connection] = "close" }
      if head.headerFields[.connection] == "close" { isLast = true }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end:
      outstanding -= 1
      context.write(data, promise: promise)
      if let fault, outstanding == 0 {
        answer(fault, context)
      } else if isLast, outstanding == 0 {
        linger(context)
      } else if outstanding == 0, phase == .awaitingHead {
        setDeadline(in: settings.idleTimeout, context)
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard phase != .lingering else { return }
    guard phase == .awaitingHead, !(error is IOError), !(error is ChannelError) else {
      return context.fireErrorCaught(error)
    }
    let refusal = Refusal.malformed(error, settings)
    if outstanding == 0 { answer(refusal, context) } else { fault = refusal }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent: isQuiescing = true
    case ChannelEvent.inputClosed where phase == .lingering: context.close(promise: nil)
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func enter(_ context: ChannelHandlerContext) {
    guard !hasEntered else { return }
    hasEntered = true
    isTurnedAway = !gate.enter()
    setDeadline(in: settings.headerTimeout, context)
  }

  private func leave() {
    if hasEntered { gate.leave() }
    hasEntered = false
    deadline = nil
    alarm?.task.cancel()
    alarm = nil
  }

  // Answers in place of Hummingbird, which has no request to answer.
  private func answer(_ refusal: Refusal, _ context: ChannelHandlerContext) {
    let body = refusal.body
    var fields = refusal.fields(length: body.count)
    fields[.connection] = "close"
    context.write(wrapOutboundOut(.head(HTTPResponse(status: refusal.status, headerFields: fields))), promise: nil)
    context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
    linger(context)
  }

  // Closing at once would make the kernel answer unread bytes with a reset, which can destroy the answer on its way.
  private func linger(_ context: ChannelHandlerContext) {
    phase = .lingering
    setDeadline(in: ServerSettings.lingerTimeout, context)
    context.flush()
    context.close(mode: .output, promise: nil)
    context.read()
  }

  // One alarm for each connection: moving a deadline back costs nothing, the alarm finds out when it rings.
  private func setDeadline(in time: TimeAmount, _ context: ChannelHandlerContext) {
    let moment = NIODeadline.now() + time
    deadline = moment
    if let alarm, alarm.at <= moment { return }
    alarm?.task.cancel()
    setAlarm(at: moment, context)
  }

  private func setAlarm(at moment: NIODeadline, _ context: ChannelHandlerContext) {
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: moment) { self.ring(context) }
    alarm = (moment, task)
  }

  private func ring(_ context: ChannelHandlerContext) {
    alarm = nil
    guard let deadline else { return }
    guard NIODeadline.now() >= deadline else { return setAlarm(at: deadline, context) }
    self.deadline = nil
    if phase == .receiving, outstanding > 0 {
      context.fireErrorCaught(BodyTimedOut())
    } else {
      context.close(promise: nil)
    }
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
