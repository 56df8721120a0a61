#include "martlet/venue_feed.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "capture_reader.hpp"
#include "venue_session.hpp"

namespace martlet {
namespace {

constexpr std::array<const char*, venue_format_count> names{"binance-spot", "binance-usdm", "binance-coinm", "coinbase",
                                                            "kraken",       "bitstamp",     "okx",           "bybit"};

SequenceRule rule_of(VenueFormat format) noexcept {
    switch (format) {
    case VenueFormat::binance_spot: return SequenceRule::following;
    case VenueFormat::binance_usdm:
    case VenueFormat::binance_coinm: return SequenceRule::previous_id;
    case VenueFormat::bitstamp: return SequenceRule::later;
    case VenueFormat::okx: return SequenceRule::chained;
    case VenueFormat::bybit: return SequenceRule::counted;
    case VenueFormat::coinbase:
    case VenueFormat::kraken: break;
    }
    return SequenceRule::unnumbered;
}

std::unique_ptr<VenueProtocol> make_protocol(VenueFormat format, VenueSession& session) {
    switch (format) {
    case VenueFormat::binance_spot: return make_binance(session, false);
    case VenueFormat::binance_usdm:
    case VenueFormat::binance_coinm: return make_binance(session, true);
    case VenueFormat::coinbase: return make_coinbase(session);
    case VenueFormat::kraken: return make_kraken(session);
    case VenueFormat::bitstamp: return make_bitstamp(session);
    case VenueFormat::okx: return make_okx(session);
    case VenueFormat::bybit: return make_bybit(session);
    }
    return nullptr;
}

/// Session and syntax of one connection.
struct Driver {
    Driver(VenueFormat format, std::uint8_t parts, EventBuffer& out, DefectLog& log)
        : session(rule_of(format), parts, out, log), protocol(make_protocol(format, session)) {}

    void take(const char* symbol, const VenueMessage& message, bool answer) {
        session.begin(message);
        if (std::string_view(message.data, message.size) == "pong") { // the answer to a client's ping where that is no JSON
            ++session.counts.controls;
            return;
        }
        if (message.size == 0) return session.reject(Defect::malformed_record);
        if (message.size > CaptureReader::maximum_line) return session.reject(Defect::record_too_long);
        json::Document document(std::string_view(message.data, message.size));
        const Defect found = answer ? protocol->snapshot(symbol == nullptr ? std::string_view{} : symbol, document) : protocol->message(document);
        if (found != Defect::none) session.reject(found);
    }

    VenueSession session;
    std::unique_ptr<VenueProtocol> protocol;
};

} // namespace

struct VenueDecoder::Impl : Driver {
    using Driver::Driver;
};

VenueDecoder::VenueDecoder(VenueFormat format, std::uint8_t parts, EventBuffer& out, DefectLog& log) noexcept
    : impl_(new Impl(format, parts, out, log)) {}
VenueDecoder::~VenueDecoder() { delete impl_; }

bool VenueDecoder::add_instrument(const VenueInstrument& instrument) noexcept { return impl_->session.add(instrument); }
void VenueDecoder::message(const VenueMessage& message) noexcept { impl_->take(nullptr, message, false); }
void VenueDecoder::snapshot(const char* symbol, const VenueMessage& message) noexcept { impl_->take(symbol, message, true); }
void VenueDecoder::disconnected(std::int64_t receive_time) noexcept { impl_->session.lose_all(receive_time); }
bool VenueDecoder::wants_snapshot(std::size_t index) const noexcept {
    const auto& books = impl_->session.books();
    return index < books.size() && !books[index].live;
}
FeedStatus VenueDecoder::status() const noexcept { return impl_->session.full() ? FeedStatus::too_large : FeedStatus::ok; }
VenueCounts VenueDecoder::counts() const noexcept { return impl_->session.counts; }

namespace {

/// The symbol that a request for a book names: `…symbol=BTCUSDT&…`, `…/order_book/btcusd/`; empty: none.
std::string_view symbol_of(std::string_view url) noexcept {
    for (const std::string_view key : {"symbol=", "instId=", "/order_book/"}) {
        const std::size_t at = url.find(key);
        if (at == std::string_view::npos) continue;
        const std::string_view rest = url.substr(at + key.size());
        return rest.substr(0, rest.find_first_of("&/?"));
    }
    return {};
}

/// Several captures as one, by receive time; lines of equal time in the order of the files.
class CaptureMerge {
public:
    CaptureMerge(const char* const* paths, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            readers_.push_back(std::make_unique<CaptureReader>(paths[i]));
            heads_.emplace_back();
            advance(i);
        }
    }

    /// The next line; null at the end.
    const CapturedLine* next() {
        if (taken_ < heads_.size()) advance(taken_);
        taken_ = heads_.size();
        for (std::size_t i = 0; i < heads_.size(); ++i)
            if (heads_[i].there && (taken_ == heads_.size() || heads_[i].line.time < heads_[taken_].line.time)) taken_ = i;
        return taken_ < heads_.size() ? &heads_[taken_].line : nullptr;
    }

    FeedStatus status() const noexcept {
        for (const auto& reader : readers_)
            if (reader->status() != FeedStatus::ok) return reader->status();
        return FeedStatus::ok;
    }

private:
    struct Head {
        CapturedLine line{};
        bool there = false;
    };

    void advance(std::size_t index) {
        Head& head = heads_[index];
        const std::int64_t before = head.line.time;
        head.there = readers_[index]->next(head.line);
        // A line without a time keeps its place in the file.
        if (head.line.time == 0) head.line.time = before;
    }

    std::vector<std::unique_ptr<CaptureReader>> readers_;
    std::vector<Head> heads_;
    std::size_t taken_ = ~std::size_t{0};
};

Defect defect_of(CaptureLine kind) noexcept {
    switch (kind) {
    case CaptureLine::too_long: return Defect::record_too_long;
    case CaptureLine::cut: return Defect::truncated_record;
    case CaptureLine::malformed: return Defect::malformed_time;
    case CaptureLine::message:
    case CaptureLine::answer:
    case CaptureLine::passed_by: break;
    }
    return Defect::none;
}

FeedStatus run(CaptureMerge& merge, Driver& decoder) {
    VenueSession& session = decoder.session;
    while (const CapturedLine* const line = merge.next()) {
        const bool json = line->kind == CaptureLine::message || line->kind == CaptureLine::answer;
        const std::string_view text = json ? line->json : line->text;
        const VenueMessage message{text.data(), text.size(), line->time, line->offset, line->line};
        const std::string symbol(symbol_of(line->url));
        if (line->kind == CaptureLine::message) {
            decoder.take(nullptr, message, false);
        } else if (line->kind == CaptureLine::answer && !symbol.empty()) {
            decoder.take(symbol.c_str(), message, true);
        } else {
            // An answer that is about no book is passed by as well.
            session.begin(message);
            const Defect defect = defect_of(line->kind);
            if (defect != Defect::none)
                session.reject(defect);
            else
                ++session.counts.controls;
        }
        if (session.full()) return FeedStatus::too_large;
    }
    return merge.status();
}

} // namespace

FeedStatus decode_venue_files(VenueFormat format, std::uint8_t parts, const char* const* paths, std::size_t path_count,
                              const VenueInstrument* instruments, std::size_t instrument_count, EventBuffer& out,
                              DefectLog& log, VenueCounts& counts) noexcept {
    Driver decoder(format, parts, out, log);
    counts = {};
    for (std::size_t i = 0; i < instrument_count; ++i)
        if (!decoder.session.add(instruments[i])) return FeedStatus::invalid_argument;
    CaptureMerge merge(paths, path_count);
    const FeedStatus status = run(merge, decoder);
    counts = decoder.session.counts;
    return status;
}

FeedStatus find_venue_instruments(VenueFormat format, const char* const* paths, std::size_t path_count,
                                  VenueInstrument* instruments, std::size_t capacity, std::size_t& found) noexcept {
    EventBuffer nothing;
    DefectLog log;
    Driver decoder(format, venue_all, nothing, log);
    decoder.session.look_for_instruments();
    CaptureMerge merge(paths, path_count);
    const FeedStatus status = run(merge, decoder);
    found = 0;
    for (const VenueBook& book : decoder.session.books()) {
        if (found < capacity) {
            VenueInstrument& facts = instruments[found];
            facts = {};
            std::memcpy(facts.symbol, book.symbol.data(), book.symbol.size());
            facts.instrument = static_cast<std::uint32_t>(found);
            facts.price_increment = {1, -book.price_places};
            facts.lot_increment = {1, -book.lot_places};
        }
        ++found;
    }
    return status;
}

const char* venue_format_name(VenueFormat format) noexcept {
    const auto index = static_cast<std::size_t>(format);
    return index < names.size() ? names[index] : nullptr;
}

} // namespace martlet
