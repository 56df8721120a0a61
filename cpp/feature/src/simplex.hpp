#pragma once

// The least value of a function of two numbers, by the simplex of Nelder and Mead (1965). Deterministic.

namespace martlet {

struct SimplexPoint {
    double x;
    double y;
    double cost;
};

/// `Cost` is called with x and y; outside of what is allowed it gives a large number.
template <class Cost>
class Simplex {
public:
    static constexpr int steps = 200;
    static constexpr double tolerance = 1e-7;

    explicit Simplex(const Cost& cost) noexcept : cost_(cost) {}

    SimplexPoint at(double x, double y) const noexcept { return {x, y, cost_(x, y)}; }

    SimplexPoint minimum(const SimplexPoint& first, const SimplexPoint& second, const SimplexPoint& third) noexcept {
        corners_[0] = first;
        corners_[1] = second;
        corners_[2] = third;
        for (int i = 0; i < steps; ++i) {
            sort();
            if (near(corners_[2].x, corners_[0].x) && near(corners_[2].y, corners_[0].y)) break;
            move();
        }
        sort();
        return corners_[0];
    }

private:
    static bool near(double a, double b) noexcept { return a - b < tolerance && b - a < tolerance; }

    /// On the line from the worst corner through the middle of the others: 1 is the mirror image.
    SimplexPoint along(double step) const noexcept {
        const double x = 0.5 * (corners_[0].x + corners_[1].x), y = 0.5 * (corners_[0].y + corners_[1].y);
        return at(x + step * (x - corners_[2].x), y + step * (y - corners_[2].y));
    }
    void move() noexcept {
        const SimplexPoint mirrored = along(1);
        if (mirrored.cost < corners_[0].cost) {
            const SimplexPoint further = along(2);
            corners_[2] = further.cost < mirrored.cost ? further : mirrored;
            return;
        }
        if (mirrored.cost < corners_[1].cost) {
            corners_[2] = mirrored;
            return;
        }
        const SimplexPoint nearer = along(mirrored.cost < corners_[2].cost ? 0.5 : -0.5);
        if (nearer.cost < corners_[2].cost && nearer.cost < mirrored.cost) {
            corners_[2] = nearer;
            return;
        }
        for (int k = 1; k < 3; ++k) corners_[k] = at(0.5 * (corners_[0].x + corners_[k].x), 0.5 * (corners_[0].y + corners_[k].y));
    }
    void sort() noexcept {
        for (int end = 2; end > 0; --end)
            for (int k = 0; k < end; ++k)
                if (corners_[k + 1].cost < corners_[k].cost) {
                    const SimplexPoint other = corners_[k];
                    corners_[k] = corners_[k + 1];
                    corners_[k + 1] = other;
                }
    }

    Cost cost_;
    SimplexPoint corners_[3] = {};
};

} // namespace martlet
