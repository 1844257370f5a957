#include "engine/receipt/compare.h"

#include <algorithm>
#include <array>
#include <map>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "engine/codec/decode.h"
#include "engine/codec/exif.h"
#include "engine/codec/metadata.h"
#include "engine/codec/parts.h"

namespace removr::receipt {
namespace {

constexpr int kBandRows = 64;  // are compared at a time, so that memory stays small

bool SameLayout(const image::Image& a, const image::Image& b) {
  return a.pixels.size() == b.pixels.size() && a.pixels.type() == b.pixels.type() && a.model == b.model &&
         a.has_alpha == b.has_alpha;
}

// Calls use(band) for bands that together are the whole image.
template <typename Use>
void ForBands(cv::Size size, const Use& use) {
  for (int y = 0; y < size.height; y += kBandRows)
    use(cv::Rect(0, y, size.width, std::min(kBandRows, size.height - y)));
}

// The largest difference of a band's channels at each of its pixels: CV_64F, one channel.
cv::Mat Differences(const cv::Mat& before, const cv::Mat& after) {
  cv::Mat difference, largest;
  cv::absdiff(before, after, difference);
  const cv::Mat rows = difference.reshape(1, static_cast<int>(difference.total()));
  cv::reduce(rows, largest, 1, cv::REDUCE_MAX);
  cv::Mat values;
  largest.reshape(1, before.rows).convertTo(values, CV_64F);
  return values;
}

Result<image::Image> DecodeUpright(Bytes file, const Limits& limits) {
  ASSIGN_OR_RETURN(const codec::Decoded decoded, codec::Decode(file, limits));
  return image::ToUpright(decoded.image);
}

bool AreJpegs(Bytes before, Bytes after) {
  return SniffFormat(before) == Format::kJpeg && SniffFormat(after) == Format::kJpeg;
}

int OrientationOf(Bytes file, const Limits& limits) {
  return codec::ReadOrientation(codec::ReadMetadata(file, limits).exif);
}

// The parts of both files, those of one name by their order.
std::vector<PartDifference> CompareParts(Bytes before, Bytes after) {
  using What = PartDifference::What;
  std::map<std::string, std::array<std::vector<Bytes>, 2>> parts;
  std::vector<std::string> order;
  const auto collect = [&](Bytes file, std::size_t side) {
    for (const codec::FilePart& part : codec::ListParts(file)) {
      if (!parts.contains(part.name)) order.push_back(part.name);
      parts[part.name][side].push_back(part.bytes);
    }
  };
  collect(before, 0);
  collect(after, 1);
  std::vector<PartDifference> differences;
  for (const std::string& name : order) {
    const auto& [old_parts, new_parts] = parts[name];
    for (std::size_t i = 0; i < std::max(old_parts.size(), new_parts.size()); ++i) {
      if (i >= new_parts.size()) {
        differences.push_back({name, What::kOnlyBefore});
      } else if (i >= old_parts.size()) {
        differences.push_back({name, What::kOnlyAfter});
      } else if (!std::equal(old_parts[i].begin(), old_parts[i].end(), new_parts[i].begin(), new_parts[i].end())) {
        differences.push_back({name, What::kDiffers});
      }
    }
  }
  return differences;
}

void ComparePixels(const image::Image& before, const image::Image& after, Comparison& result) {
  result.changed = cv::Mat::zeros(before.pixels.size(), CV_8U);
  ForBands(before.pixels.size(), [&](const cv::Rect& band) {
    const cv::Mat values = Differences(before.pixels(band), after.pixels(band));
    result.changed(band).setTo(255, values > 0);
    result.max_difference = std::max(result.max_difference, cv::norm(values, cv::NORM_INF));
  });
  result.pixels_changed = cv::countNonZero(result.changed);
}

// Adds the blocks that changed to the pixels.
void AddBlocks(const cv::Mat& blocks, int orientation, cv::Mat& changed) {
  const cv::Mat stored = image::FromUpright(changed, orientation);
  cv::Mat covered;
  cv::resize(blocks, covered, blocks.size() * 8, 0, 0, cv::INTER_NEAREST);
  const image::Image image{covered(cv::Rect({}, stored.size())).clone(), image::ColorModel::kGray, false, orientation};
  changed |= image::ToUpright(image).pixels;
}

std::vector<ChangedRegion> FindRegions(const cv::Mat& changed) {
  constexpr int kCellPx = 16;
  cv::Mat cells = cv::Mat::zeros((changed.rows + kCellPx - 1) / kCellPx, (changed.cols + kCellPx - 1) / kCellPx, CV_8U);
  for (int y = 0; y < changed.rows; ++y) {
    const std::uint8_t* row = changed.ptr(y);
    for (int x = 0; x < changed.cols; ++x) cells.at<std::uint8_t>(y / kCellPx, x / kCellPx) |= row[x];
  }
  cv::Mat labels;
  const int count = cv::connectedComponents(cells, labels, 8, CV_32S);
  std::vector<ChangedRegion> regions(static_cast<std::size_t>(count));
  for (int y = 0; y < cells.rows; ++y) {
    for (int x = 0; x < cells.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (label == 0) continue;
      const cv::Rect cell = cv::Rect(x * kCellPx, y * kCellPx, kCellPx, kCellPx) & cv::Rect({}, changed.size());
      ChangedRegion& region = regions[static_cast<std::size_t>(label)];
      region.box |= cv::boundingRect(changed(cell)) + cell.tl();
      region.pixels += cv::countNonZero(changed(cell));
    }
  }
  regions.erase(regions.begin());  // what did not change
  std::stable_sort(regions.begin(), regions.end(),
                   [](const ChangedRegion& a, const ChangedRegion& b) { return a.pixels > b.pixels; });
  return regions;
}

}  // namespace

std::string_view Name(Measure measure) {
  constexpr std::array<std::string_view, 3> names{"coefficients", "values", "values8"};
  return names[static_cast<std::size_t>(measure)];
}

std::string_view Name(PartDifference::What what) {
  constexpr std::array<std::string_view, 3> names{"only before", "only after", "differs"};
  return names[static_cast<std::size_t>(what)];
}

double Comparison::ChangedFraction() const {
  return changed.empty() ? 0 : static_cast<double>(pixels_changed) / static_cast<double>(changed.total());
}

bool Comparison::OnlyCompactRegions() const {
  return before_format == after_format && same_layout && parts.empty() &&
         (!jpeg || (jpeg->same_frame && jpeg->same_tables)) && ChangedFraction() <= kChangedFractionMax &&
         regions.size() <= kRegionsMax;
}

Result<Outside> MeasureOutside(Bytes before, Bytes after, const image::Mask& mask, const Limits& limits) {
  if (AreJpegs(before, after)) {
    const image::Mask stored = image::FromUpright(mask, OrientationOf(before, limits));
    ASSIGN_OR_RETURN(const codec::JpegComparison jpeg, codec::CompareJpegs(before, after, stored, limits));
    if (jpeg.same_frame && jpeg.same_tables) {
      return Outside{static_cast<double>(jpeg.outside_max_difference), Measure::kCoefficients};
    }
  }
  ASSIGN_OR_RETURN(const image::Image old_image, DecodeUpright(before, limits));
  ASSIGN_OR_RETURN(const image::Image new_image, DecodeUpright(after, limits));
  if (old_image.pixels.size() != mask.size() || new_image.pixels.size() != mask.size()) {
    return Fail(ErrorCode::kMaskMismatch, "receipt: mask and files are of different sizes");
  }
  const bool same = SameLayout(old_image, new_image);
  Outside outside{0, same ? Measure::kValues : Measure::kValues8};
  ForBands(mask.size(), [&](const cv::Rect& band) {
    const cv::Mat free = mask(band) == 0;
    const double largest =
        same ? cv::norm(old_image.pixels(band), new_image.pixels(band), cv::NORM_INF, free)
             : 255 * cv::norm(image::ReadRgb(old_image, band), image::ReadRgb(new_image, band), cv::NORM_INF, free);
    outside.max_difference = std::max(outside.max_difference, largest);
  });
  return outside;
}

Result<Comparison> Compare(Bytes before, Bytes after, const Limits& limits) {
  ASSIGN_OR_RETURN(const image::Image old_image, DecodeUpright(before, limits));
  ASSIGN_OR_RETURN(const image::Image new_image, DecodeUpright(after, limits));
  Comparison result;
  result.same_bytes = std::equal(before.begin(), before.end(), after.begin(), after.end());
  result.before_format = SniffFormat(before).value_or(Format::kJpeg);  // known: it was decoded
  result.after_format = SniffFormat(after).value_or(Format::kJpeg);
  result.before_size = old_image.pixels.size();
  result.after_size = new_image.pixels.size();
  if (result.before_format == result.after_format) result.parts = CompareParts(before, after);
  result.same_layout = SameLayout(old_image, new_image);
  if (!result.same_layout) return result;
  ComparePixels(old_image, new_image, result);
  if (AreJpegs(before, after)) {
    ASSIGN_OR_RETURN(result.jpeg, codec::CompareJpegs(before, after, {}, limits));
    if (result.jpeg->same_frame) AddBlocks(result.jpeg->changed, OrientationOf(before, limits), result.changed);
  }
  result.regions = FindRegions(result.changed);
  return result;
}

}  // namespace removr::receipt
