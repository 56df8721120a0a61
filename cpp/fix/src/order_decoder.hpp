#pragma once
#include "quickfix.hpp"

#include <array>
#include <cstdint>

#include "broker_context.hpp"

namespace martlet::fix {

/// Decodes what a broker says of orders, executions and positions. Each method pushes one event or more;
/// false: the message passed the dictionary and yet cannot be read (an unknown symbol, a price between two
/// increments); a `business_reject` event that names the order and bears `order_flag_undecodable` was pushed in its place.
class OrderDecoder {
public:
    OrderDecoder(const BrokerContext& context, EventSink& sink) : context_(context), sink_(sink) {}

    bool execution_report(const FIX::Message& message);                  // 8
    bool cancel_reject(const FIX::Message& message);                     // 9
    void mass_cancel_report(const FIX::Message& message);                // r
    /// `client_order`: of the refused message, where its sequence number is still known; else 0. A refused question names
    /// no order: nothing has happened to the one that it asks about.
    bool business_reject(const FIX::Message& message, std::uint64_t client_order); // j
    bool session_reject(const FIX::Message& message, std::uint64_t client_order);  // 3
    // A refused request, and positions of which one cannot be read, have no `report_end`: nothing is known, which is not
    // the same as none. They are told as what cannot be read, `reference_number` the request.
    bool positions_ack(const FIX::Message& message);                     // AO
    bool position_report(const FIX::Message& message);                   // AP
    bool trades_ack(const FIX::Message& message);                        // AQ
    bool trade_report(const FIX::Message& message);                      // AE

private:
    /// Positions received for a request; the oldest request is forgotten when there are too many.
    struct Progress {
        std::uint64_t request;
        std::uint64_t total;   ///< reports announced; 0: not yet known
        std::uint64_t reports; ///< reports received
        bool complete;         ///< each of those could be read
    };

    /// A bust or correction that bore an id of its own, and the execution that it was about.
    struct Revision {
        Identifier16 order;
        Identifier16 revision;
        Identifier16 execution;
    };

    OrderEvent head(const FIX::Message& message, EventKind kind) const;
    std::uint64_t client_order(std::string_view text, std::uint16_t* flags) const;
    void tell(OrderEvent event, RejectReason reason);
    bool undecodable(OrderEvent event, RejectReason reason);
    bool refused(std::uint64_t request, std::int64_t time, bool unsupported);
    void end_of(std::uint64_t request, std::int64_t time);
    ExecType exec_type(const FIX::Message& message) const;
    RejectReason read_report(const FIX::Message& message, OrderEvent* event);
    Identifier16 revised_execution(const OrderEvent& revision, std::string_view reference);
    bool read_position(const FIX::Message& message, const InstrumentDefinition& definition, OrderEvent* event) const;
    void count_position(std::uint64_t request, std::uint64_t total, bool read, std::int64_t time);
    RejectReason read_execution(const FIX::Message& message, const InstrumentDefinition& definition, OrderEvent* event) const;
    RejectReason read_trade(const FIX::Message& message, OrderEvent* event) const;

    const BrokerContext& context_;
    EventSink& sink_;
    std::array<Progress, 32> progress_{};
    std::size_t next_progress_ = 0;
    std::array<Revision, 256> revisions_{}; ///< the last ones, of this process
    std::size_t next_revision_ = 0;
};

} // namespace martlet::fix
