// For patches of a picture that are partly unknown, the most similar patches to copy from: Barnes, Shechtman,
// Finkelstein, Goldman, "PatchMatch: A Randomized Correspondence Algorithm for Structural Image Editing", SIGGRAPH
// 2009. Patches stand on a grid of every second pixel; an unknown pixel still lies in 16 of them.
//
// Everything is done in integers and in an order that is fixed, with random numbers that depend on the place alone: the
// same input gives the same matches everywhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <opencv2/core.hpp>
#include <vector>

namespace removr::erase {

inline constexpr int kPatchPx = 8;   // side of a patch: a row is two SIMD registers
inline constexpr int kStridePx = 2;  // of the grid

// What is compared, all H x W.
struct Scene {
  cv::Mat bytes;    // CV_8UC4: R G B 0
  cv::Mat counts;   // CV_8UC4: the largest difference that counts in a pixel of a
                    // target; 0 where nothing is known
  cv::Mat sources;  // CV_8UC1: not 0 where a patch with its top left here may be
                    // copied from; all of it lies inside
};

struct Match {
  cv::Point source{-1, -1};  // its top left
  int distance = std::numeric_limits<int>::max();
};

// The matches of a grid of patches that covers a part of the picture. A part narrower or lower than a patch has none.
class Field {
 public:
  // `unknown`: CV_8UC1, of the picture. Every patch inside `part` that overlaps it is active: it takes part in searches
  // and votes.
  Field(const cv::Mat& unknown, const cv::Rect& part);

  cv::Size size() const { return size_; }  // of the grid
  // The last column and row move back into the part where the stride would leave it.
  cv::Point At(int column, int row) const {
    return {std::min(first_.x + kStridePx * column, last_.x), std::min(first_.y + kStridePx * row, last_.y)};
  }
  // The patch whose top left is at a point of the part, or just before.
  cv::Point Before(cv::Point at) const {
    return {std::clamp((at.x - first_.x) / kStridePx, 0, size_.width - 1),
            std::clamp((at.y - first_.y) / kStridePx, 0, size_.height - 1)};
  }
  bool active(int column, int row) const { return active_.at<std::uint8_t>(row, column) != 0; }

  Match& match(int column, int row) { return matches_[static_cast<std::size_t>(row) * size_.width + column]; }
  const Match& match(int column, int row) const {
    return matches_[static_cast<std::size_t>(row) * size_.width + column];
  }

 private:
  cv::Size size_;
  cv::Point first_, last_;
  cv::Mat active_;  // CV_8UC1, of the grid
  std::vector<Match> matches_;
};

// The top lefts of all patches without a pixel of `banned` (CV_8UC1), as Scene::sources wants them.
cv::Mat FindSources(const cv::Mat& banned);

// Sum over the patch of the squared differences, each limited to what counts. Gives up, with any number above
// `at_most`, as soon as the sum exceeds it.
int PatchDistance(const Scene& scene, cv::Point target, cv::Point source, int at_most);

struct Effort {
  int passes = 2;          // over the grid, forwards and backwards in turn
  int reach_px = 128;      // how far from a match better ones are sought at first;
                           // the distance halves each time
  std::uint32_t seed = 0;  // other seeds, other random numbers
};

// The matches of a picture from those of half its size, but for those that are no sources in `scene`.
void Refine(const Field& coarse, const Scene& scene, Field& fine);

// Measures all matches anew, replaces those that are no sources by any source near, and improves them. Does nothing
// where there is no source at all.
void Search(const Scene& scene, const Effort& effort, Field& field);

}  // namespace removr::erase
