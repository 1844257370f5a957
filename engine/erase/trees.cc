#include "engine/erase/trees.h"

#include <cmath>

namespace removr::erase {

float Probability(float bias, std::span<const Tree> trees, std::span<const float> features) {
  float log_odds = bias;
  for (const Tree& tree : trees) {
    const auto above = [&](int node) { return features[tree.feature[node]] > tree.split[node] ? 1 : 0; };
    const int side = above(0);
    log_odds += tree.leaf[2 * side + above(1 + side)];
  }
  return 1 / (1 + std::exp(-log_odds));
}

}  // namespace removr::erase
