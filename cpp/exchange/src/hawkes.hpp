#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/elementary.hpp"
#include "martlet/random.hpp"

namespace martlet::exchange {

/// Three coupled self-exciting arrival processes with one exponential kernel: market orders that buy,
/// market orders that sell, limit orders; and a plain fourth rate for cancels.
///
///     λ_k(t) = base_k + Σ_{market orders j before t} jump_kj × exp(−decay (t − t_j))
///
/// Arrivals by thinning (Ogata 1981): between arrivals all intensities only fall, so the present total bounds them.
/// Formula of the kernel: Hawkes, "Spectra of some self-exciting and mutually exciting point processes" (1971).
struct Hawkes {
    enum Kind : std::uint8_t { buy = 0, sell = 1, limit = 2, cancel = 3 };

    /// Each market order brings on average this many others (half a dozen in a burst is usual): < 1.
    static constexpr double branching = 0.6;
    static constexpr double own_side = 0.75; ///< part of them on the same side
    static constexpr double limits_per_market = 1.0;

    double base[3] = {};
    double excess[3] = {};
    double decay = 1;         ///< per second
    std::int64_t excess_time = 0;

    /// Sets the base rates so that the averages become `market_rate` and `limit_rate` per second.
    void configure(double market_rate, double limit_rate, double decay_rate) noexcept {
        base[buy] = base[sell] = 0.5 * market_rate * (1 - branching);
        const double rest = limit_rate - limits_per_market * market_rate;
        base[limit] = rest > 0.1 * limit_rate ? rest : 0.1 * limit_rate;
        decay = decay_rate;
    }

    /// Brings the excess to `now`.
    void age(std::int64_t now) noexcept {
        const double factor = portable_exp(-decay * static_cast<double>(now - excess_time) * 1e-9);
        for (double& one : excess) one *= factor;
        excess_time = now;
    }

    double intensity(double activity) const noexcept {
        return (base[0] + base[1] + base[2]) * activity + excess[0] + excess[1] + excess[2];
    }

    /// A market order of that side happened at `excess_time`.
    void excite(Kind side) noexcept {
        const Kind other = side == buy ? sell : buy;
        excess[side] += branching * own_side * decay;
        excess[other] += branching * (1 - own_side) * decay;
        excess[limit] += limits_per_market * decay;
    }

    /// Nanoseconds from `excess_time` to the next arrival of any kind, cancels at the constant
    /// `cancel_rate`. Changes the excess to that of the arrival.
    std::int64_t next_arrival(RandomStream& random, double activity, double cancel_rate) noexcept {
        std::int64_t waited = 0;
        while (true) {
            const double bound = intensity(activity) + cancel_rate;
            const double wait = random.exponential() / bound;
            const std::int64_t nanoseconds = wait < 1e6 ? static_cast<std::int64_t>(wait * 1e9) + 1 : 1'000'000'000'000'000;
            waited += nanoseconds;
            age(excess_time + nanoseconds);
            if (random.uniform() * bound <= intensity(activity) + cancel_rate) return waited;
        }
    }

    /// What the arrival at `excess_time` is.
    Kind choose(RandomStream& random, double activity, double cancel_rate) const noexcept {
        double drawn = random.uniform() * (intensity(activity) + cancel_rate);
        for (const Kind kind : {buy, sell, limit}) {
            const double one = base[kind] * activity + excess[kind];
            if (drawn < one) return kind;
            drawn -= one;
        }
        return cancel;
    }
};

} // namespace martlet::exchange
