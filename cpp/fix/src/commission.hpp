#pragma once
#include "quickfix.hpp"

#include <cstdint>

#include "martlet/instrument.hpp"
#include "martlet/order_event.hpp"

namespace martlet::fix {

/// Reads what was charged for an execution of `quantity` lots at `price` increments, into money units.
///
/// Commission (12) is an amount, an amount per unit of quantity or a percentage of the value, as CommType (13) says
/// (3 or absent, 1, 2). The arithmetic is exact in 128 bits; what is finer than the money unit is rounded against us: a
/// fee up, a rebate down. An absent commission leaves `fee`.
///
/// `none`: it was read. `unsupported`: another CommType, another currency than the instrument's (479), a percentage of an
/// inverse contract. `malformed`: no number, or one beyond what money can hold. `fee` is untouched then.
RejectReason read_commission(const FIX::FieldMap& stated, const InstrumentDefinition& definition, std::int64_t quantity, std::int64_t price,
                             std::int64_t* fee);

} // namespace martlet::fix
