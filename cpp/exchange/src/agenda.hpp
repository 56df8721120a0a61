#pragma once
#include <cstddef>
#include <cstdint>

#include <cassert>
#include <limits>
#include <vector>

namespace martlet::exchange {

inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// When each actor acts next: a binary heap with the actors' places in it, so that one can be moved.
/// Equal times go by actor number, so the order is total. O(log actors) per change, no allocation
/// after construction.
class Agenda {
public:
    explicit Agenda(std::uint32_t actors) : times_(actors, never), places_(actors), heap_(actors) {
        for (std::uint32_t i = 0; i < actors; ++i) heap_[i] = places_[i] = i;
    }

    std::int64_t next_time() const noexcept { return heap_.empty() ? never : times_[heap_[0]]; }
    std::uint32_t next_actor() const noexcept { return heap_[0]; }
    std::int64_t time_of(std::uint32_t actor) const noexcept { return times_[actor]; }

    void schedule(std::uint32_t actor, std::int64_t time) noexcept {
        assert(actor < times_.size());
        times_[actor] = time;
        sift_down(sift_up(places_[actor]));
    }

private:
    bool earlier(std::uint32_t a, std::uint32_t b) const noexcept {
        return times_[a] != times_[b] ? times_[a] < times_[b] : a < b;
    }

    void put(std::uint32_t place, std::uint32_t actor) noexcept {
        heap_[place] = actor;
        places_[actor] = place;
    }

    std::uint32_t sift_up(std::uint32_t place) noexcept {
        const std::uint32_t actor = heap_[place];
        while (place > 0) {
            const std::uint32_t parent = (place - 1) / 2;
            if (!earlier(actor, heap_[parent])) break;
            put(place, heap_[parent]);
            place = parent;
        }
        put(place, actor);
        return place;
    }

    void sift_down(std::uint32_t place) noexcept {
        const auto count = static_cast<std::uint32_t>(heap_.size());
        const std::uint32_t actor = heap_[place];
        while (true) {
            std::uint32_t child = 2 * place + 1;
            if (child >= count) break;
            if (child + 1 < count && earlier(heap_[child + 1], heap_[child])) ++child;
            if (!earlier(heap_[child], actor)) break;
            put(place, heap_[child]);
            place = child;
        }
        put(place, actor);
    }

    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> places_;
    std::vector<std::uint32_t> heap_;
};

} // namespace martlet::exchange
