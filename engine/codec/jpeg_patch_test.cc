// What jpeg_patch.cc promises, checked by reading both files' coefficients with libjpeg.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <opencv2/core.hpp>

#include "engine/codec/decode.h"
#include "engine/codec/encode.h"
#include "engine/codec/jpeg.h"
#include "engine/codec/jpeg_block.h"
#include "engine/codec/jpeg_script.h"
#include "engine/codec/samples_test.h"

namespace removr::codec {
namespace {

using samples::JpegColors;
using samples::JpegOptions;

struct Component {
  int id, h_sampling, v_sampling, width, height;  // in blocks
  std::vector<int> divisors;
  std::vector<std::array<JCOEF, 64>> blocks;
};

struct Contents {
  std::vector<Component> components;
  std::vector<std::pair<int, std::string>> markers;
  std::vector<std::array<int, 8>> scans;
  bool progressive = false, arithmetic = false;
  unsigned restart_interval = 0;
};

Contents Dissect(const Bytes& jpeg) {
  Contents contents;
  JpegReader reader(jpeg, Limits{});
  EXPECT_TRUE(reader.ReadHeader());
  jpeg_decompress_struct* info = reader.info();
  jvirt_barray_ptr* arrays = nullptr;
  EXPECT_TRUE(reader.Run([&] { arrays = jpeg_read_coefficients(info); }));
  for (int i = 0; i < info->num_components; ++i) {
    const jpeg_component_info& c = info->comp_info[i];
    Component component{c.component_id,
                        c.h_samp_factor,
                        c.v_samp_factor,
                        static_cast<int>(c.width_in_blocks),
                        static_cast<int>(c.height_in_blocks),
                        {},
                        {}};
    for (int k = 0; k < 64; ++k) component.divisors.push_back(c.quant_table->quantval[k]);
    for (JDIMENSION y = 0; y < c.height_in_blocks; ++y) {
      JBLOCKROW row = info->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(info), arrays[i], y, 1, FALSE)[0];
      for (JDIMENSION x = 0; x < c.width_in_blocks; ++x) {
        std::memcpy(component.blocks.emplace_back().data(), row[x], sizeof(JBLOCK));
      }
    }
    contents.components.push_back(std::move(component));
  }
  for (auto* m = info->marker_list; m != nullptr; m = m->next) {
    contents.markers.emplace_back(m->marker, std::string(reinterpret_cast<char*>(m->data), m->data_length));
  }
  for (const jpeg_scan_info& s : ReadScanScript(jpeg, *info, Limits{})) {
    contents.scans.push_back(
        {s.comps_in_scan, s.component_index[0], s.component_index[1], s.component_index[2], s.Ss, s.Se, s.Ah, s.Al});
  }
  contents.progressive = info->progressive_mode;
  contents.arithmetic = info->arith_code;
  contents.restart_interval = info->restart_interval;
  return contents;
}

// Whether the block covers any pixel of `where`, in an image of this file.
bool Covers(const Contents& contents, const Component& component, int bx, int by, const cv::Rect& where) {
  int h_max = 1, v_max = 1;
  for (const Component& c : contents.components)
    h_max = std::max(h_max, c.h_sampling), v_max = std::max(v_max, c.v_sampling);
  const int w = 8 * h_max / component.h_sampling, h = 8 * v_max / component.v_sampling;
  return !(cv::Rect(bx * w, by * h, w, h) & where).empty();
}

image::Mask MaskOf(const image::Image& image, const cv::Rect& where) {
  image::Mask mask(image.pixels.size(), CV_8UC1, 0.0);
  mask(where).setTo(255);
  return mask;
}

// Paints `where` in a new colour, patches, and checks all that must be kept. Gives the patched file.
Bytes PatchAndCheck(const Bytes& original, const cv::Rect& where) {
  auto decoded = Decode(original, Limits{});
  EXPECT_TRUE(decoded);
  image::Image cleaned = decoded->image;
  const image::Mask mask = MaskOf(cleaned, where);
  image::WriteRgb(cleaned, where, cv::Mat(where.size(), CV_32FC3, cv::Scalar(0.1, 0.8, 0.4)), mask(where));
  const auto patched = Encode(original, cleaned, mask);
  EXPECT_TRUE(patched) << patched.error().message;
  if (!patched) return {};
  const Contents before = Dissect(original), after = Dissect(*patched);
  EXPECT_EQ(before.markers, after.markers);
  EXPECT_EQ(before.scans, after.scans);
  EXPECT_EQ(before.progressive, after.progressive);
  EXPECT_EQ(before.arithmetic, after.arithmetic);
  EXPECT_EQ(before.restart_interval, after.restart_interval);
  int changed = 0;
  for (std::size_t i = 0; i < before.components.size(); ++i) {
    const Component &old_one = before.components[i], &new_one = after.components[i];
    EXPECT_EQ(old_one.id, new_one.id);
    EXPECT_EQ(old_one.h_sampling, new_one.h_sampling);
    EXPECT_EQ(old_one.v_sampling, new_one.v_sampling);
    EXPECT_EQ(old_one.divisors, new_one.divisors);
    for (int k = 0; k < old_one.width * old_one.height; ++k) {
      const bool same = old_one.blocks[static_cast<std::size_t>(k)] == new_one.blocks[static_cast<std::size_t>(k)];
      changed += !same;
      if (!Covers(before, old_one, k % old_one.width, k / old_one.width, where)) {
        EXPECT_TRUE(same) << "block " << k << " of component " << i;
      }
    }
  }
  EXPECT_GT(changed, 0);
  // Well inside the painted rectangle, the new colour is there.
  const cv::Rect core(where.x + 8, where.y + 8, where.width - 16, where.height - 16);
  if (core.width > 0 && core.height > 0) {
    const cv::Mat diff = Decode(*patched, Limits{})->image.pixels(core) - cleaned.pixels(core);
    EXPECT_LT(cv::norm(diff, cv::NORM_INF), 14);
  }
  return *patched;
}

const cv::Rect kSomewhere(21, 14, 31, 25);

TEST(JpegPatch, KeepsUntouchedBlocksInEverySampling) {
  for (const auto& [h, v] : {std::pair(1, 1), {2, 1}, {1, 2}, {2, 2}, {4, 1}, {4, 2}}) {
    SCOPED_TRACE(testing::Message() << h << "x" << v);
    PatchAndCheck(samples::Jpeg({.h_sampling = h, .v_sampling = v}), kSomewhere);
  }
}

TEST(JpegPatch, KeepsUntouchedBlocksInEveryColourSpace) {
  for (const auto colors :
       {JpegColors::kGray, JpegColors::kYcc, JpegColors::kRgb, JpegColors::kCmyk, JpegColors::kYcck}) {
    SCOPED_TRACE(static_cast<int>(colors));
    PatchAndCheck(samples::Jpeg({.colors = colors, .h_sampling = 1, .v_sampling = 1, .quality = 95}), kSomewhere);
  }
  PatchAndCheck(samples::Jpeg({.colors = JpegColors::kCmyk, .h_sampling = 1, .v_sampling = 1, .adobe = false}),
                kSomewhere);
  PatchAndCheck(samples::Jpeg({.colors = JpegColors::kYcck}), kSomewhere);
}

TEST(JpegPatch, KeepsScansRestartsAndArithmeticCoding) {
  PatchAndCheck(samples::Jpeg({.progressive = true}), kSomewhere);
  PatchAndCheck(samples::Jpeg({.colors = JpegColors::kGray, .progressive = true}), kSomewhere);
  PatchAndCheck(samples::Jpeg({.separate_scans = true}), kSomewhere);
  PatchAndCheck(samples::Jpeg({.restart_interval = 2}), kSomewhere);
  PatchAndCheck(samples::Jpeg({.arithmetic = true}), kSomewhere);
}

TEST(JpegPatch, WorksAtEveryBorderAndSize) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(7, 9), cv::Size(8, 8), cv::Size(16, 17), cv::Size(33, 15)}) {
    const Bytes jpeg = samples::Jpeg({.width = size.width, .height = size.height});
    SCOPED_TRACE(testing::Message() << size);
    PatchAndCheck(jpeg, {0, 0, 1, 1});
    PatchAndCheck(jpeg, {size.width - 1, size.height - 1, 1, 1});
    PatchAndCheck(jpeg, {0, 0, size.width, size.height});
  }
}

TEST(JpegPatch, KeepsMarkersAndBytesBehindTheEnd) {
  const std::string exif = std::string("Exif\0\0", 6) + samples::Exif(6);
  Bytes jpeg = samples::Jpeg({.markers = {{0xE1, exif},
                                          {0xE1, "http://ns.adobe.com/xap/1.0/"},
                                          {0xE2, std::string(65533, 'p')},
                                          {0xED, "Photoshop 3.0"},
                                          {0xFE, "a comment"},
                                          {0xEF, ""}}});
  for (const char c : std::string_view("film")) jpeg.push_back(static_cast<std::uint8_t>(c));
  const Bytes patched = PatchAndCheck(jpeg, kSomewhere);
  EXPECT_EQ(Dissect(patched).markers.size(), 7u);  // and JFIF
  EXPECT_EQ(std::string(patched.end() - 4, patched.end()), "film");
}

// Painting with what is there already changes no coefficient: nothing is lost on the way through the pixels.
TEST(JpegPatch, IsIdempotentWhereTheDecoderLosesNothing) {
  const Bytes jpeg = samples::Jpeg({.colors = JpegColors::kGray, .h_sampling = 1, .v_sampling = 1});
  const auto decoded = Decode(jpeg, Limits{});
  const auto patched = Encode(jpeg, decoded->image, MaskOf(decoded->image, kSomewhere));
  ASSERT_TRUE(patched);
  EXPECT_EQ(Dissect(jpeg).components[0].blocks, Dissect(*patched).components[0].blocks);
}

// Beside the mask, inside a touched block, the error stays that of one quantisation.
TEST(JpegPatch, HardlyChangesUnmaskedPixelsOfTouchedBlocks) {
  const Bytes jpeg = samples::Jpeg({.quality = 92});
  const auto decoded = Decode(jpeg, Limits{});
  image::Image cleaned = decoded->image;
  cleaned.pixels = cleaned.pixels.clone();
  const cv::Rect where(24, 20, 11, 9);
  const image::Mask mask = MaskOf(cleaned, where);
  image::WriteRgb(cleaned, where, cv::Mat(where.size(), CV_32FC3, cv::Scalar::all(0.5)), mask(where));
  const auto patched = Encode(jpeg, cleaned, mask);
  ASSERT_TRUE(patched);
  const cv::Mat after = Decode(*patched, Limits{})->image.pixels;
  cv::Mat outside = mask == 0;
  EXPECT_LT(
      cv::norm(after, decoded->image.pixels, cv::NORM_L1, outside) / static_cast<double>(3 * cv::countNonZero(outside)),
      0.7);
}

// The offset behind the `nth` marker of a kind.
std::size_t Find(const Bytes& jpeg, std::uint8_t marker, int nth = 0) {
  for (std::size_t i = 0; i + 1 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xFF && jpeg[i + 1] == marker && nth-- == 0) return i + 2;
  }
  ADD_FAILURE() << "no such marker";
  return 0;
}

constexpr std::uint8_t kTables = 0xDB, kFrame = 0xC0, kScan = 0xDA;

// All components use table 0, which is given anew before the second scan.
TEST(JpegPatch, WritesTablesThatChangeBetweenScans) {
  Bytes jpeg = samples::Jpeg({.separate_scans = true});
  const std::size_t tables = Find(jpeg, kTables);
  const Bytes table(jpeg.begin() + static_cast<std::ptrdiff_t>(tables) - 2,
                    jpeg.begin() + static_cast<std::ptrdiff_t>(tables) + 67);
  Bytes other = table;
  for (std::size_t i = 5; i < other.size(); ++i) other[i] = static_cast<std::uint8_t>(other[i] + 1);
  const std::size_t frame = Find(jpeg, kFrame);
  jpeg[frame + 13] = jpeg[frame + 16] = 0;  // the table numbers of the second and third component
  jpeg.insert(jpeg.begin() + static_cast<std::ptrdiff_t>(Find(jpeg, kScan, 1)) - 2, other.begin(), other.end());
  const Contents before = Dissect(jpeg);
  EXPECT_NE(before.components[0].divisors, before.components[1].divisors);
  PatchAndCheck(jpeg, kSomewhere);
}

TEST(JpegPatch, RefusesAMissingComponent) {
  Bytes jpeg = samples::Jpeg({.separate_scans = true});
  jpeg.resize(Find(jpeg, kScan, 2) - 2);
  jpeg.insert(jpeg.end(), {0xFF, 0xD9});
  const auto decoded = Decode(jpeg, Limits{});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kCorruptImage);
}

TEST(JpegBlock, DctIsThatOfTheStandard) {
  cv::RNG random(3);
  Block samples;
  for (float& s : samples) s = random.uniform(-128.f, 127.f);
  const Block coefficients = ForwardDct(samples);
  for (int v = 0; v < 8; ++v) {
    for (int u = 0; u < 8; ++u) {
      double sum = 0;  // T.81, A.3.3
      for (int i = 0; i < 64; ++i) {
        sum += static_cast<double>(samples[static_cast<std::size_t>(i)]) *
               std::cos((2 * (i % 8) + 1) * u * CV_PI / 16) * std::cos((2 * (i / 8) + 1) * v * CV_PI / 16);
      }
      sum *= 0.25 * (u == 0 ? std::sqrt(0.5) : 1) * (v == 0 ? std::sqrt(0.5) : 1);
      EXPECT_NEAR(coefficients[static_cast<std::size_t>(8 * v + u)], sum, 1e-3);
    }
  }
  const Block back = InverseDct(coefficients);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_NEAR(back[i], samples[i], 1e-3);
}

}  // namespace
}  // namespace removr::codec
