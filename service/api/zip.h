// A ZIP archive as it is read, without compression, in memory of one buffer (PKWARE APPNOTE 6.3.10). Its exact size is
// known before: names and sizes of the files are. Zip64 records stand where a number needs more than 32 bits, or
// 16 for the count.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/http/message.h"

namespace removr::api {

struct ZipEntry {
  std::string name;  // UTF-8, unique
  std::uint64_t size_bytes = 0;
  // Opens the file, which has exactly `size_bytes`. Each file is read twice: its checksum stands before it.
  std::function<Result<std::unique_ptr<http::BodySource>>()> open;
};

// The archive's size in bytes.
std::uint64_t ZipBytes(const std::vector<ZipEntry>& entries);

// The archive. A file that has another size than it said, or fails, is an error of Read. `time` is every file's.
std::unique_ptr<http::BodySource> MakeZip(std::vector<ZipEntry> entries, Timestamp time);

}  // namespace removr::api
