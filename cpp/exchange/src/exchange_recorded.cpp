#include "exchange_state.hpp"

#include <algorithm>

namespace martlet {

// The recorded half of the exchange: events go to RecordedMarket, which fills the external orders, and, made
// fit for a feed, to the tape. A feed's reader sees the book of the recording and no order of ours.

void Exchange::State::run_recorded() {
    scratch.clear();
    tape.now = std::max(tape.now, replay->next_time());
    replay->next(scratch);
    for (const MarketEvent& event : scratch) {
        if (event.kind == EventKind::clear || event.kind == EventKind::snapshot_begin) withdraw_recorded_book(event.instrument);
        const OrderView before = event.kind == EventKind::order_cancel || event.kind == EventKind::order_execute
                                     ? recorded->book(event.instrument)->find(event.order)
                                     : OrderView{};
        const BookFault fault = recorded->on_market(event);
        if (recorded->report_count() > 0) collect_recorded();
        if (event.kind == EventKind::trade) {
            ++tape.trades;
            last_prices[event.instrument] = static_cast<double>(event.price);
        }
        MarketEvent told = event;
        told.flags &= static_cast<std::uint16_t>(~market_flag_snapshot);
        if (fault == BookFault::excess_quantity) { // the book removed the order: say just that
            told.kind = EventKind::order_cancel;
            told.price = before.price;
            told.quantity = 0;
        } else if (fault != BookFault::none && fault != BookFault::crossed && fault != BookFault::locked) {
            ++faults;
            continue;
        }
        publish_recorded(told);
    }
}

void Exchange::State::publish_recorded(const MarketEvent& event) {
    switch (event.kind) {
    case EventKind::snapshot_begin:
    case EventKind::snapshot_end:
    case EventKind::clear:
    case EventKind::discontinuity: return; // a reader gets the differences instead
    case EventKind::order_execute:
        if ((event.flags & market_flag_implied) != 0) {
            MarketEvent trade = event; // a hidden order's execution changes no order that is shown
            trade.kind = EventKind::trade;
            trade.side = event.side == Side::buy ? Side::sell : Side::buy;
            tape.events.push_back(trade);
            break;
        }
        [[fallthrough]];
    default: tape.events.push_back(event); break;
    }
    ++tape.total_events;
}

void Exchange::State::withdraw_recorded_book(std::uint32_t instrument) {
    const Book* book = recorded->book(instrument);
    if (book == nullptr) return;
    for (const Side side : {Side::buy, Side::sell}) {
        for (std::uint32_t at = book->first_order(side); at != 0; at = book->next_order(at)) {
            const OrderView order = book->order_at(at);
            MarketEvent event{};
            event.receive_time = event.exchange_time = tape.now;
            event.instrument = instrument;
            event.kind = EventKind::order_cancel;
            event.side = side;
            event.price = order.price;
            event.order = order.order;
            tape.events.push_back(event);
            ++tape.total_events;
        }
    }
}

/// RecordedMarket's answers, with our order and execution numbers and under the owner's ids.
void Exchange::State::collect_recorded() {
    const OrderEvent* answers = recorded->reports();
    const std::size_t count = recorded->report_count();
    for (std::size_t i = 0; i < count; ++i) {
        OrderEvent event = answers[i];
        if ((event.client_order & unsolicited_bit) != 0) {
            event.client_order = event.original_client_order;
            event.original_client_order = 0;
            event.flags |= order_flag_unsolicited;
        }
        auto found = open_orders.find(event.client_order);
        if (found == open_orders.end()) found = open_orders.find(event.original_client_order);
        if (found == open_orders.end()) {
            ++faults; // an answer about no order that we passed on
            continue;
        }
        const External order = found->second;
        const std::uint64_t key = found->first;
        event.receive_time = event.exchange_time = tape.now;
        event.instrument = order.instrument;
        event.side = order.side;
        event.venue_order = blank(order.instrument, order.side, order.number).venue_order;
        if (event.exec_type == ExecType::trade)
            book_fill(order.owner, order.instrument, order.side, event.last_price, event.last_quantity, event.fee);
        emit(event, order.owner);
        if (event.kind != EventKind::execution_report) continue;
        if (event.exec_type == ExecType::replaced && event.client_order != key) {
            open_orders.erase(key);
            open_orders[event.client_order] = order;
        } else if (event.exec_type == ExecType::rejected || (event.leaves_quantity == 0 && event.exec_type != ExecType::new_order)) {
            open_orders.erase(key);
        }
    }
    recorded->clear_reports();
}

} // namespace martlet
