/// The word of `words` that was probably meant; nil when none is near.
package func nearest(to word: String, in words: [String]) -> String? {
    if let same = words.first(where: { $0.lowercased() == word.lowercased() }) { return same }
    return words.map { (word: $0, distance: editDistance(word, $0)) }
        .filter { $0.distance <= max(2, word.count / 3) }
        .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
}

/// Levenshtein's distance: how many letters must be put in, left out or changed.
private func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let change = diagonal + (letter == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(change, row[j] + 1, diagonal + 1)
        }
    }
    return row[b.count]
}
