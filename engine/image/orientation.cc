#include <opencv2/core.hpp>

#include "engine/image/image.h"

namespace removr::image {
namespace {

// What turns stored pixels upright (EXIF 2.32, 4.6.4 A, Orientation); in [] the stored top left corner's place upright.
//   1 nothing [tl]   2 mirror [tr]   3 half turn [br]   4 flip [bl]
//   5 transpose [tl]   6 quarter turn right [tr]   7 transverse [br]   8 quarter turn left [bl]
cv::Mat Turn(const cv::Mat& stored, int orientation) {
  constexpr int kUpsideDown = 0, kMirror = 1, kHalfTurn = -1;  // cv::flip's codes
  cv::Mat turned;
  switch (orientation) {
    case 2: cv::flip(stored, turned, kMirror); return turned;
    case 3: cv::flip(stored, turned, kHalfTurn); return turned;
    case 4: cv::flip(stored, turned, kUpsideDown); return turned;
    case 5: cv::transpose(stored, turned); return turned;
    case 6: cv::rotate(stored, turned, cv::ROTATE_90_CLOCKWISE); return turned;
    case 7:
      cv::transpose(stored, turned);
      cv::flip(turned, turned, kHalfTurn);
      return turned;
    case 8: cv::rotate(stored, turned, cv::ROTATE_90_COUNTERCLOCKWISE); return turned;
    default: return stored;
  }
}

}  // namespace

Image ToUpright(const Image& image) {
  Image upright = image;
  upright.pixels = Turn(image.pixels, image.orientation);
  upright.orientation = 1;
  return upright;
}

cv::Mat FromUpright(const cv::Mat& upright, int orientation) {
  // All but the two quarter turns are their own inverse.
  const int inverse = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
  return Turn(upright, inverse);
}

}  // namespace removr::image
