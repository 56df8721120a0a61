#include "venue_desk.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "identifiers.hpp"

namespace martlet::exchange {
namespace {

constexpr std::uint32_t most_events_a_piece = 4096;

const char* exchange_text(ExchangeStatus status) noexcept {
    switch (status) {
    case ExchangeStatus::bad_instruments:
        return "instruments: expected 1 to 64, ids 0 … count − 1 in order, ticks of 1 to 10⁹ increments and money that fits 64 bits";
    case ExchangeStatus::bad_profile: return "market profile: a price, size, rate, volatility, correlation or regime is out of range";
    case ExchangeStatus::bad_time: return "start time: expected 1970 to 2200 in nanoseconds";
    case ExchangeStatus::bad_recording:
        return "recorded market: expected events in order of time, of known instruments, and bars of at least a second";
    case ExchangeStatus::out_of_memory: return "not enough memory for the market";
    default: return "the market could not be opened";
    }
}

} // namespace

DeskResult VenueDesk::open(const VenueOptions& options, std::int64_t now) {
    std::error_code failed;
    const std::filesystem::path directory = options.data_directory;
    std::filesystem::create_directories(directory, failed);
    if (failed) return {VenueStatus::directory_unusable, "cannot make " + directory.string() + ": " + failed.message()};
    if (options.exchange.instruments == nullptr || options.exchange.instrument_count == 0 || options.exchange.instrument_count > 64)
        return {VenueStatus::bad_options, exchange_text(ExchangeStatus::bad_instruments)};
    books_.open(options.exchange.instruments, options.exchange.instrument_count);
    if (const DeskResult result = recover(options, (directory / "venue.journal").string()); result.status != VenueStatus::ok) return result;
    if (const DeskResult result = open_exchange(options, now); result.status != VenueStatus::ok) return result;
    open_accounts(options);
    settle_open_orders();
    checkpoint();
    const JournalResult flushed = journal_.flush();
    return flushed.code == JournalResult::Code::ok ? DeskResult{} : DeskResult{VenueStatus::directory_unusable, flushed.text};
}

DeskResult VenueDesk::recover(const VenueOptions& options, const std::string& path) {
    // The lock first: a torn tail is cut only by the one who writes.
    const JournalResult opened = journal_.open(path, options.machine_durability);
    if (opened.code != JournalResult::Code::ok) return {VenueStatus::directory_unusable, opened.text};
    bool other = false;
    const std::uint64_t digest = books_.instruments_digest();
    const JournalResult read = VenueJournal::read(
        path,
        [&](const VenueFrame& frame, const unsigned char* payload) {
            if (frame.kind == VenueRecordKind::start) {
                VenueStart start;
                std::memcpy(&start, payload, sizeof start);
                other |= start.instruments != digest;
            }
            if (other) return;
            read_record(books_, head_, frame, payload);
            if (frame.kind != VenueRecordKind::checkpoint) return;
            last_prices_.resize((frame.size - sizeof(VenueCheckpoint)) / sizeof(double));
            std::memcpy(last_prices_.data(), payload + sizeof(VenueCheckpoint), last_prices_.size() * sizeof(double));
        },
        true);
    if (read.code == JournalResult::Code::damaged) return {VenueStatus::journal_damaged, read.text};
    if (read.code != JournalResult::Code::ok) return {VenueStatus::directory_unusable, read.text};
    if (other) return {VenueStatus::other_instruments, path + " is the journal of other instruments; use another data directory"};
    const VenueStart start{++head_.run, digest};
    std::vector<unsigned char> payload(sizeof start + books_.instruments().size() * sizeof(InstrumentDefinition));
    std::memcpy(payload.data(), &start, sizeof start);
    std::memcpy(payload.data() + sizeof start, books_.instruments().data(), payload.size() - sizeof start);
    journal_.append(VenueRecordKind::start, 0, payload.data(), payload.size());
    return {};
}

DeskResult VenueDesk::open_exchange(const VenueOptions& options, std::int64_t now) {
    ExchangeOptions market = options.exchange;
    const bool recorded = market.recorded != nullptr;
    std::vector<MarketProfile> profiles(market.instrument_count);
    if (market.profiles != nullptr) profiles.assign(market.profiles, market.profiles + market.instrument_count);
    resume_time_ = std::max({head_.time, market.start_time, now});
    if (!recorded && now > market.start_time) market.start_time = now;
    if (head_.run > 1 && !recorded) {
        // A new market from where the old one was: other chance, the same prices.
        market.seed += (head_.run - 1) * 0x9E3779B97F4A7C15ull;
        market.start_time = resume_time_;
        for (std::size_t i = 0; i < profiles.size() && i < last_prices_.size(); ++i) {
            const std::int64_t tick = books_.instruments()[i].tick;
            profiles[i].start_price = std::max(static_cast<std::int64_t>(last_prices_[i]), 20 * tick);
        }
    }
    market.profiles = profiles.data();
    // Small pieces, so that requests are looked at between them when the market runs behind its clock.
    market.market_buffer = std::min(market.market_buffer, most_events_a_piece);
    const ExchangeStatus status = exchange_.open(market);
    if (status != ExchangeStatus::ok)
        return {status == ExchangeStatus::out_of_memory ? VenueStatus::out_of_resources : VenueStatus::bad_options, exchange_text(status)};
    exchange_.resume_numbers(head_.next_order, head_.next_execution);
    resume_time_ = std::max(resume_time_, exchange_.now());
    // The first book, and what a recording showed before we stopped; nobody listens yet.
    while (exchange_.advance(resume_time_) == ExchangeStatus::buffer_full) exchange_.clear_market_events();
    exchange_.clear_market_events();
    return {};
}

void VenueDesk::open_accounts(const VenueOptions& options) {
    for (std::uint32_t i = 0; i < options.account_count; ++i) {
        if (options.accounts[i].copies_of != nullptr) { // only listens, and owns nothing
            owners_.push_back(0);
            continue;
        }
        char name[64] = {};
        std::strncpy(name, options.accounts[i].client, sizeof name - 1);
        bool made = false;
        const std::uint32_t owner = books_.owner(name, made);
        if (made) journal_.append(VenueRecordKind::owner, owner, name, sizeof name);
        owners_.push_back(owner);
        if (sessions_.size() <= owner) sessions_.resize(owner + 1, UINT32_MAX);
        sessions_[owner] = i;
    }
}

/// After a restart: day orders end with a report, good-till-cancel orders rest again with what is left of them.
void VenueDesk::settle_open_orders() {
    restoring_ = true;
    std::vector<std::uint64_t> open;
    for (VenueOrder& order : books_.orders()) {
        order.closed_at_restart = false;
        if (order.open()) open.push_back(order.key);
    }
    for (const std::uint64_t key : open) {
        VenueOrder& order = *books_.find_key(key);
        if (order.time_in_force != TimeInForce::good_till_cancel) {
            order.closed_at_restart = true;
            OrderEvent event{};
            event.sequence = exchange_.take_execution();
            event.receive_time = event.exchange_time = exchange_.now();
            event.kind = EventKind::execution_report;
            event.flags = order_flag_unsolicited;
            event.client_order = key;
            event.venue_order = venue_identifier('O', order.number);
            event.execution = venue_identifier('E', event.sequence);
            event.exec_type = ExecType::canceled;
            tell(order.owner, event);
            continue;
        }
        order.restored = order.cumulative;
        Command command{};
        command.kind = EventKind::command;
        command.command = CommandKind::new_order;
        command.instrument = order.instrument;
        command.side = order.side;
        command.type = order.type;
        command.time_in_force = order.time_in_force;
        command.price = order.price;
        command.quantity = order.leaves;
        command.client_order = key;
        exchange_.submit(command, order.owner, order.number);
        drain_reports();
    }
    restoring_ = false;
}

} // namespace martlet::exchange
