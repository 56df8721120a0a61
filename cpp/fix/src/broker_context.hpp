#pragma once
#include <string>

#include "instruments.hpp"
#include "martlet/client_order.hpp"
#include "martlet/event.hpp"
#include "martlet/fix_profile.hpp"
#include "martlet/order_event.hpp"
#include "version.hpp"

namespace martlet::fix {

/// What encoding and decoding on the broker's side need to know; fixed after start.
struct BrokerContext {
    FixProfile profile;                              ///< `time_digits` no more than the version has
    const Vocabulary* words = &vocabulary(FixVersion::fix44);
    Instruments instruments;
    ClientOrderCodec codec;
    std::string account; ///< where a message requires one
};

/// Where decoded events go.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void push(const OrderEvent& event) = 0;
    /// False: no room, the event is lost. A part of a snapshot waits for room for a while.
    virtual bool push(const MarketEvent& event) = 0;
};

} // namespace martlet::fix
