#include "engine/codec/previews.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string_view>

#include "engine/codec/convert.h"
#include "engine/codec/exif.h"
#include "engine/codec/jpeg.h"
#include "engine/codec/mpf.h"
#include "engine/codec/parts.h"
#include "engine/codec/tiff.h"

namespace removr::codec {
namespace {

using Place = std::span<std::uint8_t>;

constexpr std::string_view kMpf = "APP2 MPF", kBehind = "after the image";  // as parts.h names them

// The first part of this name; empty where there is none.
ByteView FindPart(ByteView file, std::string_view name) {
  for (const FilePart& part : ListParts(file)) {
    if (part.name == name) return part.bytes;
  }
  return {};
}

void Blank(Place place) { std::fill(place.begin(), place.end(), std::uint8_t{0}); }

bool Put(ByteView bytes, Place place) {
  if (bytes.empty() || bytes.size() > place.size()) return false;
  const auto end = std::copy(bytes.begin(), bytes.end(), place.begin());
  std::fill(end, place.end(), std::uint8_t{0});
  return true;
}

// The pixels of a JPEG file, from its header; empty where it is none.
cv::Size SizeOf(ByteView jpeg) {
  JpegReader reader(jpeg, Limits{});
  if (!reader.ReadHeader()) return {};
  return {static_cast<int>(reader.info()->image_width), static_cast<int>(reader.info()->image_height)};
}

// Whether one is the other at another scale, but for a pixel's rounding.
bool SameShape(cv::Size small, cv::Size large) {
  const double scale =
      std::max(static_cast<double>(small.width) / large.width, static_cast<double>(small.height) / large.height);
  return std::abs(large.width * scale - small.width) <= 1.5 && std::abs(large.height * scale - small.height) <= 1.5;
}

// The image at this size, 8 bits, gray or RGB; black bars where the shapes differ, as cameras do it.
image::Image Shrunk(const image::Image& image, cv::Size size) {
  const double scale =
      std::min(static_cast<double>(size.width) / image.width(), static_cast<double>(size.height) / image.height());
  cv::Size inner(std::max(1, cvRound(image.width() * scale)), std::max(1, cvRound(image.height() * scale)));
  if (SameShape(size, image.pixels.size())) inner = size;
  image::Image part = image;
  cv::Mat pixels;  // a fresh one: `part` still shares the image's
  cv::resize(image.pixels, pixels, inner, 0, 0, cv::INTER_AREA);
  part.pixels = pixels;
  image::Image shrunk;
  shrunk.model = image::ColorModel::kRgb;
  shrunk.pixels = cv::Mat::zeros(size, CV_8UC3);
  const cv::Rect room((size.width - inner.width) / 2, (size.height - inner.height) / 2, inner.width, inner.height);
  image::ReadRgb(part, {{}, inner}).convertTo(shrunk.pixels(room), CV_8U, 255);
  return shrunk;
}

// EXIF wants no JFIF segment in a thumbnail (2.32, 4.5.5), and libjpeg always writes one.
ByteView WithoutJfif(Bytes& jpeg) {
  constexpr std::size_t kBehindStart = 2, kJfif = 18;
  if (jpeg.size() > kBehindStart + kJfif && jpeg[3] == 0xE0) {
    jpeg.erase(jpeg.begin() + kBehindStart, jpeg.begin() + kBehindStart + kJfif);
  }
  return jpeg;
}

// Puts the image in the place of a JPEG file of its own, as small as that and as well as fits.
bool RenewCopy(Place place, const image::Image& cleaned) {
  constexpr int kBest = 88, kWorst = 25, kStep = 7;
  const cv::Size size = SizeOf(place);
  if (size.empty() || size.width > cleaned.width() || size.height > cleaned.height()) return false;
  const image::Image small = Shrunk(cleaned, size);
  for (int quality = kBest; quality >= kWorst; quality -= kStep) {
    Result<Bytes> jpeg = WriteJpeg(small, quality, {});
    if (jpeg && Put(WithoutJfif(*jpeg), place)) return true;
  }
  return false;
}

// What the mask hides, from what is around it: means of ever wider neighbourhoods. Right for what is smooth, such as a
// gain map.
void Smooth(const image::Mask& mask, cv::Mat pixels) {
  cv::Mat known = mask == 0, values = pixels.clone();
  values.setTo(0, mask);
  for (int side = 3;
       side < 2 * std::max(mask.cols, mask.rows) && cv::countNonZero(known) < static_cast<int>(known.total());
       side = 2 * side + 1) {
    cv::Mat sums, weights;
    cv::blur(values, sums, {side, side});
    cv::blur(known, weights, {side, side});
    const cv::Mat fresh = (known == 0) & (weights > 0);
    std::vector<cv::Mat> planes;
    cv::split(sums, planes);
    for (cv::Mat& plane : planes) cv::divide(plane, weights, plane, 255);
    cv::merge(planes, sums);
    sums.copyTo(values, fresh);
    known.setTo(255, fresh);
  }
  values.copyTo(pixels, mask);
}

// Takes what the mask hides off a picture of the same view that is no copy, in the place where it is.
bool RenewCompanion(Place place, const image::Mask& full_mask) {
  const cv::Size size = SizeOf(place);
  if (size.empty() || size.width > full_mask.cols || size.height > full_mask.rows) return false;
  if (!SameShape(size, full_mask.size())) return true;  // of another view
  Result<image::Image> picture = DecodeJpeg(place, Limits{});
  if (!picture) return false;
  cv::Mat mask;
  cv::resize(full_mask, mask, size, 0, 0, cv::INTER_AREA);
  cv::dilate(mask != 0, mask, cv::Mat::ones(3, 3, CV_8U));
  const cv::Rect bounds = cv::boundingRect(mask);
  const int around = 16 + std::max(bounds.width, bounds.height) / 4;
  const cv::Rect window =
      cv::Rect(bounds.tl() - cv::Point(around, around), bounds.br() + cv::Point(around, around)) & cv::Rect({}, size);
  Smooth(mask(window), picture->pixels(window));
  const Result<Bytes> jpeg = PatchJpeg(place, *picture, mask, Limits{});
  return jpeg && Put(*jpeg, place);
}

// Photoshop's image resources: "8BIM", id, a name of even length, size, data of even length (Adobe Photoshop File
// Formats Specification). A thumbnail's JPEG file stands behind 28 bytes.
void RenewPhotoshop(Place segment, const image::Image& cleaned) {
  constexpr std::size_t kPrefix = 14, kThumbnailHeader = 28;
  const Tiff numbers{segment, true};
  for (std::size_t at = kPrefix; numbers.U32(at) == 0x3842494D;) {  // "8BIM"
    const std::uint32_t id = numbers.U16(at + 4);
    const std::size_t data = at + 6 + (numbers.Byte(at + 6) + 2) / 2 * 2 + 4, size = numbers.U32(data - 4);
    const Place part = numbers.Part(data, size);
    if ((id == 1033 || id == 1036) && part.size() > kThumbnailHeader) {
      const Place place = part.subspan(kThumbnailHeader);
      if (!RenewCopy(place, cleaned)) Blank(place);
    }
    if (part.size() != size) return;
    at = data + (size + 1) / 2 * 2;
  }
}

}  // namespace

void RenewThumbnail(std::span<std::uint8_t> exif, const image::Image& cleaned) {
  const Place thumbnail = FindThumbnail(exif);
  if (thumbnail.empty() || !RenewCopy(thumbnail, cleaned)) DropThumbnail(exif);
}

void RenewPreviews(std::span<std::uint8_t> patched, ByteView original, const image::Image& cleaned,
                   const image::Mask& mask) {
  const auto place_of = [&](ByteView part) {
    return patched.subspan(static_cast<std::size_t>(part.data() - patched.data()), part.size());
  };
  const ByteView mpf = FindPart(patched, kMpf), mpf_before = FindPart(original, kMpf);
  if (!mpf.empty() && !mpf_before.empty()) {
    const ByteView behind = FindPart(patched, kBehind), behind_before = FindPart(original, kBehind);
    const std::ptrdiff_t growth = (behind.data() - patched.data()) - (behind_before.data() - original.data());
    const std::ptrdiff_t shift = (behind.data() - mpf.data()) - (behind_before.data() - mpf_before.data());
    if (!behind.empty() && behind.size() == behind_before.size()) {
      for (const PlacedPicture& picture : MoveMpf(place_of(mpf), place_of(behind), growth, shift)) {
        const bool renewed =
            picture.is_preview ? RenewCopy(picture.bytes, cleaned) : RenewCompanion(picture.bytes, mask);
        if (!renewed) Blank(picture.bytes);
      }
    }
  }
  for (const FilePart& part : ListParts(patched)) {
    if (part.name == "APP1 EXIF") RenewThumbnail(place_of(part.bytes), cleaned);
    if (part.name == "APP13 IPTC") RenewPhotoshop(place_of(part.bytes), cleaned);
  }
}

}  // namespace removr::codec
