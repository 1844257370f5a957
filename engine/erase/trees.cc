#include "engine/erase/trees.h"

#include <cmath>
#include <numeric>

namespace removr::erase {
namespace {

float Logistic(float log_odds) { return 1 / (1 + std::exp(-log_odds)); }

}  // namespace

float Probability(float bias, std::span<const Tree> trees, std::span<const float> features) {
  float log_odds = bias;
  for (const Tree& tree : trees) {
    const std::size_t nodes = tree.split.size();
    std::size_t node = 0;
    while (node < nodes) node = 2 * node + (features[tree.feature[node]] > tree.split[node] ? 2 : 1);
    log_odds += tree.leaf[node - nodes];
  }
  return Logistic(log_odds);
}

float Probability(float bias, std::span<const float> weights, std::span<const float> features) {
  return Logistic(std::inner_product(features.begin(), features.end(), weights.begin(), bias));
}

}  // namespace removr::erase
