#include "martlet/hawkes.hpp"

#include <initializer_list>
#include <limits>

#include "martlet/elementary.hpp"
#include "simplex.hpp"

namespace martlet {
namespace {

constexpr std::int64_t fewest_events = 50;
constexpr double largest_time = 1e12;
constexpr double most_caused = 0.999;
constexpr double slowest = 1e-4, fastest = 1e4; ///< decay, in mean rates
constexpr double impossible = 1e300;

double duration(const double* times, std::int64_t count, double begin) noexcept { return times[count - 1] - begin; }

/// Σ (1 − exp(−decay × age at the end)): what the events bring on until then, in jumps ÷ decay.
double brought_on(const double* times, std::int64_t count, double decay) noexcept {
    double sum = 0;
    for (std::int64_t i = 0; i < count; ++i) sum += 1 - portable_exp(-decay * (times[count - 1] - times[i]));
    return sum;
}

/// The base under which as many events are expected as there were.
double base_of(const double* times, std::int64_t count, double begin, double caused, double decay) noexcept {
    return (static_cast<double>(count) - caused * brought_on(times, count, decay)) / duration(times, count, begin);
}

HawkesStatus check(const double* times, std::int64_t count, double begin) noexcept {
    if (count < fewest_events) return HawkesStatus::few_events;
    double before = begin;
    if (!(before >= -largest_time && before <= largest_time)) return HawkesStatus::bad_time;
    for (std::int64_t i = 0; i < count; ++i) {
        if (!(times[i] >= before && times[i] <= largest_time)) return HawkesStatus::bad_time;
        before = times[i];
    }
    return times[count - 1] > times[0] ? HawkesStatus::ok : HawkesStatus::no_time;
}

} // namespace

double hawkes_log_likelihood(const double* times, std::int64_t count, double begin, double base, double jump, double decay) noexcept {
    double excited = 0, logarithms = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        if (i > 0) excited = (excited + 1) * portable_exp(-decay * (times[i] - times[i - 1]));
        const double intensity = base + jump * excited;
        if (!(intensity > 0)) return -std::numeric_limits<double>::infinity();
        logarithms += portable_log(intensity);
    }
    const double expected = base * duration(times, count, begin) + jump / decay * brought_on(times, count, decay);
    return (logarithms - expected) / static_cast<double>(count);
}

HawkesFit fit_hawkes(const double* times, std::int64_t count, double begin) noexcept {
    HawkesFit fit{check(times, count, begin), 0, 0, 0, 0};
    if (fit.status != HawkesStatus::ok) return fit;
    const double rate = static_cast<double>(count) / duration(times, count, begin);
    const double lowest = portable_log(slowest), highest = portable_log(fastest);
    // Over the logarithm of the decay in mean rates, so that both numbers are of the same size.
    const auto cost = [=](double caused, double logarithm) {
        if (!(caused >= 0 && caused <= most_caused && logarithm >= lowest && logarithm <= highest)) return impossible;
        const double decay = rate * portable_exp(logarithm);
        const double value = -hawkes_log_likelihood(times, count, begin, base_of(times, count, begin, caused, decay), caused * decay, decay);
        return value < impossible ? value : impossible;
    };
    Simplex simplex(cost);
    SimplexPoint best = simplex.at(0, 0); // no event causes another
    for (const double caused : {0.1, 0.3, 0.6, 0.9})
        for (const double decay : {0.05, 0.3, 1.5, 8.0, 60.0}) {
            const SimplexPoint one = simplex.at(caused, portable_log(decay));
            if (one.cost < best.cost) best = one;
        }
    best = simplex.minimum(best, simplex.at(best.x * 0.8 + 0.01, best.y), simplex.at(best.x, best.y * 0.9 + 0.1));
    fit.decay = rate * portable_exp(best.y);
    fit.jump = best.x * fit.decay;
    fit.base = base_of(times, count, begin, best.x, fit.decay);
    fit.log_likelihood = -best.cost;
    return fit;
}

} // namespace martlet
