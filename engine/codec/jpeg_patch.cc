// Rewrites a JPEG file so that only the blocks that the mask touches have new coefficients; the others' are copied.
//
// A block that is touched in part gets new samples only where the mask is: beside it the samples are those of the old
// coefficients, before any rounding, clamping or chroma smoothing of a decoder. So what an encoder would lose on a
// second pass is not lost, and all of it is rounded once, by the file's own quantisation tables.
#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "engine/codec/formats.h"
#include "engine/codec/jpeg.h"
#include "engine/codec/jpeg_block.h"
#include "engine/codec/jpeg_script.h"

namespace removr::codec {
namespace {

// One component of the file, and where its samples lie in the image.
struct Plane {
  const image::Image& cleaned;
  const image::Mask& mask;
  Mix mix;
  int step_x, step_y;             // one sample stands for step_x x step_y pixels
  const std::uint16_t* divisors;  // the quantisation table, natural order
};

// Pixels from..to (half-open), of which only those inside the image are there.
struct Range {
  int from, to;
};

// Samples behind the right or lower edge stand for the last pixel.
Range PixelsOf(int sample, int step, int size) {
  const int from = std::min(sample * step, size - 1);
  return {from, std::clamp((sample + 1) * step, from + 1, size)};
}

bool Touched(const image::Mask& mask, Range xs, Range ys) {
  for (int y = ys.from; y < ys.to; ++y) {
    const std::uint8_t* row = mask.ptr(y);
    if (std::any_of(row + xs.from, row + xs.to, [](std::uint8_t value) { return value != 0; })) return true;
  }
  return false;
}

template <int kChannels>
float MeanSample(const Plane& plane, Range xs, Range ys) {
  float sum = 0;
  for (int y = ys.from; y < ys.to; ++y) {
    const std::uint8_t* row = plane.cleaned.pixels.ptr(y);
    for (int x = xs.from; x < xs.to; ++x) sum += plane.mix.Of<kChannels>(row + x * kChannels);
  }
  return sum / static_cast<float>((xs.to - xs.from) * (ys.to - ys.from));
}

// Puts new samples where the mask is. The block's first sample is (left, top) of the plane.
template <int kChannels>
void Repaint(const Plane& plane, int left, int top, Block& samples) {
  std::array<Range, 8> columns;
  for (int i = 0; i < 8; ++i) {
    columns[static_cast<std::size_t>(i)] = PixelsOf(left + i, plane.step_x, plane.cleaned.width());
  }
  for (std::size_t i = 0; i < 64; ++i) {
    const Range xs = columns[i % 8], ys = PixelsOf(top + static_cast<int>(i / 8), plane.step_y, plane.cleaned.height());
    if (Touched(plane.mask, xs, ys)) samples[i] = MeanSample<kChannels>(plane, xs, ys);
  }
}

// ITU-T T.81, F.1.2: the entropy coder has no room for more.
constexpr JCOEF kCoefficientMax = 1023;

void Renew(const Plane& plane, int left, int top, JCOEF* coefficients) {
  Block block;
  for (std::size_t i = 0; i < 64; ++i) block[i] = static_cast<float>(coefficients[i]) * plane.divisors[i];
  block = InverseDct(block);
  switch (plane.cleaned.pixels.channels()) {
    case 1: Repaint<1>(plane, left, top, block); break;
    case 3: Repaint<3>(plane, left, top, block); break;
    case 4: Repaint<4>(plane, left, top, block); break;
    default: break;
  }
  block = ForwardDct(block);
  for (std::size_t i = 0; i < 64; ++i) {
    const float quantised = std::nearbyint(block[i] / std::max<float>(plane.divisors[i], 1));
    coefficients[i] = static_cast<JCOEF>(std::clamp<float>(quantised, -kCoefficientMax, kCoefficientMax));
  }
}

Coding CodingOf(const jpeg_decompress_struct& info) {
  return info.jpeg_color_space == JCS_YCbCr  ? Coding::kYcc
         : info.jpeg_color_space == JCS_YCCK ? Coding::kYcck
                                             : Coding::kPlain;
}

JBLOCKROW BlockRow(jpeg_decompress_struct* info, jvirt_barray_ptr array, JDIMENSION row) {
  return info->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(info), array, row, 1, TRUE)[0];
}

// Renews the touched blocks of one component. `bounds` holds all of the mask. Runs inside JpegReader::Run.
void RenewPlane(jpeg_decompress_struct* info, jvirt_barray_ptr array, const jpeg_component_info& component,
                const Plane& plane, const cv::Rect& bounds) {
  const int block_w = 8 * plane.step_x, block_h = 8 * plane.step_y;  // px
  const auto end = [](int last_px, int size, JDIMENSION count) {
    return std::min(last_px / size + 1, static_cast<int>(count));
  };
  const int bx_end = end(bounds.br().x - 1, block_w, component.width_in_blocks);
  const int by_end = end(bounds.br().y - 1, block_h, component.height_in_blocks);
  for (int by = bounds.y / block_h; by < by_end; ++by) {
    JBLOCKROW row = BlockRow(info, array, static_cast<JDIMENSION>(by));
    const Range ys{by * block_h, std::min((by + 1) * block_h, plane.mask.rows)};
    for (int bx = bounds.x / block_w; bx < bx_end; ++bx) {
      const Range xs{bx * block_w, std::min((bx + 1) * block_w, plane.mask.cols)};
      if (Touched(plane.mask, xs, ys)) Renew(plane, bx * 8, by * 8, row[bx]);
    }
  }
}

// As above, for all components.
void RenewAll(JpegReader& reader, jvirt_barray_ptr* coefficients, const image::Image& cleaned,
              const image::Mask& mask) {
  jpeg_decompress_struct* info = reader.info();
  const cv::Rect bounds = cv::boundingRect(mask);
  for (int i = 0; i < info->num_components; ++i) {
    const jpeg_component_info& component = info->comp_info[i];
    const Plane plane{cleaned,
                      mask,
                      ComponentMix(CodingOf(*info), reader.inverted_cmyk(), i),
                      info->max_h_samp_factor / component.h_samp_factor,
                      info->max_v_samp_factor / component.v_samp_factor,
                      component.quant_table->quantval};
    RenewPlane(info, coefficients[i], component, plane, bounds);
  }
}

// Decoders take what the encoder does not: coefficients larger than Huffman codes have room for, and tables that change
// between the scans. Brings the first into range, and gives each component a table of its own. Runs inside
// JpegReader::Run.
void MakeWritable(jpeg_decompress_struct* info, jvirt_barray_ptr* coefficients) {
  static_assert(NUM_QUANT_TBLS == 4);  // as many as components, of which ReadHeader lets at most 4 pass
  for (int i = 0; i < info->num_components; ++i) {
    jpeg_component_info& component = info->comp_info[i];
    component.quant_tbl_no = i;
    info->quant_tbl_ptrs[i] = component.quant_table;
    for (JDIMENSION by = 0; by < component.height_in_blocks; ++by) {
      JBLOCKROW row = BlockRow(info, coefficients[i], by);
      for (JCOEF* c = row[0]; c != row[component.width_in_blocks]; ++c) {
        *c = std::clamp<JCOEF>(*c, -kCoefficientMax, kCoefficientMax);
      }
    }
  }
}

// The whole file anew, from coefficients; everything that is not a coefficient as the reader found it.
Result<Bytes> WriteCoefficients(JpegReader& reader, jvirt_barray_ptr* coefficients, std::vector<jpeg_scan_info>& script,
                                std::size_t size_hint) {
  JpegWriter writer(size_hint);
  jpeg_compress_struct* out = writer.info();
  TRY(writer.Run([&] {
    jpeg_decompress_struct* in = reader.info();
    writer.Create();
    jpeg_copy_critical_parameters(in, out);
    out->arith_code = in->arith_code;
    out->optimize_coding = !in->arith_code;  // new Huffman tables, where there are any
    out->restart_interval = in->restart_interval;
    out->write_JFIF_header = FALSE;  // both are among the copied segments, where the file had them
    out->write_Adobe_marker = FALSE;
    if (!script.empty()) {
      out->scan_info = script.data();
      out->num_scans = static_cast<int>(script.size());
    } else if (in->progressive_mode) {
      jpeg_simple_progression(out);
    }
    jpeg_write_coefficients(out, coefficients);
    for (const jpeg_marker_struct* marker = in->marker_list; marker != nullptr; marker = marker->next) {
      jpeg_write_marker(out, marker->marker, marker->data, marker->data_length);
    }
    jpeg_finish_compress(out);
  }));
  return writer.Take();
}

}  // namespace

Result<Bytes> PatchJpeg(ByteView original, const image::Image& cleaned, const image::Mask& mask, const Limits& limits) {
  JpegReader reader(original, limits);
  TRY(reader.ReadHeader());
  jpeg_decompress_struct* info = reader.info();
  if (static_cast<int>(info->image_width) != cleaned.width() ||
      static_cast<int>(info->image_height) != cleaned.height() || reader.model() != cleaned.model ||
      cleaned.pixels.type() != CV_8UC(info->num_components)) {
    return Fail(ErrorCode::kEngineFailure, "the cleaned image is not of this JPEG's size and colours");
  }
  jvirt_barray_ptr* coefficients = nullptr;
  TRY(reader.Run([&] { coefficients = jpeg_read_coefficients(info); }));
  TRY(reader.CheckComplete());
  TRY(reader.Run([&] { RenewAll(reader, coefficients, cleaned, mask); }));
  const std::size_t size_hint = original.size() + original.size() / 8;
  std::vector<jpeg_scan_info> script = ReadScanScript(original, *info, limits);
  Result<Bytes> patched = WriteCoefficients(reader, coefficients, script, size_hint);
  if (!patched) {
    TRY(reader.Run([&] { MakeWritable(info, coefficients); }));
    patched = WriteCoefficients(reader, coefficients, script, size_hint);
  }
  if (!patched && !script.empty()) {  // one that a decoder takes, and the encoder does not
    script.clear();
    patched = WriteCoefficients(reader, coefficients, script, size_hint);
  }
  if (!patched) return patched;
  // Some cameras append a film or further pictures.
  const ByteView rest = reader.Rest();
  patched->insert(patched->end(), rest.begin(), rest.end());
  return patched;
}

}  // namespace removr::codec
