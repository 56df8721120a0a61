#include "martlet/garch.hpp"

#include <initializer_list>

#include "martlet/elementary.hpp"

namespace martlet {
namespace {

constexpr double most_persistence = 0.9999;
constexpr std::int64_t fewest_returns = 50;

struct Point {
    double alpha;
    double beta;
    double cost; ///< the negative likelihood, +large outside the allowed triangle
};

class Simplex {
public:
    Simplex(const double* returns, std::int64_t count, double long_run) noexcept : returns_(returns), count_(count), long_run_(long_run) {}

    Point minimum() noexcept {
        // From the best of a coarse grid, so that a flat region of the likelihood does not hold it.
        Point best = at(0.05, 0.9);
        for (const double alpha : {0.02, 0.1, 0.2})
            for (const double keep : {0.3, 0.7, 0.9, 0.98}) {
                const Point one = at(alpha, keep - alpha);
                if (one.cost < best.cost) best = one;
            }
        corners_[0] = best;
        corners_[1] = at(best.alpha * 0.7 + 0.005, best.beta);
        corners_[2] = at(best.alpha, best.beta * 0.9);
        for (int i = 0; i < steps; ++i) {
            sort();
            if (corners_[2].alpha - corners_[0].alpha < tolerance && corners_[0].alpha - corners_[2].alpha < tolerance &&
                corners_[2].beta - corners_[0].beta < tolerance && corners_[0].beta - corners_[2].beta < tolerance)
                break;
            move();
        }
        sort();
        return corners_[0];
    }

private:
    static constexpr int steps = 200;
    static constexpr double tolerance = 1e-7;

    Point at(double alpha, double beta) const noexcept {
        if (!(alpha >= 0 && beta >= 0 && alpha + beta <= most_persistence)) return {alpha, beta, 1e300};
        return {alpha, beta, -garch_log_likelihood(returns_, count_, alpha, beta, long_run_)};
    }
    /// On the line from the worst corner through the middle of the others: 1 is the mirror image.
    Point along(double step) const noexcept {
        const double alpha = 0.5 * (corners_[0].alpha + corners_[1].alpha), beta = 0.5 * (corners_[0].beta + corners_[1].beta);
        return at(alpha + step * (alpha - corners_[2].alpha), beta + step * (beta - corners_[2].beta));
    }
    void move() noexcept {
        const Point mirrored = along(1);
        if (mirrored.cost < corners_[0].cost) {
            const Point further = along(2);
            corners_[2] = further.cost < mirrored.cost ? further : mirrored;
            return;
        }
        if (mirrored.cost < corners_[1].cost) {
            corners_[2] = mirrored;
            return;
        }
        const Point nearer = along(mirrored.cost < corners_[2].cost ? 0.5 : -0.5);
        if (nearer.cost < corners_[2].cost && nearer.cost < mirrored.cost) {
            corners_[2] = nearer;
            return;
        }
        for (int k = 1; k < 3; ++k)
            corners_[k] = at(0.5 * (corners_[0].alpha + corners_[k].alpha), 0.5 * (corners_[0].beta + corners_[k].beta));
    }
    void sort() noexcept {
        for (int end = 2; end > 0; --end)
            for (int k = 0; k < end; ++k)
                if (corners_[k + 1].cost < corners_[k].cost) {
                    const Point other = corners_[k];
                    corners_[k] = corners_[k + 1];
                    corners_[k + 1] = other;
                }
    }

    const double* returns_;
    std::int64_t count_;
    double long_run_;
    Point corners_[3] = {};
};

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
    const Point best = Simplex(returns, count, fit.long_run).minimum();
    fit.alpha = best.alpha;
    fit.beta = best.beta;
    fit.log_likelihood = -best.cost;
    return fit;
}

} // namespace martlet
