#include "engine/locate/mirrored.h"

#include <opencv2/core.hpp>
#include <utility>
#include <vector>

namespace removr::locate {
namespace {

class MirroredSession : public nn::Session {
 public:
  explicit MirroredSession(std::unique_ptr<nn::Session> session) : session_(std::move(session)) {}

  Result<std::vector<cv::Mat>> Run(const cv::Mat& image) const override {
    constexpr double kNothing = .04;  // probability of every cell
    ASSIGN_OR_RETURN(std::vector<cv::Mat> planes, session_->Run(image));
    double likeliest = 0;
    cv::minMaxLoc(planes[0], nullptr, &likeliest);
    if (likeliest < kNothing) return planes;
    cv::Mat mirror, region;
    cv::flip(image, mirror, 1);
    ASSIGN_OR_RETURN(const std::vector<cv::Mat> mirrored, session_->Run(mirror));
    cv::flip(mirrored[0], region, 1);
    cv::sqrt(planes[0].mul(region), planes[0]);
    return planes;
  }

 private:
  std::unique_ptr<nn::Session> session_;
};

}  // namespace

std::unique_ptr<nn::Session> Mirrored(std::unique_ptr<nn::Session> session) {
  return std::make_unique<MirroredSession>(std::move(session));
}

}  // namespace removr::locate
