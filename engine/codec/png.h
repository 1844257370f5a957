// libpng behind RAII and Result. For the PNG files of this folder alone.
#pragma once

#include <png.h>

#include <csetjmp>

#include "base/result.h"
#include "engine/codec/escape.h"
#include "engine/codec/formats.h"

namespace removr::codec {

struct PngErrors {
  std::jmp_buf escape;
  char message[256] = {};

  [[noreturn]] static void OnError(png_structp png, png_const_charp text);
  static void OnWarning(png_structp, png_const_charp) {}
};

class PngReader {
 public:
  // `bytes` must outlive the reader.
  PngReader(ByteView bytes, const Limits& limits);
  ~PngReader();
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  png_structp png() { return png_; }
  png_infop info() { return info_; }
  // Runs library calls; see Completes for what `body` must not do. Errors are kCorruptImage.
  template <typename Body>
  Status Run(Body body) {
    return Completes(errors_.escape, body) ? Status{} : Failure();
  }

 private:
  static void Read(png_structp png, png_bytep out, std::size_t size);
  Status Failure() const;

  ByteView rest_;
  PngErrors errors_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace removr::codec
