#pragma once
#include <algorithm>
#include <new>
#include <vector>

#include "batch.hpp"

namespace martlet {

/// Records that go through all features of a slice before the next: their columns and outputs stay in cache.
inline constexpr std::int64_t block_records = 128;

/// Outputs of the feature that has most.
inline std::int64_t most_outputs(std::span<const PlannedFeature> features) noexcept {
    std::int64_t most = 0;
    for (const PlannedFeature& one : features) most = std::max<std::int64_t>(most, one.entry->about->output_count);
    return most;
}

/// The states of a slice in one piece of memory, made and ready.
class BatchStates {
public:
    BatchStates(std::span<const PlannedFeature> features, bool lanes) {
        std::vector<std::size_t> sizes;
        std::size_t total = 0;
        for (const PlannedFeature& one : features) {
            sizes.push_back((functions(one, lanes).bytes(one.parameters) + 63) / 64 * 64);
            total += sizes.back();
        }
        memory_.resize(total / 8);
        unsigned char* at = reinterpret_cast<unsigned char*>(memory_.data());
        for (std::size_t i = 0; i < features.size(); ++i) {
            const PlannedFeature& one = features[i];
            new (at) StateHeader{0, 0, 0, one.entry->warm_up(one.parameters), sizes[i]};
            functions(one, lanes).create(one.parameters, at);
            begins_.push_back(at);
            at += sizes[i];
        }
    }
    void* operator[](std::size_t i) const noexcept { return begins_[i]; }
    /// All of it.
    std::span<const double> memory() const noexcept { return memory_; }

private:
    static const StateFunctions& functions(const PlannedFeature& one, bool lanes) noexcept { return lanes ? one.entry->lanes : one.entry->one; }

    std::vector<double> memory_;
    std::vector<void*> begins_;
};

} // namespace martlet
