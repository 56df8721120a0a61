#include "venue_session.hpp"
#include "venue_time.hpp"

// Sources: Binance's public descriptions of the spot, USD-M and COIN-M market streams ("diff. depth", "individual symbol
// book ticker", "trade", "aggregate trade") and of how a local book is kept from them.

namespace martlet {
namespace {

class BinanceProtocol final : public VenueProtocol {
public:
    BinanceProtocol(VenueSession& session, bool futures) : VenueProtocol(session), futures_(futures) {}

    Defect message(json::Document& document) override {
        json::Object root;
        if (!document.object(root)) return Defect::malformed_record;
        json::Object data;
        json::Value wrapped;
        switch (root.find("data", wrapped)) {
        case json::Found::yes: return data.open(wrapped) ? payload(data) : Defect::malformed_record;
        case json::Found::no: return payload(root);
        case json::Found::broken: break;
        }
        return Defect::malformed_record;
    }

    Defect snapshot(std::string_view symbol, json::Document& document) override {
        json::Object root;
        std::uint64_t id = 0;
        if (!document.object(root)) return Defect::malformed_record;
        if (!json::field(root, "lastUpdateId", id)) return Defect::unknown_type;
        return book(symbol, id, root);
    }

private:
    Defect payload(json::Object& data) {
        std::string_view type;
        const json::Found named = json::find(data, "e", type);
        if (named == json::Found::broken) return Defect::malformed_record;
        if (named == json::Found::yes) {
            if (type == "depthUpdate") return depth(data);
            session_.not_about_books();
            if (type == "bookTicker") return ticker(data);
            if (type == "trade") return trade(data, "t");
            if (type == "aggTrade") return trade(data, "a");
            for (const std::string_view known : {"kline", "continuous_kline", "24hrTicker", "24hrMiniTicker", "1hTicker", "4hTicker", "1dTicker",
                                                 "avgPrice", "markPriceUpdate", "indexPriceUpdate", "forceOrder", "contractInfo",
                                                 "compositeIndex", "assetIndexUpdate"})
                if (type == known) return count(session_.counts.passed_over);
            return Defect::unknown_type;
        }
        return unnamed(data);
    }

    /// A book, the spot book ticker, or an answer to a request: {"result": …, "id": …} or {"error": …, "id": …}.
    Defect unnamed(json::Object& data) {
        std::string_view text;
        std::uint64_t id = 0;
        json::Found found = json::find(data, "lastUpdateId", text);
        if (found == json::Found::yes) return json::whole(text, id) ? book({}, id, data) : Defect::malformed_number;
        if (found == json::Found::no && !futures_ && (found = json::find(data, "b", text)) == json::Found::yes) {
            session_.not_about_books();
            return ticker(data);
        }
        if (found == json::Found::no) found = json::find(data, "id", text);
        if (found == json::Found::broken) return Defect::malformed_record;
        return found == json::Found::yes ? count(session_.counts.controls) : Defect::unknown_type;
    }

    static Defect count(std::uint64_t& counter) noexcept {
        ++counter;
        return Defect::none;
    }

    /// Futures tell the time of the transaction, spot only that of the message.
    bool time(json::Object& data, std::string_view name, std::int64_t& out) const noexcept {
        std::string_view digits;
        return json::field(data, name, digits) && milliseconds(digits, out);
    }

    Defect depth(json::Object& data) {
        std::int64_t at = 0;
        std::string_view symbol;
        ChangeIds ids{};
        if (!time(data, futures_ ? "T" : "E", at)) return Defect::malformed_time;
        if (!json::field(data, "s", symbol)) return Defect::malformed_record;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr) return Defect::none;
        if (!json::field(data, "U", ids.first) || !json::field(data, "u", ids.last)) return Defect::malformed_number;
        if (futures_ && !json::field(data, "pu", ids.previous)) return Defect::malformed_number;
        if (ids.first > ids.last) return Defect::number_out_of_range;
        if (!session_.begin_change(*found, ids, at)) return Defect::none;
        const Defect defect = sides(data, "b", "a");
        if (defect == Defect::none) session_.end_change();
        return defect;
    }

    Defect sides(json::Object& data, std::string_view bids, std::string_view asks) {
        json::Array levels;
        if (!json::field(data, bids, levels)) return Defect::malformed_record;
        const Defect defect = session_.levels(Side::buy, levels);
        if (defect != Defect::none) return defect;
        if (!json::field(data, asks, levels)) return Defect::malformed_record;
        return session_.levels(Side::sell, levels);
    }

    /// The answer to a request for a book. COIN-M names the symbol in it; elsewhere the request does.
    Defect book(std::string_view symbol, std::uint64_t id, json::Object& data) {
        std::int64_t at = 0;
        std::string_view text;
        json::Found found_text = json::find(data, "T", text);
        if (found_text == json::Found::yes && !milliseconds(text, at)) return Defect::malformed_time;
        if (found_text != json::Found::broken && symbol.empty() && (found_text = json::find(data, "symbol", text)) == json::Found::yes)
            symbol = text;
        if (found_text == json::Found::broken) return Defect::malformed_record;
        VenueBook* const found = symbol.empty() ? session_.only() : session_.find(symbol);
        if (found == nullptr) {
            if (symbol.empty()) ++session_.counts.foreign;
            return Defect::none;
        }
        if (!session_.begin_snapshot(*found, id, at)) return Defect::none;
        const Defect defect = sides(data, "bids", "asks");
        if (defect == Defect::none) session_.end_snapshot();
        return defect;
    }

    Defect ticker(json::Object& data) {
        std::uint64_t id = 0;
        std::string_view symbol;
        if (!json::field(data, "u", id)) return Defect::malformed_number;
        if (!json::field(data, "s", symbol)) return Defect::malformed_record;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr) return Defect::none;
        if (!session_.wants(venue_quotes)) return count(session_.counts.passed_over);
        std::string_view texts[4];
        if (!json::field(data, "b", texts[0]) || !json::field(data, "B", texts[1]) || !json::field(data, "a", texts[2]) ||
            !json::field(data, "A", texts[3]))
            return Defect::malformed_record;
        std::int64_t at = 0;
        if (futures_ && !time(data, "T", at)) return Defect::malformed_time;
        const Defect defect = session_.quote(*found, texts, id, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.quotes);
    }

    Defect trade(json::Object& data, std::string_view id_name) {
        std::string_view symbol;
        std::uint64_t id = 0;
        std::int64_t at = 0;
        std::string_view price;
        std::string_view quantity;
        std::string_view maker;
        if (!json::field(data, "s", symbol)) return Defect::malformed_record;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr) return Defect::none;
        if (!session_.wants(venue_trades)) return count(session_.counts.passed_over);
        if (!json::field(data, id_name, id)) return Defect::malformed_number;
        if (!json::field(data, "p", price) || !json::field(data, "q", quantity)) return Defect::malformed_record;
        if (!time(data, "T", at)) return Defect::malformed_time;
        if (!json::field(data, "m", maker) || (maker != "true" && maker != "false")) return Defect::malformed_record;
        // `m`: the buyer was the maker, so the seller came.
        const Defect defect = session_.trade(*found, maker == "true" ? Side::sell : Side::buy, price, quantity, id, id, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.trades);
    }

    bool futures_;
};

} // namespace

std::unique_ptr<VenueProtocol> make_binance(VenueSession& session, bool futures) { return std::make_unique<BinanceProtocol>(session, futures); }

} // namespace martlet
