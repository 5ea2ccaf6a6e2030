/// What an outsider knows about the counts behind a publication: the sums of sets of counts, some of which are shown.
///
/// Every count and every sum is a variable. Some variables are written as sums of the others (the simplex method's dictionary), so that
/// what is still free shows at once: a sum without a free term is known. All exchanges are of a term with the factor 1 or −1.
/// That keeps the factors whole, and they stay tiny: each is a subdeterminant of the table of sets, which is nearly that of a network.
struct SuppressionTableau {
    struct Term {
        let variable: Int
        let factor: Int
    }

    /// How far a variable can be moved from its true value, and the shown variables that stop it there.
    struct Reach {
        var distance: Int
        var stoppers: [Int]
    }

    /// Counts come first, sums after; only counts need to be kept from going below 0, for sums follow.
    let countOfLeaves: Int
    /// The true values of all variables, by measure.
    let truth: [[Int]]
    private(set) var isShown: [Bool]
    private var rows: [[Term]?]
    /// The rows in which a term occurs; may name rows in which it no longer does.
    private var places: [[Int]]

    init(countOfLeaves: Int, sums: [[Int]], leafValues: [[Int]]) {
        self.countOfLeaves = countOfLeaves
        truth = leafValues.map { values in values + sums.map { $0.reduce(0) { $0 + values[$1] } } }
        isShown = Array(repeating: false, count: countOfLeaves + sums.count)
        rows = Array(repeating: nil, count: countOfLeaves) + sums.map { $0.map { Term(variable: $0, factor: 1) } }
        places = Array(repeating: [], count: countOfLeaves + sums.count)
        for (index, sum) in sums.enumerated() {
            for leaf in sum { places[leaf].append(countOfLeaves + index) }
        }
    }

    /// The variable as a sum of those that are not written as sums.
    func terms(of variable: Int) -> [Term] { rows[variable] ?? [Term(variable: variable, factor: 1)] }

    /// What an outsider does not know about the variable; empty when it can be worked out.
    func freeTerms(of variable: Int) -> [Term] { terms(of: variable).filter { !isShown[$0.variable] } }

    /// From now on the outsider sees the variable.
    mutating func show(_ variable: Int) {
        isShown[variable] = true
        guard rows[variable] != nil else { return }
        // The rarest term is exchanged: fewer rows change.
        let free = freeTerms(of: variable).filter { abs($0.factor) == 1 }
        let rarest = free.min { (places[$0.variable].count, $0.variable) < (places[$1.variable].count, $1.variable) }
        if let rarest { exchange(variable, with: rarest.variable) }
    }

    /// From now on the outsider does not see the variable.
    mutating func hide(_ variable: Int) {
        isShown[variable] = false
        guard rows[variable] == nil else { return }
        // A shown sum that was known twice is now known once: it takes the place of the hidden variable.
        let known = column(of: variable).filter { isShown[$0.variable] && abs($0.factor) == 1 }.map(\.variable).min()
        if let known { exchange(known, with: variable) }
    }

    /// The farthest whole table without a negative count and with the same shown sums, in one direction (1 or −1), up to a distance.
    mutating func reach(of variable: Int, measure: Int, direction: Int, upTo goal: Int) -> Reach {
        var values = truth[measure]
        var stuck: Set<Int> = []
        // A degenerate table could be walked around in for ever. Who stops early has a table all the same, only perhaps not the farthest.
        for _ in 0..<(200 + isShown.count) {
            let distance = direction * (values[variable] - truth[measure][variable])
            if distance >= goal { return Reach(distance: distance, stoppers: []) }
            let open = terms(of: variable).filter { helps($0, direction, values) && !stuck.contains($0.variable) }
            var chosen: (term: Term, step: Step)?
            for term in open where !isShown[term.variable] {
                let found = step(of: term, direction, values)
                if chosen == nil || found.length > 0 { chosen = (term, found) }
                if found.length > 0 { break }
            }
            guard let chosen else { return Reach(distance: distance, stoppers: open.map(\.variable).filter { isShown[$0] }) }
            let (term, step) = chosen
            let missing = (goal - distance - 1) / abs(term.factor) + 1
            move(term.variable, by: step.sign * min(step.length, missing), &values)
            if step.length >= missing { continue }
            guard let stop = step.stop else { continue }
            if abs(stop.factor) == 1 { exchange(stop.variable, with: term.variable) } else { stuck.insert(term.variable) }
        }
        let stoppers = terms(of: variable).filter { isShown[$0.variable] && helps($0, direction, values) }.map(\.variable)
        return Reach(distance: direction * (values[variable] - truth[measure][variable]), stoppers: stoppers)
    }

    /// How far a term can be changed until another variable stops it; nil is the term itself, which has come down to 0.
    private struct Step {
        let sign: Int
        var length: Int
        var stop: Term?
    }

    private func helps(_ term: Term, _ direction: Int, _ values: [Int]) -> Bool {
        term.factor * direction > 0 || term.variable >= countOfLeaves || values[term.variable] > 0
    }

    private mutating func step(of term: Term, _ direction: Int, _ values: [Int]) -> Step {
        let sign = term.factor * direction > 0 ? 1 : -1
        let ownLength = sign < 0 && term.variable < countOfLeaves ? values[term.variable] : Int.max
        var shortest = Step(sign: sign, length: ownLength, stop: nil)
        for other in column(of: term.variable) {
            let length: Int
            if isShown[other.variable] {
                length = 0
            } else if other.variable < countOfLeaves, other.factor * sign < 0 {
                length = values[other.variable] / abs(other.factor)
            } else {
                continue
            }
            if length < shortest.length || (length == shortest.length && (shortest.stop.map { other.variable < $0.variable } ?? false)) {
                shortest.length = length
                shortest.stop = other
            }
        }
        return shortest
    }

    private mutating func move(_ variable: Int, by change: Int, _ values: inout [Int]) {
        values[variable] += change
        for other in column(of: variable) { values[other.variable] += other.factor * change }
    }

    /// The variables that are written with this one, with its factor, in their order.
    private mutating func column(of variable: Int) -> [Term] {
        var found: [Term] = []
        for place in places[variable].sorted() where found.last?.variable != place {
            let here = factor(of: variable, in: place)
            if here != 0 { found.append(Term(variable: place, factor: here)) }
        }
        places[variable] = found.map(\.variable)
        return found
    }

    private func factor(of variable: Int, in place: Int) -> Int {
        guard let row = rows[place] else { return 0 }
        var (low, high) = (0, row.count)
        while low < high {
            let middle = (low + high) / 2
            if row[middle].variable < variable { low = middle + 1 } else { high = middle }
        }
        return low < row.count && row[low].variable == variable ? row[low].factor : 0
    }

    /// Writes `entering`, a term of `leaving` with the factor 1 or −1, as a sum; `leaving` becomes a term.
    private mutating func exchange(_ leaving: Int, with entering: Int) {
        let own = factor(of: entering, in: leaving)
        let changed = column(of: entering)
        var row = terms(of: leaving).filter { $0.variable != entering }.map { Term(variable: $0.variable, factor: -own * $0.factor) }
        let position = row.firstIndex { $0.variable > leaving } ?? row.count
        row.insert(Term(variable: leaving, factor: own), at: position)
        rows[leaving] = nil
        rows[entering] = row
        for term in row { places[term.variable].append(entering) }
        for term in changed where term.variable != leaving { add(row, times: term.factor, to: term.variable, insteadOf: entering) }
        places[entering] = []
    }

    private mutating func add(_ row: [Term], times factor: Int, to place: Int, insteadOf entering: Int) {
        let old = terms(of: place)
        var sum: [Term] = []
        sum.reserveCapacity(old.count + row.count)
        var next = 0
        for term in old where term.variable != entering {
            while next < row.count, row[next].variable < term.variable {
                sum.append(Term(variable: row[next].variable, factor: factor * row[next].factor))
                places[row[next].variable].append(place)
                next += 1
            }
            guard next < row.count, row[next].variable == term.variable else {
                sum.append(term)
                continue
            }
            let together = term.factor + factor * row[next].factor
            if together != 0 { sum.append(Term(variable: term.variable, factor: together)) }
            next += 1
        }
        for term in row[next...] {
            sum.append(Term(variable: term.variable, factor: factor * term.factor))
            places[term.variable].append(place)
        }
        rows[place] = sum
    }
}
