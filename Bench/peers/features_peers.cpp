#include <dlfcn.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <span>
#include <vector>

#include "martlet/feature_batch.hpp"

// Our features beside TA-Lib's functions: the same series, one core, turn by turn in one run, medians of the
// processor time of the thread. TA-Lib is loaded from the library that MARTLET_TALIB names (the wheel holds
// it); its functions are declared here as its documentation has them.

namespace {

using namespace martlet;

constexpr int bars = 100'000;
constexpr int turns = 15;
constexpr int instruments = 8;

struct Market {
    std::vector<double> columns[instruments][5];
    const double* pointers[instruments][5];
    FeatureTable tables[instruments];

    Market() {
        std::uint64_t state = 1;
        const auto dice = [&state] {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            return static_cast<double>(state >> 40) / 16777216.0;
        };
        for (int k = 0; k < instruments; ++k) {
            double price = 1000;
            for (int t = 0; t < bars; ++t) {
                const double open = price;
                price = std::fabs(price + dice() - 0.5) + 1;
                const double row[] = {open, std::fmax(open, price) + 0.3 * dice(), std::fmin(open, price) - 0.4 * dice(), price, 1000 * dice()};
                for (int c = 0; c < 5; ++c) columns[k][c].push_back(row[c]);
            }
            for (int c = 0; c < 5; ++c) pointers[k][c] = columns[k][c].data();
            tables[k] = {FeatureRecord::bar, 5, pointers[k], bars};
        }
    }
};

double thread_nanoseconds() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

double timed(const std::function<void()>& work) {
    const double begin = thread_nanoseconds();
    work();
    return thread_nanoseconds() - begin;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// TA-Lib's functions by what they take: one series, bars …; p is a period, m the kind of a mean (0: plain).
struct TaLib {
    void* library;
    const double *o, *h, *l, *c, *v;
    std::vector<double> out[3];
    int begin = 0, count = 0;

    template <class... Arguments>
    void call(const char* name, Arguments... arguments) {
        void* symbol = dlsym(library, name);
        if (symbol == nullptr) {
            std::fprintf(stderr, "TA-Lib has no function %s\n", name);
            std::exit(2);
        }
        if (reinterpret_cast<int (*)(int, int, Arguments...)>(symbol)(0, bars - 1, arguments...) != 0) {
            std::fprintf(stderr, "TA-Lib's %s failed\n", name);
            std::exit(2);
        }
    }
    template <class... Arguments>
    void series(const char* name, Arguments... p) { call(name, c, p..., &begin, &count, out[0].data()); }
    template <class... Arguments>
    void bar(const char* name, Arguments... p) { call(name, h, l, c, p..., &begin, &count, out[0].data()); }
};

struct Pair {
    const char* feature;
    std::function<void(TaLib&)> peer;
    bool of_the_ten = false;
};

std::vector<Pair> pairs() {
    const auto two = [](TaLib& t) { return t.out[1].data(); };
    const auto three = [](TaLib& t) { return t.out[2].data(); };
    return {
        {"rsi", [](TaLib& t) { t.series("TA_RSI", 14); }, true},
        {"macd", [=](TaLib& t) { t.call("TA_MACD", t.c, 12, 26, 9, &t.begin, &t.count, t.out[0].data(), two(t), three(t)); }, true},
        {"bollinger", [=](TaLib& t) { t.call("TA_BBANDS", t.c, 20, 2.0, 2.0, 0, &t.begin, &t.count, t.out[0].data(), two(t), three(t)); }, true},
        {"atr", [](TaLib& t) { t.bar("TA_ATR", 14); }, true},
        {"stochastic", [=](TaLib& t) { t.call("TA_STOCH", t.h, t.l, t.c, 5, 3, 0, 3, 0, &t.begin, &t.count, t.out[0].data(), two(t)); }, true},
        {"adx", [](TaLib& t) { t.bar("TA_ADX", 14); }, true},
        {"cci", [](TaLib& t) { t.bar("TA_CCI", 14); }, true},
        {"mfi", [](TaLib& t) { t.call("TA_MFI", t.h, t.l, t.c, t.v, 14, &t.begin, &t.count, t.out[0].data()); }, true},
        {"obv", [](TaLib& t) { t.call("TA_OBV", t.c, t.v, &t.begin, &t.count, t.out[0].data()); }, true},
        {"aroon", [=](TaLib& t) { t.call("TA_AROON", t.h, t.l, 14, &t.begin, &t.count, t.out[0].data(), two(t)); }, true},
        {"sma", [](TaLib& t) { t.series("TA_SMA", 30); }},
        {"ema", [](TaLib& t) { t.series("TA_EMA", 30); }},
        {"wma", [](TaLib& t) { t.series("TA_WMA", 30); }},
        {"dema", [](TaLib& t) { t.series("TA_DEMA", 30); }},
        {"tema", [](TaLib& t) { t.series("TA_TEMA", 30); }},
        {"kama", [](TaLib& t) { t.series("TA_KAMA", 30); }},
        {"t3", [](TaLib& t) { t.series("TA_T3", 5, 0.7); }},
        {"trix", [](TaLib& t) { t.series("TA_TRIX", 30); }},
        {"cmo", [](TaLib& t) { t.series("TA_CMO", 14); }},
        {"roc", [](TaLib& t) { t.series("TA_ROC", 10); }},
        {"momentum", [](TaLib& t) { t.series("TA_MOM", 10); }},
        {"standard_deviation", [](TaLib& t) { t.series("TA_STDDEV", 20, 1.0); }},
        {"linear_regression", [](TaLib& t) {
             for (const char* one : {"TA_LINEARREG", "TA_LINEARREG_SLOPE", "TA_LINEARREG_INTERCEPT", "TA_TSF"}) t.series(one, 14);
         }},
        {"ppo", [](TaLib& t) {
             for (const char* one : {"TA_PPO", "TA_APO"}) t.series(one, 12, 26, 0);
         }},
        {"stochastic_rsi", [=](TaLib& t) { t.call("TA_STOCHRSI", t.c, 14, 5, 3, 0, &t.begin, &t.count, t.out[0].data(), two(t)); }},
        {"fast_stochastic", [=](TaLib& t) { t.call("TA_STOCHF", t.h, t.l, t.c, 5, 3, 0, &t.begin, &t.count, t.out[0].data(), two(t)); }},
        {"directional", [](TaLib& t) {
             for (const char* one : {"TA_PLUS_DI", "TA_MINUS_DI", "TA_DX"}) t.bar(one, 14);
         }},
        {"adxr", [](TaLib& t) { t.bar("TA_ADXR", 14); }},
        {"williams_r", [](TaLib& t) { t.bar("TA_WILLR", 14); }},
        {"natr", [](TaLib& t) { t.bar("TA_NATR", 14); }},
        {"true_range", [](TaLib& t) { t.bar("TA_TRANGE"); }},
        {"ultimate_oscillator", [](TaLib& t) { t.bar("TA_ULTOSC", 7, 14, 28); }},
        {"sar", [](TaLib& t) { t.call("TA_SAR", t.h, t.l, 0.02, 0.2, &t.begin, &t.count, t.out[0].data()); }},
        {"balance_of_power", [](TaLib& t) { t.call("TA_BOP", t.o, t.h, t.l, t.c, &t.begin, &t.count, t.out[0].data()); }},
        {"accumulation", [](TaLib& t) { t.call("TA_AD", t.h, t.l, t.c, t.v, &t.begin, &t.count, t.out[0].data()); }},
        {"chaikin_oscillator", [](TaLib& t) { t.call("TA_ADOSC", t.h, t.l, t.c, t.v, 3, 10, &t.begin, &t.count, t.out[0].data()); }},
    };
}

class Comparison {
public:
    Comparison(const Market& market, TaLib& talib) : market_(market), talib_(talib) {
        outputs_.resize(instruments * maximum_feature_outputs);
        for (auto& column : outputs_) {
            column.resize(bars);
            pointers_.push_back(column.data());
        }
    }

    /// Medians a bar: TA-Lib, one series, eight series (a bar and instrument).
    void run(const Pair& pair) {
        FeatureRequest request;
        request.feature = find_feature(pair.feature);
        std::vector<double> theirs, one, eight;
        for (int turn = 0; turn < turns; ++turn) {
            theirs.push_back(timed([&] { pair.peer(talib_); }) / bars);
            one.push_back(timed([&] { ours({&request, 1}, 1); }) / bars);
            eight.push_back(timed([&] { ours({&request, 1}, instruments); }) / (bars * instruments));
        }
        const double t = median(theirs), a = median(one), b = median(eight);
        std::printf("%-22s %8.2f %8.2f %7.2f %8.2f %7.2f\n", pair.feature, t, a, a / t, b, b / t);
        if (!pair.of_the_ten) return;
        theirs_ += t;
        one_ += a;
        eight_ += b;
    }
    /// The ten one after the other, and in one call, which brings the columns together once for all of them.
    void summary() {
        std::printf("%-22s %8.2f %8.2f %7.2f %8.2f %7.2f\n", "the first ten, summed", theirs_, one_, one_ / theirs_, eight_, eight_ / theirs_);
        std::vector<FeatureRequest> ten;
        for (const Pair& pair : pairs())
            if (pair.of_the_ten) ten.emplace_back().feature = find_feature(pair.feature);
        std::vector<double> one, eight;
        for (int turn = 0; turn < turns; ++turn) {
            one.push_back(timed([&] { ours(ten, 1); }) / bars);
            eight.push_back(timed([&] { ours(ten, instruments); }) / (bars * instruments));
        }
        const double a = median(one), b = median(eight);
        std::printf("%-22s %8.2f %8.2f %7.2f %8.2f %7.2f\n", "the ten in one call", theirs_, a, a / theirs_, b, b / theirs_);
    }

private:
    void ours(std::span<const FeatureRequest> requests, std::int32_t tables) {
        FeatureBatchOptions options;
        options.threads = 1;
        const auto count = static_cast<std::int32_t>(requests.size());
        const auto sink = [](void*, const FeatureBlock*) {};
        const FeatureStatus status = tables == 1 ? compute_features(requests.data(), count, market_.tables, 1, pointers_.data(), options)
                                                 : stream_features(requests.data(), count, market_.tables, tables, sink, nullptr, options);
        if (status != FeatureStatus::ok) std::exit(2);
    }

    const Market& market_;
    TaLib& talib_;
    std::vector<std::vector<double>> outputs_;
    std::vector<double*> pointers_;
    double theirs_ = 0;
    double one_ = 0;
    double eight_ = 0;
};

} // namespace

int main() {
    const char* path = std::getenv("MARTLET_TALIB");
    void* library = path != nullptr ? dlopen(path, RTLD_NOW) : nullptr;
    if (library == nullptr) {
        std::fprintf(stderr, "MARTLET_TALIB must name TA-Lib's shared library, was %s\n", path != nullptr ? path : "not set");
        return 2;
    }
    if (const auto initialize = reinterpret_cast<int (*)()>(dlsym(library, "TA_Initialize")); initialize == nullptr || initialize() != 0) return 2;
    const Market market;
    TaLib talib{library, market.pointers[0][0], market.pointers[0][1], market.pointers[0][2], market.pointers[0][3], market.pointers[0][4], {}};
    for (auto& column : talib.out) column.resize(bars);
    std::printf("nanoseconds a bar (eight: a bar and instrument, into a sink of floats), %d bars, one core\n", bars);
    std::printf("%-22s %8s %8s %7s %8s %7s\n", "", "TA-Lib", "one", "ratio", "eight", "ratio");
    Comparison comparison(market, talib);
    for (const Pair& pair : pairs()) comparison.run(pair);
    comparison.summary();
    return 0;
}
