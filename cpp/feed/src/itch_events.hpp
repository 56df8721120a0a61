#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "itch_messages.hpp"
#include "martlet/itch.hpp"
#include "order_table.hpp"

namespace martlet {

/// From whole messages to events: which stocks are wanted, which of their orders live, in which phase they trade.
class ItchTranslator {
public:
    ItchTranslator(const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count, EventBuffer& out);

    /// Fetches what `apply` will need of the order table.
    void prefetch(const unsigned char* message) const noexcept {
        const unsigned char type = message[0];
        const bool names_order = type == 'A' || type == 'D' || type == 'E' || type == 'F' || type == 'X' || type == 'U' || type == 'C';
        if (names_order && instruments_[itch::locate(message)] < ignored) orders_.prefetch(itch::order(message));
    }
    /// Applies a message of a known type, with its full length. A defect that is rejected has changed nothing.
    Defect apply(const unsigned char* message, std::uint64_t number);
    void lost(std::uint64_t number);
    void received_at(std::int64_t time) noexcept {
        received_ = time;
        has_received_ = true;
    }

    FeedStatus status() const noexcept { return status_; }
    std::size_t live_orders() const noexcept { return orders_.size(); }
    std::uint64_t events() const noexcept { return events_; }
    std::uint64_t count(char type) const noexcept { return of_type_[static_cast<unsigned char>(type)]; }
    std::uint64_t messages() const noexcept { return messages_; }

private:
    struct Order {
        std::uint32_t price;
        std::uint32_t shares : 31;
        std::uint32_t sell : 1;
    };
    /// How a stock trades, as far as the messages said.
    struct Trading {
        char action = '\0';           ///< of the last H; zero: none yet
        bool halted_here = false;     ///< by an operational halt of this market alone
        TradingStatus shown = TradingStatus::unknown;
    };
    static constexpr std::uint32_t ignored = UINT32_MAX - 1; ///< a stock that is not wanted
    static constexpr std::uint32_t unknown = UINT32_MAX;     ///< a locate code without a name yet
    static constexpr std::size_t locates = 65'536;

    static Side side_of(const Order& order) noexcept { return order.sell != 0 ? Side::sell : Side::buy; }
    bool wanted(std::uint16_t locate) const noexcept { return instruments_[locate] < ignored; }
    /// Whether the stock of a message that names it is wanted; learns its locate code.
    bool wanted(const unsigned char* message, std::size_t symbol_at);
    void bind(std::uint16_t locate, const unsigned char* symbol);
    void emit(EventKind kind, std::uint16_t locate, Side side, std::int64_t price, std::int64_t quantity, std::uint64_t order,
              std::uint16_t flags, std::uint64_t reference);
    void emit_order(EventKind kind, const unsigned char* message, Side side, std::int64_t price, std::int64_t quantity,
                    std::uint64_t order, std::uint16_t flags = market_flag_last) {
        emit(kind, itch::locate(message), side, price, quantity, order, flags, number_);
    }

    Defect dispatch(const unsigned char* message);
    Defect add(const unsigned char* message);
    Defect execute(const unsigned char* message, bool with_price);
    Defect cancel(const unsigned char* message);
    Defect remove(const unsigned char* message);
    Defect replace(const unsigned char* message);
    Defect trade(const unsigned char* message);
    Defect cross(const unsigned char* message);
    Defect imbalance(const unsigned char* message);
    Defect system_event(const unsigned char* message);
    Defect trading_action(const unsigned char* message);
    Defect operational_halt(const unsigned char* message);
    void show_status(std::uint16_t locate, Trading& trading);

    EventBuffer& out_;
    OrderTable<Order> orders_;
    std::size_t maximum_orders_;
    std::vector<std::uint32_t> instruments_; ///< by locate code
    std::map<std::uint16_t, Trading> trading_; ///< of the stocks that are wanted and known
    std::vector<std::pair<std::uint64_t, std::uint32_t>> chosen_; ///< names and instruments
    bool all_;
    TradingStatus phase_ = TradingStatus::unknown;
    std::int64_t midnight_;                  ///< ns since 1970, UTC
    std::uint64_t latest_ = 0;               ///< ns after midnight
    std::int64_t received_ = 0;
    bool has_received_ = false;
    std::uint64_t number_ = 0;
    std::uint64_t events_ = 0;
    std::uint64_t messages_ = 0;
    FeedStatus status_ = FeedStatus::ok;
    std::array<std::uint64_t, 256> of_type_{};
};

} // namespace martlet
