#include "exchange_state.hpp"

#include <algorithm>
#include <cassert>

#include "identifiers.hpp"

namespace martlet {

using exchange::venue_identifier;

namespace {

OrderStatus status_of(std::int64_t filled, std::int64_t leaves) noexcept {
    if (leaves == 0) return OrderStatus::filled;
    return filled > 0 ? OrderStatus::partially_filled : OrderStatus::new_order;
}

} // namespace

Exchange::State::State(const ExchangeOptions& options, std::vector<MarketProfile> profiles)
    : instruments(options.instruments, options.instruments + options.instrument_count), market_buffer(options.market_buffer),
      report_buffer(options.report_buffer), last_prices(options.instrument_count) {
    for (const InstrumentDefinition& one : instruments) ratios.push_back(money_ratio(one));
    // One action may overshoot the buffer before `advance` looks again: a full book's worth is far from usual.
    tape.events.reserve(market_buffer + 4096);
    reports.reserve(report_buffer + 256);
    tape.now = options.start_time;
    if (options.recorded == nullptr) {
        generated = std::make_unique<exchange::GeneratedMarket>(options, profiles, tape, *this);
        return;
    }
    replay = std::make_unique<exchange::RecordedReplay>(options);
    if (tape.now == 0 && replay->next_time() != exchange::never) tape.now = replay->next_time();
    std::vector<RecordedOptions> rules(instruments.size());
    recorded = std::make_unique<RecordedMarket>(instruments.data(), rules.data(), instruments.size());
}

ExchangeStatus Exchange::State::advance(std::int64_t to_time) {
    while (!closed) {
        const std::int64_t next = generated != nullptr ? generated->next_time() : replay->next_time();
        if (next == exchange::never && replay != nullptr) {
            tape.now = std::max(tape.now, to_time);
            return ExchangeStatus::ended;
        }
        if (next > to_time) break;
        if (tape.events.size() >= market_buffer || reports.size() >= report_buffer) return ExchangeStatus::buffer_full;
        const std::size_t capacity = tape.events.capacity();
        if (generated != nullptr) generated->run_next();
        else run_recorded();
        if (tape.events.capacity() != capacity) ++growths;
    }
    tape.now = std::max(tape.now, to_time);
    return ExchangeStatus::ok;
}

RejectReason Exchange::State::judge(const Command& command) const {
    if (closed) return RejectReason::exchange_closed;
    if (command.command == CommandKind::cancel || command.command == CommandKind::replace) {
        const auto found = open_orders.find(command.original_client_order);
        if (found == open_orders.end()) return RejectReason::unknown_order;
    } else if (command.instrument >= instruments.size()) {
        return RejectReason::unknown_instrument;
    }
    if (command.client_order == 0 || command.client_order >> 63 != 0) return RejectReason::malformed;
    if (open_orders.count(command.client_order) != 0) return RejectReason::duplicate_order;
    if (command.command == CommandKind::cancel) return RejectReason::none;
    const std::int64_t most = instruments[command.instrument].maximum_quantity;
    if (command.quantity <= 0 || (most > 0 && command.quantity > most)) return RejectReason::bad_quantity;
    return RejectReason::none;
}

void Exchange::State::submit(const Command& given, std::uint32_t owner, std::uint64_t venue_order) {
    Command command = given;
    const bool known = command.command == CommandKind::new_order || command.command == CommandKind::cancel ||
                       command.command == CommandKind::replace;
    const auto original = open_orders.find(command.original_client_order);
    const bool changes = command.command != CommandKind::new_order;
    if (changes && original != open_orders.end()) {
        command.instrument = original->second.instrument;
        command.side = original->second.side;
        if (original->second.owner != owner) return refuse(command, owner, RejectReason::unknown_order);
    }
    const RejectReason reason = known ? judge(command) : RejectReason::unsupported;
    if (reason != RejectReason::none) return refuse(command, owner, reason);
    if (!changes) {
        pending_number = venue_order != 0 ? venue_order : next_order;
        next_order = std::max(next_order, pending_number + 1);
        ++external_orders;
        open_orders[command.client_order] = {pending_number, owner, command.instrument, command.side};
    }
    if (generated != nullptr) {
        submit_generated(command, owner);
        return;
    }
    command.receive_time = tape.now;
    recorded->submit(command, tape.now);
    collect_recorded();
}

void Exchange::State::submit_generated(const Command& command, std::uint32_t owner) {
    exchange::Floor& floor = generated->floor(command.instrument);
    switch (command.command) {
    case CommandKind::new_order: {
        OrderTerms terms;
        terms.stop = command.stop_price;
        floor.external_new({owner, command.side, command.type, command.time_in_force, 0, command.client_order, command.price,
                            command.quantity, tape.now}, terms);
        break;
    }
    case CommandKind::cancel:
        floor.external_cancel({owner, 0, command.client_order, command.original_client_order, tape.now});
        break;
    default:
        floor.external_replace({owner, 0, command.client_order, command.original_client_order, command.price, command.quantity, tape.now,
                                command.stop_price});
        break;
    }
}

void Exchange::State::refuse(const Command& command, std::uint32_t owner, RejectReason reason) {
    OrderEvent event = blank(command.instrument, command.side, 0);
    const auto original = open_orders.find(command.original_client_order);
    if (original != open_orders.end()) event.venue_order = venue_identifier('O', original->second.number);
    const bool change = command.command == CommandKind::cancel || command.command == CommandKind::replace;
    event.kind = change ? EventKind::cancel_reject : EventKind::execution_report;
    event.exec_type = command.command == CommandKind::replace ? ExecType::pending_replace
                      : change                                ? ExecType::pending_cancel
                                                              : ExecType::rejected;
    event.status = OrderStatus::rejected;
    event.client_order = command.client_order;
    event.original_client_order = command.original_client_order;
    event.reason = reason;
    emit(event, owner);
}

OrderEvent Exchange::State::blank(std::uint32_t instrument, Side side, std::uint64_t number) noexcept {
    OrderEvent event{};
    event.receive_time = event.exchange_time = tape.now;
    event.instrument = instrument;
    event.kind = EventKind::execution_report;
    event.side = side;
    if (number != 0) event.venue_order = venue_identifier('O', number);
    return event;
}

/// Gives a report its execution number, which `sequence` carries too.
void Exchange::State::emit(const OrderEvent& event, std::uint32_t owner) {
    OwnedReport report{event, owner, 0};
    report.event.sequence = next_execution++;
    report.event.execution = venue_identifier('E', report.event.sequence);
    reports.push_back(report);
}

void Exchange::State::book_fill(std::uint32_t owner, std::uint32_t instrument, Side side, std::int64_t price, std::int64_t lots,
                                std::int64_t fee) {
    auto& of_owner = accounts[owner];
    if (of_owner.empty()) of_owner.resize(instruments.size());
    of_owner[instrument].fill(side, price, lots, fee);
}

void Exchange::State::accepted(std::uint32_t instrument, const Accepted& accepted) {
    OrderEvent event = blank(instrument, accepted.order.side, pending_number);
    event.client_order = accepted.order.client;
    event.exec_type = ExecType::new_order;
    event.status = OrderStatus::new_order;
    event.leaves_quantity = accepted.order.leaves;
    emit(event, accepted.order.owner);
}

void Exchange::State::filled(std::uint32_t instrument, const OrderState& order, const Filled& fill, bool taker) {
    const auto found = open_orders.find(order.client);
    assert(found != open_orders.end() && "a fill is of an open order");
    const InstrumentDefinition& facts = instruments[instrument];
    OrderEvent event = blank(instrument, order.side, found->second.number);
    event.client_order = order.client;
    event.exec_type = ExecType::trade;
    event.last_quantity = fill.quantity;
    event.last_price = fill.price;
    event.cumulative_quantity = order.filled;
    event.leaves_quantity = order.leaves;
    event.status = status_of(order.filled, order.leaves);
    event.fee = exchange::fee_of(fill.price, fill.quantity, taker ? facts.taker_fee_ppm : facts.maker_fee_ppm, ratios[instrument]);
    if (taker) event.flags |= order_flag_taker;
    book_fill(order.owner, instrument, order.side, fill.price, fill.quantity, event.fee);
    emit(event, order.owner);
    if (order.leaves == 0) open_orders.erase(found);
}

void Exchange::State::canceled(std::uint32_t instrument, const Canceled& canceled) {
    const auto found = open_orders.find(canceled.order.client);
    assert(found != open_orders.end() && "a cancel is of an open order");
    OrderEvent event = blank(instrument, canceled.order.side, found->second.number);
    event.client_order = canceled.request != 0 ? canceled.request : canceled.order.client;
    event.original_client_order = canceled.request != 0 ? canceled.order.client : 0;
    const bool expired = canceled.reason == RejectReason::expired;
    event.exec_type = expired ? ExecType::expired : ExecType::canceled;
    event.status = expired ? OrderStatus::expired : OrderStatus::canceled;
    event.cumulative_quantity = canceled.order.filled;
    event.reason = canceled.reason;
    if (canceled.request == 0) event.flags |= order_flag_unsolicited;
    emit(event, canceled.order.owner);
    open_orders.erase(found);
}

void Exchange::State::replaced(std::uint32_t instrument, const Replaced& replaced) {
    const auto found = open_orders.find(replaced.original);
    assert(found != open_orders.end() && "a replace is of an open order");
    const External order = found->second;
    open_orders.erase(found);
    open_orders[replaced.order.client] = order;
    OrderEvent event = blank(instrument, replaced.order.side, order.number);
    event.client_order = replaced.order.client;
    event.original_client_order = replaced.original;
    event.exec_type = ExecType::replaced;
    event.status = status_of(replaced.order.filled, replaced.order.leaves);
    event.cumulative_quantity = replaced.order.filled;
    event.leaves_quantity = replaced.order.leaves;
    emit(event, replaced.order.owner);
}

void Exchange::State::rejected(std::uint32_t instrument, const Rejected& rejected) {
    Command command{};
    command.instrument = instrument;
    command.client_order = rejected.client;
    command.original_client_order = rejected.original;
    command.command = rejected.request == RequestKind::new_order ? CommandKind::new_order
                      : rejected.request == RequestKind::cancel  ? CommandKind::cancel
                                                                 : CommandKind::replace;
    const auto found = open_orders.find(rejected.request == RequestKind::new_order ? rejected.client : rejected.original);
    if (found != open_orders.end()) command.side = found->second.side;
    refuse(command, rejected.owner, rejected.reason);
    if (rejected.request == RequestKind::new_order) open_orders.erase(rejected.client);
}

void Exchange::State::cancel_all(std::uint32_t owner) {
    if (generated != nullptr) {
        for (std::uint32_t i = 0; i < instruments.size(); ++i) generated->floor(i).external_cancel_all(owner);
        return;
    }
    std::vector<std::uint64_t> mine;
    for (const auto& [client, order] : open_orders)
        if (order.owner == owner) mine.push_back(client);
    for (const std::uint64_t client : mine) {
        Command command{};
        command.kind = EventKind::command;
        command.command = CommandKind::cancel;
        command.instrument = open_orders[client].instrument;
        command.side = open_orders[client].side;
        command.client_order = unsolicited_bit | client;
        command.original_client_order = client;
        command.receive_time = tape.now;
        recorded->submit(command, tape.now);
        collect_recorded();
    }
}

void Exchange::State::close() {
    std::vector<std::uint32_t> owners;
    for (const auto& [client, order] : open_orders)
        if (std::find(owners.begin(), owners.end(), order.owner) == owners.end()) owners.push_back(order.owner);
    std::sort(owners.begin(), owners.end());
    for (const std::uint32_t owner : owners) cancel_all(owner);
    for (std::uint32_t i = 0; i < instruments.size(); ++i) {
        if (generated != nullptr) {
            generated->floor(i).set_status(TradingStatus::closed);
            continue;
        }
        MarketEvent event{};
        event.receive_time = event.exchange_time = tape.now;
        event.instrument = i;
        event.kind = EventKind::trading_status;
        event.flags = market_flag_last;
        event.reference = static_cast<std::uint64_t>(TradingStatus::closed);
        tape.events.push_back(event);
        ++tape.total_events;
    }
    closed = true;
}

std::size_t Exchange::State::snapshot(std::uint32_t instrument, MarketEvent* events, std::size_t capacity) const {
    std::size_t count = 0;
    const auto add = [&](EventKind kind, Side side, std::int64_t price, std::int64_t quantity, std::uint64_t order) {
        if (count < capacity) {
            MarketEvent event{};
            event.receive_time = event.exchange_time = tape.now;
            event.instrument = instrument;
            event.kind = kind;
            event.side = side;
            event.flags = market_flag_snapshot;
            event.price = price;
            event.quantity = quantity;
            event.order = order;
            events[count] = event;
        }
        ++count;
    };
    add(EventKind::snapshot_begin, Side::none, 0, 0, 0);
    for (const Side side : {Side::buy, Side::sell}) {
        if (generated != nullptr) {
            const MatchingEngine& engine = generated->floor(instrument).engine();
            for (std::uint32_t at = engine.first_order(side); at != 0; at = engine.next_order(at)) {
                const OrderState order = engine.order_at(at);
                add(EventKind::order_add, side, order.price, engine.shown_at(at), order.number);
            }
        } else if (const Book* book = recorded->book(instrument); book != nullptr) {
            for (std::uint32_t at = book->first_order(side); at != 0; at = book->next_order(at)) {
                const OrderView order = book->order_at(at);
                add(EventKind::order_add, side, order.price, order.quantity, order.order);
            }
        }
    }
    add(EventKind::snapshot_end, Side::none, 0, 0, 0);
    if (count <= capacity) events[count - 1].flags |= market_flag_last;
    return count;
}

} // namespace martlet
