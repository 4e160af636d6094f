import ProtocolCore
import Quantities

/// The council's accounts as a roster reads them, whoever keeps them.
protocol Books {
  /// What the model on `seat` owns.
  func balance(_ seat: Int) -> Amount
  /// The part of it that is staked on open questions.
  func reserved(_ seat: Int) -> Amount
  /// Whether answers of its are not settled yet, so that it cannot leave.
  func hasOpenAnswers(_ seat: Int) -> Bool
  /// Whether it may answer.
  func hasVoice(_ seat: Int) -> Bool
}

extension Council: Books {
  func balance(_ seat: Int) -> Amount { registry.models[seat].balance }
  func reserved(_ seat: Int) -> Amount { registry.models[seat].reserved }
  func hasOpenAnswers(_ seat: Int) -> Bool { registry.models[seat].openAnswers > 0 }
  func hasVoice(_ seat: Int) -> Bool { status(registry.models[seat]) == .active }
}
