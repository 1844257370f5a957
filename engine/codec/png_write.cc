#include "engine/codec/png_write.h"

#include <bit>
#include <exception>

#include "engine/codec/effort.h"
#include "engine/codec/png.h"

namespace removr::codec {
namespace {

class PngWriter {
 public:
  explicit PngWriter(std::size_t size_hint) {
    bytes_.reserve(size_hint);
    static_cast<void>(Run([&] {  // fails only without memory, and leaves png_ null
      png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors_, PngErrors::OnError, PngErrors::OnWarning);
      if (png_ == nullptr) return;
      info_ = png_create_info_struct(png_);
      png_set_write_fn(png_, this, Append, [](png_structp) {});
    }));
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  png_structp png() { return png_; }
  png_infop info() { return info_; }
  Bytes Take() { return std::move(bytes_); }

  template <typename Body>
  Status Run(Body body) {
    if (Completes(errors_.escape, body)) return {};
    return Fail(ErrorCode::kEngineFailure, std::string("PNG writer: ") + errors_.message);
  }

 private:
  static void Append(png_structp png, png_bytep data, std::size_t size) {
    auto* writer = static_cast<PngWriter*>(png_get_io_ptr(png));
    bool appended = true;
    try {
      writer->bytes_.insert(writer->bytes_.end(), data, data + size);
    } catch (const std::exception&) {
      appended = false;
    }
    if (!appended) png_error(png, "out of memory");
  }

  PngErrors errors_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Bytes bytes_;
};

// Runs inside PngWriter::Run.
void SetPalette(png_structp png, png_infop info, const std::vector<cv::Vec4b>& palette) {
  png_color colors[PNG_MAX_PALETTE_LENGTH];
  png_byte alphas[PNG_MAX_PALETTE_LENGTH];
  int alpha_count = 0;  // up to the last that is not opaque
  for (std::size_t i = 0; i < palette.size(); ++i) {
    colors[i] = {palette[i][0], palette[i][1], palette[i][2]};
    alphas[i] = palette[i][3];
    if (alphas[i] != 255) alpha_count = static_cast<int>(i) + 1;
  }
  png_set_PLTE(png, info, colors, static_cast<int>(palette.size()));
  if (alpha_count > 0) png_set_tRNS(png, info, alphas, alpha_count, nullptr);
}

Result<Bytes> Write(const cv::Mat& pixels, const PngLayout& layout, const Effort& effort) {
  PngWriter writer(pixels.total() * pixels.elemSize() / 2 + 4096);
  png_structp png = writer.png();
  png_infop info = writer.info();
  if (png == nullptr || info == nullptr) return Fail(ErrorCode::kEngineFailure, "PNG writer: no memory");
  TRY(writer.Run([&] {
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_compression_level(png, effort.level);
    png_set_compression_strategy(png, effort.strategy);
    png_set_IHDR(png, info, static_cast<png_uint_32>(pixels.cols), static_cast<png_uint_32>(pixels.rows),
                 layout.bit_depth, static_cast<int>(layout.color_type),
                 layout.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (layout.color_type == PngColor::kPalette) SetPalette(png, info, layout.palette);
    png_write_info(png, info);
    if (layout.bit_depth < 8) png_set_packing(png);
    if (layout.bit_depth == 16 && std::endian::native == std::endian::little) png_set_swap(png);
    const int pass_count = png_set_interlace_handling(png);
    for (int pass = 0; pass < pass_count; ++pass) {
      for (int y = 0; y < pixels.rows; ++y) png_write_row(png, pixels.ptr(y));
    }
    png_write_end(png, nullptr);
  }));
  return writer.Take();
}

// As ChooseEffort, from a band in the middle.
Result<Effort> ChooseBandEffort(const cv::Mat& pixels, const PngLayout& layout) {
  constexpr int kBandRows = 32;
  if (pixels.rows < 4 * kBandRows) return kSearch;
  const cv::Mat band = pixels.rowRange(pixels.rows / 2, pixels.rows / 2 + kBandRows);
  ASSIGN_OR_RETURN(const Bytes searched, Write(band, layout, kSearch));
  ASSIGN_OR_RETURN(const Bytes runs, Write(band, layout, kRuns));
  return NearlyAsSmall(runs.size(), searched.size()) ? kRuns : kSearch;
}

}  // namespace

Result<Bytes> WritePng(const cv::Mat& pixels, const PngLayout& layout) {
  ASSIGN_OR_RETURN(const Effort effort, ChooseBandEffort(pixels, layout));
  return Write(pixels, layout, effort);
}

}  // namespace removr::codec
