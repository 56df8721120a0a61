/// Texts of a file of the user's, made numbers by a lexicon of the user's: how they sound, how many there were, whom they name.
///
///     time,known,instrument,text            known, instrument: where there are such columns
///     2024-01-01T08:00:00Z,,XNAS:AAPL,"Record profit, and a warning"
///
/// A text is there from its `known` time on (`time` where there is none), and fades by halves. Form of a lexicon, and formulas: `martlet/text_features.hpp`.
public struct TextSource: Sendable, Hashable, Codable {
    /// What features call it by: `news.tone`.
    public var name: String
    /// As of `OutsideSeries.file`.
    public var file: String
    public var lexicon: String
    /// After which a text counts half; nanoseconds.
    public var halfLife: Int64
    /// SHA-256 of both; empty before they are read.
    public var sha256: String
    public var lexiconSHA256: String

    /// Longest lexicon, bytes.
    public static let maximumLexicon = 16 << 20

    public init(name: String, file: String, lexicon: String, halfLife: Int64, sha256: String = "", lexiconSHA256: String = "") {
        self.name = name
        self.file = file
        self.lexicon = lexicon
        self.halfLife = halfLife
        self.sha256 = sha256
        self.lexiconSHA256 = lexiconSHA256
    }
}

/// Trades of options, for kernels that take those: each row is one update.
///
///     time,known,instrument,price,quantity,multiplier,strike,expiry,underlying,right,side
///     2024-01-02T15:30:00Z,,XNAS:AAPL,2.35,10,100,190,2024-01-19T21:00:00Z,185.2,call,buy
///
/// `instrument` is the underlying's, `underlying` its price; `right` is call or put, `side` buy, sell or nothing, who began the trade.
public struct OptionTrades: Sendable, Hashable, Codable {
    /// What features call it by.
    public var name: String
    /// As of `OutsideSeries.file`.
    public var file: String
    /// SHA-256 of the file; empty before it is read.
    public var sha256: String

    public init(name: String, file: String, sha256: String = "") {
        self.name = name
        self.file = file
        self.sha256 = sha256
    }
}
