#include <zlib.h>

#include <array>
#include <charconv>

#include "checksum_book.hpp"
#include "venue_session.hpp"
#include "venue_time.hpp"

// Source: Kraken's public description of the WebSocket interface version 1 (book, trade, spread) and of its book
// checksum: the digits of price and volume without point and leading zeros, of the best ten asks and then of the best
// ten bids, as one text; its CRC-32.

namespace martlet {
namespace {

constexpr std::size_t checked_levels = 10;

class KrakenProtocol final : public VenueProtocol {
public:
    using VenueProtocol::VenueProtocol;

    Defect message(json::Document& document) override {
        json::Object status;
        if (document.object(status)) {
            std::string_view event;
            return json::field(status, "event", event) ? count(session_.counts.controls) : Defect::malformed_record;
        }
        json::Array root;
        json::Value value;
        if (!root.open(document.root())) return Defect::malformed_record;
        // [channel number, payload…, channel name, pair]: what the payload is about stands behind it.
        std::array<std::string_view, 2> names;
        std::size_t elements = 0;
        while (root.next(value)) {
            names[0] = names[1];
            if (!value.text(names[1])) names[1] = {};
            ++elements;
        }
        if (!root.closed()) return Defect::malformed_record;
        if (elements < 4 || elements > 5 || names[0].empty() || names[1].empty()) return Defect::wrong_column_count;
        json::Document again(document.text());
        if (!root.open(again.root())) return Defect::malformed_record;
        return channel(names[0], names[1], root);
    }

    /// The book comes in the stream; the REST book has no number to join it by.
    Defect snapshot(std::string_view, json::Document&) override { return Defect::unknown_type; }

private:
    struct Shadow {
        ChecksumBook book;
        std::size_t depth = 0;
    };

    static Defect count(std::uint64_t& counter) noexcept {
        ++counter;
        return Defect::none;
    }

    Defect channel(std::string_view name, std::string_view pair, json::Array& root) {
        const std::string_view kind = name.substr(0, name.find('-'));
        if (kind != "book") session_.not_about_books();
        if (kind == "ohlc" || kind == "ticker") return count(session_.counts.passed_over);
        if (kind != "book" && kind != "trade" && kind != "spread") return Defect::unknown_type;
        VenueBook* const found = session_.find(pair);
        if (found == nullptr) return Defect::none;
        if (kind == "trade") return trades(*found, root);
        if (kind == "spread") return spread(*found, root);
        std::size_t depth = 0;
        const std::string_view digits = name.substr(5 < name.size() ? 5 : name.size());
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), depth);
        if (read.ec != std::errc{} || depth == 0 || depth > ChecksumBook::maximum_levels) return Defect::malformed_number;
        if (shadows_.size() <= found->index) shadows_.resize(found->index + 1);
        shadows_[found->index].depth = depth;
        return book(*found, root);
    }

    Defect book(VenueBook& book, json::Array& root) {
        Shadow& shadow = shadows_[book.index];
        bool begun = false;
        std::string_view checksum;
        json::Value value;
        while (root.next(value)) {
            json::Object sides;
            if (!sides.open(value)) continue;
            std::string_view raw;
            json::Value content;
            json::Found more = json::Found::yes;
            while ((more = sides.next(raw, content)) == json::Found::yes) {
                if (raw == "c") {
                    if (!content.text(checksum)) return Defect::malformed_record;
                    continue;
                }
                const bool whole = raw == "as" || raw == "bs";
                const bool asks = raw == "as" || raw == "a";
                if (!asks && !(raw == "bs" || raw == "b")) return Defect::malformed_record;
                if (!begun) {
                    // The time is that of the latest level, so that it is known only behind them: the receive time here.
                    whole_ = whole;
                    if (!(whole ? session_.begin_snapshot(book, 0, 0) : session_.begin_change(book, {}, 0))) return Defect::none;
                    if (whole) shadow.book.clear();
                    begun = true;
                } else if (whole != whole_) {
                    return Defect::malformed_record;
                }
                const Defect defect = levels(shadow, asks ? Side::sell : Side::buy, content);
                if (defect != Defect::none) return defect;
            }
            if (more == json::Found::broken) return Defect::malformed_record;
        }
        if (!begun || !root.closed()) return Defect::malformed_record;
        return whole_ ? end_snapshot() : end_change(shadow, checksum);
    }

    Defect end_snapshot() {
        session_.end_snapshot();
        return Defect::none;
    }

    Defect end_change(Shadow& shadow, std::string_view checksum) {
        // What falls out of the depth is the client's to forget.
        for (const Side side : {Side::buy, Side::sell})
            while (shadow.book.count(side) > shadow.depth) session_.remove_level(side, shadow.book.drop_worst(side));
        if (!session_.looking() && !checksum.empty()) {
            std::uint64_t stated = 0;
            if (!json::whole(checksum, stated)) return Defect::malformed_number;
            if (stated != crc(shadow.book)) return Defect::wrong_checksum;
            ++session_.counts.checksums;
        }
        session_.end_change();
        return Defect::none;
    }

    Defect levels(Shadow& shadow, Side side, json::Value content) {
        json::Array array;
        json::Array level;
        json::Value element;
        if (!array.open(content)) return Defect::malformed_record;
        std::string_view texts[3];
        while (array.next(element)) {
            if (!level.open(element) || !level.texts(texts, 3)) return Defect::malformed_record;
            std::int64_t at = 0;
            if (!decimal_seconds(texts[2], at)) return Defect::malformed_time;
            session_.set_time(at);
            std::int64_t price = 0;
            std::int64_t lots = 0;
            const Defect defect = session_.level(side, texts[0], texts[1], price, lots);
            if (defect != Defect::none) return defect;
            if (!session_.looking() && !shadow.book.set(side, price, lots, texts[0], texts[1])) return Defect::number_out_of_range;
        }
        return array.closed() ? Defect::none : Defect::malformed_record;
    }

    static std::uint32_t crc(const ChecksumBook& book) noexcept {
        char text[2 * checked_levels * 2 * TextLevel::longest_text];
        std::size_t length = 0;
        const auto add = [&](std::string_view number) {
            bool leading = true;
            for (const char c : number) {
                if (c == '.' || (leading && c == '0')) continue;
                leading = false;
                text[length++] = c;
            }
        };
        for (const Side side : {Side::sell, Side::buy}) {
            const std::size_t count = std::min(checked_levels, book.count(side));
            for (std::size_t rank = 0; rank < count; ++rank) {
                const TextLevel& level = book.at(side, rank);
                add(level.price_view());
                add(level.quantity_view());
            }
        }
        return static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(text), static_cast<uInt>(length)));
    }

    /// The second element is the payload of the channels that have one.
    static bool payload(json::Array& root, json::Array& out) {
        json::Value value;
        return root.next(value) && root.next(value) && out.open(value);
    }

    Defect trades(VenueBook& book, json::Array& root) {
        if (!session_.wants(venue_trades)) return count(session_.counts.passed_over);
        json::Array list;
        if (!payload(root, list)) return Defect::malformed_record;
        std::string_view texts[4]; // price, volume, time, side
        json::Value element;
        json::Array trade;
        while (list.next(element)) {
            if (!trade.open(element) || !trade.texts(texts, 4)) return Defect::malformed_record;
            std::int64_t at = 0;
            if (!decimal_seconds(texts[2], at)) return Defect::malformed_time;
            if (texts[3] != "b" && texts[3] != "s") return Defect::malformed_record;
            const Defect defect = session_.trade(book, texts[3] == "b" ? Side::buy : Side::sell, texts[0], texts[1], 0, 0, at);
            if (defect != Defect::none) return defect;
        }
        if (!list.closed()) return Defect::malformed_record;
        session_.mark_last();
        return count(session_.counts.trades);
    }

    Defect spread(VenueBook& book, json::Array& root) {
        if (!session_.wants(venue_quotes)) return count(session_.counts.passed_over);
        json::Array fields;
        if (!payload(root, fields)) return Defect::malformed_record;
        std::string_view texts[5]; // bid, ask, time, bid volume, ask volume
        std::int64_t at = 0;
        if (!fields.texts(texts, 5)) return Defect::malformed_record;
        if (!decimal_seconds(texts[2], at)) return Defect::malformed_time;
        const Defect defect = session_.quote(book, {texts[0], texts[3], texts[1], texts[4]}, 0, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.quotes);
    }

    std::vector<Shadow> shadows_;
    bool whole_ = false;
};

} // namespace

std::unique_ptr<VenueProtocol> make_kraken(VenueSession& session) { return std::make_unique<KrakenProtocol>(session); }

} // namespace martlet
