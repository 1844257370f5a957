// What the tests of this folder draw: a mark, a photograph, and the one on the other.
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "engine/image/image.h"
#include "engine/owner/pose.h"

namespace removr::owner {

// White letters and a ring, 160 x 72, on nothing.
inline image::Image Mark() {
  cv::Mat ink = cv::Mat::zeros(4 * 72, 4 * 160, CV_8U), small;
  cv::putText(ink, "Quill", {150, 190}, cv::FONT_HERSHEY_DUPLEX, 5, 255, 24, cv::LINE_AA);
  cv::circle(ink, {80, 144}, 56, 255, 18, cv::LINE_AA);
  cv::resize(ink, small, {160, 72}, 0, 0, cv::INTER_AREA);
  const cv::Mat white(small.size(), CV_8U, cv::Scalar(255));
  image::Image mark{.pixels = {}, .has_alpha = true};
  cv::merge(std::vector<cv::Mat>{white, white, white, small}, mark.pixels);
  return mark;
}

// Soft shapes under fine grain, as photographs are.
inline cv::Mat Photo(cv::Size size, int seed) {
  cv::RNG random(seed);
  cv::Mat photo(size, CV_32FC3, cv::Scalar::all(100));
  for (const double sigma : {1.0, 4.0, 16.0}) {
    cv::Mat noise(size, CV_32FC3);
    random.fill(noise, cv::RNG::NORMAL, 0, 8 * sigma);
    cv::GaussianBlur(noise, noise, {}, sigma);
    photo += noise;
  }
  photo.convertTo(photo, CV_8U);
  return photo;
}

inline image::Image Marked(const cv::Mat& photo, const Template& overlay, const Pose& pose, float opacity) {
  const Sheet sheet = Render(overlay, pose, cv::Rect({}, photo.size()));
  image::Image marked{.pixels = photo.clone()};
  for (int y = 0; y < photo.rows; ++y) {
    for (int x = 0; x < photo.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        const float below = photo.at<cv::Vec3b>(y, x)[c] * (1 - opacity * sheet.opacity.at<float>(y, x));
        const float above = 255 * opacity * sheet.premultiplied.at<cv::Vec3f>(y, x)[c];
        marked.pixels.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(below + above);
      }
    }
  }
  return marked;
}

}  // namespace removr::owner
