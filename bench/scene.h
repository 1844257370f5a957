// Photograph-like scenes, drawn from a seed: what the bench, the tests and the README use where there are no
// photographs.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

namespace removr::bench {

enum class SceneKind { kHills, kLake, kCity, kStillLife };
inline constexpr int kSceneKindCount = 4;

// CV_8UC3, B G R. Features scale with the width, and fine texture goes down to the pixel at any size. The same
// arguments give the same pixels.
cv::Mat DrawScene(std::uint64_t seed, SceneKind kind, cv::Size size);

// The `index`-th of an endless series, all kinds in turn.
cv::Mat DrawScene(std::uint64_t seed, int index, cv::Size size);

}  // namespace removr::bench
