#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "batch_states.hpp"
#include "transpose.hpp"

namespace martlet {
namespace {

constexpr std::int64_t area = block_records * batch_lanes; ///< doubles of one column of a block

/// The work of one call: columns of the block side by side, and what the kernels give.
class LaneWork {
public:
    LaneWork(std::span<const PlannedFeature> features, std::span<const Lane> lanes, LaneSet set, const BatchTarget& target)
        : features_(features), lanes_(lanes), set_(set), target_(target), states_(features, true),
          transpose_(transpose::functions(set)), reads_(reads_of(features)),
          columns_(static_cast<std::size_t>(area * __builtin_popcountll(reads_.all))), values_(static_cast<std::size_t>(area * most_outputs(features))),
          spare_(area), narrow_(area / 2) {
        std::int64_t areas = 0;
        for (std::uint64_t rest = reads_.all; rest != 0; rest &= rest - 1) begin_[__builtin_ctzll(rest)] = area * areas++;
        for (std::size_t k = 0; k < lanes.size(); ++k) {
            source_[k] = k;
            delivers_[k] = true;
        }
    }

    /// To the end, but for lanes that meet a record which a feature ignores: they are left there.
    std::vector<LeftLane> run() {
        if (run_blocks([this] { return leave(); }, 0)) return std::move(left_);
        for (std::size_t k = 0; k < lanes_.size(); ++k)
            if (delivers_[k]) left_.push_back({lanes_[k], first_});
        return std::move(left_);
    }

    /// False at the first record that a feature would ignore.
    bool run_checked(std::int64_t meet) {
        return run_blocks([] { return false; }, meet);
    }

    /// Asks `on_hole` where a lane has a record that is ignored, and looks again until it says no.
    template <class OnHole>
    bool run_blocks(const OnHole& on_hole, std::int64_t meet) {
        std::int64_t longest = 0;
        for (const Lane& lane : lanes_) longest = std::max(longest, lane.count);
        for (first_ = 0; first_ < longest; first_ += block_records) {
            if (meet != 0 && first_ == meet) met_.assign(states_.memory().begin(), states_.memory().end());
            count_ = std::min(block_records, longest - first_);
            while (!load())
                if (!on_hole()) return false;
            for (std::size_t f = 0; f < features_.size(); ++f) run(f);
        }
        return true;
    }

    /// Whether each lane, where it took over, was in the state in which the one before it ends.
    bool meets() const {
        const PlannedFeature& one = features_[0];
        const std::size_t fixed = one.entry->lanes.fixed_bytes / 8;
        const std::size_t behind = one.entry->lanes.bytes(one.parameters) / 8 - static_cast<std::size_t>(one.entry->about->parameter_count);
        const std::vector<std::size_t> places = one.entry->numbers(one.parameters);
        if (places.empty()) return false;
        for (const std::size_t place : places)
            if (!meets(sizeof(StateHeader) / 8 + place)) return false;
        for (std::size_t at = fixed; at < behind; at += batch_lanes)
            if (!meets(at)) return false;
        return true;
    }

private:
    bool meets(std::size_t at) const noexcept {
        return std::memcmp(met_.data() + at + 1, states_.memory().data() + at, (batch_lanes - 1) * sizeof(double)) == 0;
    }

    /// Records of a lane in this block.
    std::int64_t there(const Lane& lane) const noexcept { return std::clamp<std::int64_t>(lane.count - first_, 0, count_); }

    bool within(int column, const double* values, std::int64_t count) const noexcept {
        return transpose_.within(values, count, reads_.least(column), largest_input);
    }

    /// The columns of the block, lanes side by side; false at one with a record that is ignored.
    bool load() {
        for (std::uint64_t rest = reads_.all; rest != 0; rest &= rest - 1) {
            const int column = __builtin_ctzll(rest);
            load(column);
            if (!within(column, columns_.data() + begin_[column], count_ * batch_lanes)) return false;
        }
        return true;
    }

    /// Takes the lanes out that have such a record in this block: another lane goes in their place, unseen. False where
    /// that is not all there is to do.
    bool leave() {
        std::size_t stays = batch_lanes;
        const std::size_t before = left_.size();
        for (std::size_t k = 0; k < lanes_.size(); ++k) {
            if (!delivers_[k]) continue;
            if (acceptable(lanes_[k])) {
                stays = k;
                continue;
            }
            delivers_[k] = false;
            left_.push_back({lanes_[k], first_});
        }
        if (stays == batch_lanes || left_.size() == before) return false;
        for (std::size_t k = 0; k < batch_lanes; ++k)
            if (!delivers_[k]) source_[k] = stays;
        return true;
    }

    /// Whether no record of the lane in this block is ignored.
    bool acceptable(const Lane& lane) const noexcept {
        for (std::uint64_t rest = reads_.all; rest != 0; rest &= rest - 1) {
            const int column = __builtin_ctzll(rest);
            if (there(lane) > 0 && !within(column, lane.table->columns[column] + lane.start + first_, there(lane))) return false;
        }
        return true;
    }

    void load(int column) {
        const double* from[batch_lanes];
        for (int k = 0; k < batch_lanes; ++k) {
            const Lane& lane = lanes_[source_[k]];
            const double* begin = lane.table->columns[column] + lane.start;
            from[k] = begin + first_;
            const std::int64_t known = there(lane);
            if (known == count_) continue;
            double* spare = spare_.data() + k * block_records;
            std::copy_n(begin + first_, known, spare);
            std::fill(spare + known, spare + count_, begin[lane.count - 1]);
            from[k] = spare;
        }
        transpose_.interleave(from, columns_.data() + begin_[column], count_);
    }

    void run(std::size_t f) {
        const PlannedFeature& one = features_[f];
        const FeatureDescription& about = *one.entry->about;
        const double* in[maximum_record_columns];
        double* out[maximum_feature_outputs];
        for (std::uint64_t rest = about.inputs; rest != 0; rest &= rest - 1) {
            const int i = __builtin_ctzll(rest);
            in[i] = columns_.data() + begin_[one.source[i]];
        }
        for (std::int32_t i = 0; i < about.output_count; ++i) out[i] = values_.data() + i * area;
        one.entry->run_lanes[set_](states_[f], in, out, count_);
        for (std::int32_t i = 0; i < about.output_count; ++i) {
            if (target_.outputs != nullptr) store(one, i, out[i]);
            else give(one, i, out[i]);
        }
    }

    /// Values of the block into the columns of doubles; lanes that are not in it with all, through the spare.
    void store(const PlannedFeature& one, std::int32_t output, const double* values) {
        double* to[batch_lanes];
        for (int k = 0; k < batch_lanes; ++k) {
            to[k] = spare_.data() + k * block_records;
            if (!delivers_[k]) continue;
            const Lane& lane = lanes_[static_cast<std::size_t>(k)];
            if (first_ >= lane.skip && there(lane) == count_) to[k] = target_.column(lane.index, one.first_column + output) + lane.start + first_;
        }
        transpose_.doubles(values, to, count_);
        for (std::size_t k = 0; k < lanes_.size(); ++k) {
            const Lane& lane = lanes_[k];
            const double* spare = spare_.data() + k * block_records;
            const std::int64_t skip = std::max<std::int64_t>(lane.skip - first_, 0);
            if (!delivers_[k] || to[k] != spare || skip >= there(lane)) continue;
            std::copy(spare + skip, spare + there(lane), target_.column(lane.index, one.first_column + output) + lane.start + first_ + skip);
        }
    }

    /// Values of the block to the sink.
    void give(const PlannedFeature& one, std::int32_t output, const double* values) {
        float* to[batch_lanes];
        for (int k = 0; k < batch_lanes; ++k) to[k] = reinterpret_cast<float*>(narrow_.data()) + k * block_records;
        transpose_.floats(values, to, count_);
        for (std::size_t k = 0; k < lanes_.size(); ++k) {
            const Lane& lane = lanes_[k];
            if (!delivers_[k] || there(lane) == 0) continue;
            const FeatureBlock block{lane.index, one.request, output, one.first_column + output, first_, there(lane), to[k]};
            target_.sink(target_.context, &block);
        }
    }

    std::span<const PlannedFeature> features_;
    std::span<const Lane> lanes_;
    LaneSet set_;
    const BatchTarget& target_;
    BatchStates states_;
    const transpose::Functions& transpose_;
    Reads reads_;
    std::size_t source_[batch_lanes] = {};            ///< which lane's records each takes
    bool delivers_[batch_lanes] = {};                 ///< whether what it gives is wanted
    std::vector<LeftLane> left_;
    std::int64_t begin_[maximum_record_columns] = {}; ///< of a column's area
    Lines columns_;
    Lines values_;
    Lines spare_;  ///< a block of one column for each lane
    Lines narrow_; ///< a block of one output for each lane, in floats
    std::vector<double> met_; ///< the states where the pieces of a series meet
    std::int64_t first_ = 0;
    std::int64_t count_ = 0;
};

} // namespace

std::vector<LeftLane> compute_lanes(
    std::span<const PlannedFeature> features, std::span<const Lane> lanes, LaneSet set, const BatchTarget& target) {
    return LaneWork(features, lanes, set, target).run();
}

bool compute_pieces(const PlannedFeature& feature, std::span<const Lane> lanes, std::int64_t meet, LaneSet set, const BatchTarget& target) {
    LaneWork work({&feature, 1}, lanes, set, target);
    return work.run_checked(meet) && (meet == 0 || work.meets());
}

} // namespace martlet
