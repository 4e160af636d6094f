import ProtocolCore
import Quantities

/// The digest of a run at mechanism depth: every consensus and every outcome as they happened, and what everyone owns
/// at the end. Payments are in it by way of the balances.
///
/// Words are mixed into a state of 128 bits, two multiplications each, and SHA-256 ends it: a check that two runs are
/// the same, not a defence against somebody who looks for two that only seem so.
struct RunDigest {
  private var low: UInt64 = 0x243F_6A88_85A3_08D3
  private var high: UInt64 = 0x1319_8A2E_0370_7344

  /// Takes in one more word.
  mutating func absorb(_ word: UInt64) {
    low = (low ^ word) &* 0x9E37_79B9_7F4A_7C15
    low ^= low >> 32
    high = (high &+ low) &* 0xC2B2_AE3D_27D4_EB4F
    high ^= high >> 29
  }

  /// `question` was pooled.
  mutating func closed(_ question: Int, _ consensus: UnsafeBufferPointer<UInt32>) {
    absorb(UInt64(question) << 1)
    for share in consensus { absorb(UInt64(share)) }
  }

  /// `question` turned out to be of this class.
  mutating func settled(_ question: Int, outcome: Int) {
    absorb(UInt64(question) << 1 | 1)
    absorb(UInt64(outcome))
  }

  /// The digest, with what everyone came to.
  func finished(_ members: [RunRecord.Member], treasury: Amount) -> Digest {
    var last = self
    last.absorb(UInt64(bitPattern: treasury.micro))
    for member in members {
      for amount in [member.deposited, member.withdrawn, member.balance, member.bribes, member.staked] {
        last.absorb(UInt64(bitPattern: amount.micro))
      }
    }
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { words in
      words[0] = last.low.littleEndian
      words[1] = last.high.littleEndian
      return Digest.sha256(UnsafeRawBufferPointer(words))
    }
  }
}
