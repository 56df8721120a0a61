#include "martlet/random.hpp"

#include "martlet/elementary.hpp"

#include <limits>

namespace martlet {

void philox_4x32(std::uint32_t (&counter)[4], std::uint32_t key0, std::uint32_t key1) noexcept {
    std::uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t first = 0xD2511F53ull * a;
        const std::uint64_t second = 0xCD9E8D57ull * c;
        a = static_cast<std::uint32_t>(second >> 32) ^ b ^ key0;
        b = static_cast<std::uint32_t>(second);
        c = static_cast<std::uint32_t>(first >> 32) ^ d ^ key1;
        d = static_cast<std::uint32_t>(first);
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    counter[0] = a;
    counter[1] = b;
    counter[2] = c;
    counter[3] = d;
}

void RandomStream::fill(std::uint64_t block) noexcept {
    std::uint32_t words[4] = {
        static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), index, purpose,
    };
    philox_4x32(words, static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
    spare[0] = (static_cast<std::uint64_t>(words[1]) << 32) | words[0];
    spare[1] = (static_cast<std::uint64_t>(words[3]) << 32) | words[2];
}

double RandomStream::exponential() noexcept { return -portable_log(uniform()); }

double RandomStream::normal() noexcept { return inverse_normal(uniform()); }

namespace {

template <std::size_t Count>
double horner(const double (&coefficients)[Count], double x) noexcept {
    double sum = coefficients[Count - 1];
    for (std::size_t i = Count - 1; i-- > 0;) sum = sum * x + coefficients[i];
    return sum;
}

// AS 241, PPND16: numerators and denominators for the centre, the shoulders and the tails.
constexpr double centre_up[] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double centre_down[] = {1.0,
                                  4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                                  2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
                                  5.2264952788528545610e+3};
constexpr double shoulder_up[] = {1.42343711074968357734e0,  4.63033784615654529590e0,  5.76949722146069140550e0,
                                  3.64784832476320460504e0,  1.27045825245236838258e0,  2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double shoulder_down[] = {1.0,
                                    2.05319162663775882187e0,  1.67638483018380384940e0,  6.89767334985100004550e-1,
                                    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
constexpr double tail_up[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                              2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double tail_down[] = {1.0,
                                5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                                7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                                2.04426310338993978564e-15};

} // namespace

double inverse_normal(double p) noexcept {
    if (!(p >= 0 && p <= 1)) return std::numeric_limits<double>::quiet_NaN();
    if (p == 0) return -std::numeric_limits<double>::infinity();
    if (p == 1) return std::numeric_limits<double>::infinity();
    const double q = p - 0.5;
    if (q <= 0.425 && q >= -0.425) {
        const double r = 0.180625 - q * q;
        return q * horner(centre_up, r) / horner(centre_down, r);
    }
    double r = portable_sqrt(-portable_log(q < 0 ? p : 1 - p));
    double value = 0;
    if (r <= 5) {
        r -= 1.6;
        value = horner(shoulder_up, r) / horner(shoulder_down, r);
    } else {
        r -= 5;
        value = horner(tail_up, r) / horner(tail_down, r);
    }
    return q < 0 ? -value : value;
}

} // namespace martlet
