// swift-tools-version: 6.2
import PackageDescription

// Imports point downward only; `make lint` and `make test` hold them there.
let package = Package(
  name: "witan",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "witan", targets: ["witan"]),
    .library(name: "Quantities", targets: ["Quantities"]),
    .library(name: "Tabular", targets: ["Tabular"]),
    .library(name: "Charts", targets: ["Charts"]),
    .library(name: "Learning", targets: ["Learning"]),
    .library(name: "Consensus", targets: ["Consensus"]),
    .library(name: "Incentives", targets: ["Incentives"]),
    .library(name: "ProtocolCore", targets: ["ProtocolCore"]),
    .library(name: "Ledger", targets: ["Ledger"]),
    .library(name: "LedgerSQLite", targets: ["LedgerSQLite"]),
    .library(name: "Runtime", targets: ["Runtime"]),
    .library(name: "Server", targets: ["Server"]),
    .library(name: "Simulation", targets: ["Simulation"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "Quantities"),
    .target(name: "Tabular"),
    .target(name: "Charts"),
    .target(name: "Learning", dependencies: ["Quantities", "Tabular"]),
    .target(name: "Consensus", dependencies: ["Quantities"]),
    .target(name: "Incentives", dependencies: ["Quantities", "Consensus"]),
    .target(
      name: "ProtocolCore",
      dependencies: [
        "Quantities", "Consensus", "Incentives",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Ledger",
      dependencies: [
        "Quantities", "Consensus", "Incentives", "ProtocolCore",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "LedgerSQLite",
      dependencies: [
        "Quantities", "Ledger",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .target(
      name: "Runtime",
      dependencies: [
        "Quantities", "Consensus", "Incentives", "ProtocolCore", "Ledger", "LedgerSQLite", "Learning",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Server",
      dependencies: [
        "Quantities", "Consensus", "Incentives", "ProtocolCore", "Ledger", "Learning", "Runtime",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(
      name: "Simulation",
      dependencies: [
        "Quantities", "Tabular", "Charts", "Learning", "Consensus", "Incentives", "ProtocolCore", "Ledger",
        .product(name: "Yams", package: "Yams"),
      ]),
    .executableTarget(
      name: "witan",
      dependencies: [
        "Quantities", "Tabular", "Charts", "Learning", "Consensus", "Incentives", "ProtocolCore", "Ledger",
        "LedgerSQLite", "Runtime", "Server", "Simulation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .testTarget(name: "QuantitiesTests", dependencies: ["Quantities"]),
    .testTarget(name: "ConsensusTests", dependencies: ["Consensus", "Quantities"]),
    .testTarget(name: "TruthInferenceTests", dependencies: ["Consensus", "Quantities"]),
    .testTarget(name: "IncentivesTests", dependencies: ["Consensus", "Incentives", "Quantities"]),
    .testTarget(
      name: "ProtocolCoreTests", dependencies: ["Consensus", "Incentives", "ProtocolCore", "Quantities"],
      exclude: ["Transcripts"]),
    .testTarget(
      name: "RuntimeTests",
      dependencies: ["Consensus", "Incentives", "Learning", "Ledger", "ProtocolCore", "Quantities", "Runtime"]),
    .testTarget(name: "TabularTests", dependencies: ["Tabular"]),
    .testTarget(name: "ChartsTests", dependencies: ["Charts"]),
    .testTarget(name: "LearningTests", dependencies: ["Quantities", "Tabular", "Learning"]),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "Quantities", "Learning", "Ledger", "ProtocolCore", "Runtime", "Server",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(name: "LedgerContract", dependencies: ["Ledger", "Quantities"], path: "Tests/Support/LedgerContract"),
    .testTarget(
      name: "LedgerTests",
      dependencies: ["Consensus", "Incentives", "Ledger", "ProtocolCore", "Quantities", "LedgerContract"]),
    .target(
      name: "CFaultyFiles", path: "Tests/Support/CFaultyFiles", linkerSettings: [.linkedLibrary("sqlite3")]),
    .testTarget(
      name: "LedgerSQLiteTests",
      dependencies: ["Ledger", "LedgerSQLite", "Quantities", "LedgerContract", "CFaultyFiles"]),
    .target(
      name: "RandomScenarios",
      dependencies: ["Quantities", "Consensus", "Incentives", "ProtocolCore", "Simulation"],
      path: "Tests/Support/RandomScenarios"),
    .executableTarget(
      name: "scenario-hashes", dependencies: ["Quantities", "ProtocolCore", "RandomScenarios", "Simulation"],
      path: "Tests/Support/ScenarioHashes"),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Quantities", "Tabular", "Charts", "Learning", "Consensus", "Incentives", "ProtocolCore", "Ledger",
        "RandomScenarios", "Simulation",
      ]),
    .testTarget(
      name: "ProgramTests",
      dependencies: ["witan", "Ledger", "LedgerSQLite", "LedgerContract", "ProtocolCore", "Quantities", "Runtime"]),
  ],
  swiftLanguageModes: [.v6]
)
