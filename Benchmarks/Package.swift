// swift-tools-version: 6.2
import PackageDescription

// Benchmarks stay in a package of their own, so that nobody's build pays for them.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "witan", path: ".."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    .executableTarget(name: "LearnerBenchmark", dependencies: [.product(name: "Learning", package: "witan")]),
    .executableTarget(
      name: "TruthBenchmark",
      dependencies: [.product(name: "Consensus", package: "witan"), .product(name: "Tabular", package: "witan")]),
    .executableTarget(
      name: "LatencyBenchmark",
      dependencies: [
        .product(name: "Consensus", package: "witan"),
        .product(name: "Learning", package: "witan"),
        .product(name: "Quantities", package: "witan"),
      ]),
    .executableTarget(
      name: "ConsensusBenchmark",
      dependencies: [
        "CAllocationCount",
        .product(name: "Consensus", package: "witan"),
        .product(name: "Quantities", package: "witan"),
      ]),
    .target(name: "CAllocationCount"),
    .executableTarget(
      name: "SimulationBenchmark",
      dependencies: [
        .product(name: "Consensus", package: "witan"),
        .product(name: "Incentives", package: "witan"),
        .product(name: "ProtocolCore", package: "witan"),
        .product(name: "Quantities", package: "witan"),
        .product(name: "Simulation", package: "witan"),
      ]),
    .executableTarget(
      name: "DurabilityBenchmark",
      dependencies: [
        .product(name: "Quantities", package: "witan"),
        .product(name: "Ledger", package: "witan"),
        .product(name: "LedgerSQLite", package: "witan"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .executableTarget(
      name: "SettlementBenchmark",
      dependencies: [
        .product(name: "Learning", package: "witan"),
        .product(name: "Ledger", package: "witan"),
        .product(name: "LedgerSQLite", package: "witan"),
        .product(name: "ProtocolCore", package: "witan"),
        .product(name: "Quantities", package: "witan"),
        .product(name: "Runtime", package: "witan"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .executableTarget(
      name: "ServingBenchmark",
      dependencies: [
        .product(name: "Quantities", package: "witan"),
        .product(name: "Learning", package: "witan"),
        .product(name: "ProtocolCore", package: "witan"),
        .product(name: "Ledger", package: "witan"),
        .product(name: "LedgerSQLite", package: "witan"),
        .product(name: "Runtime", package: "witan"),
        .product(name: "Server", package: "witan"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
