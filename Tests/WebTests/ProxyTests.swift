import Foundation
import Testing
import TestSupport

/// The real nginx with `packaging/nginx.conf` before the real program.
@Suite struct ProxyTests {
    private static let nginx = "/usr/sbin/nginx"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: nginx), "there is no nginx; scripts/setup.sh test installs it"))
    func theProxyKeepsWhatItPromises() throws {
        let check = try Python([Repository.root + "/Tests/WebTests/check_proxy.py", Python.program, Repository.root, "--nginx", Self.nginx])
        #expect(check.code == 0 && check.output.hasSuffix("the proxy keeps what it promises\n"), "\(check.output)")
    }
}
