// Normalised correlation of a stack of planes with many small templates, in tiles, by FFT.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace removr::owner {

struct Peak {
  cv::Point2d center;  // of the template's box, px
  double opacity = 0, score = 0;
};

// At each place x: n = sum over planes of (signal * template), q likewise of the weights; the opacity is n / q and the
// score n / sqrt(q). Outside of the picture all planes are 0.
class Correlator {
 public:
  // `signal`, `weight`: CV_32FC1 of one size. `box`: of every template that will be asked for; a multiple of 8.
  Correlator(const std::vector<cv::Mat>& signal, const std::vector<cv::Mat>& weight, cv::Size box);

  // The local maxima of the score from `score_min` on whose centres lie in the picture. As many planes of the box's
  // size as signals and weights were given.
  std::vector<Peak> Find(const std::vector<cv::Mat>& signal, const std::vector<cv::Mat>& weight,
                         double score_min) const;

 private:
  // A stack of planes in overlapping tiles, as spectra; result: their correlation with a template, summed.
  class Stack {
   public:
    Stack(const std::vector<cv::Mat>& planes, cv::Size box);
    // CV_32FC1 of the picture's size, rounded up to whole tiles: at (x, y) the template's centre lies there.
    cv::Mat Correlate(const std::vector<cv::Mat>& templates) const;

   private:
    cv::Size box_, tile_, step_, grid_;
    std::vector<std::vector<cv::Mat>> spectra_;  // per tile, per plane
  };

  cv::Size size_;
  Stack signal_, weight_;
};

}  // namespace removr::owner
