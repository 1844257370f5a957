#include "engine/codec/jpeg.h"

#include <jerror.h>

#include <algorithm>
#include <exception>

namespace removr::codec {
namespace {

JpegErrors* Errors(j_common_ptr info) { return reinterpret_cast<JpegErrors*>(info->err); }

[[noreturn]] void Jump(j_common_ptr info) {
  JpegErrors* errors = Errors(info);
  errors->message_code = errors->manager.msg_code;
  errors->manager.format_message(info, errors->message);
  std::longjmp(errors->escape, 1);
}

// Warnings after which pixels are missing or wrong. The others (stray bytes between segments, odd version numbers) come
// from cameras and editors in everyday use.
bool MeansDamage(int message_code) {
  switch (message_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: return true;
    default: return false;
  }
}

void OnMessage(j_common_ptr info, int level) {
  if (level < 0 && MeansDamage(info->err->msg_code)) Jump(info);
}

bool MeansUnsupported(int message_code) {
  switch (message_code) {
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOTIMPL: return true;
    default: return false;
  }
}

auto Unsupported(std::string message) {
  return Fail(ErrorCode::kUnsupportedFormat, std::move(message), "This kind of JPEG is not supported.");
}

}  // namespace

jpeg_error_mgr* JpegErrors::Prepare() {
  jpeg_std_error(&manager);
  manager.error_exit = Jump;
  manager.emit_message = OnMessage;
  return &manager;
}

JpegReader::JpegReader(ByteView bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {
  info_.err = errors_.Prepare();
}

JpegReader::~JpegReader() { jpeg_destroy_decompress(&info_); }

Status JpegReader::ReadHeader() {
  TRY(Run([this] {
    jpeg_create_decompress(&info_);
    info_.client_data = this;
    progress_.progress_monitor = Watch;
    info_.progress = &progress_;
    jpeg_mem_src(&info_, bytes_.data(), bytes_.size());
    for (int i = 0; i < 16; ++i) jpeg_save_markers(&info_, JPEG_APP0 + i, 0xFFFF);
    jpeg_save_markers(&info_, JPEG_COM, 0xFFFF);
    jpeg_read_header(&info_, TRUE);
  }));
  TRY(CheckSize(info_.image_width, info_.image_height, limits_));
  if (info_.jpeg_color_space == JCS_UNKNOWN) return Unsupported("JPEG with an unknown colour space");
  for (int i = 0; i < info_.num_components; ++i) {
    const jpeg_component_info& component = info_.comp_info[i];
    if (info_.max_h_samp_factor % component.h_samp_factor != 0 ||
        info_.max_v_samp_factor % component.v_samp_factor != 0) {
      return Unsupported("JPEG with fractional sampling");
    }
  }
  return {};
}

Status JpegReader::CheckComplete() const {
  for (int i = 0; i < info_.num_components; ++i) {
    if (info_.comp_info[i].quant_table == nullptr)
      return Fail(ErrorCode::kCorruptImage, "JPEG: a component is missing");
  }
  return {};
}

image::ColorModel JpegReader::model() const {
  return info_.num_components == 1   ? image::ColorModel::kGray
         : info_.num_components == 4 ? image::ColorModel::kCmyk
                                     : image::ColorModel::kRgb;
}

// Each scan of a progressive file costs time on all its blocks, and need not be longer than a few bytes.
void JpegReader::Watch(j_common_ptr common) {
  auto* reader = static_cast<JpegReader*>(common->client_data);
  if (reader->info_.input_scan_number <= reader->limits_.jpeg_scans_max) return;
  reader->errors_.message_code = 0;
  std::snprintf(reader->errors_.message, sizeof reader->errors_.message, "too many scans");
  std::longjmp(reader->errors_.escape, 1);
}

Status JpegReader::Failure() const {
  const std::string message = std::string("JPEG: ") + errors_.message;
  if (MeansUnsupported(errors_.message_code)) return Unsupported(message);
  // libjpeg's own bound on each side is 65,500.
  if (errors_.message_code == JERR_IMAGE_TOO_BIG) return Fail(ErrorCode::kTooManyPixels, message);
  const bool no_memory = errors_.message_code == JERR_OUT_OF_MEMORY;
  return Fail(no_memory ? ErrorCode::kEngineFailure : ErrorCode::kCorruptImage, message);
}

JpegWriter::JpegWriter(std::size_t size_hint) {
  info_.err = errors_.Prepare();
  destination_.manager.init_destination = Start;
  destination_.manager.empty_output_buffer = Grow;
  destination_.manager.term_destination = Finish;
  destination_.bytes.resize(std::max<std::size_t>(size_hint, 4096));
}

JpegWriter::~JpegWriter() { jpeg_destroy_compress(&info_); }

void JpegWriter::Create() {
  jpeg_create_compress(&info_);
  info_.dest = &destination_.manager;
}

Status JpegWriter::Failure() const {
  return Fail(ErrorCode::kEngineFailure, std::string("JPEG writer: ") + errors_.message);
}

void JpegWriter::Start(j_compress_ptr info) {
  auto* destination = reinterpret_cast<Destination*>(info->dest);
  destination->manager.next_output_byte = destination->bytes.data();
  destination->manager.free_in_buffer = destination->bytes.size();
}

// libjpeg calls this when the buffer is full to the last byte.
boolean JpegWriter::Grow(j_compress_ptr info) {
  auto* destination = reinterpret_cast<Destination*>(info->dest);
  const std::size_t used = destination->bytes.size();
  bool grown = true;
  try {
    destination->bytes.resize(used * 2);
  } catch (const std::exception&) {
    grown = false;
  }
  if (!grown) ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);
  destination->manager.next_output_byte = destination->bytes.data() + used;
  destination->manager.free_in_buffer = destination->bytes.size() - used;
  return TRUE;
}

void JpegWriter::Finish(j_compress_ptr info) {
  auto* destination = reinterpret_cast<Destination*>(info->dest);
  destination->bytes.resize(destination->bytes.size() - destination->manager.free_in_buffer);
}

}  // namespace removr::codec
