#pragma once
#include <cstddef>
#include <string_view>

#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/fix_profile.hpp"
#include "martlet/order_event.hpp"

// FIX's codes ↔ our enums, both ways. A code that we do not know reads as the enum's none or unknown.

namespace martlet::fix {

char side_code(Side side) noexcept;      ///< '\0': none
Side read_side(std::string_view text) noexcept;

char exec_type_code(ExecType type) noexcept;
ExecType read_exec_type(std::string_view text) noexcept;

/// Whether such a report takes an earlier execution back or restates it.
inline bool revises(ExecType type) noexcept { return type == ExecType::trade_cancel || type == ExecType::trade_correct; }

char order_status_code(OrderStatus status) noexcept;
OrderStatus read_order_status(std::string_view text) noexcept;

/// A reason's own name, sent in Text (58) because FIX 4.4 has no number for some of them.
std::string_view reason_name(RejectReason reason) noexcept;
RejectReason read_reason_name(std::string_view text) noexcept; ///< none: not one of ours

int order_reject_code(RejectReason reason) noexcept; ///< OrdRejReason (103)
int cancel_reject_code(RejectReason reason) noexcept; ///< CxlRejReason (102)
int business_reject_code(RejectReason reason) noexcept; ///< BusinessRejectReason (380)
/// Text first, where it is one of our names, then the number. An absent number is `other`.
RejectReason read_order_reject(std::string_view number, std::string_view text) noexcept;
RejectReason read_cancel_reject(std::string_view number, std::string_view text) noexcept;
RejectReason read_business_reject(std::string_view number, std::string_view text) noexcept;

OrderType read_order_type(std::string_view text) noexcept;
/// False: a code that we do not offer. An absent field is `day`.
bool read_time_in_force(std::string_view text, TimeInForce* value) noexcept;

int trading_status_code(TradingStatus status) noexcept; ///< SecurityTradingStatus (326)
TradingStatus read_trading_status(std::string_view text) noexcept;

/// TradSesStatus (340). What is neither open nor known to be something else is "halted": nobody trades on it.
int session_status_code(TradingStatus status) noexcept;
TradingStatus read_session_status(std::string_view text) noexcept;

/// Whether messages of this type (35) only ask: refused or lost, nothing has happened to what they ask about.
inline bool is_question(std::string_view type) noexcept {
    return type == "V" || type == "AF" || type == "AN" || type == "AD" || type == "H" || type == "x" || type == "g";
}

/// Messages about the market and its instruments. What is lost of them is nothing that happened to us.
inline bool is_about_market(std::string_view type) noexcept { return type == "W" || type == "X" || type == "Y" || type == "f" || type == "h" || type == "y"; }

} // namespace martlet::fix
