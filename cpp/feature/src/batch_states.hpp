#pragma once
#include <algorithm>
#include <memory>
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

/// Memory for doubles that begins with a line of the cache, as it comes.
class Lines {
public:
    explicit Lines(std::size_t count)
        : memory_(static_cast<double*>(::operator new(count * sizeof(double), alignment))), count_(count) {}
    double* data() const noexcept { return memory_.get(); }
    std::span<const double> all() const noexcept { return {memory_.get(), count_}; }

private:
    static constexpr std::align_val_t alignment{64};
    struct Free {
        void operator()(double* memory) const noexcept { ::operator delete(memory, alignment); }
    };
    std::unique_ptr<double, Free> memory_;
    std::size_t count_;
};

/// The states of a slice in one piece of memory, made and ready.
class BatchStates {
public:
    BatchStates(std::span<const PlannedFeature> features, bool lanes) : sizes_(sizes(features, lanes)), memory_(total(sizes_) / 8) {
        unsigned char* at = reinterpret_cast<unsigned char*>(memory_.data());
        for (std::size_t i = 0; i < features.size(); ++i) {
            const PlannedFeature& one = features[i];
            std::fill_n(reinterpret_cast<double*>(at), sizes_[i] / 8, 0.0);
            new (at) StateHeader{0, 0, 0, one.entry->warm_up(one.parameters), sizes_[i]};
            functions(one, lanes).create(one.parameters, at);
            begins_.push_back(at);
            at += sizes_[i];
        }
    }
    void* operator[](std::size_t i) const noexcept { return begins_[i]; }
    /// All of it.
    std::span<const double> memory() const noexcept { return memory_.all(); }

private:
    static const StateFunctions& functions(const PlannedFeature& one, bool lanes) noexcept { return lanes ? one.entry->lanes : one.entry->one; }
    static std::vector<std::size_t> sizes(std::span<const PlannedFeature> features, bool lanes) {
        std::vector<std::size_t> out;
        for (const PlannedFeature& one : features) out.push_back((functions(one, lanes).bytes(one.parameters) + 63) / 64 * 64);
        return out;
    }
    static std::size_t total(const std::vector<std::size_t>& sizes) noexcept {
        std::size_t sum = 0;
        for (const std::size_t size : sizes) sum += size;
        return sum;
    }

    std::vector<std::size_t> sizes_;
    Lines memory_;
    std::vector<void*> begins_;
};

} // namespace martlet
