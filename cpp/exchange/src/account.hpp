#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/exchange.hpp"
#include "martlet/instrument.hpp"

namespace martlet::exchange {

__extension__ using Int128 = __int128;

/// amount × numerator ÷ denominator, to nearest with ties to even; overflow is a broken invariant.
std::int64_t to_money(Int128 amount, const MoneyRatio& ratio) noexcept;

/// Fee of a fill in money units: |price × lots| × ratio × ppm ÷ 10⁶, to nearest with ties to even.
std::int64_t fee_of(std::int64_t price, std::int64_t lots, std::int32_t ppm, const MoneyRatio& ratio) noexcept;

/// One owner's account in one instrument. The flow is exact in increments × lots, so the flows of both
/// sides of a trade cancel to the last unit; money is rounded once, when it is asked for.
struct Account {
    std::int64_t position = 0;
    std::int64_t fees = 0;
    Int128 flow = 0; ///< Σ price × lots, sales positive

    void fill(Side side, std::int64_t price, std::int64_t lots, std::int64_t fee) noexcept {
        const Int128 amount = static_cast<Int128>(price) * lots;
        position += side == Side::buy ? lots : -lots;
        flow += side == Side::buy ? -amount : amount;
        fees += fee;
    }

    Account& operator+=(const Account& other) noexcept {
        position += other.position;
        fees += other.fees;
        flow += other.flow;
        return *this;
    }

    Holding holding(const MoneyRatio& ratio) const noexcept { return {position, to_money(flow, ratio) - fees, fees}; }
};

} // namespace martlet::exchange
