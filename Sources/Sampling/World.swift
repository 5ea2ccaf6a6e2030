internal import Adoption

/// A unit of the invented world. Codes and names of districts and communes are real; volumes and shares are not.
struct SampleUnit {
    let code: String
    let name: String
    let level: AgencyLevel
    let parentCode: String?
    /// How much of all dossiers it receives, in no particular measure.
    let weight: Int
    /// The chance of online filing at the start, in thousandths.
    let online: Int
    /// The chance that an officer files for the citizen, in thousandths of the online dossiers.
    let assisted: Int
}

enum World {
    /// The first and the last day of the records: 15 months of either calendar. The district level ended on 30/6/2025.
    static let firstDay = Day(number: 19_797)  // 2024-03-15
    static let lastDay = Day(number: 20_269)  // 2025-06-30

    static let units: [SampleUnit] = [
        SampleUnit(code: "62", name: "UBND tỉnh Kon Tum", level: .province, parentCode: nil, weight: 0, online: 0, assisted: 0),
        SampleUnit(code: "62.SYT", name: "Sở Y tế", level: .department, parentCode: "62", weight: 90, online: 520, assisted: 40),
        SampleUnit(code: "62.SGDDT", name: "Sở Giáo dục và Đào tạo", level: .department, parentCode: "62", weight: 80, online: 430, assisted: 60),
        SampleUnit(code: "62.SVHTTDL", name: "Sở Văn hóa, Thể thao và Du lịch", level: .department, parentCode: "62", weight: 60, online: 610, assisted: 30),
        district("608", "UBND thành phố Kon Tum", 110, 500, 180), district("611", "UBND huyện Ngọc Hồi", 60, 400, 330),
        district("612", "UBND huyện Đắk Tô", 55, 360, 360), district("615", "UBND huyện Đắk Hà", 65, 440, 280),
        district("616", "UBND huyện Sa Thầy", 70, 380, 420), district("618", "UBND huyện Ia H' Drai", 25, 270, 480),
        commune("23281", "UBND phường Quang Trung", "608", 24, 450), commune("23284", "UBND phường Duy Tân", "608", 22, 430),
        commune("23377", "UBND thị trấn Plei Kần", "611", 22, 380), commune("23380", "UBND xã Đắk Ang", "611", 10, 240),
        commune("23401", "UBND thị trấn Đắk Tô", "612", 20, 350), commune("23430", "UBND xã Đắk Trăm", "612", 10, 260),
        commune("23500", "UBND thị trấn Đắk Hà", "615", 22, 410), commune("23506", "UBND xã Đắk HRing", "615", 12, 300),
        commune("23527", "UBND thị trấn Sa Thầy", "616", 24, 400), commune("23530", "UBND xã Rơ Kơi", "616", 10, 280),
        commune("23533", "UBND xã Sa Nhơn", "616", 9, 310), commune("23534", "UBND xã Hơ Moong", "616", 11, 290),
        commune("23536", "UBND xã Mô Rai", "616", 8, 220), commune("23539", "UBND xã Sa Sơn", "616", 9, 300),
        commune("23542", "UBND xã Sa Nghĩa", "616", 10, 330), commune("23545", "UBND xã Sa Bình", "616", 11, 320),
        commune("23548", "UBND xã Ya Xiêr", "616", 9, 270), commune("23551", "UBND xã Ya Tăng", "616", 7, 250),
        commune("23554", "UBND xã Ya ly", "616", 8, 260),
        commune("23535", "UBND xã Ia Đal", "618", 8, 210), commune("23538", "UBND xã Ia Tơi", "618", 9, 230),
    ]

    private static func district(_ code: String, _ name: String, _ weight: Int, _ online: Int, _ assisted: Int) -> SampleUnit {
        SampleUnit(code: code, name: name, level: .district, parentCode: "62", weight: weight, online: online, assisted: assisted)
    }

    private static func commune(_ code: String, _ name: String, _ parent: String, _ weight: Int, _ online: Int) -> SampleUnit {
        SampleUnit(code: code, name: name, level: .commune, parentCode: parent, weight: weight, online: online, assisted: 450)
    }
}

/// The small random source of the sample (SplitMix64): whole numbers only, so that every machine draws the same.
struct Draw {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// From 0 to `bound` − 1.
    mutating func below(_ bound: Int) -> Int { Int((next() >> 11) % UInt64(bound)) }

    /// True in so many of a thousand cases.
    mutating func chance(_ thousandths: Int) -> Bool { below(1_000) < thousandths }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
