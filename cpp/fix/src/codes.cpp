#include "codes.hpp"

#include <cstdint>
#include <iterator>

#include "text.hpp"

namespace martlet::fix {
namespace {

// Indexed by ExecType; the code of `stopped` and later as FIX 4.4 has them.
constexpr char exec_types[] = {0, 'A', '0', 'F', '4', '5', '6', 'E', '8', 'C', '3', '7', '9', 'D', 'H', 'G', 'I', 'B'};
static_assert(std::size(exec_types) == static_cast<std::size_t>(ExecType::calculated) + 1);

// Indexed by OrderStatus; `unknown` has no code.
constexpr char statuses[] = {0, 'A', '0', '1', '2', '4', '5', '6', 'E', '8', 'C', '3', '7', '9', 'B', 'D'};
static_assert(std::size(statuses) == static_cast<std::size_t>(OrderStatus::accepted_for_bidding) + 1);

constexpr std::string_view reasons[] = {
    "",           "other",      "unknown_instrument", "exchange_closed", "order_exceeds_limit", "too_late",        "unknown_order", "duplicate_order",
    "bad_price",  "bad_quantity", "unsupported",      "no_liquidity",    "already_pending",     "not_logged_on",   "throttled",     "malformed",
    "would_trade", "self_match", "minimum_quantity",  "expired"};
static_assert(std::size(reasons) == static_cast<std::size_t>(RejectReason::expired) + 1);

struct ReasonCode {
    RejectReason reason;
    int code;
};
constexpr ReasonCode order_rejects[] = {
    {RejectReason::unknown_instrument, 1}, {RejectReason::exchange_closed, 2}, {RejectReason::order_exceeds_limit, 3},
    {RejectReason::too_late, 4},           {RejectReason::unknown_order, 5},   {RejectReason::duplicate_order, 6},
    {RejectReason::unsupported, 11},       {RejectReason::bad_quantity, 13}};
constexpr ReasonCode cancel_rejects[] = {
    {RejectReason::too_late, 0}, {RejectReason::unknown_order, 1}, {RejectReason::already_pending, 3}, {RejectReason::duplicate_order, 6}};
constexpr ReasonCode business_rejects[] = {
    {RejectReason::unknown_order, 1}, {RejectReason::unknown_instrument, 2}, {RejectReason::unsupported, 3},
    {RejectReason::exchange_closed, 4}, {RejectReason::malformed, 5}};

template <std::size_t n>
int code_of(const ReasonCode (&table)[n], RejectReason reason, int otherwise) noexcept {
    for (const ReasonCode& row : table)
        if (row.reason == reason) return row.code;
    return otherwise;
}

template <std::size_t n>
RejectReason reason_of(const ReasonCode (&table)[n], std::string_view number, std::string_view text) noexcept {
    if (const RejectReason named = read_reason_name(text); named != RejectReason::none) return named;
    std::uint64_t code = 0;
    if (!read_number(number, &code)) return RejectReason::other;
    for (const ReasonCode& row : table)
        if (static_cast<std::uint64_t>(row.code) == code) return row.reason;
    return RejectReason::other;
}

template <typename Enum, std::size_t n>
Enum enum_of(const char (&table)[n], std::string_view text) noexcept {
    if (text.size() != 1) return Enum{};
    for (std::size_t i = 1; i < n; ++i)
        if (table[i] == text[0]) return static_cast<Enum>(i);
    return Enum{};
}

} // namespace

char side_code(Side side) noexcept { return side == Side::buy ? '1' : side == Side::sell ? '2' : '\0'; }
Side read_side(std::string_view text) noexcept {
    if (text == "1") return Side::buy;
    return text == "2" || text == "5" || text == "6" ? Side::sell : Side::none;
}

char exec_type_code(ExecType type) noexcept { return exec_types[static_cast<std::size_t>(type)]; }
ExecType read_exec_type(std::string_view text) noexcept { return enum_of<ExecType>(exec_types, text); }

char order_status_code(OrderStatus status) noexcept { return statuses[static_cast<std::size_t>(status)]; }
OrderStatus read_order_status(std::string_view text) noexcept { return enum_of<OrderStatus>(statuses, text); }

std::string_view reason_name(RejectReason reason) noexcept { return reasons[static_cast<std::size_t>(reason)]; }
RejectReason read_reason_name(std::string_view text) noexcept {
    for (std::size_t i = 1; i < std::size(reasons); ++i)
        if (reasons[i] == text) return static_cast<RejectReason>(i);
    return RejectReason::none;
}

int order_reject_code(RejectReason reason) noexcept { return code_of(order_rejects, reason, 99); }
int cancel_reject_code(RejectReason reason) noexcept { return code_of(cancel_rejects, reason, 99); }
int business_reject_code(RejectReason reason) noexcept { return code_of(business_rejects, reason, 0); }

RejectReason read_order_reject(std::string_view number, std::string_view text) noexcept { return reason_of(order_rejects, number, text); }
RejectReason read_cancel_reject(std::string_view number, std::string_view text) noexcept { return reason_of(cancel_rejects, number, text); }
RejectReason read_business_reject(std::string_view number, std::string_view text) noexcept { return reason_of(business_rejects, number, text); }

OrderType read_order_type(std::string_view text) noexcept {
    return text.size() == 1 && text[0] >= '1' && text[0] <= '4' ? static_cast<OrderType>(text[0] - '0') : OrderType::none;
}

bool read_time_in_force(std::string_view text, TimeInForce* value) noexcept {
    *value = TimeInForce::day;
    if (text.empty() || text == "0") return true;
    if (text == "1") *value = TimeInForce::good_till_cancel;
    if (text == "3") *value = TimeInForce::immediate_or_cancel;
    if (text == "4") *value = TimeInForce::fill_or_kill;
    return *value != TimeInForce::day;
}

int trading_status_code(TradingStatus status) noexcept {
    switch (status) {
    case TradingStatus::pre_open: return 21;
    case TradingStatus::auction: return 22;
    case TradingStatus::open: return 17;
    case TradingStatus::halted: return 2;
    case TradingStatus::closed: return 18;
    case TradingStatus::unknown: break;
    }
    return 20;
}

TradingStatus read_trading_status(std::string_view text) noexcept {
    std::uint64_t code = 0;
    if (!read_number(text, &code)) return TradingStatus::unknown;
    switch (code) {
    case 2: return TradingStatus::halted;
    case 3: case 17: return TradingStatus::open;
    case 18: return TradingStatus::closed;
    case 21: return TradingStatus::pre_open;
    case 22: return TradingStatus::auction;
    default: return TradingStatus::unknown;
    }
}

int session_status_code(TradingStatus status) noexcept {
    switch (status) {
    case TradingStatus::open: return 2;
    case TradingStatus::closed: return 3;
    case TradingStatus::pre_open: case TradingStatus::auction: return 4;
    case TradingStatus::halted: case TradingStatus::unknown: break;
    }
    return 1;
}

TradingStatus read_session_status(std::string_view text) noexcept {
    if (text == "1") return TradingStatus::halted;
    if (text == "2" || text == "5") return TradingStatus::open; // 5: the end of trading is near
    if (text == "3") return TradingStatus::closed;
    return text == "4" ? TradingStatus::pre_open : TradingStatus::unknown;
}

} // namespace martlet::fix
