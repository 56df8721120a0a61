#include <cstdint>
#include <limits>
#include <new>

#include "martlet/cross_section.hpp"
#include "martlet/elementary.hpp"

namespace martlet {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();
constexpr std::int32_t most_instruments = 4096;
constexpr std::int32_t longest_window = 100'000;
constexpr std::int32_t fewest_pairs = 3;

/// Begin of the memory. Behind it: the values of each instrument (a ring of `window`), the correlations of all
/// pairs, and for each instrument its mean, the root of its squares, its number of values, its parent.
struct ClusterHeader {
    std::int32_t instruments;
    std::int32_t window;
    std::int32_t position; ///< slot of the next moment
    std::int32_t padding;
};

struct Sums {
    double xx = 0;
    double yy = 0;
    double xy = 0;
};

/// The memory by its parts. A view: nothing of it is kept.
class Clusters {
public:
    explicit Clusters(void* memory) noexcept : header(*static_cast<ClusterHeader*>(memory)) {
        const auto n = static_cast<std::size_t>(header.instruments), w = static_cast<std::size_t>(header.window);
        values = reinterpret_cast<double*>(static_cast<unsigned char*>(memory) + sizeof(ClusterHeader));
        matrix = values + n * w;
        means = matrix + n * n;
        roots = means + n;
        counts = reinterpret_cast<std::int32_t*>(roots + n);
        parents = counts + n;
    }

    const double* of(std::int32_t i) const noexcept { return values + static_cast<std::size_t>(i) * static_cast<std::size_t>(header.window); }
    double& correlation(std::int32_t i, std::int32_t j) const noexcept {
        return matrix[static_cast<std::size_t>(i) * static_cast<std::size_t>(header.instruments) + static_cast<std::size_t>(j)];
    }

    /// Mean and squares of an instrument's own values. Distances are taken from the first, so that equal values have
    /// exactly no variance.
    void describe(std::int32_t i) const noexcept {
        const double* x = of(i);
        double first = 0, sum = 0, squares = 0;
        std::int32_t count = 0;
        for (std::int32_t s = 0; s < header.window; ++s) {
            if (x[s] != x[s]) continue;
            if (count++ == 0) first = x[s];
            sum += x[s] - first;
        }
        means[i] = count > 0 ? first + sum / count : 0;
        for (std::int32_t s = 0; s < header.window; ++s)
            if (x[s] == x[s]) squares += (x[s] - means[i]) * (x[s] - means[i]);
        roots[i] = portable_sqrt(squares);
        counts[i] = count;
    }

    double correlate(std::int32_t i, std::int32_t j, std::int32_t pairs) const noexcept {
        const bool complete = counts[i] == header.window && counts[j] == header.window;
        if (!complete) return correlate_common(i, j, pairs);
        const double *x = of(i), *y = of(j);
        const double mean_x = means[i], mean_y = means[j];
        double sums[4] = {}; // four, to hide the latency of an addition
        std::int32_t s = 0;
        for (; s + 4 <= header.window; s += 4)
            for (int k = 0; k < 4; ++k) sums[k] += (x[s + k] - mean_x) * (y[s + k] - mean_y);
        for (; s < header.window; ++s) sums[0] += (x[s] - mean_x) * (y[s] - mean_y);
        return bounded(sums[0] + sums[1] + (sums[2] + sums[3]), roots[i] * roots[j]);
    }

    std::int32_t root(std::int32_t i) const noexcept {
        while (parents[i] != i) i = parents[i] = parents[parents[i]];
        return i;
    }

    ClusterHeader& header;
    double* values;
    double* matrix;
    double* means;
    double* roots;
    std::int32_t* counts;
    std::int32_t* parents;

private:
    static double bounded(double xy, double both) noexcept {
        const double r = xy / both;
        if (!(r >= -2 && r <= 2)) return 0; // nothing varies
        return r > 1 ? 1 : r < -1 ? -1 : r;
    }

    /// Over the moments at which both were present.
    double correlate_common(std::int32_t i, std::int32_t j, std::int32_t pairs) const noexcept {
        const double *x = of(i), *y = of(j);
        const auto both = [&](std::int32_t s) { return x[s] == x[s] && y[s] == y[s]; };
        double first_x = 0, first_y = 0, sum_x = 0, sum_y = 0;
        std::int32_t count = 0;
        for (std::int32_t s = 0; s < header.window; ++s) {
            if (!both(s)) continue;
            if (count++ == 0) {
                first_x = x[s];
                first_y = y[s];
            }
            sum_x += x[s] - first_x;
            sum_y += y[s] - first_y;
        }
        if (count < pairs) return 0;
        const double mean_x = first_x + sum_x / count, mean_y = first_y + sum_y / count;
        Sums sums;
        for (std::int32_t s = 0; s < header.window; ++s) {
            if (!both(s)) continue;
            const double dx = x[s] - mean_x, dy = y[s] - mean_y;
            sums.xx += dx * dx;
            sums.yy += dy * dy;
            sums.xy += dx * dy;
        }
        return bounded(sums.xy, portable_sqrt(sums.xx) * portable_sqrt(sums.yy));
    }
};

/// `describe` and all pairs.
void correlate_all(const Clusters& state, std::int32_t pairs) noexcept {
    const std::int32_t n = state.header.instruments;
    for (std::int32_t i = 0; i < n; ++i) {
        state.describe(i);
        state.parents[i] = i;
    }
    for (std::int32_t i = 0; i < n; ++i) {
        state.correlation(i, i) = state.roots[i] > 0 ? 1 : 0;
        for (std::int32_t j = i + 1; j < n; ++j) {
            const bool enough = state.counts[i] >= pairs && state.counts[j] >= pairs;
            state.correlation(i, j) = state.correlation(j, i) = enough ? state.correlate(i, j, pairs) : 0;
        }
    }
}

} // namespace

std::size_t cluster_bytes(std::int32_t instruments, std::int32_t window) noexcept {
    if (instruments < 1 || instruments > most_instruments || window < fewest_pairs || window > longest_window) return 0;
    const auto n = static_cast<std::size_t>(instruments), w = static_cast<std::size_t>(window);
    return sizeof(ClusterHeader) + sizeof(double) * (n * w + n * n + 2 * n) + 2 * sizeof(std::int32_t) * n;
}

ClusterStatus create_clusters(std::int32_t instruments, std::int32_t window, void* memory, std::size_t bytes) noexcept {
    const std::size_t needed = cluster_bytes(instruments, window);
    if (needed == 0) return ClusterStatus::bad_size;
    if (memory == nullptr || bytes < needed || reinterpret_cast<std::uintptr_t>(memory) % 8 != 0) return ClusterStatus::small_memory;
    new (memory) ClusterHeader{instruments, window, 0, 0};
    reset_clusters(memory);
    return ClusterStatus::ok;
}

void reset_clusters(void* memory) noexcept {
    const Clusters state(memory);
    const auto n = static_cast<std::size_t>(state.header.instruments), w = static_cast<std::size_t>(state.header.window);
    state.header.position = 0;
    for (std::size_t i = 0; i < n * w; ++i) state.values[i] = absent;
    for (std::size_t i = 0; i < n * n + 2 * n; ++i) state.matrix[i] = 0; // means and roots with it
    for (std::size_t i = 0; i < 2 * n; ++i) state.counts[i] = 0;         // and parents
}

void update_clusters(void* memory, const double* values) noexcept {
    const Clusters state(memory);
    const auto w = static_cast<std::size_t>(state.header.window), slot = static_cast<std::size_t>(state.header.position);
    for (std::int32_t i = 0; i < state.header.instruments; ++i)
        state.values[static_cast<std::size_t>(i) * w + slot] = values[i] >= -1e100 && values[i] <= 1e100 ? values[i] : absent;
    if (++state.header.position == state.header.window) state.header.position = 0;
}

ClusterStatus compute_clusters(
    void* memory, double threshold, std::int32_t pairs, std::int32_t* cluster, std::int32_t* size, double* inside) noexcept {
    if (!(threshold >= 0 && threshold <= 1) || pairs < fewest_pairs) return ClusterStatus::bad_parameter;
    const Clusters state(memory);
    const std::int32_t n = state.header.instruments;
    correlate_all(state, pairs);
    const auto known = [&](std::int32_t i) { return state.counts[i] >= pairs; };
    for (std::int32_t i = 0; i < n; ++i)
        for (std::int32_t j = i + 1; j < n; ++j) {
            if (!known(i) || !known(j) || !(__builtin_fabs(state.correlation(i, j)) >= threshold)) continue;
            const std::int32_t a = state.root(i), b = state.root(j);
            state.parents[a < b ? b : a] = a < b ? a : b; // the lowest member is the root
        }
    std::int32_t clusters = 0;
    for (std::int32_t i = 0; i < n; ++i) {
        const std::int32_t lowest = state.root(i);
        cluster[i] = !known(i) ? -1 : lowest == i ? clusters++ : cluster[lowest];
    }
    for (std::int32_t i = 0; i < n; ++i) {
        double sum = 0;
        size[i] = 0;
        inside[i] = 0;
        if (cluster[i] < 0) continue;
        for (std::int32_t j = 0; j < n; ++j) {
            if (cluster[j] != cluster[i]) continue;
            ++size[i];
            if (j != i) sum += state.correlation(i, j);
        }
        if (size[i] > 1) inside[i] = sum / (size[i] - 1);
    }
    return ClusterStatus::ok;
}

double cluster_correlation(const void* memory, std::int32_t first, std::int32_t second) noexcept {
    const Clusters state(const_cast<void*>(memory)); // a view, and nothing is written through it here
    const std::int32_t n = state.header.instruments;
    return first >= 0 && second >= 0 && first < n && second < n ? state.correlation(first, second) : 0;
}

} // namespace martlet
