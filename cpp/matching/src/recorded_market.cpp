#include "recorded_state.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace martlet {
namespace {

constexpr std::uint32_t maximum_instrument = 1u << 20;

BookOptions book_options(const InstrumentDefinition& definition, const RecordedOptions& options) noexcept {
    BookOptions book;
    const bool has_book = options.source != RecordedSource::bars;
    book.mode = options.source == RecordedSource::by_order   ? BookMode::by_order
                : options.source == RecordedSource::by_price ? BookMode::by_price
                                                             : BookMode::top_only;
    book.expected_orders = has_book ? options.expected_orders : 0;
    book.expected_levels = has_book ? options.expected_levels : 0;
    book.maximum_orders = options.maximum_orders;
    book.tick = std::max<std::int64_t>(definition.tick, 1);
    return book;
}

// Whether every product that a fill needs fits 128 bits: price < 2⁴⁴, quantity ≤ 2⁴⁰, this below 2⁴².
bool money_fits(const InstrumentDefinition& definition, MoneyRatio money) noexcept {
    if (money.denominator <= 0 || definition.contract == ContractKind::inverse) return false;
    constexpr Int128 limit = Int128{1} << 42;
    const auto size = [](std::int32_t ppm) noexcept { return ppm < 0 ? -static_cast<Int128>(ppm) : static_cast<Int128>(ppm); };
    const Int128 rate = std::max<Int128>({size(definition.maker_fee_ppm), size(definition.taker_fee_ppm), 1});
    return money.numerator * rate < limit && money.denominator < (std::int64_t{1} << 42);
}

} // namespace

Lane::Lane(const InstrumentDefinition& stated, const RecordedOptions& wanted) noexcept
    : own(wanted.shared_book == nullptr ? std::make_unique<Book>(book_options(stated, wanted)) : nullptr),
      book(wanted.shared_book == nullptr ? own.get() : wanted.shared_book), definition(stated), options(wanted),
      money(money_ratio(stated)), refuses_orders(!money_fits(stated, money)) {}

RecordedMarket::RecordedMarket(const InstrumentDefinition* definitions, const RecordedOptions* options, std::size_t count) noexcept
    : state_(new State) {
    state_->lanes.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t id = definitions[i].id;
        if (id >= maximum_instrument) continue;
        if (id >= state_->lane_of.size()) state_->lane_of.resize(id + 1, State::no_lane);
        if (state_->lane_of[id] != State::no_lane) continue;
        state_->lane_of[id] = static_cast<std::uint32_t>(state_->lanes.size());
        state_->lanes.emplace_back(definitions[i], options[i]);
    }
    state_->reports.reserve(256);
}

RecordedMarket::RecordedMarket(RecordedMarket&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

RecordedMarket& RecordedMarket::operator=(RecordedMarket&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

RecordedMarket::~RecordedMarket() { delete state_; }

BookFault RecordedMarket::on_market(const MarketEvent& event) noexcept {
    Lane* lane = state_->lane(event.instrument);
    if (lane == nullptr || lane->own == nullptr) [[unlikely]] return BookFault::none;
    if (lane->busy) [[unlikely]] state_->foresee(*lane, event);
    const bool has_book = lane->options.source != RecordedSource::bars;
    const BookFault fault = has_book ? lane->own->apply(event) : BookFault::none;
    state_->after(*lane, event);
    return fault;
}

void RecordedMarket::before(const MarketEvent* event) noexcept {
    const Lane* lane = state_->lane(event->instrument);
    if (lane != nullptr && lane->busy) [[unlikely]] state_->foresee(*lane, *event);
}

std::size_t RecordedMarket::after(const MarketEvent* event) noexcept {
    Lane* lane = state_->lane(event->instrument);
    if (lane != nullptr) [[likely]] state_->after(*lane, *event);
    return state_->reports.size();
}

void RecordedMarket::submit(const Command& command, std::int64_t arrival_time) noexcept {
    switch (command.command) {
    case CommandKind::new_order: state_->new_order(command, arrival_time); break;
    case CommandKind::cancel: state_->cancel(command, arrival_time); break;
    case CommandKind::replace: state_->replace(command, arrival_time); break;
    case CommandKind::order_status: state_->order_status(command, arrival_time); break;
    case CommandKind::mass_status: state_->mass_status(command, arrival_time); break;
    case CommandKind::positions: state_->positions(command, arrival_time); break;
    case CommandKind::trades: state_->trades(command, arrival_time); break;
    default: break;
    }
}

const OrderEvent* RecordedMarket::reports() const noexcept { return state_->reports.data(); }
std::size_t RecordedMarket::report_count() const noexcept { return state_->reports.size(); }
void RecordedMarket::clear_reports() noexcept { state_->reports.clear(); }
std::size_t RecordedMarket::working_count() const noexcept { return state_->working; }

std::int64_t RecordedMarket::position(std::uint32_t instrument) const noexcept {
    const Lane* lane = state_->lane(instrument);
    return lane == nullptr ? 0 : lane->position;
}

std::int64_t RecordedMarket::cash(std::uint32_t instrument) const noexcept {
    const Lane* lane = state_->lane(instrument);
    return lane == nullptr ? 0 : money_of(-lane->spent, lane->money, 1, 1) - lane->fees;
}

const Book* RecordedMarket::book(std::uint32_t instrument) const noexcept {
    const Lane* lane = state_->lane(instrument);
    return lane == nullptr ? nullptr : lane->book;
}

Level RecordedMarket::best_bid(std::uint32_t instrument) const noexcept {
    const Lane* lane = state_->lane(instrument);
    return lane == nullptr ? Level{} : lane->book->best_bid();
}

Level RecordedMarket::best_ask(std::uint32_t instrument) const noexcept {
    const Lane* lane = state_->lane(instrument);
    return lane == nullptr ? Level{} : lane->book->best_ask();
}

} // namespace martlet
