#include "groups.hpp"
#include "martlet/kernels/order_flow.hpp"
#include "martlet/kernels/trade_flow.hpp"

namespace martlet {

std::span<const FeatureEntry> microstructure_features() noexcept {
    using namespace kernels;
    return table::entries<
        QuotedSpread, Microprice, FlowImbalance, Queues, DepthImbalance, DepthAndSlope, MultiLevelFlow, TradeSign, EffectiveSpread,
        RealisedSpread, VolumeDelta, KyleLambda, Vpin, Amihud, Roll, EventRate, Hawkes>();
}

} // namespace martlet
