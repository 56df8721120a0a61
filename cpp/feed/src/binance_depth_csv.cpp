#include <array>
#include <string>

#include "json_text.hpp"
#include "lobster_rows.hpp"
#include "venue_session.hpp"
#include "venue_time.hpp"

// Source: the files of historical order books that Binance gives out for futures: a row per level, the rows of one
// change one behind the other.

namespace martlet {
namespace {

constexpr std::string_view header = "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu";

struct DepthRow {
    std::string_view symbol, side, kind, price, quantity;
    std::int64_t time;
    ChangeIds ids;
};

Defect parse(std::string_view line, DepthRow& row) noexcept {
    std::array<std::string_view, 9> fields;
    std::size_t count = 0;
    for (std::string_view rest = line;; ++count) {
        const std::size_t end = rest.find(',');
        if (count < fields.size()) fields[count] = rest.substr(0, end);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    if (count + 1 != fields.size()) return Defect::wrong_column_count;
    row.symbol = fields[0];
    row.side = fields[4];
    row.kind = fields[5];
    row.price = fields[6];
    row.quantity = fields[7];
    if (!milliseconds(fields[1], row.time)) return Defect::malformed_time;
    if (!json::whole(fields[2], row.ids.first) || !json::whole(fields[3], row.ids.last)) return Defect::malformed_number;
    row.ids.previous = 0;
    if (fields[8] != "-1" && !json::whole(fields[8], row.ids.previous)) return Defect::malformed_number; // −1: none before
    if (row.side != "a" && row.side != "b") return Defect::malformed_record;
    return row.kind == "snap" || row.kind == "set" ? Defect::none : Defect::unknown_type;
}

/// Rows of one change or snapshot become one message of the session.
class DepthRows {
public:
    explicit DepthRows(VenueSession& session) : session_(session) {}

    void take(const VenueMessage& from) {
        text_.assign(from.data, from.size); // the log may want it after the reader has gone on
        VenueMessage line = from;
        line.data = text_.data();
        session_.look_at(line);
        DepthRow row{};
        const Defect defect = parse({line.data, line.size}, row);
        if (defect != Defect::none) {
            // Which change it was of is unknown: it goes aside as a message of its own, and the one that is open with it.
            if (state_ != State::levels) session_.begin(line);
            session_.reject(defect);
            state_ = State::rejected;
            return;
        }
        const bool whole = row.kind == "snap";
        if (state_ == State::none || whole != whole_ || row.ids.last != last_ || row.symbol != symbol_) begin(line, row, whole);
        if (state_ != State::levels) return;
        const Defect found = session_.level(row.side == "a" ? Side::sell : Side::buy, row.price, row.quantity);
        if (found == Defect::none) return;
        session_.reject(found);
        state_ = State::rejected;
    }

    void end() {
        if (state_ == State::levels) {
            if (whole_)
                session_.end_snapshot();
            else
                session_.end_change();
        }
        state_ = State::none;
    }

private:
    enum class State { none, levels, passed, rejected };

    void begin(const VenueMessage& line, const DepthRow& row, bool whole) {
        end();
        VenueMessage message = line;
        message.receive_time = row.time;
        session_.begin(message);
        whole_ = whole;
        last_ = row.ids.last;
        symbol_ = row.symbol;
        VenueBook* const book = session_.find(row.symbol);
        const bool open = book != nullptr && (whole ? session_.begin_snapshot(*book, row.ids.last, row.time)
                                                    : session_.begin_change(*book, row.ids, row.time));
        state_ = open ? State::levels : State::passed;
    }

    VenueSession& session_;
    State state_ = State::none;
    bool whole_ = false;
    std::uint64_t last_ = 0;
    std::string symbol_;
    std::string text_;
};

} // namespace

FeedStatus decode_binance_depth_csv(const char* const* paths, std::size_t path_count, const VenueInstrument* instruments,
                                    std::size_t instrument_count, EventBuffer& out, DefectLog& log, VenueCounts& counts) noexcept {
    counts = {};
    VenueSession session(SequenceRule::previous_id, venue_levels, out, log);
    for (std::size_t i = 0; i < instrument_count; ++i)
        if (!session.add(instruments[i])) return FeedStatus::invalid_argument;
    FeedStatus status = FeedStatus::ok;
    for (std::size_t i = 0; i < path_count && status == FeedStatus::ok; ++i) {
        LineReader reader(paths[i]);
        DepthRows rows(session);
        std::string_view line;
        std::uint64_t number = 0;
        while (reader.next(line) && !session.full()) {
            if (++number == 1) {
                if (line != header) return FeedStatus::unknown_layout;
                continue;
            }
            rows.take({line.data(), line.size(), 0, reader.offset(), number});
        }
        rows.end();
        status = session.full() ? FeedStatus::too_large : number == 0 && reader.status() == FeedStatus::ok ? FeedStatus::unknown_layout : reader.status();
    }
    counts = session.counts;
    return status;
}

} // namespace martlet
