#include "venue_books.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace martlet::exchange {

void VenueBooks::open(const InstrumentDefinition* instruments, std::uint32_t count) {
    *this = VenueBooks();
    instruments_.assign(instruments, instruments + count);
    for (const InstrumentDefinition& instrument : instruments_) ratios_.push_back(money_ratio(instrument));
    owners_.emplace_back();
    accounts_.emplace_back();
    keys_.push_back({}); // key 0 names no request
}

std::uint64_t VenueBooks::instruments_digest() const noexcept {
    std::uint64_t digest = instruments_.size();
    for (const InstrumentDefinition& one : instruments_) {
        std::uint32_t crc = crc32c(one.symbol, sizeof one.symbol);
        for (const Decimal& decimal : {one.price_increment, one.lot_increment, one.multiplier, one.money_unit}) {
            crc = crc32c(&decimal.mantissa, sizeof decimal.mantissa, crc);
            crc = crc32c(&decimal.exponent, sizeof decimal.exponent, crc);
        }
        digest = digest * 0x9E3779B97F4A7C15ull + crc;
    }
    return digest;
}

std::uint32_t VenueBooks::owner(std::string_view name, bool& made) {
    made = false;
    for (std::size_t i = 1; i < owners_.size(); ++i)
        if (owners_[i] == name) return static_cast<std::uint32_t>(i);
    made = true;
    restore_owner(static_cast<std::uint32_t>(owners_.size()), name);
    return static_cast<std::uint32_t>(owners_.size() - 1);
}

void VenueBooks::restore_owner(std::uint32_t number, std::string_view name) {
    if (number >= owners_.size()) {
        owners_.resize(number + 1);
        accounts_.resize(number + 1);
    }
    owners_[number] = name;
    accounts_[number].resize(instruments_.size());
}

std::string VenueBooks::name_of(std::uint32_t owner, const char* client_order) {
    std::string name(reinterpret_cast<const char*>(&owner), sizeof owner);
    name += client_order;
    return name;
}

VenueOrder& VenueBooks::begin(const VenueOrderRecord& record, std::uint32_t owner) {
    const Command& command = record.command;
    assert(command.client_order == keys_.size() && "keys are given in order");
    Key key{};
    key.command = command.command;
    key.price = command.price;
    key.quantity = command.quantity;
    std::memcpy(key.text, record.client_order, sizeof key.text);
    key.text[sizeof key.text - 1] = '\0';
    if (command.command == CommandKind::new_order) {
        key.order = static_cast<std::uint32_t>(orders_.size());
        VenueOrder order;
        order.number = command.sequence;
        order.key = command.client_order;
        order.owner = owner;
        order.instrument = command.instrument;
        order.side = command.side;
        order.type = command.type;
        order.time_in_force = command.time_in_force;
        order.price = command.price;
        order.quantity = order.leaves = command.quantity;
        order.time = command.receive_time;
        std::memcpy(order.client_order, key.text, sizeof order.client_order);
        orders_.push_back(order);
    } else {
        assert(command.original_client_order < keys_.size());
        key.order = keys_[command.original_client_order].order;
    }
    keys_.push_back(key);
    names_.emplace(name_of(owner, key.text), command.client_order); // a name keeps its first meaning
    return orders_[key.order];
}

VenueOrder* VenueBooks::apply(OrderEvent& event) {
    VenueOrder* order = find_key(event.client_order);
    if (order == nullptr) return nullptr;
    if (event.kind == EventKind::execution_report) {
        order->time = event.exchange_time;
        switch (event.exec_type) {
        case ExecType::new_order: order->status = order->cumulative > 0 ? OrderStatus::partially_filled : OrderStatus::new_order; break;
        case ExecType::trade: fill(*order, event); break;
        case ExecType::replaced: {
            const Key& key = keys_[event.client_order];
            order->key = event.client_order;
            order->price = key.price;
            order->quantity = key.quantity;
            order->leaves = order->quantity - order->cumulative;
            std::memcpy(order->client_order, key.text, sizeof order->client_order);
            order->status = order->cumulative > 0 ? OrderStatus::partially_filled : OrderStatus::new_order;
            break;
        }
        case ExecType::canceled:
        case ExecType::expired:
            order->status = event.exec_type == ExecType::canceled ? OrderStatus::canceled : OrderStatus::expired;
            order->leaves = 0;
            break;
        case ExecType::rejected:
            order->status = OrderStatus::rejected;
            order->leaves = 0;
            break;
        default: break;
        }
    }
    event.instrument = order->instrument;
    event.side = order->side;
    event.cumulative_quantity = order->cumulative;
    event.leaves_quantity = order->leaves;
    event.status = order->status;
    return order;
}

void VenueBooks::fill(VenueOrder& order, OrderEvent& event) {
    assert(event.last_quantity > 0 && event.last_quantity <= order.leaves && "a fill never exceeds what is left");
    order.cumulative += event.last_quantity;
    order.leaves -= event.last_quantity;
    order.notional += static_cast<double>(event.last_price) * static_cast<double>(event.last_quantity);
    order.status = order.leaves == 0 ? OrderStatus::filled : OrderStatus::partially_filled;
    accounts_[order.owner][order.instrument].fill(order.side, event.last_price, event.last_quantity, event.fee);
    executions_.push_back(event);
    OrderEvent& kept = executions_.back();
    kept.instrument = order.instrument;
    kept.side = order.side;
    kept.cumulative_quantity = order.cumulative;
    kept.leaves_quantity = order.leaves;
    kept.status = order.status;
}

VenueOrder* VenueBooks::find(std::uint32_t owner, const char* client_order) noexcept {
    const auto found = names_.find(name_of(owner, client_order));
    return found == names_.end() ? nullptr : find_key(found->second);
}

VenueOrder* VenueBooks::find_key(std::uint64_t key) noexcept {
    return key == 0 || key >= keys_.size() ? nullptr : &orders_[keys_[key].order];
}

const VenueOrder* VenueBooks::find_key(std::uint64_t key) const noexcept { return const_cast<VenueBooks*>(this)->find_key(key); }

const char* VenueBooks::text_of(std::uint64_t key) const noexcept { return key < keys_.size() ? keys_[key].text : ""; }

Holding VenueBooks::holding(std::uint32_t owner, std::uint32_t instrument) const noexcept {
    if (owner >= accounts_.size() || instrument >= accounts_[owner].size()) return {};
    return accounts_[owner][instrument].holding(ratios_[instrument]);
}

void read_record(VenueBooks& books, VenueStateHead& head, const VenueFrame& frame, const unsigned char* payload) {
    switch (frame.kind) {
    case VenueRecordKind::start: {
        VenueStart start;
        assert(frame.size >= sizeof start);
        std::memcpy(&start, payload, sizeof start);
        head.run = start.run;
        if (books.instruments().empty()) {
            std::vector<InstrumentDefinition> instruments((frame.size - sizeof start) / sizeof(InstrumentDefinition));
            std::memcpy(instruments.data(), payload + sizeof start, instruments.size() * sizeof(InstrumentDefinition));
            books.open(instruments.data(), static_cast<std::uint32_t>(instruments.size()));
        }
        break;
    }
    case VenueRecordKind::owner: books.restore_owner(frame.owner, reinterpret_cast<const char*>(payload)); break;
    case VenueRecordKind::order: {
        VenueOrderRecord record;
        assert(frame.size == sizeof record);
        std::memcpy(&record, payload, sizeof record);
        books.begin(record, frame.owner);
        head.next_order = std::max(head.next_order, record.command.sequence + 1);
        break;
    }
    case VenueRecordKind::report: {
        OrderEvent event;
        assert(frame.size == sizeof event);
        std::memcpy(&event, payload, sizeof event);
        books.apply(event);
        head.next_execution = std::max(head.next_execution, event.sequence + 1);
        head.time = std::max(head.time, event.exchange_time);
        break;
    }
    case VenueRecordKind::checkpoint: {
        VenueCheckpoint checkpoint;
        assert(frame.size >= sizeof checkpoint);
        std::memcpy(&checkpoint, payload, sizeof checkpoint);
        head.next_order = std::max(head.next_order, checkpoint.next_order);
        head.next_execution = std::max(head.next_execution, checkpoint.next_execution);
        head.time = std::max(head.time, checkpoint.time);
        break;
    }
    }
}

} // namespace martlet::exchange
