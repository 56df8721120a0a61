#include "groups.hpp"
#include "martlet/kernels/relations.hpp"

namespace martlet {

std::span<const FeatureEntry> relation_features() noexcept {
    using namespace kernels;
    return table::entries<Residual, LeadLag, Agreement>();
}

} // namespace martlet
