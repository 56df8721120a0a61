#pragma once
#include <cstdint>
#include <type_traits>
#include <vector>

#include "martlet/kernels/kernel.hpp"

// Where a kernel over lanes keeps its numbers, apart from counts and parameters: a kernel made of stand-ins
// for a number, each of which notes its own address.

namespace martlet::table {

/// A stand-in for `kernels::Lanes<8>`, of the same size and alignment. Kernels are only made of it, never updated.
struct Placeholder {
    double lane[8];

    Placeholder() noexcept { note(); }
    Placeholder(double) noexcept { note(); }
    Placeholder(const Placeholder&) noexcept { note(); }
    Placeholder& operator=(const Placeholder&) noexcept = default;

    static inline thread_local std::vector<const Placeholder*>* made = nullptr;

private:
    void note() const { made->push_back(this); }
};

/// Offsets of the numbers within the kernel, in doubles.
template <template <class> class Kernel>
std::vector<std::size_t> number_places(const double* parameters) {
    using Lanes = kernels::Lanes<8>;
    static_assert(sizeof(Placeholder) == sizeof(Lanes) && alignof(Placeholder) == alignof(Lanes));
    static_assert(sizeof(Kernel<Placeholder>) == sizeof(Kernel<Lanes>));
    constexpr std::size_t count = (sizeof(Kernel<Lanes>) - sizeof(Kernel<double>)) / (sizeof(Lanes) - sizeof(double));
    std::vector<const Placeholder*> made;
    Placeholder::made = &made;
    kernels::Arena arena;
    const Kernel<Placeholder> kernel(parameters, arena);
    Placeholder::made = nullptr;
    std::vector<std::size_t> places;
    const auto* begin = reinterpret_cast<const double*>(&kernel);
    for (const Placeholder* one : made) { // temporaries of its making lie elsewhere
        const auto* at = reinterpret_cast<const double*>(one);
        if (at >= begin && at < reinterpret_cast<const double*>(&kernel + 1)) places.push_back(static_cast<std::size_t>(at - begin));
    }
    return places.size() == count ? places : std::vector<std::size_t>{};
}

} // namespace martlet::table
