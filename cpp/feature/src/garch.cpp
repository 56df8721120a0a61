#include "martlet/garch.hpp"

#include <initializer_list>

#include "martlet/elementary.hpp"
#include "simplex.hpp"

namespace martlet {
namespace {

constexpr double most_persistence = 0.9999;
constexpr std::int64_t fewest_returns = 50;

SimplexPoint most_likely(const double* returns, std::int64_t count, double long_run) noexcept {
    const auto cost = [=](double alpha, double beta) {
        if (!(alpha >= 0 && beta >= 0 && alpha + beta <= most_persistence)) return 1e300;
        return -garch_log_likelihood(returns, count, alpha, beta, long_run);
    };
    Simplex simplex(cost);
    // From the best of a coarse grid, so that a flat region of the likelihood does not hold it.
    SimplexPoint best = simplex.at(0.05, 0.9);
    for (const double alpha : {0.02, 0.1, 0.2})
        for (const double keep : {0.3, 0.7, 0.9, 0.98}) {
            const SimplexPoint one = simplex.at(alpha, keep - alpha);
            if (one.cost < best.cost) best = one;
        }
    return simplex.minimum(best, simplex.at(best.x * 0.7 + 0.005, best.y), simplex.at(best.x, best.y * 0.9));
}

} // namespace

double garch_log_likelihood(const double* returns, std::int64_t count, double alpha, double beta, double long_run) noexcept {
    const double target = long_run * long_run;
    const double constant = (1 - alpha - beta) * target;
    const double least = target * 1e-12; // α = β = 0 in a calm stretch must not divide by nothing
    double variance = target, sum = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const double square = returns[i] * returns[i];
        sum += portable_log(variance) + square / variance;
        variance = constant + alpha * square + beta * variance;
        variance = variance > least ? variance : least;
    }
    return -0.5 * sum / static_cast<double>(count);
}

GarchFit fit_garch(const double* returns, std::int64_t count) noexcept {
    GarchFit fit{GarchStatus::ok, 0, 0, 0, 0};
    if (count < fewest_returns) {
        fit.status = GarchStatus::few_returns;
        return fit;
    }
    double squares = 0;
    bool alike = true;
    for (std::int64_t i = 0; i < count; ++i) {
        if (!(returns[i] >= -100 && returns[i] <= 100)) {
            fit.status = GarchStatus::bad_return;
            return fit;
        }
        squares += returns[i] * returns[i];
        alike = alike && returns[i] == returns[0];
    }
    fit.long_run = portable_sqrt(squares / static_cast<double>(count));
    if (alike || !(fit.long_run > 1e-100)) {
        fit.status = GarchStatus::no_variance;
        return fit;
    }
    const SimplexPoint best = most_likely(returns, count, fit.long_run);
    fit.alpha = best.x;
    fit.beta = best.y;
    fit.log_likelihood = -best.cost;
    return fit;
}

} // namespace martlet
