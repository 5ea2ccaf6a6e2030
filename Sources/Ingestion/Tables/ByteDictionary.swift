internal import Adoption

/// Values under short texts, looked up by bytes. It is a class, so that its texts and its values are never parted by a copy.
final class ByteDictionary<Value> {
    private let texts = Lexicon()
    private var values: [Value] = []

    var count: Int { values.count }

    subscript(_ text: Bytes) -> Value? { texts.index(of: text).map { values[$0] } }

    /// The first value of a text stands.
    func add(_ value: Value, under text: some Sequence<UInt8>) { change(text, to: value) { _ in } }

    /// Puts a value under a text that is new, and changes that of a known one.
    func change(_ text: some Sequence<UInt8>, to value: Value, known: (inout Value) -> Void) {
        let number = texts.insert(text)
        if number == values.count { values.append(value) } else { known(&values[number]) }
    }
}
