#include <zlib.h>

#include <array>
#include <cstdio>

#include "checksum_book.hpp"
#include "venue_session.hpp"
#include "venue_time.hpp"

// Source: OKX's public description of the WebSocket order book channels (books, books5, books-l2-tbt, books50-l2-tbt,
// bbo-tbt) and trades. The checksum is the CRC-32, as a signed number, of the best 25 levels as
// bid price:bid size:ask price:ask size:…; the venue announced that it sends 0 from 2026 on, which then says nothing.

namespace martlet {
namespace {

constexpr std::size_t checked_levels = 25;

class OkxProtocol final : public VenueProtocol {
public:
    using VenueProtocol::VenueProtocol;

    Defect message(json::Document& document) override {
        json::Object root;
        if (!document.object(root)) return Defect::malformed_record;
        std::string_view event;
        switch (json::find(root, "event", event)) {
        case json::Found::yes: return count(session_.counts.controls);
        case json::Found::broken: return Defect::malformed_record;
        case json::Found::no: break;
        }
        json::Object argument;
        std::string_view channel;
        std::string_view symbol;
        if (!json::field(root, "arg", argument) || !json::field(argument, "channel", channel)) return Defect::malformed_record;
        const bool incremental = channel == "books" || channel == "books-l2-tbt" || channel == "books50-l2-tbt";
        const bool trades = channel == "trades" || channel == "trades-all";
        if (!incremental && !trades && channel != "books5" && channel != "bbo-tbt") return count(session_.counts.passed_over);
        if (!json::field(argument, "instId", symbol)) return Defect::malformed_record;
        VenueBook* const found = session_.find(symbol);
        if (found == nullptr) return Defect::none;
        std::string_view action;
        if (incremental && !json::field(root, "action", action)) return Defect::malformed_record;
        if (incremental && action != "snapshot" && action != "update") return Defect::unknown_type;
        json::Array data;
        if (!json::field(root, "data", data)) return Defect::malformed_record;
        if (trades) return trade(*found, data);
        json::Object book;
        if (!sole(data, book)) return Defect::malformed_record;
        if (channel == "bbo-tbt") return best(*found, book);
        return levels(*found, book, action != "update");
    }

    /// The REST book has no number to join it by; the channel begins with a snapshot of its own.
    Defect snapshot(std::string_view, json::Document&) override { return Defect::unknown_type; }

private:
    static Defect count(std::uint64_t& counter) noexcept {
        ++counter;
        return Defect::none;
    }

    /// Book channels send one element at a time.
    static bool sole(json::Array& data, json::Object& out) {
        json::Value element;
        return data.next(element) && out.open(element);
    }

    /// −1 stands for "none before".
    static bool sequence(json::Object& data, std::string_view name, std::uint64_t& out) {
        std::string_view text;
        if (!json::field(data, name, text)) return false;
        out = 0;
        return text == "-1" || json::whole(text, out);
    }

    Defect levels(VenueBook& book, json::Object& data, bool whole) {
        std::string_view digits;
        std::int64_t at = 0;
        ChangeIds ids{};
        if (!json::field(data, "ts", digits) || !milliseconds(digits, at)) return Defect::malformed_time;
        if (!sequence(data, "seqId", ids.last)) return Defect::malformed_number;
        if (!whole && !sequence(data, "prevSeqId", ids.previous)) return Defect::malformed_number;
        std::string_view checksum;
        if (json::find(data, "checksum", checksum) == json::Found::broken) return Defect::malformed_record;
        if (!(whole ? session_.begin_snapshot(book, ids.last, at) : session_.begin_change(book, ids, at))) return Defect::none;
        if (shadows_.size() <= book.index) shadows_.resize(book.index + 1);
        ChecksumBook& shadow = shadows_[book.index];
        if (whole) shadow.clear();
        for (const Side side : {Side::sell, Side::buy}) {
            const Defect defect = side_levels(data, side, shadow);
            if (defect != Defect::none) return defect;
        }
        if (!session_.looking() && !checksum.empty() && checksum != "0") {
            char stated[16];
            const int length = std::snprintf(stated, sizeof stated, "%d", crc(shadow));
            if (checksum != std::string_view(stated, static_cast<std::size_t>(length))) return Defect::wrong_checksum;
            ++session_.counts.checksums;
        }
        if (whole)
            session_.end_snapshot();
        else
            session_.end_change();
        return Defect::none;
    }

    Defect side_levels(json::Object& data, Side side, ChecksumBook& shadow) {
        json::Array array;
        if (!json::field(data, side == Side::buy ? "bids" : "asks", array)) return Defect::malformed_record;
        std::string_view texts[2];
        json::Value element;
        json::Array level;
        while (array.next(element)) {
            if (!level.open(element) || !level.texts(texts, 2)) return Defect::malformed_record;
            std::int64_t price = 0;
            std::int64_t lots = 0;
            const Defect defect = session_.level(side, texts[0], texts[1], price, lots);
            if (defect != Defect::none) return defect;
            if (!session_.looking() && !shadow.set(side, price, lots, texts[0], texts[1])) return Defect::number_out_of_range;
        }
        return array.closed() ? Defect::none : Defect::malformed_record;
    }

    static std::int32_t crc(const ChecksumBook& book) noexcept {
        char text[checked_levels * 2 * 2 * (TextLevel::longest_text + 1)];
        std::size_t length = 0;
        const auto add = [&](std::string_view number) {
            if (length > 0) text[length++] = ':';
            std::memcpy(text + length, number.data(), number.size());
            length += number.size();
        };
        for (std::size_t rank = 0; rank < checked_levels; ++rank)
            for (const Side side : {Side::buy, Side::sell}) {
                if (rank >= book.count(side)) continue;
                add(book.at(side, rank).price_view());
                add(book.at(side, rank).quantity_view());
            }
        const auto value = static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(text), static_cast<uInt>(length)));
        return static_cast<std::int32_t>(value);
    }

    Defect best(VenueBook& book, json::Object& data) {
        session_.not_about_books();
        if (!session_.wants(venue_quotes)) return count(session_.counts.passed_over);
        std::string_view digits;
        std::int64_t at = 0;
        std::uint64_t id = 0;
        if (!json::field(data, "ts", digits) || !milliseconds(digits, at)) return Defect::malformed_time;
        if (!sequence(data, "seqId", id)) return Defect::malformed_number;
        std::string_view texts[4];
        for (const Side side : {Side::sell, Side::buy}) {
            json::Array array;
            if (!json::field(data, side == Side::buy ? "bids" : "asks", array)) return Defect::malformed_record;
            json::Value element;
            json::Array level;
            if (array.next(element)) {
                if (!level.open(element) || !level.texts(texts + (side == Side::buy ? 0 : 2), 2)) return Defect::malformed_record;
            } else if (!array.closed()) {
                return Defect::malformed_record;
            }
        }
        const Defect defect = session_.quote(book, texts, id, at);
        if (defect != Defect::none) return defect;
        session_.mark_last();
        return count(session_.counts.quotes);
    }

    Defect trade(VenueBook& book, json::Array& data) {
        session_.not_about_books();
        if (!session_.wants(venue_trades)) return count(session_.counts.passed_over);
        json::Value element;
        while (data.next(element)) {
            json::Object entry;
            std::uint64_t id = 0;
            std::int64_t at = 0;
            std::string_view price;
            std::string_view quantity;
            std::string_view side;
            std::string_view digits;
            if (!entry.open(element)) return Defect::malformed_record;
            if (!json::field(entry, "tradeId", id)) return Defect::malformed_number;
            if (!json::field(entry, "px", price) || !json::field(entry, "sz", quantity) || !json::field(entry, "side", side))
                return Defect::malformed_record;
            if (side != "buy" && side != "sell") return Defect::malformed_record;
            if (!json::field(entry, "ts", digits) || !milliseconds(digits, at)) return Defect::malformed_time;
            const Defect defect = session_.trade(book, side == "buy" ? Side::buy : Side::sell, price, quantity, id, id, at);
            if (defect != Defect::none) return defect;
        }
        if (!data.closed()) return Defect::malformed_record;
        session_.mark_last();
        return count(session_.counts.trades);
    }

    std::vector<ChecksumBook> shadows_;
};

} // namespace

std::unique_ptr<VenueProtocol> make_okx(VenueSession& session) { return std::make_unique<OkxProtocol>(session); }

} // namespace martlet
