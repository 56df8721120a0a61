#include "martlet/lobster.hpp"

#include <cmath>

#include "civil_time.hpp"
#include "lobster_book.hpp"
#include "lobster_rows.hpp"

namespace martlet {
namespace {

/// A trade this far from the one before is noted: within one session that is a halt's aftermath or a bad print.
constexpr double outlier_move = 0.05;

Side opposite(Side side) noexcept { return side == Side::buy ? Side::sell : side == Side::sell ? Side::buy : Side::none; }

class LobsterDecoder {
public:
    LobsterDecoder(const LobsterOptions& options, EventBuffer& out, DefectLog& log, LobsterCounts& counts)
        : options_(options), log_(log), counts_(counts), book_(options.levels, out, counts), date_(civil_from_days(options.day)) {}

    FeedStatus run(const char* message_path, const char* orderbook_path, const char* seed_path) {
        LineReader messages(message_path);
        LineReader books(orderbook_path);
        std::string_view message_line;
        std::string_view book_line;
        quotes_ = lobster_columns(orderbook_path) == 1;
        if (seed_path != nullptr) {
            LineReader seeds(seed_path);
            if (!seeds.next(book_line)) return seeds.status() == FeedStatus::ok ? FeedStatus::invalid_argument : seeds.status();
            if (parse_row(book_line, seed_) != Defect::none) return FeedStatus::unknown_layout;
        }
        bool sound = true;
        while (sound && messages.next(message_line)) {
            const bool has_book = books.next(book_line);
            ++counts_.rows;
            sound = row(message_line, messages, has_book, book_line, books);
        }
        while (sound && books.next(book_line)) reject(Defect::unpaired, books, book_line);
        counts_.bytes = messages.bytes();
        if (!sound) return FeedStatus::too_large;
        return messages.status() != FeedStatus::ok ? messages.status() : books.status();
    }

private:
    void reject(Defect defect, const LineReader& reader, std::string_view line) {
        log_.add(defect, reader.offset(), counts_.rows, line.data(), line.size());
    }

    std::int64_t time_of(const LobsterMessage& message) const noexcept {
        const std::int64_t second =
            options_.day * day_seconds + message.second + new_york_to_utc(date_.year, date_.month, date_.day, message.second);
        return second * second_ns + message.nanosecond;
    }

    /// One row of both files; false where the buffer is full.
    bool row(std::string_view message_line, const LineReader& messages, bool has_book, std::string_view book_line,
             const LineReader& books) {
        LobsterMessage message{};
        const Defect message_defect = messages.cut() ? Defect::record_too_long : parse_message(message_line, message);
        if (message_defect != Defect::none) reject(message_defect, messages, message_line);
        Defect book_defect = Defect::unpaired;
        if (has_book) book_defect = books.cut() ? Defect::record_too_long : parse_row(book_line, current_);
        if (book_defect != Defect::none) reject(book_defect, has_book ? books : messages, has_book ? book_line : message_line);
        // A row whose message is lost still shows the book after it, at the time of the row before.
        if (message_defect == Defect::none) judge_time(message, messages, message_line);
        book_.begin_row(latest_, counts_.rows);
        const bool has_row = book_defect == Defect::none;
        if (has_row && !current_.bids.empty() && !current_.asks.empty() && current_.bids[0].price >= current_.asks[0].price)
            reject(Defect::crossed, books, book_line);
        if (message_defect == Defect::none) {
            const Defect defect = apply(message, has_row);
            if (defect != Defect::none) reject(defect, messages, message_line);
            if (is_trade(message)) judge_price(message, messages, message_line);
        }
        if (has_row) show();
        return book_.end_row();
    }

    static bool is_trade(const LobsterMessage& message) noexcept {
        return message.type == LobsterType::execute || message.type == LobsterType::execute_hidden ||
               message.type == LobsterType::cross;
    }

    void judge_time(const LobsterMessage& message, const LineReader& reader, std::string_view line) {
        const std::int64_t time = time_of(message);
        if (latest_ != 0 && time < latest_) reject(Defect::out_of_order, reader, line);
        latest_ = latest_ == 0 ? time : std::max(latest_, time);
    }

    void judge_price(const LobsterMessage& message, const LineReader& reader, std::string_view line) {
        const auto price = static_cast<double>(message.price);
        if (last_price_ > 0 && std::abs(price / last_price_ - 1) > outlier_move) reject(Defect::outlier, reader, line);
        last_price_ = price;
    }

    void count(const LobsterMessage& message) noexcept {
        switch (message.type) {
        case LobsterType::add: ++counts_.additions; break;
        case LobsterType::cancel:
        case LobsterType::remove: ++counts_.cancels; break;
        case LobsterType::execute: ++counts_.executions; break;
        case LobsterType::execute_hidden:
        case LobsterType::cross: ++counts_.hidden; break;
        case LobsterType::halt: ++counts_.halts; break;
        }
    }

    /// What the message says. In the mode of orders the first row with a book seeds it, the message included.
    Defect apply(const LobsterMessage& message, bool has_row) {
        count(message);
        const bool by_order = options_.mode == LobsterMode::orders;
        const bool seeds = by_order && !seeded_ && has_row;
        if (seeds) {
            seeded_ = true;
            book_.seed(seed_.bids.empty() && seed_.asks.empty() ? current_ : seed_,
                       message.type == LobsterType::add ? &message : nullptr);
        }
        switch (message.type) {
        case LobsterType::halt: status(message); return Defect::none;
        case LobsterType::cross:
            book_.emit(EventKind::trade, Side::none, message.price, message.size, message.order, market_flag_implied);
            return Defect::none;
        case LobsterType::execute_hidden:
            book_.emit(EventKind::trade, opposite(message.side), message.price, message.size, message.order, market_flag_implied);
            return Defect::none;
        case LobsterType::execute:
            // Without the order in a book, or as part of the row that is the snapshot, the print is all there is.
            if (!by_order || seeds) {
                book_.emit(EventKind::trade, opposite(message.side), message.price, message.size, message.order,
                           by_order ? market_flag_implied : 0);
                return Defect::none;
            }
            break;
        default: break;
        }
        return by_order && seeded_ && !seeds ? book_.apply(message) : Defect::none;
    }

    void status(const LobsterMessage& message) {
        if (message.price < 0) return book_.emit_status(TradingStatus::halted);
        book_.emit_status(message.price == 0 ? TradingStatus::auction : TradingStatus::open);
    }

    /// What the orderbook row says.
    void show() {
        if (options_.mode == LobsterMode::orders) {
            if (seeded_) book_.reconcile(current_);
            return;
        }
        if (quotes_)
            show_quote();
        else
            show_levels();
        std::swap(shown_, current_);
        has_shown_ = true;
    }

    void show_quote() {
        const LobsterLevel none{0, 0};
        const auto best = [&](const std::vector<LobsterLevel>& side) { return side.empty() ? none : side.front(); };
        const LobsterLevel bid = best(current_.bids);
        const LobsterLevel ask = best(current_.asks);
        if (has_shown_ && bid == best(shown_.bids) && ask == best(shown_.asks)) return;
        book_.emit_quote(bid, ask);
    }

    void show_levels() {
        if (!has_shown_) book_.emit(EventKind::snapshot_begin, Side::none, 0, 0, 0, market_flag_snapshot);
        const std::uint16_t flags = has_shown_ ? 0 : market_flag_snapshot;
        for (const Side side : {Side::buy, Side::sell}) show_side(side, shown_.of(side), current_.of(side), flags);
        if (!has_shown_) book_.emit(EventKind::snapshot_end, Side::none, 0, 0, 0, market_flag_snapshot);
    }

    /// Both rows run away from the best price: what is only in the old one goes, what is new or changed is set.
    void show_side(Side side, const std::vector<LobsterLevel>& before, const std::vector<LobsterLevel>& now, std::uint16_t flags) {
        const auto better = [side](std::int64_t a, std::int64_t b) { return side == Side::buy ? a > b : a < b; };
        std::size_t old = 0;
        for (const LobsterLevel& level : now) {
            for (; old < before.size() && better(before[old].price, level.price); ++old)
                book_.emit(EventKind::level_set, side, before[old].price, 0, 0, flags);
            const bool same = old < before.size() && before[old] == level;
            if (old < before.size() && before[old].price == level.price) ++old;
            if (!same) book_.emit(EventKind::level_set, side, level.price, level.size, 0, flags);
        }
        for (; old < before.size(); ++old) book_.emit(EventKind::level_set, side, before[old].price, 0, 0, flags);
    }

    LobsterOptions options_;
    DefectLog& log_;
    LobsterCounts& counts_;
    LobsterBook book_;
    CivilDate date_;
    LobsterRow seed_;
    LobsterRow current_;
    LobsterRow shown_;
    bool has_shown_ = false;
    bool seeded_ = false;
    bool quotes_ = false;
    std::int64_t latest_ = 0;
    double last_price_ = 0;
};

} // namespace

FeedStatus decode_lobster(const char* message_path, const char* orderbook_path, const char* seed_path,
                          const LobsterOptions& options, EventBuffer& out, DefectLog& log, LobsterCounts& counts) noexcept {
    counts = {};
    if (options.levels == 0) return FeedStatus::invalid_argument;
    LobsterDecoder decoder(options, out, log, counts);
    return decoder.run(message_path, orderbook_path, seed_path);
}

std::uint32_t lobster_columns(const char* orderbook_path) noexcept {
    LineReader reader(orderbook_path);
    std::string_view line;
    LobsterRow row;
    if (!reader.next(line) || parse_row(line, row) != Defect::none) return 0;
    return static_cast<std::uint32_t>(column_count(line) / 4);
}

} // namespace martlet
