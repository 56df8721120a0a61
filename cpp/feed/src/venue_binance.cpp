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
        // Combined streams wrap each message: {"stream": …, "data": …}.
        std::string_view first;
        json::Value value;
        if (root.next(first, value) != json::Found::yes) return Defect::malformed_record;
        if (first == "stream" || first == "data") return json::field(root, "data", data) ? payload(data) : Defect::malformed_record;
        root.restart();
        return payload(root);
    }

    Defect snapshot(std::string_view symbol, json::Document& document) override {
        json::Object root;
        std::uint64_t id = 0;
        if (!document.object(root)) return Defect::malformed_record;
        if (!json::field(root, "lastUpdateId", id)) return Defect::unknown_type;
        return book(symbol, id, root);
    }

private:
    /// The fields that messages have, by their names.
    struct Fields {
        std::string_view e, E, T, s, U, u, pu, b, B, a, A, t, p, q, m;
    };

    static std::string_view* place(Fields& fields, std::string_view key) noexcept {
        if (key == "pu") return &fields.pu;
        if (key.size() != 1) return nullptr;
        switch (key.front()) {
        case 'e': return &fields.e;
        case 'E': return &fields.E;
        case 'T': return &fields.T;
        case 's': return &fields.s;
        case 'U': return &fields.U;
        case 'u': return &fields.u;
        case 'b': return &fields.b;
        case 'B': return &fields.B;
        case 'a': return &fields.a;
        case 'A': return &fields.A;
        case 't': return &fields.t;
        case 'p': return &fields.p;
        case 'q': return &fields.q;
        case 'm': return &fields.m;
        default: return nullptr;
        }
    }

    /// Reads texts in whatever order they stand, up to the levels where these come last, as they do.
    static bool read(json::Object& data, Fields& fields) noexcept {
        std::string_view key;
        json::Value value;
        json::Found found = json::Found::yes;
        while ((found = data.next(key, value)) == json::Found::yes) {
            if (value.kind() == '[' && !fields.s.empty() && !fields.u.empty()) return true;
            std::string_view* const text = place(fields, key);
            if (text != nullptr && value.kind() != '[' && value.kind() != '{' && !value.text(*text)) return false;
        }
        return found == json::Found::no;
    }

    Defect payload(json::Object& data) {
        Fields fields;
        if (!read(data, fields)) return Defect::malformed_record;
        const std::string_view type = fields.e;
        if (type == "depthUpdate") return depth(data, fields);
        if (type.empty()) return unnamed(data, fields);
        session_.not_about_books();
        if (type == "bookTicker") return ticker(fields);
        if (type == "trade") return trade(fields, fields.t);
        if (type == "aggTrade") return trade(fields, fields.a);
        for (const std::string_view known : {"kline", "continuous_kline", "24hrTicker", "24hrMiniTicker", "1hTicker", "4hTicker", "1dTicker",
                                             "avgPrice", "markPriceUpdate", "indexPriceUpdate", "forceOrder", "contractInfo",
                                             "compositeIndex", "assetIndexUpdate"})
            if (type == known) return count(session_.counts.passed_over);
        return Defect::unknown_type;
    }

    /// A book, the spot book ticker, or an answer to a request: {"result": …, "id": …} or {"error": …, "id": …}.
    Defect unnamed(json::Object& data, const Fields& fields) {
        if (!futures_ && !fields.u.empty() && !fields.A.empty()) {
            session_.not_about_books();
            return ticker(fields);
        }
        std::string_view text;
        std::uint64_t id = 0;
        json::Found found = json::find(data, "lastUpdateId", text);
        if (found == json::Found::yes) return json::whole(text, id) ? book({}, id, data) : Defect::malformed_number;
        if (found == json::Found::no) found = json::find(data, "id", text);
        if (found == json::Found::broken) return Defect::malformed_record;
        return found == json::Found::yes ? count(session_.counts.controls) : Defect::unknown_type;
    }

    static Defect count(std::uint64_t& counter) noexcept {
        ++counter;
        return Defect::none;
    }

    Defect depth(json::Object& data, const Fields& fields) {
        std::int64_t at = 0;
        ChangeIds ids{};
        // Futures tell the time of the transaction, spot only that of the message.
        if (!milliseconds(futures_ ? fields.T : fields.E, at)) return Defect::malformed_time;
        if (fields.s.empty()) return Defect::malformed_record;
        VenueBook* const found = session_.find(fields.s);
        if (found == nullptr) return Defect::none;
        if (!json::whole(fields.U, ids.first) || !json::whole(fields.u, ids.last)) return Defect::malformed_number;
        if (futures_ && !json::whole(fields.pu, ids.previous)) return Defect::malformed_number;
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

    Defect ticker(const Fields& fields) {
        std::uint64_t id = 0;
        if (!json::whole(fields.u, id)) return Defect::malformed_number;
        if (fields.s.empty()) return Defect::malformed_record;
        VenueBook* const found = session_.find(fields.s);
        if (found == nullptr) return Defect::none;
        if (!session_.wants(venue_quotes)) return count(session_.counts.passed_over);
        std::int64_t at = 0;
        if (futures_ && !milliseconds(fields.T, at)) return Defect::malformed_time;
        if (fields.b.empty() || fields.B.empty() || fields.a.empty() || fields.A.empty()) return Defect::malformed_record;
        const Defect defect = session_.quote(*found, {fields.b, fields.B, fields.a, fields.A}, id, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.quotes);
    }

    Defect trade(const Fields& fields, std::string_view number) {
        std::uint64_t id = 0;
        std::int64_t at = 0;
        if (fields.s.empty()) return Defect::malformed_record;
        VenueBook* const found = session_.find(fields.s);
        if (found == nullptr) return Defect::none;
        if (!session_.wants(venue_trades)) return count(session_.counts.passed_over);
        if (!json::whole(number, id)) return Defect::malformed_number;
        if (!milliseconds(fields.T, at)) return Defect::malformed_time;
        if (fields.m != "true" && fields.m != "false") return Defect::malformed_record;
        // `m`: the buyer was the maker, so the seller came.
        const Defect defect = session_.trade(*found, fields.m == "true" ? Side::sell : Side::buy, fields.p, fields.q, id, id, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.trades);
    }

    bool futures_;
};

} // namespace

std::unique_ptr<VenueProtocol> make_binance(VenueSession& session, bool futures) { return std::make_unique<BinanceProtocol>(session, futures); }

} // namespace martlet
