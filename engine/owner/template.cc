#include "engine/owner/template.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

#include "engine/owner/colors.h"

namespace removr::owner {
namespace {

constexpr double kPixelsMax = 4e6;  // a template of more is made smaller: it is hardly ever shown larger
constexpr float kVisible = .02F;    // opacity from which a pixel counts as visible
constexpr int kSideMinPx = 8;
constexpr int kSmallestPx = 12;  // no further halves below this

auto Invalid(const std::string& text) { return Fail(ErrorCode::kBadRequest, text, text); }

void Shrink(const cv::Mat& plane, cv::Size size, cv::Mat& into) { cv::resize(plane, into, size, 0, 0, cv::INTER_AREA); }

// Whether it has colours that luma doesn't show.
bool Colored(const Sheet& sheet) {
  constexpr double kSaturated = .08;
  double most = 0;
  const auto planes = ToPlanes(sheet.premultiplied, kPlanes);
  for (int c = 1; c < kPlanes; ++c) most = std::max(most, cv::sum(cv::abs(planes[c]))[0]);
  return most > kSaturated * cv::sum(sheet.opacity)[0];
}

// Cut, bounded, and with its smaller sizes.
Result<Template> Finish(Sheet sheet) {
  const cv::Rect visible = cv::boundingRect(cv::Mat(sheet.opacity > kVisible));
  if (visible.empty()) return Invalid("The template is empty: all of it is transparent.");
  if (std::min(visible.width, visible.height) < kSideMinPx) {
    return Invalid("The template is too small: at least 8 x 8 px must be visible.");
  }
  const cv::Rect box = cv::Rect(visible.x - 2, visible.y - 2, visible.width + 4, visible.height + 4) &
                       cv::Rect({}, sheet.opacity.size());
  Template result;
  result.sizes.push_back({sheet.opacity(box).clone(), sheet.premultiplied(box).clone()});
  result.shrunk = std::min(1.0, std::sqrt(kPixelsMax / box.area()));
  if (result.shrunk < 1) {
    Sheet& first = result.sizes[0];
    const cv::Size size(cvRound(box.width * result.shrunk), cvRound(box.height * result.shrunk));
    Shrink(first.opacity, size, first.opacity);
    Shrink(first.premultiplied, size, first.premultiplied);
  }
  result.planes = Colored(result.sizes[0]) ? kPlanes : 1;
  for (;;) {
    const Sheet& last = result.sizes.back();
    // Halves of even sizes alone are true halves; an odd row or column is doubled by the border.
    const cv::Size half((last.opacity.cols + 1) / 2, (last.opacity.rows + 1) / 2);
    if (std::min(half.width, half.height) < kSmallestPx) return result;
    Sheet smaller;
    cv::Mat even;
    const auto halve = [&](const cv::Mat& plane, cv::Mat& into) {
      cv::copyMakeBorder(plane, even, 0, 2 * half.height - plane.rows, 0, 2 * half.width - plane.cols,
                         cv::BORDER_CONSTANT);
      Shrink(even, half, into);
    };
    halve(last.opacity, smaller.opacity);
    halve(last.premultiplied, smaller.premultiplied);
    result.sizes.push_back(std::move(smaller));
  }
}

cv::Mat Spread(const cv::Mat& plane) {
  cv::Mat three;
  cv::merge(std::vector<cv::Mat>(3, plane), three);
  return three;
}

}  // namespace

Result<Template> FromTransparent(const image::Image& picture) {
  constexpr char kNone[] = "The template has no transparency: a PNG or WEBP image with an alpha channel is needed.";
  if (!picture.has_alpha) return Invalid(kNone);
  Sheet sheet;
  cv::extractChannel(picture.pixels, sheet.opacity, picture.pixels.channels() - 1);
  sheet.opacity.convertTo(sheet.opacity, CV_32F, picture.pixels.depth() == CV_16U ? 1 / 65535.0 : 1 / 255.0);
  double least = 0;
  cv::minMaxLoc(sheet.opacity, &least, nullptr);
  if (least >= 1) return Invalid(kNone);
  sheet.premultiplied = image::ReadRgb(picture, cv::Rect({}, picture.pixels.size())).mul(Spread(sheet.opacity));
  return Finish(std::move(sheet));
}

Result<Template> FromTwoGrounds(const image::Image& one, const image::Image& other) {
  constexpr double kNotOne = .02;    // of the pixels that contradict the blend
  constexpr float kTolerance = .1F;  // of a pixel's channel: JPEG
  if (one.pixels.size() != other.pixels.size()) {
    return Invalid("The two renderings of the template differ in size.");
  }
  const cv::Rect whole({}, one.pixels.size());
  cv::Mat dark = image::ReadRgb(one, whole), light = image::ReadRgb(other, whole);
  if (cv::sum(cv::sum(dark))[0] > cv::sum(cv::sum(light))[0]) std::swap(dark, light);
  const cv::Mat through = light - dark;  // 1 - a, in each channel
  Sheet sheet;
  cv::transform(through, sheet.opacity, cv::Matx13f(1 / 3.0F, 1 / 3.0F, 1 / 3.0F));
  cv::Mat differs, any;
  cv::absdiff(through, Spread(sheet.opacity), differs);
  cv::transform((differs > kTolerance) | (through < -kTolerance), any, cv::Matx13f(1, 1, 1));
  if (cv::countNonZero(any) > kNotOne * static_cast<double>(any.total())) {
    return Invalid("The two files are not one overlay, rendered on black and on white.");
  }
  sheet.opacity = 1 - sheet.opacity;
  sheet.opacity = cv::max(cv::min(sheet.opacity, 1), 0);
  sheet.premultiplied = cv::min(dark, Spread(sheet.opacity));
  double least = 0;
  cv::minMaxLoc(sheet.opacity, &least, nullptr);
  if (least > .98) return Invalid("The two renderings of the template show the same: nothing in them is transparent.");
  return Finish(std::move(sheet));
}

}  // namespace removr::owner
