import Testing
import TestSupport

/// The real program, a real browser, and programs that nobody here wrote.
@Suite struct JourneyTests {
    private static let axe = Python.isFetched("axe.min.js") ? ["--axe", Repository.root + "/.build-checks/axe.min.js"] : []

    @Test func peopleGoTheirWays() throws {
        let journeys = try Python([Repository.root + "/Tests/WebTests/journeys.py", Python.program, Repository.root] + Self.axe)
        #expect(journeys.code == 0 && journeys.output.hasSuffix("every way was gone to its end\n"), "\(journeys.output)")
    }

    @Test(.enabled(if: Python.isFetched("oidc/ready"), "scripts/setup.sh test could not fetch the provider of identities"))
    func peopleComeInThroughTheProvider() throws {
        let provider = Repository.root + "/.build-checks/oidc/bin/oidc-provider-mock"
        let journeys = try Python([Repository.root + "/Tests/WebTests/journeys.py", Python.program, Repository.root, "--sign-on", provider] + Self.axe)
        #expect(journeys.code == 0 && journeys.output.hasSuffix("every way was gone to its end\n"), "\(journeys.output)")
    }

    /// Schemathesis asks the real server for everything that its document allows, and for much that it does not.
    @Test(.enabled(if: Python.isFetched("api/ready"), "scripts/setup.sh test could not fetch schemathesis"))
    func theAPIIsAsItsDocumentSays() throws {
        let script = """
            import os, re, subprocess, sys
            program, home, check = sys.argv[1:]
            base = {'PATH': os.environ['PATH'], 'HOME': os.getcwd(), 'UPTAKE_HOME': home}
            e = home + '/examples/kon-tum-2025/'
            files = [e + n for n in ('units.csv', 'procedures.csv', 'services.csv', 'targets.yaml', 'submissions.csv', 'payments.csv')]
            subprocess.run([program, 'ingest'] + files, env=base, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            open('s.yaml', 'w').write('listen: 127.0.0.1:0\\nlog: log\\nlimits: {requests_per_minute: 100000}\\n')
            server = subprocess.Popen([program, 'serve', '--settings', 's.yaml'], env=base, stderr=subprocess.PIPE, text=True)
            try:
                address = re.search(r'http://\\S+', server.stderr.readline()).group()
                token = subprocess.run([program, 'users', 'token', 'admin', '--label', 'x', '--scope-of-token', 'read'], env=base, check=True, stdout=subprocess.PIPE, text=True).stdout
                token = re.search(r'uptk_[\\w-]+', token).group()
                run = subprocess.run([sys.executable, check, '--url', address, '--token', token, '--seed', '1', '--examples', '15'], env=base, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                print(run.stdout)
                sys.exit(run.returncode)
            finally:
                server.terminate()
                server.wait(20)
            """
        let check = try Python(["-c", script, Python.program, Repository.root, Repository.root + "/Tests/WebTests/check_api.py"])
        #expect(check.code == 0 && check.output.contains("the API is as described"), "\(check.output)")
    }
}
