// libjpeg behind RAII and Result: a reader and a writer whose library calls run inside Run. For the JPEG files of this
// folder alone.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <utility>
// clang-format off
#include <jpeglib.h>  // needs std::size_t and FILE
// clang-format on

#include "base/limits.h"
#include "base/result.h"
#include "engine/codec/escape.h"
#include "engine/codec/formats.h"

namespace removr::codec {

// libjpeg's error manager. Errors, and those warnings that mean damaged data, jump; other warnings are ignored.
struct JpegErrors {
  jpeg_error_mgr manager;  // first, since libjpeg hands back a pointer to it
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
  int message_code;

  jpeg_error_mgr* Prepare();
};

class JpegReader {
 public:
  // `bytes` must outlive the reader.
  JpegReader(ByteView bytes, const Limits& limits);
  ~JpegReader();
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  // Reads up to the first scan, keeps all APPn and COM segments, and checks size, colours and sampling.
  Status ReadHeader();
  // After the last scan, before the end: kCorruptImage where a component came in none.
  Status CheckComplete() const;
  jpeg_decompress_struct* info() { return &info_; }
  image::ColorModel model() const;
  // Adobe writes CMYK as 255 = no ink (Technical Note 5116 leaves it open; every program that writes the marker does
  // so).
  bool inverted_cmyk() const { return info_.saw_Adobe_marker && info_.num_components == 4; }
  // What is left behind the last byte that was read.
  ByteView Rest() const { return {info_.src->next_input_byte, info_.src->bytes_in_buffer}; }

  // Runs library calls on info(); see Completes for what `body` must not do.
  template <typename Body>
  Status Run(Body body) {
    return Completes(errors_.escape, body) ? Status{} : Failure();
  }

 private:
  Status Failure() const;
  static void Watch(j_common_ptr info);

  ByteView bytes_;
  Limits limits_;
  JpegErrors errors_{};
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct info_{};
};

// Writes into memory. All errors are kEngineFailure.
class JpegWriter {
 public:
  // `size_hint` is the expected size of the file in bytes.
  explicit JpegWriter(std::size_t size_hint);
  ~JpegWriter();
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  jpeg_compress_struct* info() { return &info_; }
  // Makes info(), with the memory as its destination. First thing in Run.
  void Create();
  template <typename Body>
  Status Run(Body body) {
    return Completes(errors_.escape, body) ? Status{} : Failure();
  }
  Bytes Take() { return std::move(destination_.bytes); }

 private:
  struct Destination {
    jpeg_destination_mgr manager;  // first, as above
    Bytes bytes;
  };
  Status Failure() const;
  static void Start(j_compress_ptr info);
  static boolean Grow(j_compress_ptr info);
  static void Finish(j_compress_ptr info);

  JpegErrors errors_{};
  Destination destination_{};
  jpeg_compress_struct info_{};
};

}  // namespace removr::codec
