#include "engine/erase/fill_level.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "engine/erase/fill_smooth.h"
#include "engine/erase/patch_vote.h"

namespace removr::erase {
namespace {

// A guess differs from the photograph by texture: more than this counts no more, so that what is known decides. Counted
// fully, matches are drawn to smooth patches, as guesses are smooth; measured on Kodak, 4 to 12 do about as well.
constexpr int kGuessCounts = 6;
constexpr int kSketchCounts = 48;           // on coarser levels, where patches have to agree with each other
constexpr int kGuideCounts = 64;            // a guide is more than a guess
constexpr float kAverage = 3, kCopy = .5F;  // spreads of votes, px
constexpr int kRefineReachPx = 16;          // of what a coarser level has found
constexpr int kManyPatches = 1 << 18;       // more are gone over only once

cv::Rect Grown(const cv::Rect& rect, int by_px) {
  return {rect.x - by_px, rect.y - by_px, rect.width + 2 * by_px, rect.height + 2 * by_px};
}

cv::Mat ToBytes(const cv::Mat& rgb) {
  cv::Mat bytes;
  rgb.convertTo(bytes, CV_8UC4, 255);
  bytes &= cv::Scalar(255, 255, 255, 0);
  return bytes;
}

cv::Mat Voted(const cv::Mat& votes) {
  cv::Mat total;
  cv::extractChannel(votes, total, 3);
  return total > 0;
}

}  // namespace

Level::Level(const Crop& crop, int reach_px, std::uint32_t seed)
    : crop_(crop),
      part_(Grown(cv::boundingRect(crop.unknown), kPatchPx) & cv::Rect({}, crop.rgb.size())),
      unknown_(crop.unknown(part_)),
      rgb_(crop.rgb(part_).clone()),
      field_(crop.unknown, part_),
      scene_{ToBytes(crop.rgb), cv::Mat(crop.rgb.size(), CV_8UC4, cv::Scalar::all(255)), FindSources(crop.banned)},
      effort_{.passes = 2, .reach_px = std::max(1, reach_px), .seed = seed} {
  scene_.counts.setTo(cv::Scalar::all(0), crop.banned);  // other overlays say nothing
}

void Level::Begin() {
  if (!crop_.guide.empty()) crop_.guide(part_).copyTo(rgb_, unknown_);
  FindMatches(crop_.guide.empty() ? 0 : 255);
  TakeVotes(1, kAverage);
}

void Level::BeginFrom(const Level& coarse) {
  cv::Mat larger;
  cv::resize(coarse.rgb_, larger, coarse.rgb_.size() * 2, 0, 0, cv::INTER_LINEAR);
  const cv::Rect place(coarse.part_.tl() * 2, larger.size()), shared = place & part_;
  larger(shared - place.tl()).copyTo(rgb_(shared - part_.tl()), unknown_(shared - part_.tl()));
  Refine(coarse.field_, scene_, field_);
  TakeVotes(0, 1);
  effort_.reach_px = std::min(effort_.reach_px, kRefineReachPx);
  if (field_.size().area() > kManyPatches) effort_.passes = 1;
}

void Level::Improve(int rounds) {
  for (int round = 0; round < rounds; ++round) {
    FindMatches(crop_.guide.empty() ? kSketchCounts : kGuideCounts);
    TakeVotes(1, kAverage);
  }
}

void Level::Finish() {
  FindMatches(kGuessCounts);
  TakeVotes(1, kCopy);
  CloseSeam();
}

void Level::FindMatches(int unknown_counts) {
  ToBytes(rgb_).copyTo(scene_.bytes(part_));
  scene_.counts(part_).setTo(cv::Scalar::all(unknown_counts), unknown_);
  ++effort_.seed;
  Search(scene_, effort_, field_);
}

void Level::TakeVotes(float doubt, float spread_px) {
  votes_ = Vote(crop_.rgb, field_, part_, {.doubt = doubt, .spread_px = spread_px});
  votes_.copyTo(rgb_, unknown_ & Voted(votes_));
}

// Adds to the unknown pixels what the votes miss of the known ones at their edge, continued smoothly: Poisson's
// equation with the votes' gradients (Perez, Gangnet, Blake, "Poisson Image Editing", SIGGRAPH 2003).
void Level::CloseSeam() {
  cv::Mat near;
  cv::dilate(unknown_, near, cv::Mat::ones(3, 3, CV_8U));
  const cv::Mat edge = near & (crop_.banned(part_) == 0) & Voted(votes_);
  if (cv::countNonZero(edge) == 0) return;
  cv::Mat missed = crop_.rgb(part_) - votes_;
  missed.setTo(0, near == 0);  // known pixels further out don't take part
  const cv::Mat correction = ContinueSmoothly(missed, (near == 0) | edge);
  cv::add(rgb_, correction, rgb_, unknown_);
}

}  // namespace removr::erase
