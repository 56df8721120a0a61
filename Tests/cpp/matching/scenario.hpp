#pragma once
#include <cstdint>
#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "martlet/recorded_market.hpp"

// Order life cycles as text. One line is one thing that happens; every answer must be stated.
//
//     market by_order                      the kind of recording, and options as key=value
//     10 add 1 sell 100 x 50               at time 10 the recorded market does this
//     20 > buy 7 limit 100 x 20            a command of ours arrives at time 20
//     < accepted 7 leaves 20               what the venue must say, in order, and nothing else
//     < fill 7 20 at 100 taker leaves 0 fee 8
//
// Recorded: add, modify (… keep), cancel, execute, level, quote, trade, bar, status, clear, snapshot_begin,
// snapshot_end, discontinuity; words after it are flags (hidden). Ours: buy/sell, cancel N of M, replace N of M,
// status, orders, positions, trades since T.

namespace martlet::test {

struct ScenarioError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Scenario {
public:
    /// Runs a file; throws ScenarioError with file, line, what was expected and what came.
    static void run(const std::filesystem::path& path) {
        Scenario scenario(path.filename().string());
        std::ifstream file(path);
        if (!file) throw ScenarioError("cannot read " + path.string());
        std::string line;
        while (std::getline(file, line)) scenario.step(line);
        scenario.expect_silence();
        if (scenario.expectations_ == 0) throw ScenarioError(scenario.name_ + ": expects nothing");
    }

private:
    explicit Scenario(std::string name) : name_(std::move(name)) {}

    [[noreturn]] void fail(const std::string& text) const { throw ScenarioError(name_ + ":" + std::to_string(line_) + ": " + text); }

    void step(const std::string& text) {
        ++line_;
        words_.clear();
        std::istringstream stream(text.substr(0, text.find('#')));
        for (std::string word; stream >> word;) words_.push_back(word);
        if (words_.empty()) return;
        if (words_[0] == "<") return expect();
        expect_silence();
        if (words_[0] == "market") return make();
        if (!market_) fail("expected 'market KIND' first");
        const std::int64_t time = number(0);
        if (word(1) == ">") command(time);
        else market(time);
        for (std::size_t i = 0; i < market_->report_count(); ++i) said_.push_back(describe(market_->reports()[i]));
        market_->clear_reports();
    }

    void expect() {
        ++expectations_;
        std::string wanted;
        for (std::size_t i = 1; i < words_.size(); ++i) wanted += (i > 1 ? " " : "") + words_[i];
        if (said_.empty()) fail("expected '" + wanted + "', nothing was said");
        if (said_.front() != wanted) fail("expected '" + wanted + "', was '" + said_.front() + "'");
        said_.pop_front();
    }
    void expect_silence() const {
        if (!said_.empty()) fail("not expected: '" + said_.front() + "'");
    }

    const std::string& word(std::size_t at) const {
        static const std::string none;
        return at < words_.size() ? words_[at] : none;
    }
    bool has(const std::string& flag) const { return std::find(words_.begin(), words_.end(), flag) != words_.end(); }
    std::int64_t number(std::size_t at) const {
        try {
            return std::stoll(word(at));
        } catch (const std::exception&) {
            fail("expected a number as word " + std::to_string(at + 1) + ", was '" + word(at) + "'");
        }
    }
    std::uint64_t id(std::size_t at) const { return static_cast<std::uint64_t>(number(at)); }
    Side side(std::size_t at) const {
        if (word(at) == "buy") return Side::buy;
        if (word(at) == "sell") return Side::sell;
        fail("expected 'buy' or 'sell', was '" + word(at) + "'");
    }
    /// The number after an "x".
    std::int64_t quantity() const {
        for (std::size_t i = 0; i + 1 < words_.size(); ++i)
            if (words_[i] == "x") return number(i + 1);
        return 0;
    }

    void make() {
        static const std::map<std::string, RecordedSource> kinds = {{"by_order", RecordedSource::by_order}, {"by_price", RecordedSource::by_price},
                                                                    {"top", RecordedSource::top},           {"bars", RecordedSource::bars}};
        if (kinds.count(word(1)) == 0) fail("unknown kind of market '" + word(1) + "'");
        InstrumentDefinition definition{};
        definition.id = 1;
        definition.price_increment = definition.lot_increment = definition.multiplier = definition.money_unit = {1, 0};
        definition.tick = 1;
        RecordedOptions options;
        options.source = kinds.at(word(1));
        options.opening_window = 0;
        for (std::size_t i = 2; i < words_.size(); ++i) {
            const std::size_t equal = words_[i].find('=');
            const std::string key = words_[i].substr(0, equal);
            const std::string value = equal == std::string::npos ? "" : words_[i].substr(equal + 1);
            if (key == "queue" && value == "position") options.queue = QueueModel::queue_position;
            else if (key == "tick") definition.tick = std::stoll(value);
            else if (key == "maker") definition.maker_fee_ppm = std::stoi(value);
            else if (key == "taker") definition.taker_fee_ppm = std::stoi(value);
            else if (key == "half_spread") options.half_spread = std::stoll(value);
            else if (key == "slippage") options.slippage = std::stoll(value);
            else if (key == "opening_window") options.opening_window = std::stoll(value) * second;
            else if (key == "working") options.maximum_working = static_cast<std::uint32_t>(std::stoul(value));
            else fail("unknown option '" + words_[i] + "'");
        }
        unit_ = options.source == RecordedSource::bars ? second : 1;
        market_ = std::make_unique<RecordedMarket>(&definition, &options, 1);
    }

    void market(std::int64_t time) {
        MarketEvent event{};
        event.exchange_time = time * unit_;
        event.instrument = 1;
        event.flags = market_flag_last;
        event.quantity = quantity();
        const std::string& kind = word(1);
        if (has("hidden")) event.flags |= market_flag_implied;
        if (has("keep")) event.flags |= market_flag_priority;
        if (kind == "add" || kind == "modify") {
            event.kind = kind == "add" ? EventKind::order_add : EventKind::order_modify;
            event.order = id(2);
            event.side = side(3);
            event.price = number(4);
        } else if (kind == "cancel" || kind == "execute") {
            event.kind = kind == "cancel" ? EventKind::order_cancel : EventKind::order_execute;
            event.order = id(2);
            if (word(3) == "buy" || word(3) == "sell") {
                event.side = side(3);
                event.price = number(4);
            }
        } else if (kind == "level" || kind == "trade") {
            event.kind = kind == "level" ? EventKind::level_set : EventKind::trade;
            event.side = side(2);
            event.price = number(3);
        } else if (kind == "quote") { // quote BID x Q ASK x Q
            QuoteEvent quote = as_quote(event);
            quote.kind = EventKind::quote;
            quote.bid_price = number(2);
            quote.bid_quantity = number(4);
            quote.ask_price = number(5);
            quote.ask_quantity = number(7);
            event = as_market_event(quote);
        } else if (kind == "bar") { // bar SECONDS OPEN HIGH LOW CLOSE [bid|ask]
            BarEvent bar = as_bar(event);
            bar.kind = EventKind::bar;
            bar.side = has("bid") ? Side::buy : has("ask") ? Side::sell : Side::none;
            bar.seconds = static_cast<std::uint32_t>(number(2));
            bar.low = number(5);
            bar.open_above_low = static_cast<std::uint32_t>(number(3) - bar.low);
            bar.high_above_low = static_cast<std::uint32_t>(number(4) - bar.low);
            bar.close_above_low = static_cast<std::uint32_t>(number(6) - bar.low);
            event = as_market_event(bar);
        } else {
            plain(kind, event);
        }
        market_->on_market(event);
    }

    void plain(const std::string& kind, MarketEvent& event) const {
        static const std::map<std::string, EventKind> kinds = {{"clear", EventKind::clear},
                                                               {"snapshot_begin", EventKind::snapshot_begin},
                                                               {"snapshot_end", EventKind::snapshot_end},
                                                               {"discontinuity", EventKind::discontinuity},
                                                               {"status", EventKind::trading_status}};
        if (kinds.count(kind) == 0) fail("unknown event '" + kind + "'");
        event.kind = kinds.at(kind);
        if (kind == "status") event.reference = static_cast<std::uint64_t>(word(2) == "halted" ? TradingStatus::halted : TradingStatus::open);
    }

    void command(std::int64_t time) {
        Command command{};
        command.kind = EventKind::command;
        command.instrument = has("elsewhere") ? 99 : 1;
        command.request = 5;
        command.quantity = quantity();
        const std::string& verb = word(2);
        if (has("ioc")) command.time_in_force = TimeInForce::immediate_or_cancel;
        if (has("fok")) command.time_in_force = TimeInForce::fill_or_kill;
        if (verb == "buy" || verb == "sell") {
            command.command = CommandKind::new_order;
            command.side = side(2);
            command.client_order = id(3);
            command.type = word(4) == "market" ? OrderType::market : word(4) == "stop" ? OrderType::stop : OrderType::limit;
            if (command.type == OrderType::limit) command.price = number(5);
        } else if (verb == "cancel" || verb == "replace") {
            command.command = verb == "cancel" ? CommandKind::cancel : CommandKind::replace;
            command.client_order = id(3);
            command.original_client_order = id(5);
            if (verb == "replace") command.price = number(7);
        } else if (verb == "status") {
            command.command = CommandKind::order_status;
            command.client_order = id(3);
        } else if (verb == "orders") {
            command.command = CommandKind::mass_status;
        } else if (verb == "positions") {
            command.command = CommandKind::positions;
        } else if (verb == "trades") {
            command.command = CommandKind::trades;
            command.stop_price = number(4) * unit_;
        } else {
            fail("unknown command '" + verb + "'");
        }
        market_->submit(command, time * unit_);
    }

    static std::string reason(RejectReason reason) {
        static const std::map<RejectReason, std::string> names = {
            {RejectReason::other, "other"}, {RejectReason::unknown_instrument, "unknown_instrument"},
            {RejectReason::exchange_closed, "exchange_closed"}, {RejectReason::order_exceeds_limit, "order_exceeds_limit"},
            {RejectReason::too_late, "too_late"}, {RejectReason::unknown_order, "unknown_order"},
            {RejectReason::duplicate_order, "duplicate_order"}, {RejectReason::bad_price, "bad_price"},
            {RejectReason::bad_quantity, "bad_quantity"}, {RejectReason::unsupported, "unsupported"},
            {RejectReason::no_liquidity, "no_liquidity"}, {RejectReason::malformed, "malformed"}};
        return names.count(reason) != 0 ? names.at(reason) : "?";
    }
    static std::string status(OrderStatus status) {
        switch (status) {
        case OrderStatus::new_order: return "new";
        case OrderStatus::partially_filled: return "partial";
        case OrderStatus::filled: return "filled";
        case OrderStatus::canceled: return "canceled";
        case OrderStatus::rejected: return "rejected";
        default: return "unknown";
        }
    }

    std::string describe(const OrderEvent& event) const {
        std::ostringstream text;
        const bool cancels = event.kind == EventKind::cancel_reject;
        if (event.kind == EventKind::report_end) text << "end " << event.reference_number;
        else if (event.kind == EventKind::position_report) text << "position " << event.cumulative_quantity << " cash " << event.fee;
        else if (event.kind == EventKind::trade_report) text << "trade " << event.client_order << " " << event.last_quantity << " at " << event.last_price;
        else if (cancels) text << "refused " << event.client_order << " of " << event.original_client_order << " " << reason(event.reason) << " " << status(event.status);
        else execution(event, text);
        return text.str();
    }

    static void execution(const OrderEvent& event, std::ostringstream& text) {
        switch (event.exec_type) {
        case ExecType::new_order: text << "accepted " << event.client_order << " leaves " << event.leaves_quantity; break;
        case ExecType::trade:
            text << "fill " << event.client_order << " " << event.last_quantity << " at " << event.last_price
                 << ((event.flags & order_flag_taker) != 0 ? " taker" : " maker") << " leaves " << event.leaves_quantity;
            if (event.fee != 0) text << " fee " << event.fee;
            break;
        case ExecType::canceled:
            text << "canceled ";
            if (event.original_client_order != 0) text << event.original_client_order << " by ";
            text << event.client_order;
            if (event.reason != RejectReason::none) text << " " << reason(event.reason);
            break;
        case ExecType::replaced: text << "replaced " << event.original_client_order << " by " << event.client_order << " leaves " << event.leaves_quantity; break;
        case ExecType::rejected: text << "rejected " << event.client_order << " " << reason(event.reason); break;
        case ExecType::order_status:
            text << "status " << event.client_order << " " << status(event.status) << " done " << event.cumulative_quantity << " leaves " << event.leaves_quantity;
            break;
        default: text << "?"; break;
        }
    }

    static constexpr std::int64_t second = 1'000'000'000;
    std::string name_;
    int line_ = 0;
    int expectations_ = 0;
    std::int64_t unit_ = 1; ///< nanoseconds of one time unit: seconds on bars
    std::vector<std::string> words_;
    std::deque<std::string> said_;
    std::unique_ptr<RecordedMarket> market_;
};

} // namespace martlet::test
