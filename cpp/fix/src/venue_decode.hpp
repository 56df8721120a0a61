#pragma once
#include "quickfix.hpp"

#include <string>
#include <vector>

#include "instruments.hpp"
#include "martlet/venue_session.hpp"

namespace martlet::fix {

/// Decodes a client's message into requests (one, or one a symbol for a market data request); `session` is left to
/// the caller. False: a message that a venue does not serve. What cannot be honoured as sent (an unknown symbol, a price
/// between two increments) is a request with its `fault`; an identifier longer than 32 characters throws FIX::IncorrectTagValue.
bool decode_request(const FIX::Message& message, const std::string& type, const Instruments& instruments, std::vector<VenueRequest>* requests);

} // namespace martlet::fix
