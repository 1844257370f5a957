#include "engine/codec/jpeg_compare.h"

#include <algorithm>
#include <cstdlib>

#include "engine/codec/jpeg.h"

namespace removr::codec {
namespace {

Result<jvirt_barray_ptr*> ReadCoefficients(JpegReader& reader) {
  TRY(reader.ReadHeader());
  jvirt_barray_ptr* coefficients = nullptr;
  TRY(reader.Run([&] { coefficients = jpeg_read_coefficients(reader.info()); }));
  TRY(reader.CheckComplete());
  return coefficients;
}

bool SameFrame(const jpeg_decompress_struct& a, const jpeg_decompress_struct& b) {
  if (a.image_width != b.image_width || a.image_height != b.image_height || a.num_components != b.num_components ||
      a.jpeg_color_space != b.jpeg_color_space) {
    return false;
  }
  return std::equal(a.comp_info, a.comp_info + a.num_components, b.comp_info, [](const auto& x, const auto& y) {
    return x.h_samp_factor == y.h_samp_factor && x.v_samp_factor == y.v_samp_factor;
  });
}

bool SameTables(const jpeg_decompress_struct& a, const jpeg_decompress_struct& b) {
  return std::equal(a.comp_info, a.comp_info + a.num_components, b.comp_info, [](const auto& x, const auto& y) {
    return std::equal(std::begin(x.quant_table->quantval), std::end(x.quant_table->quantval),
                      std::begin(y.quant_table->quantval));
  });
}

int LargestDifference(const JCOEF* a, const JCOEF* b) {
  int largest = 0;
  for (int i = 0; i < DCTSIZE2; ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

struct Files {
  JpegReader& before;
  JpegReader& after;
  const image::Mask& mask;
};

JBLOCKROW BlockRow(jpeg_decompress_struct* info, jvirt_barray_ptr array, JDIMENSION row) {
  return info->mem->access_virt_barray(reinterpret_cast<j_common_ptr>(info), array, row, 1, FALSE)[0];
}

// One component. Runs inside both readers' Run.
void CompareComponent(const Files& files, int index, jvirt_barray_ptr before, jvirt_barray_ptr after,
                      JpegComparison& result) {
  jpeg_decompress_struct* const info = files.before.info();
  const jpeg_component_info& component = info->comp_info[index];
  const int block_w = 8 * info->max_h_samp_factor / component.h_samp_factor;  // px
  const int block_h = 8 * info->max_v_samp_factor / component.v_samp_factor;
  const cv::Rect whole(0, 0, static_cast<int>(info->image_width), static_cast<int>(info->image_height));
  for (JDIMENSION by = 0; by < component.height_in_blocks; ++by) {
    const JBLOCKROW old_row = BlockRow(info, before, by), new_row = BlockRow(files.after.info(), after, by);
    for (JDIMENSION bx = 0; bx < component.width_in_blocks; ++bx) {
      const int difference = LargestDifference(old_row[bx], new_row[bx]);
      if (difference == 0) continue;
      ++result.blocks_changed;
      const cv::Rect covers =
          cv::Rect(static_cast<int>(bx) * block_w, static_cast<int>(by) * block_h, block_w, block_h) & whole;
      const cv::Rect cells(covers.x / 8, covers.y / 8, (covers.width + 7) / 8, (covers.height + 7) / 8);
      result.changed(cells & cv::Rect({}, result.changed.size())) = 255;
      const bool inside = !files.mask.empty() && cv::countNonZero(files.mask(covers)) > 0;
      if (!inside) result.outside_max_difference = std::max(result.outside_max_difference, difference);
    }
  }
  result.blocks += std::int64_t{component.width_in_blocks} * component.height_in_blocks;
}

}  // namespace

Result<JpegComparison> CompareJpegs(std::span<const std::uint8_t> before, std::span<const std::uint8_t> after,
                                    const image::Mask& mask, const Limits& limits) {
  JpegReader old_reader(before, limits), new_reader(after, limits);
  ASSIGN_OR_RETURN(jvirt_barray_ptr* const old_blocks, ReadCoefficients(old_reader));
  ASSIGN_OR_RETURN(jvirt_barray_ptr* const new_blocks, ReadCoefficients(new_reader));
  jpeg_decompress_struct* const info = old_reader.info();
  JpegComparison result;
  result.same_frame = SameFrame(*info, *new_reader.info());
  if (!result.same_frame) return result;
  result.same_tables = SameTables(*info, *new_reader.info());
  const cv::Size size(static_cast<int>(info->image_width), static_cast<int>(info->image_height));
  if (!mask.empty() && (mask.size() != size || mask.type() != CV_8UC1)) {
    return Fail(ErrorCode::kMaskMismatch, "compare: the mask is not of the stored image's size");
  }
  result.changed = cv::Mat::zeros((size.height + 7) / 8, (size.width + 7) / 8, CV_8U);
  const Files files{old_reader, new_reader, mask};
  for (int i = 0; i < info->num_components; ++i) {
    // An error of either reader's library jumps out of its own Run.
    Status inner;
    TRY(old_reader.Run(
        [&] { inner = new_reader.Run([&] { CompareComponent(files, i, old_blocks[i], new_blocks[i], result); }); }));
    TRY(std::move(inner));
  }
  return result;
}

}  // namespace removr::codec
