#include "engine/erase/fill_slow.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace removr::erase {
namespace {

template <typename Visit>
void ForEachActive(const Field& field, Visit visit) {
  for (int row = 0; row < field.size().height; ++row)
    for (int column = 0; column < field.size().width; ++column)
      if (field.active(column, row)) visit(column, row);
}

bool Inside(const cv::Point& at, const cv::Mat& picture) { return cv::Rect({}, picture.size()).contains(at); }

}  // namespace

cv::Mat FindSourcesSlow(const cv::Mat& banned) {
  cv::Mat sources = cv::Mat::zeros(banned.size(), CV_8U);
  for (int y = 0; y + kPatchPx <= banned.rows; ++y)
    for (int x = 0; x + kPatchPx <= banned.cols; ++x)
      if (cv::countNonZero(banned(cv::Rect(x, y, kPatchPx, kPatchPx))) == 0) sources.at<std::uint8_t>(y, x) = 255;
  return sources;
}

int PatchDistanceSlow(const Scene& scene, cv::Point target, cv::Point source) {
  int sum = 0;
  for (int y = 0; y < kPatchPx; ++y)
    for (int x = 0; x < kPatchPx; ++x)
      for (int c = 0; c < 4; ++c) {
        const cv::Point at(x, y);
        const int difference =
            std::abs(scene.bytes.at<cv::Vec4b>(target + at)[c] - scene.bytes.at<cv::Vec4b>(source + at)[c]);
        const int counted = std::min<int>(difference, scene.counts.at<cv::Vec4b>(target + at)[c]);
        sum += counted * counted;
      }
  return sum;
}

void SearchSlow(const Scene& scene, Field& field) {
  std::vector<cv::Point> sources;
  cv::findNonZero(scene.sources, sources);
  ForEachActive(field, [&](int column, int row) {
    Match& best = field.match(column, row);
    best = {};
    for (const cv::Point& source : sources) {
      const int distance = PatchDistanceSlow(scene, field.At(column, row), source);
      if (distance < best.distance) best = {source, distance};
    }
  });
}

cv::Mat VoteSlow(const cv::Mat& picture, const Field& field, const cv::Rect& part, const Ballot& ballot) {
  std::vector<int> distances;
  ForEachActive(field, [&](int column, int row) { distances.push_back(field.match(column, row).distance); });
  std::sort(distances.begin(), distances.end());
  const double noise = 4 * 3 * kPatchPx * kPatchPx;
  cv::Mat mean = cv::Mat::zeros(part.size(), CV_32FC4);
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) {
      cv::Vec4d sum;
      ForEachActive(field, [&](int column, int row) {
        const Match& match = field.match(column, row);
        const cv::Point inside = cv::Point(x, y) + part.tl() - field.At(column, row);
        if (match.source.x < 0 || !cv::Rect(0, 0, kPatchPx, kPatchPx).contains(inside)) return;
        const double dx = inside.x - 3.5, dy = inside.y - 3.5;
        const double middle = ballot.doubt * (distances[distances.size() * 3 / 4] + noise);
        const double likely = ballot.doubt > 0 ? std::max(1e-6, std::exp(-match.distance / (2 * middle))) : 1;
        const double weight = likely * std::exp(-(dx * dx + dy * dy) / (2. * ballot.spread_px * ballot.spread_px));
        sum += weight * cv::Vec4d(picture.at<cv::Vec4f>(match.source + inside));
      });
      if (sum[3] > 0) mean.at<cv::Vec4f>(y, x) = sum / sum[3];
    }
  return mean;
}

cv::Mat ContinueSmoothlySlow(const cv::Mat& values, const cv::Mat& known) {
  cv::Mat result = cv::Mat::zeros(values.size(), CV_32FC4);
  if (cv::countNonZero(known) == 0) return result;
  values.copyTo(result, known);
  for (float moved = 1; moved > 1e-6F;) {
    moved = 0;
    for (int y = 0; y < known.rows; ++y)
      for (int x = 0; x < known.cols; ++x) {
        if (known.at<std::uint8_t>(y, x) != 0) continue;
        cv::Vec4f sum;
        int count = 0;
        for (const cv::Point& at : {cv::Point(x - 1, y), cv::Point(x + 1, y), cv::Point(x, y - 1), cv::Point(x, y + 1)})
          if (Inside(at, known)) sum += result.at<cv::Vec4f>(at), ++count;
        if (count == 0) continue;
        const cv::Vec4f mean = sum * (1.0F / static_cast<float>(count));
        moved = std::max(moved, static_cast<float>(cv::norm(mean - result.at<cv::Vec4f>(y, x), cv::NORM_INF)));
        result.at<cv::Vec4f>(y, x) = mean;
      }
  }
  return result;
}

}  // namespace removr::erase
