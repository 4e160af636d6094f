// swift-tools-version: 6.2
import PackageDescription

// Benchmarks stay in a package of their own, so that nobody's build pays for them.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "witan", path: "..")],
  targets: [
    .executableTarget(name: "LearnerBenchmark", dependencies: [.product(name: "Learning", package: "witan")])
  ],
  swiftLanguageModes: [.v6]
)
