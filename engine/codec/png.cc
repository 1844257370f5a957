#include "engine/codec/png.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace removr::codec {

void PngErrors::OnError(png_structp png, png_const_charp text) {
  auto* errors = static_cast<PngErrors*>(png_get_error_ptr(png));
  std::snprintf(errors->message, sizeof errors->message, "%s", text);
  std::longjmp(errors->escape, 1);
}

PngReader::PngReader(ByteView bytes, const Limits& limits) : rest_(bytes) {
  static_cast<void>(Run([&] {  // fails only without memory, and leaves png_ null
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &errors_, PngErrors::OnError, PngErrors::OnWarning);
    if (png_ == nullptr) return;
    info_ = png_create_info_struct(png_);
    png_set_read_fn(png_, this, Read);
    // Pixels are counted by CheckSize; these are libpng's own bounds.
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png_, static_cast<png_alloc_size_t>(limits.metadata_max_bytes));
    // Everything but pixels and transparency is passed over, so no profile or text is ever inflated.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  }));
}

PngReader::~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

void PngReader::Read(png_structp png, png_bytep out, std::size_t size) {
  auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
  if (size > reader->rest_.size()) png_error(png, "the file ends early");
  std::memcpy(out, reader->rest_.data(), size);
  reader->rest_ = reader->rest_.subspan(size);
}

Status PngReader::Failure() const { return Fail(ErrorCode::kCorruptImage, std::string("PNG: ") + errors_.message); }

}  // namespace removr::codec
