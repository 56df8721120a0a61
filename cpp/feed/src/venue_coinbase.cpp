#include "venue_session.hpp"
#include "venue_time.hpp"

// Source: Coinbase Exchange's public description of the WebSocket channels level2, matches, ticker and heartbeat.

namespace martlet {
namespace {

class CoinbaseProtocol final : public VenueProtocol {
public:
    using VenueProtocol::VenueProtocol;

    Defect message(json::Document& document) override {
        json::Object root;
        std::string_view type;
        if (!document.object(root) || !json::field(root, "type", type)) return Defect::malformed_record;
        if (type == "l2update") return update(root);
        if (type == "snapshot") return book(root);
        session_.not_about_books();
        if (type == "match") return match(root, false);
        if (type == "last_match") return match(root, true);
        for (const std::string_view known : {"ticker", "received", "open", "done", "change", "activate", "auction"})
            if (type == known) return count(session_.counts.passed_over);
        for (const std::string_view known : {"subscriptions", "heartbeat", "status", "error"})
            if (type == known) return count(session_.counts.controls);
        return Defect::unknown_type;
    }

    /// The book comes in the stream; the REST book has another form, with a number that the level2 channel lacks.
    Defect snapshot(std::string_view, json::Document&) override { return Defect::unknown_type; }

private:
    static Defect count(std::uint64_t& counter) noexcept {
        ++counter;
        return Defect::none;
    }

    Defect book(json::Object& root) {
        std::string_view symbol;
        if (!json::field(root, "product_id", symbol)) return Defect::malformed_record;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr || !session_.begin_snapshot(*found, 0, 0)) return Defect::none;
        json::Array levels;
        if (!json::field(root, "asks", levels)) return Defect::malformed_record;
        Defect defect = session_.levels(Side::sell, levels);
        if (defect != Defect::none) return defect;
        if (!json::field(root, "bids", levels)) return Defect::malformed_record;
        defect = session_.levels(Side::buy, levels);
        if (defect == Defect::none) session_.end_snapshot();
        return defect;
    }

    Defect update(json::Object& root) {
        std::string_view symbol;
        std::string_view time;
        std::int64_t at = 0;
        if (!json::field(root, "product_id", symbol)) return Defect::malformed_record;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr) return Defect::none;
        // The time stands behind the changes: finding it first passes over them once.
        if (!json::field(root, "time", time) || !iso_time(time, at)) return Defect::malformed_time;
        if (!session_.begin_change(*found, {}, at)) return Defect::none;
        json::Array changes;
        if (!json::field(root, "changes", changes)) return Defect::malformed_record;
        std::string_view texts[3];
        json::Value element;
        json::Array change;
        while (changes.next(element)) {
            if (!change.open(element) || !change.texts(texts, 3)) return Defect::malformed_record;
            if (texts[0] != "buy" && texts[0] != "sell") return Defect::malformed_record;
            const Defect defect = session_.level(texts[0] == "buy" ? Side::buy : Side::sell, texts[1], texts[2]);
            if (defect != Defect::none) return defect;
        }
        if (!changes.closed()) return Defect::malformed_record;
        session_.end_change();
        return Defect::none;
    }

    /// `past`: the trade before the subscription, which only says where the ids are.
    Defect match(json::Object& root, bool past) {
        std::uint64_t id = 0;
        std::uint64_t sequence = 0;
        std::int64_t at = 0;
        std::string_view side;
        std::string_view quantity;
        std::string_view price;
        std::string_view symbol;
        std::string_view time;
        if (!json::field(root, "trade_id", id)) return Defect::malformed_number;
        if (!json::field(root, "side", side) || !json::field(root, "size", quantity) || !json::field(root, "price", price) ||
            !json::field(root, "product_id", symbol))
            return Defect::malformed_record;
        if (side != "buy" && side != "sell") return Defect::malformed_record;
        if (!json::field(root, "sequence", sequence)) return Defect::malformed_number;
        if (!json::field(root, "time", time) || !iso_time(time, at)) return Defect::malformed_time;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr) return Defect::none;
        if (past || !session_.wants(venue_trades)) {
            found->last_trade = id;
            return count(session_.counts.passed_over);
        }
        if (!session_.next_trade(*found, id)) return Defect::none;
        // `side` is the resting order's.
        const Defect defect = session_.trade(*found, side == "sell" ? Side::buy : Side::sell, price, quantity, id, sequence, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.trades);
    }
};

} // namespace

std::unique_ptr<VenueProtocol> make_coinbase(VenueSession& session) { return std::make_unique<CoinbaseProtocol>(session); }

} // namespace martlet
