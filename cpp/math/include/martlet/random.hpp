#pragma once
#include <cstddef>
#include <cstdint>

// Counter-based random numbers: the n-th number of a stream is a function of (seed, purpose, index, n).
// Streams need no order of creation and share no state, so adding a stream changes no other.
//
//     seed ──────────────► key      ┐
//     purpose, index ────► counter  ├─► Philox4x32-10 ─► 128 bits ─► two numbers
//     position ──────────► counter  ┘
//
// Formula: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).

namespace martlet {

/// One stream of random numbers; a plain value of 40 bytes. A copy repeats what follows.
///
///     RandomStream arrivals(seed, purpose_arrivals, instrument);
///     double wait = arrivals.exponential() / rate;
///
/// No method allocates or fails. Different (seed, purpose, index) never share a number block.
struct RandomStream {
    std::uint64_t seed;
    std::uint32_t purpose;
    std::uint32_t index;
    std::uint64_t position; ///< how many numbers were taken
    std::uint64_t spare[2]; ///< the current block; its second half is the next odd number

    RandomStream() noexcept : RandomStream(0, 0, 0) {}
    RandomStream(std::uint64_t stream_seed, std::uint32_t stream_purpose, std::uint32_t stream_index) noexcept
        : seed(stream_seed), purpose(stream_purpose), index(stream_index), position(0), spare{0, 0} {}

    /// The next 64 uniform bits. About 4 ns.
    std::uint64_t next() noexcept {
        const std::uint64_t at = position++;
        if ((at & 1) == 0) fill(at >> 1);
        return spare[at & 1];
    }

    /// Goes to the n-th number of the stream, 0 the first. O(1).
    void seek(std::uint64_t n) noexcept {
        position = n;
        if ((n & 1) != 0) fill(n >> 1);
    }

    /// Uniform in the open interval (0, 1), a multiple of 2^-53. Takes one number.
    double uniform() noexcept { return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52; }

    /// Uniform in 0 … bound − 1, without bias; 0 where `bound` is 0. Takes one number, seldom more.
    /// Formula: Lemire, "Fast random integer generation in an interval" (2019).
    std::uint64_t below(std::uint64_t bound) noexcept {
        __extension__ using Wide = unsigned __int128;
        if (bound == 0) return 0;
        Wide product = static_cast<Wide>(next()) * bound;
        if (static_cast<std::uint64_t>(product) < bound) {
            const std::uint64_t refused = (0 - bound) % bound;
            while (static_cast<std::uint64_t>(product) < refused) product = static_cast<Wide>(next()) * bound;
        }
        return static_cast<std::uint64_t>(product >> 64);
    }

    /// True with the probability given. Takes one number.
    bool chance(double probability) noexcept { return uniform() < probability; }

    /// Exponential with mean 1, in (0, 36.8). Takes one number. About 12 ns.
    double exponential() noexcept;

    /// Standard normal by inversion, |x| < 8.3, so that one number gives one variate. About 15 ns.
    double normal() noexcept;

private:
    void fill(std::uint64_t block) noexcept;
};

static_assert(sizeof(RandomStream) == 40);

/// x with Φ(x) = p for p in (0, 1), relative error about 1e-15; ±∞ at the ends, NaN outside.
/// Formula: Wichura, "Algorithm AS 241: the percentage points of the normal distribution" (1988).
double inverse_normal(double p) noexcept;

/// The raw function: ten rounds over four 32-bit words with a key of two, in place.
void philox_4x32(std::uint32_t (&counter)[4], std::uint32_t key0, std::uint32_t key1) noexcept;

} // namespace martlet
