#pragma once
#include "feature_table.hpp"

// One function a group of features, each in the file of its name.

namespace martlet {

std::span<const FeatureEntry> trend_features() noexcept;
std::span<const FeatureEntry> momentum_features() noexcept;
std::span<const FeatureEntry> volatility_features() noexcept;
std::span<const FeatureEntry> volume_features() noexcept;
std::span<const FeatureEntry> pattern_features() noexcept;
std::span<const FeatureEntry> price_action_features() noexcept;
std::span<const FeatureEntry> microstructure_features() noexcept;
std::span<const FeatureEntry> statistics_features() noexcept;
std::span<const FeatureEntry> relation_features() noexcept;
std::span<const FeatureEntry> derivatives_features() noexcept;

} // namespace martlet
