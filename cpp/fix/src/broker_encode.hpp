#pragma once
#include "quickfix.hpp"

#include <cstdint>
#include <vector>

#include "broker_context.hpp"
#include "martlet/command.hpp"

namespace martlet::fix {

/// Writes a command (all but market_data) as its message. `sent`: it is complete.
SendStatus encode_command(const BrokerContext& context, const Command& command, FIX::Message* message);

/// MarketDataRequest: a snapshot and updates of `instruments`, or no more of them.
void encode_market_data_request(const BrokerContext& context, std::uint64_t request, const std::vector<std::uint32_t>& instruments,
                                bool subscribe, FIX::Message* message);

/// SecurityListRequest for all instruments.
void encode_security_list_request(std::uint64_t request, FIX::Message* message);

/// OrderMassCancelRequest for all orders. `unsupported`: the version does not have it; `bad_command`: an id that does not fit.
SendStatus encode_mass_cancel(const BrokerContext& context, std::uint64_t client_order, std::int64_t time, FIX::Message* message);

/// TradingSessionStatusRequest for now and from now on.
void encode_session_status_request(std::uint64_t request, FIX::Message* message);

} // namespace martlet::fix
