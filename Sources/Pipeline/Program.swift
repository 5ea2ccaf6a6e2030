internal import Rendering

/// The version of uptake. Publications keep it, because another version may draw the same figures in other bytes.
package let programVersion = "0.8.0"

/// What draws the files.
let drawingProgram = "uptake \(programVersion), \(workbookLibrary)"
