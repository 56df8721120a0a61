#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/event.hpp"

// What the engine wants done at a venue. A command is recorded before it is released.

namespace martlet {

enum class CommandKind : std::uint8_t {
    none = 0,
    new_order = 1,
    cancel = 2,
    replace = 3,
    order_status = 4,       ///< ask for one order by `client_order`
    mass_status = 5,        ///< ask for all open orders
    positions = 6,          ///< ask for positions and cash
    trades = 7,             ///< ask for executions since `stop_price` (ns since the Unix epoch)
    set_timer = 8,          ///< wake the engine at `price` (ns) with `client_order` as the timer's id
    market_data = 9,        ///< ask for a fresh snapshot of `instrument`
};

enum class OrderType : std::uint8_t { none = 0, market = 1, limit = 2, stop = 3, stop_limit = 4, trailing_stop = 5 };

enum class TimeInForce : std::uint8_t {
    day = 0, good_till_cancel = 1, immediate_or_cancel = 2, fill_or_kill = 3, good_till_date = 4, at_the_opening = 5, at_the_close = 6,
};

/// One command. Prices in increments, quantities in lots.
struct Command {
    std::uint64_t sequence;              ///< its own number in the ordered stream
    std::int64_t receive_time;           ///< time of its cause
    std::uint64_t cause;                 ///< sequence of the event that caused it
    std::uint32_t instrument;
    EventKind kind;                      ///< always `command`
    Side side;
    std::uint16_t flags;                 ///< CommandFlags
    std::uint64_t client_order;          ///< packed ClOrdID of this command
    std::uint64_t original_client_order; ///< cancel, replace: the order meant
    std::int64_t price;
    std::int64_t stop_price;
    std::int64_t quantity;
    std::uint64_t decision;              ///< sequence of the decision behind it; 0: none
    std::uint64_t request;               ///< number of a status, position or trade request
    CommandKind command;
    OrderType type;
    TimeInForce time_in_force;
    std::uint8_t reserved0;
    std::uint32_t algorithm;             ///< algorithm identifier that regulators ask for; 0: none
    std::uint64_t reserved[4];
};

/// Bits of `flags` of a command.
enum CommandFlags : std::uint16_t {
    command_flag_reduces_risk = 1, ///< exempt from position, exposure and loss checks
    command_flag_emergency = 2,    ///< from the kill switch: uses the reserved message budget
};

static_assert(sizeof(Command) == 128 && alignof(Command) == 8);
static_assert(offsetof(Command, kind) == 28 && offsetof(Command, client_order) == 32);
static_assert(offsetof(Command, command) == 88);

/// A client order id: 24 bits of epoch (a run of this deployment), 40 bits of counter. Never reused.
inline constexpr std::uint64_t make_client_order(std::uint32_t epoch, std::uint64_t counter) noexcept {
    return (static_cast<std::uint64_t>(epoch & 0xFFFFFF) << 40) | (counter & 0xFF'FFFF'FFFFull);
}
inline constexpr std::uint32_t client_order_epoch(std::uint64_t id) noexcept { return static_cast<std::uint32_t>(id >> 40); }
inline constexpr std::uint64_t client_order_counter(std::uint64_t id) noexcept { return id & 0xFF'FFFF'FFFFull; }

} // namespace martlet
