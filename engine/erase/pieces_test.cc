#include "engine/erase/pieces.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <vector>

namespace removr::erase {
namespace {

const cv::Size kSize(100, 100);

cv::Mat Disk(int radius) {
  cv::Mat disk = cv::Mat::zeros(kSize, CV_8U);
  cv::circle(disk, {50, 50}, radius, 255, cv::FILLED);
  return disk;
}

// A white letter O, half opaque, 20 px thick, over a photograph with an edge through it.
struct Scene {
  Scene() : ring(Disk(40) & ~Disk(20)), image(kSize, CV_32FC3) {
    cv::Mat alpha;
    ring.convertTo(alpha, CV_32F, layer.blend.opacity / 255);
    cv::GaussianBlur(alpha, alpha, {3, 3}, 0);
    for (int y = 0; y < kSize.height; ++y) {
      for (int x = 0; x < kSize.width; ++x) {
        const cv::Vec3f below = x < 50 ? cv::Vec3f(.2F, .4F, .3F) : cv::Vec3f(.5F, .3F, .1F);
        const float a = alpha.at<float>(y, x);
        image.at<cv::Vec3f>(y, x) =
            (below + cv::Vec3f::all(static_cast<float>(y) / 900)) * (1 - a) + layer.blend.color * a;
      }
    }
    layer.background = cv::Mat(kSize, CV_32FC3, cv::Scalar(.35, .35, .2));
    Cover(ring);
  }

  void Cover(const cv::Mat& mask) { mask.convertTo(layer.covered, CV_32F, 1 / 255.0); }

  // The share of `mask` that is settled as covered, and as bare.
  double Covered(const cv::Mat& mask) const { return Share(mask, 1); }
  double Bare(const cv::Mat& mask) const { return Share(mask, 0); }
  double Share(const cv::Mat& mask, double answer) const {
    return cv::countNonZero((SettlePieces(image, layer) == answer) & mask) /
           static_cast<double>(cv::countNonZero(mask));
  }

  Layer layer{.blend = {.opacity = .5F, .color = {1, 1, 1}}, .covered = {}, .background = {}, .variance = {}};
  cv::Mat ring, image;
};

const cv::Mat kInsideRing = Disk(37) & ~Disk(23), kCounter = Disk(16);

TEST(SettlePieces, FillsAStrokeOfWhichTheRimIsKnown) {
  Scene scene;
  scene.Cover(scene.ring & ~(Disk(34) & ~Disk(26)));
  EXPECT_GT(scene.Covered(kInsideRing), .8);
  EXPECT_EQ(scene.Covered(kCounter | ~Disk(43)), 0);
}

TEST(SettlePieces, KnowsACounterThatWasTakenForAStroke) {
  Scene scene;
  scene.Cover(Disk(40));
  EXPECT_GT(scene.Covered(kInsideRing), .8);
  EXPECT_GT(scene.Bare(kCounter), .7);
}

TEST(SettlePieces, AsksNothingAwayFromTheStrokes) {
  const Scene scene;
  EXPECT_EQ(scene.Covered(~Disk(43)) + scene.Bare(~Disk(43)), 0);
}

TEST(SettlePieces, LeavesOpenWhatIsTooRoughToTell) {
  Scene scene;
  scene.Cover(Disk(40));
  cv::Mat noise(kSize, CV_32FC3);
  cv::RNG(3).fill(noise, cv::RNG::NORMAL, 0, .15);
  scene.image += noise;
  EXPECT_EQ(scene.Bare(Disk(40)), 0);
}

}  // namespace
}  // namespace removr::erase
