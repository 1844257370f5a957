// Seeded randomness that is the same on every platform: the standard's distributions are not.
#pragma once

#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace removr::bench {

// SplitMix64 (Steele, Lea, Flood 2014).
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  // An independent stream for each (seed, a, b), so that a case does not depend on the ones before it.
  Rng(std::uint64_t seed, std::uint64_t a, std::uint64_t b) : state_(seed) {
    state_ = Next() ^ (a * 0x9E3779B97F4A7C15u);
    state_ = Next() ^ (b * 0xD1B54A32D192ED03u);
  }

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // In [low, high).
  double Uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(Next() >> 11) * 0x1.0p-53);
  }
  double LogUniform(double low, double high) { return std::exp(Uniform(std::log(low), std::log(high))); }

  // In [0, count).
  int Below(int count) { return static_cast<int>(Next() % static_cast<std::uint64_t>(count)); }
  bool Chance(double probability) { return Uniform(0, 1) < probability; }

  template <typename List>
  const auto& Pick(const List& list) {
    return list[Below(static_cast<int>(std::size(list)))];
  }

  // 0 to count - 1 in a random order.
  std::vector<int> Permutation(int count) {
    std::vector<int> order(count);
    std::iota(order.begin(), order.end(), 0);
    for (int i = count - 1; i > 0; --i) std::swap(order[i], order[Below(i + 1)]);
    return order;
  }

 private:
  std::uint64_t state_;
};

}  // namespace removr::bench
