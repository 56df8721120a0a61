#pragma once
#include <cstddef>
#include <cstdint>

// One moment across a universe: where each instrument stands among the others.
//
//     values of N instruments, NaN where one is absent ──► rank, score, less its group, less the others
//                                                    ├───► breadth, dispersion, performance of groups
//                                                    └───► correlation clusters over the last W moments
//
// An instrument that is absent (NaN, infinity or more than 1e100 in size) has no part in anything and is NaN in what
// comes out. Sums run in the order of the instruments, so that the same universe gives the same bits. Nothing here
// allocates, locks or throws; scratch memory is the caller's. `out` may be `values`.

namespace martlet {

/// Rank among those present: 0 the lowest, 1 the highest, ties the mean of their ranks, ½ for one alone. `order`
/// has room for `count`. O(count log count).
void cross_rank(const double* values, std::int32_t count, std::int32_t* order, double* out) noexcept;

/// Distance from the mean of those present in their standard deviations (population); 0 where they are alike.
/// O(count).
void cross_z_score(const double* values, std::int32_t count, double* out) noexcept;

/// Distance from the median in median absolute deviations × 1.4826…; 0 where more than half are alike. `sorted` has
/// room for `count`. O(count log count).
void cross_robust_score(const double* values, std::int32_t count, double* sorted, double* out) noexcept;

/// How far those present lie apart.
struct CrossDispersion {
    std::int32_t present;
    double mean;
    double deviation;          ///< population standard deviation
    double absolute_deviation; ///< mean distance from the mean
};
/// All 0 where nobody is present. O(count).
CrossDispersion cross_dispersion(const double* values, std::int32_t count) noexcept;

/// How many of a universe go up, by the sign of a value (a return, a distance from a mean).
struct MarketBreadth {
    std::int32_t present;
    std::int32_t advancing;
    std::int32_t declining;
    double share_above; ///< advancing ÷ present; 0 where nobody is
    double net;         ///< (advancing − declining) ÷ present; 0 where nobody is
};
MarketBreadth market_breadth(const double* values, std::int32_t count) noexcept;

/// The advance/decline line: the sum of advancing less declining over all moments so far. A copy is a snapshot.
struct AdvanceDeclineLine {
    double value = 0;
    double update(const MarketBreadth& breadth) noexcept {
        value += static_cast<double>(breadth.advancing - breadth.declining);
        return value;
    }
};

/// One group (a sector) at one moment.
struct GroupPerformance {
    std::int32_t members; ///< present ones
    std::int32_t padding;
    double mean;   ///< NaN without members
    double median; ///< NaN without members
    double rank;   ///< of its mean among the groups with members, as `cross_rank`; NaN without members
};

/// `groups[i]` is the group of instrument i, 0 … group_count − 1; one out of that range belongs to none and has no
/// part. `order` has room for the larger of count and group_count. O(count log count + groups log groups).
void group_performance(
    const double* values, const std::int32_t* groups, std::int32_t count, std::int32_t group_count, std::int32_t* order,
    GroupPerformance* out) noexcept;

/// Value less the mean of its group; NaN for one without a group. `means` and `members` have room for
/// `group_count`. O(count + groups).
void group_demean(
    const double* values, const std::int32_t* groups, std::int32_t count, std::int32_t group_count, double* means,
    std::int32_t* members, double* out) noexcept;

/// Value less the mean of the others, by their weights (null: equal). A weight that is not above 0 leaves the
/// instrument out of the basket, not out of the answer; 0 for one without others. `scratch` has room for 2 count:
/// the others are added up, never taken out of a sum, so that an extreme value leaves no trace in their mean.
/// O(count).
void basket_residual(const double* values, const double* weights, std::int32_t count, double* scratch, double* out) noexcept;

enum class ClusterStatus : std::uint8_t {
    ok = 0,
    bad_size,      ///< fewer than 1 or more than 4096 instruments, a window shorter than 3 or longer than 100,000
    small_memory,  ///< less than `cluster_bytes`, or not aligned to 8
    bad_parameter, ///< a threshold outside 0 … 1, or fewer than 3 pairs
};

/// Rolling correlations of N instruments over the last W moments, in the caller's memory: flat, without pointers,
/// so that a copy of its bytes is a snapshot. 0 where the size is refused; 8 (N W + N²) and some bytes else.
std::size_t cluster_bytes(std::int32_t instruments, std::int32_t window) noexcept;
ClusterStatus create_clusters(std::int32_t instruments, std::int32_t window, void* memory, std::size_t bytes) noexcept;
/// The values (returns) of one moment. O(N).
void update_clusters(void* memory, const double* values) noexcept;
void reset_clusters(void* memory) noexcept;

/// Correlates all pairs over the moments at which both were present, at least `pairs` of them (else 0), and joins
/// instruments whose correlation is at least `threshold` in size, and theirs, to clusters, numbered 0, 1 … by
/// their lowest member. `cluster` is −1 for one with fewer than `pairs` moments; `size` is then 0. `inside` is the
/// mean correlation with the other members, 0 without any. `cluster` and others have room for N. O(N² W).
ClusterStatus compute_clusters(
    void* memory, double threshold, std::int32_t pairs, std::int32_t* cluster, std::int32_t* size, double* inside) noexcept;
/// Of two instruments, as `compute_clusters` last had it, −1 … 1; 0 before, for indices out of range, and where one
/// does not vary.
double cluster_correlation(const void* memory, std::int32_t first, std::int32_t second) noexcept;

} // namespace martlet
