#include "engine/erase/views.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

constexpr double kAround = 1.6;      // side of the first view over the finding's longer side
constexpr double kCloserMin = 1.25;  // a view at native resolution is worth it from this scale on

// A square of this side around a place, moved into the image as far as that is large enough.
cv::Rect SquareAround(cv::Point center, int side, cv::Size image) {
  const auto begin = [side](int middle, int length) {
    return length > side ? std::clamp(middle - side / 2, 0, length - side) : (length - side) / 2;
  };
  return {begin(center.x, image.width), begin(center.y, image.height), side, side};
}

// Where `rect` lies once `origin` is at 0 and each px is `x` times `y` px.
cv::Rect Scaled(const cv::Rect& rect, cv::Point origin, double x, double y) {
  const cv::Point from(cvFloor((rect.x - origin.x) * x), cvFloor((rect.y - origin.y) * y));
  const cv::Point to(cvCeil((rect.br().x - origin.x) * x), cvCeil((rect.br().y - origin.y) * y));
  return {from, to};
}

// Where a part of the image lies on the view of `square`.
cv::Rect OnView(const cv::Rect& part, const cv::Rect& square) {
  const double scale = static_cast<double>(kViewPx) / square.width;
  return Scaled(part, square.tl(), scale, scale) & cv::Rect(0, 0, kViewPx, kViewPx);
}

// Puts a plane of the matte onto the view of `square`.
void Put(const Matte& matte, const cv::Mat& plane, const cv::Rect& square, cv::Mat view) {
  const cv::Rect shown = matte.area & square;
  if (shown.empty()) return;
  const double x = static_cast<double>(plane.cols) / matte.area.width;
  const double y = static_cast<double>(plane.rows) / matte.area.height;
  const cv::Rect source = Scaled(shown, matte.area.tl(), x, y) & cv::Rect({}, plane.size());
  const cv::Rect target = OnView(shown, square);
  if (!source.empty() && !target.empty()) cv::resize(plane(source), view(target), target.size(), 0, 0, cv::INTER_AREA);
}

cv::Mat View(const image::Image& image, const cv::Rect& square, const Matte& matte, const cv::Mat& below,
             const cv::Mat& changed) {
  const cv::Rect seen = square & cv::Rect({}, image.pixels.size());
  const cv::Rect target = OnView(seen, square);
  cv::Mat rgb = cv::Mat::zeros(kViewPx, kViewPx, CV_32FC3), share = cv::Mat::zeros(rgb.size(), CV_32F);
  ReadScaled(image, seen, target.size()).copyTo(rgb(target));
  cv::Mat belief = share.clone(), after = rgb.clone(), lifted = rgb.clone(), covered, view;
  changed.convertTo(covered, CV_32F, 1 / 255.0);
  Put(matte, covered, square, share);
  Put(matte, matte.mask, square, belief);
  Put(matte, below, square, lifted);
  lifted.copyTo(after, share > 0);
  cv::merge(std::vector{rgb, after, share, belief}, view);
  view.convertTo(view, CV_8U, 255);
  return view;
}

// Where most of the strokes are in a window of the view's size, in px of the image.
cv::Point Densest(const Matte& matte, const cv::Mat& changed) {
  const int side = std::max(1, cvRound(kViewPx * matte.scale));
  cv::Mat amount;
  cv::boxFilter(changed, amount, CV_32F, {side, side}, {-1, -1}, true, cv::BORDER_CONSTANT);
  cv::Point most;
  cv::minMaxLoc(amount, nullptr, nullptr, nullptr, &most);
  return matte.area.tl() + cv::Point(cvRound(most.x / matte.scale), cvRound(most.y / matte.scale));
}

}  // namespace

std::vector<cv::Mat> Views(const image::Image& image, const image::Finding& finding, const Matte& matte,
                           const cv::Mat& below, const cv::Mat& changed) {
  const cv::Rect& box = finding.box;
  const int side = std::max(kViewPx, cvCeil(kAround * std::max(box.width, box.height)));
  std::vector views{
      View(image, SquareAround((box.tl() + box.br()) / 2, side, image.pixels.size()), matte, below, changed)};
  if (side > kCloserMin * kViewPx)
    views.push_back(
        View(image, SquareAround(Densest(matte, changed), kViewPx, image.pixels.size()), matte, below, changed));
  return views;
}

}  // namespace removr::erase
