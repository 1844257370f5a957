#include "service/api/zip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace removr::api {
namespace {

constexpr std::uint64_t kMax32 = 0xFFFFFFFF;
constexpr std::uint64_t kMax16 = 0xFFFF;
constexpr int kVersion = 45;         // needed for Zip64; 20 would do without
constexpr int kUtf8Names = 1 << 11;  // of the flags, bit 11
constexpr int kZip64Extra = 0x0001;

// Little-endian numbers, one after another.
class Record {
 public:
  Record& Add(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) text_ += static_cast<char>(value >> (8 * i) & 0xFF);
    return *this;
  }
  Record& Add(const std::string& text) {
    text_ += text;
    return *this;
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

struct Placed {
  std::uint64_t size = 0, offset = 0;
  std::uint32_t crc = 0;
};

// MS-DOS date and time, in UTC; years before 1980 have none.
std::uint64_t DosTime(Timestamp time) {
  const std::time_t seconds = time.unix_ms / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  const auto field = [](int value, int shift) { return static_cast<std::uint64_t>(std::max(value, 0)) << shift; };
  return field(utc.tm_sec / 2, 0) | field(utc.tm_min, 5) | field(utc.tm_hour, 11) | field(utc.tm_mday, 16) |
         field(utc.tm_mon + 1, 21) | field(utc.tm_year - 80, 25);
}

// 4.3.7; with a Zip64 field where the size needs one (4.5.3).
std::string LocalHeader(const std::string& name, const Placed& placed, std::uint64_t time) {
  const bool large = placed.size >= kMax32;
  return Record()
      .Add(0x04034b50, 4)
      .Add(kVersion, 2)
      .Add(kUtf8Names, 2)
      .Add(0, 2)  // stored
      .Add(time, 4)
      .Add(placed.crc, 4)
      .Add(large ? kMax32 : placed.size, 4)
      .Add(large ? kMax32 : placed.size, 4)
      .Add(name.size(), 2)
      .Add(large ? 20 : 0, 2)
      .Add(name)
      .Add(large ? Record().Add(kZip64Extra, 2).Add(16, 2).Add(placed.size, 8).Add(placed.size, 8).Take() : "")
      .Take();
}

// 4.3.12; the Zip64 field has only the numbers that do not fit, in this order (4.5.3).
std::string CentralHeader(const std::string& name, const Placed& placed, std::uint64_t time) {
  Record wide;
  if (placed.size >= kMax32) wide.Add(placed.size, 8).Add(placed.size, 8);
  if (placed.offset >= kMax32) wide.Add(placed.offset, 8);
  std::string extra = wide.Take();
  if (!extra.empty()) extra = Record().Add(kZip64Extra, 2).Add(extra.size(), 2).Add(extra).Take();
  return Record()
      .Add(0x02014b50, 4)
      .Add(kVersion, 2)
      .Add(kVersion, 2)
      .Add(kUtf8Names, 2)
      .Add(0, 2)
      .Add(time, 4)
      .Add(placed.crc, 4)
      .Add(std::min(placed.size, kMax32), 4)
      .Add(std::min(placed.size, kMax32), 4)
      .Add(name.size(), 2)
      .Add(extra.size(), 2)
      .Add(0, 2)  // comment
      .Add(0, 2)  // disk
      .Add(0, 2)  // internal attributes
      .Add(0, 4)  // external attributes
      .Add(std::min(placed.offset, kMax32), 4)
      .Add(name)
      .Add(extra)
      .Take();
}

// 4.3.14 to 4.3.16.
std::string End(std::uint64_t count, std::uint64_t offset, std::uint64_t size) {
  std::string text;
  if (count >= kMax16 || offset >= kMax32 || size >= kMax32) {
    text = Record().Add(0x06064b50, 4).Add(44, 8).Add(kVersion, 2).Add(kVersion, 2).Add(0, 4).Add(0, 4).Take();
    text += Record().Add(count, 8).Add(count, 8).Add(size, 8).Add(offset, 8).Take();
    text += Record().Add(0x07064b50, 4).Add(0, 4).Add(offset + size, 8).Add(1, 4).Take();
  }
  return text + Record()
                    .Add(0x06054b50, 4)
                    .Add(0, 4)
                    .Add(std::min(count, kMax16), 2)
                    .Add(std::min(count, kMax16), 2)
                    .Add(std::min(size, kMax32), 4)
                    .Add(std::min(offset, kMax32), 4)
                    .Add(0, 2)
                    .Take();
}

class Zip final : public http::BodySource {
 public:
  Zip(std::vector<ZipEntry> entries, Timestamp time) : entries_(std::move(entries)), time_(DosTime(time)) {}

  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override {
    while (true) {
      if (!text_.empty()) return TakeText(buffer);
      if (file_) {
        ASSIGN_OR_RETURN(const std::size_t read, file_->Read(buffer));
        left_ -= std::min<std::uint64_t>(left_, read);
        if (left_ == 0 || read == 0) file_.reset();
        if (!file_ && left_ > 0) return Fail(ErrorCode::kIo, "a file of the archive is shorter than it was");
        position_ += read;
        if (read > 0) return read;
      } else if (next_ < entries_.size()) {
        TRY(BeginFile());
      } else if (!ended_) {
        WriteDirectory();
      } else {
        return std::size_t{0};
      }
    }
  }

 private:
  std::size_t TakeText(std::span<std::uint8_t> buffer) {
    const std::size_t count = std::min(buffer.size(), text_.size());
    std::copy_n(text_.begin(), count, buffer.begin());
    text_.erase(0, count);
    position_ += count;
    return count;
  }

  Status BeginFile() {
    const ZipEntry& entry = entries_[next_++];
    Placed placed{entry.size_bytes, position_, 0};
    ASSIGN_OR_RETURN(placed.crc, Checksum(entry));
    ASSIGN_OR_RETURN(file_, entry.open());
    left_ = entry.size_bytes;
    if (left_ == 0) file_.reset();
    text_ = LocalHeader(entry.name, placed, time_);
    placed_.push_back(placed);
    return {};
  }

  static Result<std::uint32_t> Checksum(const ZipEntry& entry) {
    ASSIGN_OR_RETURN(const auto source, entry.open());
    std::vector<std::uint8_t> buffer(1 << 16);
    uLong crc = crc32_z(0, nullptr, 0);
    std::uint64_t total = 0;
    while (true) {
      ASSIGN_OR_RETURN(const std::size_t read, source->Read(buffer));
      if (read == 0) break;
      crc = crc32_z(crc, buffer.data(), read);
      total += read;
    }
    if (total != entry.size_bytes) return Fail(ErrorCode::kIo, "a file of the archive has another size than it had");
    return static_cast<std::uint32_t>(crc);
  }

  void WriteDirectory() {
    const std::uint64_t offset = position_;
    for (std::size_t i = 0; i < entries_.size(); ++i) text_ += CentralHeader(entries_[i].name, placed_[i], time_);
    text_ += End(entries_.size(), offset, text_.size());
    ended_ = true;
  }

  const std::vector<ZipEntry> entries_;
  const std::uint64_t time_;
  std::vector<Placed> placed_;  // those begun
  std::size_t next_ = 0;
  std::unique_ptr<http::BodySource> file_;
  std::uint64_t left_ = 0;  // of the file
  std::string text_;        // headers still to be sent; they come before the file
  std::uint64_t position_ = 0;
  bool ended_ = false;
};

}  // namespace

std::uint64_t ZipBytes(const std::vector<ZipEntry>& entries) {
  std::uint64_t offset = 0, directory = 0;
  for (const ZipEntry& entry : entries) {
    const Placed placed{entry.size_bytes, offset, 0};
    directory += CentralHeader(entry.name, placed, 0).size();
    offset += LocalHeader(entry.name, placed, 0).size() + entry.size_bytes;
  }
  return offset + directory + End(entries.size(), offset, directory).size();
}

std::unique_ptr<http::BodySource> MakeZip(std::vector<ZipEntry> entries, Timestamp time) {
  return std::make_unique<Zip>(std::move(entries), time);
}

}  // namespace removr::api
