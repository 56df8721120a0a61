#include "venue_session.hpp"
#include "venue_time.hpp"

// Source: Bybit's public description of the WebSocket topics orderbook.{depth}.{symbol} and publicTrade.{symbol}, version 5.

namespace martlet {
namespace {

class BybitProtocol final : public VenueProtocol {
public:
    using VenueProtocol::VenueProtocol;

    Defect message(json::Document& document) override {
        json::Object root;
        if (!document.object(root)) return Defect::malformed_record;
        std::string_view topic;
        json::Found found = json::find(root, "topic", topic);
        if (found == json::Found::no) { // {"success": …, "op": "subscribe"}, {"op": "pong", …}
            found = json::find(root, "op", topic);
            if (found == json::Found::yes) return count(session_.counts.controls);
            return found == json::Found::no ? Defect::unknown_type : Defect::malformed_record;
        }
        if (found == json::Found::broken) return Defect::malformed_record;
        if (topic.starts_with("publicTrade.")) return trades(root);
        if (topic.starts_with("orderbook.")) return book(root);
        for (const std::string_view known : {"tickers.", "kline.", "kline_lt.", "liquidation.", "allLiquidation.", "tickers_lt.", "lt."})
            if (topic.starts_with(known)) return count(session_.counts.passed_over);
        return Defect::unknown_type;
    }

    /// The REST book and the topic's snapshots are numbered alike, but the topic always begins with its own.
    Defect snapshot(std::string_view, json::Document&) override { return Defect::unknown_type; }

private:
    static Defect count(std::uint64_t& counter) noexcept {
        ++counter;
        return Defect::none;
    }

    Defect book(json::Object& root) {
        std::string_view type;
        std::string_view digits;
        std::int64_t at = 0;
        if (!json::field(root, "type", type)) return Defect::malformed_record;
        if (type != "snapshot" && type != "delta") return Defect::unknown_type;
        // The matching engine's time where it is said, else the gateway's.
        const json::Found engine = json::find(root, "cts", digits);
        if (engine == json::Found::broken) return Defect::malformed_record;
        if ((engine == json::Found::no && !json::field(root, "ts", digits)) || !milliseconds(digits, at)) return Defect::malformed_time;
        json::Object data;
        std::string_view symbol;
        std::uint64_t id = 0;
        if (!json::field(root, "data", data) || !json::field(data, "s", symbol)) return Defect::malformed_record;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr) return Defect::none;
        if (!json::field(data, "u", id)) return Defect::malformed_number;
        const bool whole = type == "snapshot" || id == 1; // 1: the venue's service was started anew
        if (!(whole ? session_.begin_snapshot(*found, id, at) : session_.begin_change(*found, {id, id, 0}, at))) return Defect::none;
        for (const Side side : {Side::buy, Side::sell}) {
            json::Array levels;
            if (!json::field(data, side == Side::buy ? "b" : "a", levels)) return Defect::malformed_record;
            const Defect defect = session_.levels(side, levels);
            if (defect != Defect::none) return defect;
        }
        if (whole)
            session_.end_snapshot();
        else
            session_.end_change();
        return Defect::none;
    }

    Defect trades(json::Object& root) {
        session_.not_about_books();
        json::Array data;
        if (!json::field(root, "data", data)) return Defect::malformed_record;
        bool any = false;
        json::Value element;
        while (data.next(element)) {
            json::Object entry;
            std::string_view digits;
            std::int64_t at = 0;
            std::string_view symbol;
            std::string_view side;
            std::string_view quantity;
            std::string_view price;
            std::string_view name;
            if (!entry.open(element)) return Defect::malformed_record;
            if (!json::field(entry, "T", digits) || !milliseconds(digits, at)) return Defect::malformed_time;
            if (!json::field(entry, "s", symbol) || !json::field(entry, "S", side) || !json::field(entry, "v", quantity) ||
                !json::field(entry, "p", price) || !json::field(entry, "i", name))
                return Defect::malformed_record;
            if (side != "Buy" && side != "Sell") return Defect::malformed_record;
            VenueBook* const found = session_.find(symbol);
            if (found == nullptr) return Defect::none;
            if (!session_.wants(venue_trades)) return count(session_.counts.passed_over);
            // Spot trades are numbered; those of contracts bear a UUID, which does not fit.
            std::uint64_t id = 0;
            if (!json::whole(name, id)) id = 0;
            std::uint64_t sequence = 0;
            const json::Found numbered = json::find(entry, "seq", digits);
            if (numbered == json::Found::broken) return Defect::malformed_record;
            if (numbered == json::Found::yes && !json::whole(digits, sequence)) return Defect::malformed_number;
            const Defect defect = session_.trade(*found, side == "Buy" ? Side::buy : Side::sell, price, quantity, id, sequence, at);
            if (defect != Defect::none) return defect;
            any = true;
        }
        if (!any || !data.closed()) return Defect::malformed_record;
        session_.mark_last();
        return count(session_.counts.trades);
    }
};

} // namespace

std::unique_ptr<VenueProtocol> make_bybit(VenueSession& session) { return std::make_unique<BybitProtocol>(session); }

} // namespace martlet
