#pragma once
#include <cstddef>
#include <cstdint>

// Fits the parameters of the `hawkes_intensity` feature to a history of event times.

namespace martlet {

enum class HawkesStatus : std::uint8_t {
    ok = 0,
    few_events, ///< fewer than 50
    bad_time,   ///< one is not finite, larger than 10¹² in size, or before the one before it
    no_time,    ///< all events are at the same time
};

/// Intensity at time t: base + jump × Σ exp(−decay × age) over the events before t. Per second.
struct HawkesFit {
    HawkesStatus status;
    double base;
    double jump;
    double decay;
    double log_likelihood; ///< mean per event
};

/// Largest likelihood by the simplex of Nelder and Mead (1965) over the share of events that others caused, jump ÷
/// decay in 0 … 0.999, and the decay, between 10⁻⁴ and 10⁴ of the mean rate; the base follows from the two, since
/// at a maximum the expected number of events is the observed one. `times` in seconds, observed from `begin`
/// (not after the first) until the last event. Deterministic. O(count × some hundred); no allocation.
HawkesFit fit_hawkes(const double* times, std::int64_t count, double begin) noexcept;

/// The mean log-likelihood per event of times under given parameters (Ozaki 1979); −∞ where an event is
/// impossible under them.
double hawkes_log_likelihood(const double* times, std::int64_t count, double begin, double base, double jump, double decay) noexcept;

} // namespace martlet
