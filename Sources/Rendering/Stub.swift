package import Reporting
package func writeWorkbook(of report: Report, to path: String) throws {}
package func page(of report: Report, stylesheet: String) -> String { "" }
