// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .unsafeFlags(["-enforce-exclusivity=unchecked", "-cross-module-optimization"], .when(configuration: .release)),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let server: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdCore", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"), .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"), .product(name: "UnixSignals", package: "swift-service-lifecycle"),
]

// Who may import whom is said here and nowhere else; the build checks it
// (`--explicit-target-dependency-import-check error` in the Makefile).
let package = Package(
    name: "uptake",
    products: [.executable(name: "uptake", targets: ["uptake"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CXLSXWriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

        .target(name: "Adoption", swiftSettings: strict),
        .target(name: "Hashing", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Sampling", dependencies: ["Adoption"], swiftSettings: strict),
        .target(name: "Ingestion", dependencies: ["Adoption", "Hashing", "COpenSSL", "CZlib", "CZip", "CExpat", "CXML2", yams], swiftSettings: strict),
        .target(name: "Storage", dependencies: ["Adoption", "Hashing", grdb, sqlite], swiftSettings: strict),
        .target(name: "Reporting", dependencies: ["Adoption"], swiftSettings: strict),
        .target(name: "Rendering", dependencies: ["Adoption", "Hashing", "Reporting", "CXLSXWriter"], swiftSettings: strict),
        .target(
            name: "Pipeline",
            dependencies: ["Adoption", "Hashing", "Ingestion", "Storage", "Reporting", "Rendering", "CMalloc", "CSodium", "CCurl"],
            swiftSettings: strict),
        .target(name: "Delivery", dependencies: ["Adoption", "Hashing", "Ingestion", "Storage", "Reporting", "Rendering", "Pipeline", "CCurl"], swiftSettings: strict),
        .target(name: "Web", dependencies: ["Adoption", "Hashing", "Reporting", "Rendering", "Storage", "Ingestion", "Pipeline", "Delivery"] + server, swiftSettings: strict),
        .executableTarget(
            name: "uptake",
            dependencies: ["Adoption", "Hashing", "Ingestion", "Storage", "Reporting", "Sampling", "Pipeline", "Delivery", "Web", argumentParser],
            swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["Adoption"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "AdoptionTests", dependencies: ["Adoption", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "IngestionTests", dependencies: ["Adoption", "Hashing", "Ingestion", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["Adoption", "Storage", "TestSupport", grdb], swiftSettings: strict),
        .testTarget(name: "ReportingTests", dependencies: ["Adoption", "Reporting"], swiftSettings: strict),
        .testTarget(
            name: "RenderingTests", dependencies: ["Adoption", "Reporting", "Rendering", "TestSupport"], exclude: ["reference_workbook.py"], swiftSettings: strict),
        .testTarget(name: "SamplingTests", dependencies: ["Sampling"], swiftSettings: strict),
        .testTarget(name: "PipelineTests", dependencies: ["Adoption", "Hashing", "Storage", "Reporting", "Pipeline", "TestSupport"], exclude: ["answers.py"], swiftSettings: strict),
        .testTarget(
            name: "DeliveryTests", dependencies: ["Adoption", "Hashing", "Ingestion", "Reporting", "Storage", "Pipeline", "Delivery", "TestSupport"], exclude: ["hook.py", "mail_server.py", "read_mail.py"],
            swiftSettings: strict),
        .testTarget(
            name: "WebTests", dependencies: ["Adoption", "Hashing", "Reporting", "Storage", "Pipeline", "Delivery", "Web", "TestSupport", .product(name: "NIOEmbedded", package: "swift-nio")] + server,
            exclude: ["check_api.py", "check_proxy.py", "journeys.py"], swiftSettings: strict),
        .testTarget(name: "CommandTests", dependencies: ["uptake", "TestSupport"], exclude: ["check_evaluation.py", "check_formulas.py", "check_pages.py", "check_public.py", "check_workbooks.py"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// Only for Tests/Fuzzing/run.sh: libFuzzer brings the program's beginning, which no other build has.
if Context.environment["UPTAKE_FUZZ"] != nil {
    package.targets.append(.executableTarget(
        name: "Fuzzing", dependencies: ["Adoption", "Ingestion", "TestSupport"], path: "Tests/Fuzzing", exclude: ["run.sh", "corpus"],
        swiftSettings: strict, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}

// Only for Benchmarks/run.sh: questions to an open store, which no command asks twice.
if Context.environment["UPTAKE_MEASURE"] != nil {
    package.targets.append(.executableTarget(
        name: "Measure", dependencies: ["Adoption", "Storage", "Reporting", "Pipeline"], path: "Benchmarks/Measure", swiftSettings: strict))
}
