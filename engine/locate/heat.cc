#include "engine/locate/heat.h"

#include <opencv2/imgproc.hpp>

namespace removr::locate {

Heat MakeHeat(cv::Size image) {
  const cv::Size size((image.width + 3) / 4, (image.height + 3) / 4);
  Heat heat;
  heat.region = cv::Mat::zeros(size, CV_32F);
  heat.support = heat.region.clone();
  heat.mean = heat.region.clone();
  for (auto& kind : heat.kinds) kind = cv::Mat::zeros(size, CV_32F);
  return heat;
}

void Merge(const std::vector<cv::Mat>& planes, Heat& heat) {
  cv::Mat region;
  cv::resize(planes[0], region, heat.region.size(), 0, 0, cv::INTER_LINEAR);
  cv::max(heat.support, cv::min(heat.region, region), heat.support);
  cv::max(heat.region, region, heat.region);
  ++heat.levels;
  heat.mean += (region - heat.mean) / heat.levels;
  for (int kind = 0; kind < image::kKindCount; ++kind) {
    cv::Mat evidence = planes[1 + kind].mul(planes[0]);
    cv::resize(evidence, evidence, heat.region.size(), 0, 0, cv::INTER_LINEAR);
    heat.kinds[kind] += evidence;
  }
}

}  // namespace removr::locate
