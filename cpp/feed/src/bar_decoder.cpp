#include "martlet/bar_decoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "bar_records.hpp"
#include "byte_source.hpp"
#include "civil_time.hpp"

namespace martlet {
namespace {

/// Turns records into bar events.
class BarAssembler final : public RawBarSink {
public:
    BarAssembler(const BarDecodeOptions& options, EventBuffer& out, DefectLog& log)
        : options_(options), out_(out), log_(log) {}

    void bar(const RawBar& raw) override {
        BarEvent event{};
        const Defect found = assemble(raw, event);
        if (found != Defect::none) return defect(found, raw.offset, raw.line, raw.record);
        event.sequence = raw.line;
        event.receive_time = static_cast<std::int64_t>(raw.offset);
        if (!out_.append(as_market_event(event))) full = true;
    }

    void defect(Defect defect, std::uint64_t offset, std::uint64_t line, std::string_view record) override {
        log_.add(defect, offset, line, record.data(), record.size());
    }

    bool full = false;

private:
    Defect assemble(const RawBar& raw, BarEvent& event) {
        if (options_.layout.symbol >= 0) {
            if (symbol_.empty()) symbol_ = raw.symbol;
            if (raw.symbol != symbol_) return Defect::wrong_symbol;
        }
        if (!parse_time(raw.time, raw.clock, options_.layout, event.exchange_time)) return Defect::malformed_time;
        std::array<std::int64_t, 4> prices{};
        const std::array texts{raw.open, raw.high, raw.low, raw.close};
        bool rounded = false;
        for (std::size_t i = 0; i < prices.size(); ++i) {
            const Defect defect = read_units(texts[i], options_.price_increment, prices[i], rounded);
            if (defect != Defect::none) return defect;
        }
        const auto [open, high, low, close] = prices;
        if (std::min({open, high, low, close}) <= 0) return Defect::not_positive;
        bool rounded_volume = false;
        if (options_.layout.volume >= 0) {
            const Defect defect = options_.volume_in_money ? lots_of_money(raw.volume, prices[3], event.volume)
                                                           : read_lots(raw.volume, options_.lot_increment, event.volume, rounded_volume);
            if (defect != Defect::none) return defect;
        }
        if (event.volume < 0) return Defect::negative_quantity;
        if (low > std::min(open, close) || high < std::max(open, close)) return Defect::inconsistent_ohlc;
        if (high - low > std::numeric_limits<std::uint32_t>::max()) return Defect::bar_too_wide;
        event.kind = EventKind::bar;
        event.side = options_.side;
        event.low = low;
        event.open_above_low = static_cast<std::uint32_t>(open - low);
        event.high_above_low = static_cast<std::uint32_t>(high - low);
        event.close_above_low = static_cast<std::uint32_t>(close - low);
        if (rounded) defect(Defect::rounded_price, raw.offset, raw.line, raw.record);
        if (rounded_volume) defect(Defect::rounded_quantity, raw.offset, raw.line, raw.record);
        return Defect::none;
    }

    /// money ÷ (close × increment) ÷ lot, to the nearest lot: a statistic, so a double will do.
    Defect lots_of_money(std::string_view text, std::int64_t close, std::int64_t& lots) const {
        std::int64_t money = 0; // in units of 1e-6
        bool rounded = false;
        const Defect defect = read_lots(text, {1, -6}, money, rounded);
        if (defect != Defect::none) return defect;
        const auto value = [](Decimal decimal) { return static_cast<double>(decimal.mantissa) * std::pow(10.0, decimal.exponent); };
        const double price = static_cast<double>(close) * value(options_.price_increment);
        const double exact = static_cast<double>(money) * 1e-6 / price / value(options_.lot_increment);
        if (exact > 9.0e18) return Defect::number_out_of_range;
        lots = static_cast<std::int64_t>(std::nearbyint(exact));
        return Defect::none;
    }

    BarDecodeOptions options_;
    EventBuffer& out_;
    DefectLog& log_;
    std::string symbol_;
};

/// Collects the decimals that prices and volumes use.
class DecimalsCollector final : public RawBarSink {
public:
    void bar(const RawBar& raw) override {
        for (const std::string_view text : {raw.open, raw.high, raw.low, raw.close})
            price_places = std::max(price_places, decimal_places(text));
        if (!raw.volume.empty()) lot_places = std::max(lot_places, decimal_places(raw.volume));
        ++rows;
    }
    void defect(Defect, std::uint64_t, std::uint64_t, std::string_view) override {}

    int price_places = 0;
    int lot_places = 0;
    std::uint64_t rows = 0;
};

/// Collects the greatest common divisor of all prices.
class TickCollector final : public RawBarSink {
public:
    explicit TickCollector(Decimal increment) : increment_(increment) {}
    void bar(const RawBar& raw) override {
        for (const std::string_view text : {raw.open, raw.high, raw.low, raw.close}) {
            std::int64_t units = 0;
            bool rounded = false;
            if (read_units(text, increment_, units, rounded) == Defect::none && units > 0) tick = std::gcd(tick, units);
        }
    }
    void defect(Defect, std::uint64_t, std::uint64_t, std::string_view) override {}

    std::int64_t tick = 0;

private:
    Decimal increment_;
};

std::unique_ptr<RecordSplitter> make_splitter(BarFormat format, const BarLayout& layout, RawBarSink& sink) {
    return format == BarFormat::json ? make_json_splitter(sink) : make_csv_splitter(layout, sink);
}

/// Rows below which a common divisor of the prices says nothing of the tick.
constexpr std::uint64_t rows_for_tick = 100;
/// A larger common divisor comes from prices that hardly move, not from a rule.
constexpr std::int64_t largest_tick = 1000;

} // namespace

BarLayout json_layout() noexcept {
    BarLayout layout{};
    constexpr std::string_view name = "json";
    std::copy(name.begin(), name.end(), layout.name);
    layout.columns = 6;
    layout.clock = layout.symbol = -1;
    layout.open = 1;
    layout.high = 2;
    layout.low = 3;
    layout.close = 4;
    layout.volume = 5;
    layout.time_format = TimeFormat::milliseconds;
    layout.gaps = GapPolicy::continuous;
    return layout;
}

FeedStatus split_file(const char* path, RecordSplitter& splitter) noexcept {
    ByteSource source(path);
    for (;;) {
        const ByteSource::Piece piece = source.next();
        if (piece.size == 0) break;
        splitter.consume({piece.data, piece.size});
        if (splitter.status != FeedStatus::ok) return splitter.status;
    }
    splitter.finish(source.status() == FeedStatus::ok);
    return source.status() != FeedStatus::ok ? source.status() : splitter.status;
}

struct BarDecoder::Impl {
    Impl(const BarDecodeOptions& options, EventBuffer& out, DefectLog& log)
        : assembler(options, out, log), splitter(make_splitter(options.format, options.layout, assembler)) {}
    BarAssembler assembler;
    std::unique_ptr<RecordSplitter> splitter;
};

BarDecoder::BarDecoder(const BarDecodeOptions& options, EventBuffer& out, DefectLog& log) noexcept
    : impl_(new Impl(options, out, log)) {}
BarDecoder::~BarDecoder() { delete impl_; }

void BarDecoder::consume(const char* data, std::size_t size) noexcept { impl_->splitter->consume({data, size}); }
void BarDecoder::finish(bool complete) noexcept { impl_->splitter->finish(complete); }
FeedStatus BarDecoder::status() const noexcept {
    return impl_->assembler.full ? FeedStatus::too_large : impl_->splitter->status;
}
BarSourceInfo BarDecoder::info() const noexcept { return {impl_->splitter->bytes_seen, impl_->splitter->rows}; }

FeedStatus decode_bars(const char* path, const BarDecodeOptions& options, EventBuffer& out, DefectLog& log,
                       BarSourceInfo& info) noexcept {
    BarAssembler assembler(options, out, log);
    const auto splitter = make_splitter(options.format, options.layout, assembler);
    const FeedStatus status = split_file(path, *splitter);
    info = {splitter->bytes_seen, splitter->rows};
    return assembler.full ? FeedStatus::too_large : status;
}

FeedStatus infer_increments(const char* path, BarFormat format, const BarLayout& layout, InferredIncrements& result) noexcept {
    DecimalsCollector decimals;
    const auto splitter = make_splitter(format, layout, decimals);
    // A damaged file is judged when it is decoded; what can be read of it says enough here.
    FeedStatus status = split_file(path, *splitter);
    if (status == FeedStatus::cannot_open || status == FeedStatus::unknown_layout) return status;
    result.price_increment = {1, -decimals.price_places};
    result.lot_increment = {1, -decimals.lot_places};
    result.rows = decimals.rows;
    result.tick = 1;
    if (decimals.rows >= rows_for_tick) {
        TickCollector ticks(result.price_increment);
        const auto second = make_splitter(format, layout, ticks);
        status = split_file(path, *second);
        if (ticks.tick > 0 && ticks.tick <= largest_tick) result.tick = ticks.tick;
    }
    return FeedStatus::ok;
}

} // namespace martlet
