import Ledger
import Quantities
import Testing

@Suite struct DigestTests {
  // FIPS 180-4 examples, as published by NIST.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `is SHA-256`(text: String, hex: String) {
    #expect(Digest.sha256(Array(text.utf8)).hex == hex)
    #expect(Digest(hex: hex) == .sha256(Array(text.utf8)))
  }

  @Test func `bytes and digits lead back to the digest`() {
    for seed in UInt8(0)..<64 {
      let digest = Digest.sha256([seed])
      #expect(Digest(digest.bytes) == digest)
      #expect(Digest(hex: digest.hex) == digest)
      #expect(digest.bytes.count == Digest.byteCount)
    }
    #expect(Digest.zero.bytes == Array(repeating: 0, count: 32))
  }

  @Test func `other lengths and digits are refused`() {
    let hex = Digest.sha256([]).hex
    #expect(Digest(hex: hex.dropLast()) == nil)
    #expect(Digest(hex: hex + "0") == nil)
    #expect(Digest(hex: hex + "00") == nil)
    #expect(Digest(hex: hex.uppercased()) == nil)
    #expect(Digest(hex: "g" + hex.dropFirst()) == nil)
    #expect(Digest([UInt8](repeating: 0, count: 31)) == nil)
    #expect(Digest([UInt8](repeating: 0, count: 33)) == nil)
  }
}
