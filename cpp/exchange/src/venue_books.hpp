#pragma once
#include <cstddef>
#include <cstdint>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "martlet/command.hpp"
#include "martlet/exchange.hpp"
#include "martlet/instrument.hpp"
#include "martlet/order_event.hpp"

#include "account.hpp"
#include "venue_journal.hpp"

namespace martlet::exchange {

inline constexpr std::size_t client_text = 36; ///< ClOrdID with its zero

/// Payload of an `order` record: a request that names an order, as the exchange is about to get it.
/// `command.sequence` is the venue's order number, `client_order` the key of this request, `original_client_order`
/// the key of the order's latest request.
struct VenueOrderRecord {
    Command command;
    char client_order[client_text];
    char original_client_order[client_text];
};
static_assert(sizeof(VenueOrderRecord) == 200);

/// One order as the venue knows it.
struct VenueOrder {
    std::uint64_t number = 0;  ///< OrderID
    std::uint64_t key = 0;     ///< of its latest accepted request
    std::uint32_t owner = 0;
    std::uint32_t instrument = 0;
    Side side = Side::none;
    OrderType type = OrderType::none;
    TimeInForce time_in_force = TimeInForce::day;
    OrderStatus status = OrderStatus::pending_new;
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    std::int64_t cumulative = 0;
    std::int64_t leaves = 0;
    std::int64_t restored = 0; ///< part of `cumulative` from before the last restart
    std::int64_t time = 0;     ///< of the latest change
    double notional = 0;       ///< Σ price × lots, for the average price: information only
    bool closed_at_restart = false;
    char client_order[client_text] = {};

    bool open() const noexcept {
        return status == OrderStatus::pending_new || status == OrderStatus::new_order || status == OrderStatus::partially_filled;
    }
};

/// What the venue knows of orders, executions, positions and cash: built by the same two calls whether
/// a request just came or the journal is read after a restart. One thread.
class VenueBooks {
public:
    static constexpr std::size_t maximum_orders = 4'000'000;    ///< beyond, new orders are refused
    static constexpr std::size_t maximum_executions = 4'000'000;

    void open(const InstrumentDefinition* instruments, std::uint32_t count);

    /// Number of the owner of that name, made where it is new; `made` tells so that it can be journalled.
    std::uint32_t owner(std::string_view name, bool& made);
    void restore_owner(std::uint32_t number, std::string_view name);

    /// A request that is about to be submitted. Gives the order it is about.
    VenueOrder& begin(const VenueOrderRecord& record, std::uint32_t owner);

    /// A report of the exchange: changes the order and the account, and states cumulative, leaves and
    /// status of the whole order in `event`. Null: about no known order.
    VenueOrder* apply(OrderEvent& event);

    /// The order that a ClOrdID of that owner means; null: none.
    VenueOrder* find(std::uint32_t owner, const char* client_order) noexcept;
    VenueOrder* find_key(std::uint64_t key) noexcept;
    const VenueOrder* find_key(std::uint64_t key) const noexcept;
    const char* text_of(std::uint64_t key) const noexcept;

    Holding holding(std::uint32_t owner, std::uint32_t instrument) const noexcept;
    bool full() const noexcept { return orders_.size() >= maximum_orders || executions_.size() >= maximum_executions; }
    std::uint64_t next_key() const noexcept { return keys_.size(); }

    /// Digest of the instruments' facts: a journal of other instruments is refused.
    std::uint64_t instruments_digest() const noexcept;

    const std::vector<VenueOrder>& orders() const noexcept { return orders_; }
    std::vector<VenueOrder>& orders() noexcept { return orders_; }
    const std::vector<OrderEvent>& executions() const noexcept { return executions_; }
    const std::vector<std::string>& owners() const noexcept { return owners_; }
    const std::vector<InstrumentDefinition>& instruments() const noexcept { return instruments_; }

private:
    struct Key {
        std::uint32_t order; ///< index in `orders_`
        CommandKind command;
        std::int64_t price;  ///< of a replace: what becomes of the order when it is accepted
        std::int64_t quantity;
        char text[client_text];
    };

    static std::string name_of(std::uint32_t owner, const char* client_order);
    void fill(VenueOrder& order, OrderEvent& event);

    std::vector<InstrumentDefinition> instruments_;
    std::vector<MoneyRatio> ratios_;
    std::vector<VenueOrder> orders_;
    std::vector<Key> keys_;
    std::unordered_map<std::string, std::uint64_t> names_; ///< owner and ClOrdID → key
    std::vector<OrderEvent> executions_;
    std::vector<std::string> owners_; ///< number 0 is nobody
    std::vector<std::vector<Account>> accounts_;
};

/// Where the journal or the running venue stands.
struct VenueStateHead {
    std::uint64_t run;
    std::int64_t time;
    std::uint64_t next_order;
    std::uint64_t next_execution;
};

/// Applies one record of the journal to the books and the head: what recovery and `read_venue_state` share.
/// A first `start` record opens empty books for its instruments.
void read_record(VenueBooks& books, VenueStateHead& head, const VenueFrame& frame, const unsigned char* payload);

/// The books as JSON; see `VenueServer::state_json`.
std::string books_json(const VenueBooks& books, const VenueStateHead& head);

/// Copies as much as fits, zero-terminated; the whole length.
std::size_t copy_json(const std::string& json, char* text, std::size_t capacity) noexcept;

} // namespace martlet::exchange
