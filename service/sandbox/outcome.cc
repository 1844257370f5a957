#include "service/sandbox/outcome.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

namespace removr::sandbox {
namespace {

using job::ProcessedImage;

constexpr std::uint32_t kWritten = 0x52564d52;
constexpr int kMessageMax = 300;

enum class Kind : std::int32_t { kImage, kError };

// The parts follow in this order: file, mask, findings, receipt; of an error its message alone.
constexpr std::size_t kParts = 4;
struct Header {
  std::uint32_t written;  // kWritten, set last
  Kind kind;
  std::int32_t error, verdict, original_format, format, width, height;
  double changed_fraction;
  std::array<std::uint64_t, kParts> part_bytes;
};

std::string_view View(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// False where it does not fit.
bool Write(Header header, const std::array<std::string_view, kParts>& parts, std::span<std::uint8_t> buffer) {
  if (buffer.size() < sizeof(header)) return false;
  std::size_t room = buffer.size() - sizeof(header);
  std::uint8_t* to = buffer.data() + sizeof(header);
  for (std::size_t i = 0; i < kParts; ++i) {
    if (parts[i].size() > room) return false;
    std::copy(parts[i].begin(), parts[i].end(), to);
    header.part_bytes[i] = parts[i].size();
    to += parts[i].size();
    room -= parts[i].size();
  }
  header.written = kWritten;
  std::memcpy(buffer.data(), &header, sizeof(header));
  return true;
}

bool WriteImage(const ProcessedImage& image, std::span<std::uint8_t> buffer) {
  Header header = {};
  header.kind = Kind::kImage;
  header.verdict = static_cast<std::int32_t>(image.verdict);
  header.original_format = static_cast<std::int32_t>(image.original_format);
  header.format = static_cast<std::int32_t>(image.format);
  header.width = image.width;
  header.height = image.height;
  header.changed_fraction = image.changed_fraction;
  return Write(header, {View(image.bytes), View(image.mask_png), image.findings_json, image.receipt_json}, buffer);
}

void WriteError(const Error& error, std::span<std::uint8_t> buffer) {
  Header header = {};
  header.kind = Kind::kError;
  header.error = static_cast<std::int32_t>(error.code);
  (void)Write(header, {std::string_view(error.message).substr(0, kMessageMax), {}, {}, {}}, buffer);
}

// One line for the log, whatever it holds.
std::string Printable(std::string_view text) {
  std::string line(text.substr(0, kMessageMax));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return line;
}

tl::unexpected<Error> Nonsense(const char* what) {
  return Fail(ErrorCode::kEngineFailure, std::string("the engine left no sound outcome: ") + what);
}

bool MayFailWith(std::int32_t code) {
  using enum ErrorCode;
  constexpr std::array kCodes = {kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated,
                                 kMaskMismatch,      kTimeout,      kEngineFailure};
  return std::any_of(kCodes.begin(), kCodes.end(),
                     [code](ErrorCode known) { return static_cast<std::int32_t>(known) == code; });
}

template <typename Enum>
bool IsUpTo(std::int32_t value, Enum last) {
  return value >= 0 && value <= static_cast<std::int32_t>(last);
}

bool IsFileOf(std::span<const std::uint8_t> bytes, Format format) {
  return bytes.empty() || SniffFormat(bytes) == format;
}

Result<ProcessedImage> ReadImage(const Header& header, const std::array<std::span<const std::uint8_t>, kParts>& parts) {
  if (!IsUpTo(header.verdict, job::Verdict::kNoOverlayFound) || !IsUpTo(header.format, Format::kWebp) ||
      !IsUpTo(header.original_format, Format::kWebp) || header.width <= 0 || header.height <= 0 ||
      !std::isfinite(header.changed_fraction)) {
    return Nonsense("values");
  }
  const auto format = static_cast<Format>(header.format);
  if (!IsFileOf(parts[0], format) || !IsFileOf(parts[1], Format::kPng)) return Nonsense("another format");
  const auto text = [](std::span<const std::uint8_t> part) { return std::string(part.begin(), part.end()); };
  return ProcessedImage{.bytes = {parts[0].begin(), parts[0].end()},
                        .mask_png = {parts[1].begin(), parts[1].end()},
                        .verdict = static_cast<job::Verdict>(header.verdict),
                        .original_format = static_cast<Format>(header.original_format),
                        .format = format,
                        .width = header.width,
                        .height = header.height,
                        .changed_fraction = std::clamp(header.changed_fraction, 0., 1.),
                        .findings_json = text(parts[2]),
                        .receipt_json = text(parts[3])};
}

}  // namespace

void WriteOutcome(const Result<ProcessedImage>& outcome, std::span<std::uint8_t> buffer) {
  if (!outcome) return WriteError(outcome.error(), buffer);
  if (!WriteImage(*outcome, buffer)) WriteError({ErrorCode::kEngineFailure, "the result is too large", {}}, buffer);
}

Result<ProcessedImage> ReadOutcome(std::span<const std::uint8_t> buffer) {
  Header header = {};
  if (buffer.size() < sizeof(header)) return Nonsense("cut off");
  std::memcpy(&header, buffer.data(), sizeof(header));
  if (header.written != kWritten) return Nonsense("nothing");
  std::array<std::span<const std::uint8_t>, kParts> parts;
  std::span<const std::uint8_t> rest = buffer.subspan(sizeof(header));
  for (std::size_t i = 0; i < kParts; ++i) {
    if (header.part_bytes[i] > rest.size()) return Nonsense("sizes");
    parts[i] = rest.first(header.part_bytes[i]);
    rest = rest.subspan(header.part_bytes[i]);
  }
  if (header.kind == Kind::kImage) return ReadImage(header, parts);
  const std::string message = Printable({reinterpret_cast<const char*>(parts[0].data()), parts[0].size()});
  if (header.kind != Kind::kError || !MayFailWith(header.error)) return Nonsense("an error of no image");
  return Fail(static_cast<ErrorCode>(header.error), message);
}

}  // namespace removr::sandbox
