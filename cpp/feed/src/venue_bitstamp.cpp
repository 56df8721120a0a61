#include "venue_session.hpp"
#include "venue_time.hpp"

// Source: Bitstamp's public description of the WebSocket channels diff_order_book, order_book and live_trades and of
// the order book request.

namespace martlet {
namespace {

class BitstampProtocol final : public VenueProtocol {
public:
    using VenueProtocol::VenueProtocol;

    Defect message(json::Document& document) override {
        json::Object root;
        std::string_view event;
        std::string_view channel;
        if (!document.object(root) || !json::field(root, "event", event)) return Defect::malformed_record;
        if (event.starts_with("bts:")) return control();
        if (!json::field(root, "channel", channel)) return Defect::malformed_record;
        const Kind kind = kind_of(channel);
        if (kind != Kind::changes && kind != Kind::book) session_.not_about_books();
        if (kind == Kind::other) return event == "data" ? count(session_.counts.passed_over) : Defect::unknown_type;
        if (kind == Kind::orders) return count(session_.counts.passed_over);
        VenueBook* const found = session_.find(channel);
        if (found == nullptr) return Defect::none;
        json::Object data;
        if (!json::field(root, "data", data)) return Defect::malformed_record;
        if (kind == Kind::trades) return event == "trade" ? trade(*found, data) : Defect::unknown_type;
        return event == "data" ? book(*found, data, kind == Kind::book) : Defect::unknown_type;
    }

    Defect snapshot(std::string_view symbol, json::Document& document) override {
        json::Object root;
        if (!document.object(root)) return Defect::malformed_record;
        VenueBook* const found = symbol.empty() ? session_.only() : session_.find(symbol);
        if (found == nullptr) {
            if (symbol.empty()) ++session_.counts.foreign;
            return Defect::none;
        }
        return book(*found, root, true);
    }

private:
    enum class Kind { changes, book, trades, orders, other };

    static Defect count(std::uint64_t& counter) noexcept {
        ++counter;
        return Defect::none;
    }

    Defect control() noexcept {
        session_.not_about_books();
        return count(session_.counts.controls);
    }

    /// Takes the channel's name off, so that the pair is left.
    static Kind kind_of(std::string_view& channel) noexcept {
        struct Prefix {
            std::string_view text;
            Kind kind;
        };
        for (const Prefix& prefix : {Prefix{"diff_order_book_", Kind::changes}, Prefix{"order_book_", Kind::book},
                                     Prefix{"live_trades_", Kind::trades}, Prefix{"live_orders_", Kind::orders}}) {
            if (!channel.starts_with(prefix.text)) continue;
            channel.remove_prefix(prefix.text.size());
            return prefix.kind;
        }
        return Kind::other;
    }

    Defect book(VenueBook& book, json::Object& data, bool whole) {
        std::string_view digits;
        std::int64_t at = 0;
        std::uint64_t id = 0;
        if (!json::field(data, "microtimestamp", digits) || !microseconds(digits, at) || !json::whole(digits, id)) return Defect::malformed_time;
        if (!(whole ? session_.begin_snapshot(book, id, at) : session_.begin_change(book, {id, id, 0}, at))) return Defect::none;
        for (const Side side : {Side::buy, Side::sell}) {
            json::Array levels;
            if (!json::field(data, side == Side::buy ? "bids" : "asks", levels)) return Defect::malformed_record;
            const Defect defect = session_.levels(side, levels);
            if (defect != Defect::none) return defect;
        }
        if (whole)
            session_.end_snapshot();
        else
            session_.end_change();
        return Defect::none;
    }

    /// Price and amount stand there twice, as numbers and as texts; only the texts are exact.
    Defect trade(VenueBook& book, json::Object& data) {
        if (!session_.wants(venue_trades)) return count(session_.counts.passed_over);
        std::uint64_t id = 0;
        std::string_view quantity;
        std::string_view price;
        std::string_view type;
        std::string_view digits;
        std::int64_t at = 0;
        if (!json::field(data, "id", id)) return Defect::malformed_number;
        if (!json::field(data, "amount_str", quantity) || !json::field(data, "price_str", price) || !json::field(data, "type", type))
            return Defect::malformed_record;
        if (type != "0" && type != "1") return Defect::malformed_record;
        if (!json::field(data, "microtimestamp", digits) || !microseconds(digits, at)) return Defect::malformed_time;
        const Defect defect = session_.trade(book, type == "0" ? Side::buy : Side::sell, price, quantity, id, id, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.trades);
    }
};

} // namespace

std::unique_ptr<VenueProtocol> make_bitstamp(VenueSession& session) { return std::make_unique<BitstampProtocol>(session); }

} // namespace martlet
