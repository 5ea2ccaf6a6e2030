/// Hides one line after the other until every small count is uncertain enough.
struct SuppressionSearch {
    /// Three lines in each of three months, instead of two in two, are five more.
    private static let fewMore = 5

    private let sums: [Suppression.Sum]
    private let threshold: Int
    /// The variable of each sum, and each variable's sum (nil for a leaf that is no line by itself). Cheaper sums have lower places.
    private let variables: [Int]
    private let places: [Int: Int]
    private var tableau: SuppressionTableau

    private(set) var determined: [Suppression.Sum] = []
    private(set) var confined: [Suppression.Sum] = []
    private(set) var knownToOneOther: [Suppression.Sum] = []
    var hiddenSums: [Suppression.Sum] { sums.indices.filter { !tableau.isShown[variables[$0]] }.map { sums[$0] } }

    /// - Parameter sums: each set of leaves once, the cheapest to hide first.
    init(_ sums: [Suppression.Sum], _ leaves: [Rate], _ threshold: Int) {
        self.sums = sums
        self.threshold = threshold
        let used = Set(sums.flatMap(\.leaves)).sorted()
        let leafVariables = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        var composed: [[Int]] = []
        // The sum of one leaf is the leaf.
        variables = sums.map { sum in
            let own = sum.leaves.compactMap { leafVariables[$0] }
            if own.count == 1 { return own[0] }
            composed.append(own)
            return used.count + composed.count - 1
        }
        places = Dictionary(uniqueKeysWithValues: variables.enumerated().map { ($1, $0) })
        let values = [used.map { leaves[$0].numerator }, used.map { leaves[$0].denominator - leaves[$0].numerator }]
        tableau = SuppressionTableau(countOfLeaves: used.count, sums: composed, leafValues: values)
    }

    mutating func run() {
        // What was shown before cannot be chosen any more. Then the cheap lines come before the dear ones, which so mostly follow
        // from them, and a line is hidden before the total that it is part of.
        for index in sums.indices where sums[index].status == .shownBefore { tableau.show(variables[index]) }
        for index in sums.indices where sums[index].status == .open && !sums[index].isSensitive(threshold) { tableau.show(variables[index]) }
        let targets = sums.indices.filter { sums[$0].status != .shownBefore && sums[$0].isSensitive(threshold) }
        for index in targets { protect(index) }
        let uncertain = targets.filter { !tableau.freeTerms(of: variables[$0]).isEmpty }
        for index in uncertain { protectFromHolders(index) }
        // What is hidden for the sake of a later line may help an earlier one too.
        knownToOneOther = uncertain.filter { firstHolder(knowing: $0) != nil }.map { sums[$0] }
    }

    // MARK: - Against those who know nothing but what is shown

    private mutating func protect(_ index: Int) {
        let widths = sums[index].smallMeasures(threshold).map { protect(variables[index], measure: $0) }
        if widths.contains(0) {
            determined.append(sums[index])
        } else if widths.contains(where: { $0 < threshold }) {
            confined.append(sums[index])
        }
    }

    /// How far apart the smallest and the greatest possible value are in the end, at most the threshold.
    private mutating func protect(_ variable: Int, measure: Int) -> Int {
        var added: [Int] = []
        var range = self.range(of: variable, measure: measure)
        // When nothing that can be hidden stops the value, the range is that of hiding everything: the optimum of the linear programme
        // stays one when more becomes free that does not count in it.
        while range.width < threshold, let next = cheapest(range.stoppers) {
            tableau.hide(next)
            added.append(next)
            range = self.range(of: variable, measure: measure)
        }
        for variableAdded in dearestFirst(added) {
            tableau.show(variableAdded)
            if self.range(of: variable, measure: measure).width < range.width { tableau.hide(variableAdded) }
        }
        return range.width
    }

    private mutating func range(of variable: Int, measure: Int) -> (width: Int, stoppers: [Int]) {
        let up = tableau.reach(of: variable, measure: measure, direction: 1, upTo: threshold)
        if up.distance >= threshold { return (threshold, []) }
        let down = tableau.reach(of: variable, measure: measure, direction: -1, upTo: threshold - up.distance)
        return (up.distance + down.distance, up.stoppers + down.stoppers)
    }

    private func cheapest(_ variables: [Int]) -> Int? {
        variables.filter { tableau.isShown[$0] && places[$0].map { sums[$0].status == .open } ?? false }
            .min { (places[$0] ?? 0) < (places[$1] ?? 0) }
    }

    private func dearestFirst(_ variables: [Int]) -> [Int] { variables.sorted { (places[$0] ?? 0) > (places[$1] ?? 0) } }

    // MARK: - Against those who know one hidden line, their own

    private mutating func protectFromHolders(_ index: Int) {
        let variable = variables[index]
        var added: [Int] = []
        while let holder = firstHolder(knowing: index) {
            let choice = separating(variable, holder).filter { places[$0].map { !sums[$0].isTotal } ?? false }
            guard added.count < Self.fewMore, let next = cheapest(choice) else {
                for variableAdded in added { tableau.show(variableAdded) }
                return
            }
            tableau.hide(next)
            added.append(next)
        }
        for variableAdded in dearestFirst(added) {
            tableau.show(variableAdded)
            if firstHolder(knowing: index) != nil { tableau.hide(variableAdded) }
        }
    }

    /// The first hidden line that is free in the same proportion: with it shown, nothing of the variable would be free.
    private func firstHolder(knowing index: Int) -> Int? {
        let own = tableau.freeTerms(of: variables[index])
        let holder = sums.indices.first { other in
            guard other != index, !tableau.isShown[variables[other]], sums[other].holders.isDisjoint(with: sums[index].holders) else { return false }
            let terms = tableau.freeTerms(of: variables[other])
            return terms.count == own.count
                && zip(terms, own).allSatisfy { $0.variable == $1.variable && $0.factor * own[0].factor == terms[0].factor * $1.factor }
        }
        return holder.map { variables[$0] }
    }

    /// The shown variables that would make a difference between the two, were they free.
    private func separating(_ variable: Int, _ holder: Int) -> [Int] {
        let (own, others) = (tableau.terms(of: variable), tableau.terms(of: holder))
        guard let free = own.first(where: { !tableau.isShown[$0.variable] }),
            let otherFree = others.first(where: { $0.variable == free.variable })
        else { return [] }
        var difference: [Int: Int] = [:]
        for term in own { difference[term.variable, default: 0] += term.factor * otherFree.factor }
        for term in others { difference[term.variable, default: 0] -= term.factor * free.factor }
        return difference.filter { $0.value != 0 && tableau.isShown[$0.key] }.map(\.key)
    }
}
