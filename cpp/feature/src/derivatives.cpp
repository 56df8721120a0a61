#include "groups.hpp"
#include "martlet/kernels/derivatives.hpp"
#include "martlet/kernels/option_flow.hpp"

namespace martlet {

std::span<const FeatureEntry> derivatives_features() noexcept {
    using namespace kernels;
    return table::entries<Basis, DatedBasis, Funding, OpenInterest, OptionFlow>();
}

} // namespace martlet
