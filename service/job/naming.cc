#include "service/job/naming.h"

#include <algorithm>
#include <string>

namespace removr::job {
namespace {

constexpr std::size_t kFilenameMaxBytes = 255;
constexpr std::size_t kStemMaxChars = 64;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool IsContinuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

// The length of the well-formed UTF-8 sequence that `text` begins with, 0 where it begins with none (RFC 3629, section
// 4).
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return IsContinuation(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool is_overlong = first == 0xe0 && second < 0xa0;
    const bool is_surrogate = first == 0xed && second > 0x9f;
    return IsContinuation(second) && IsContinuation(byte(2)) && !is_overlong && !is_surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool is_out_of_range = (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return IsContinuation(second) && IsContinuation(byte(2)) && IsContinuation(byte(3)) && !is_out_of_range ? 4 : 0;
  }
  return 0;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool IsSafe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

std::string_view BaseName(std::string_view filename) {
  const auto slash = filename.find_last_of("/\\");
  return slash == std::string_view::npos ? filename : filename.substr(slash + 1);
}

// "a.b.jpg" -> "a.b", ".jpg" -> "".
std::string_view Stem(std::string_view base) { return base.substr(0, std::min(base.rfind('.'), base.size())); }

}  // namespace

std::string CleanFilename(std::string_view filename) {
  std::string clean;
  for (std::string_view rest = BaseName(filename); !rest.empty();) {
    const std::size_t length = SequenceLength(rest);
    const std::string_view next = length ? rest.substr(0, length) : kReplacement;
    rest.remove_prefix(std::max<std::size_t>(length, 1));
    if (IsControl(next[0])) continue;
    if (clean.size() + next.size() > kFilenameMaxBytes) break;
    clean += next;
  }
  return clean;
}

std::string ImageId(std::string_view filename, int index) {
  std::string safe;
  bool has_gap = false;  // unsafe characters since the last safe one
  for (const char c : Stem(BaseName(filename))) {
    if (IsSafe(c) && has_gap && !safe.empty()) safe += '_';
    has_gap = !IsSafe(c);
    if (IsSafe(c)) safe += c;
  }
  safe = safe.substr(0, kStemMaxChars);
  return (safe.empty() ? "image" : safe) + "-" + std::to_string(index);
}

std::string ResultFilename(std::string_view image_id, Format format) {
  return std::string(image_id) + "-clean." + std::string(Extension(format));
}

std::string MaskFilename(std::string_view image_id) { return std::string(image_id) + "-mask.png"; }

std::string OriginalFilename(std::string_view image_id, Format format) {
  return std::string(image_id) + "-original." + std::string(Extension(format));
}

std::string OriginalBlob(std::string_view job_id, int index) {
  return std::string(job_id) + "/" + std::to_string(index) + ".original";
}

std::string ResultBlob(std::string_view job_id, int index, std::int64_t lease_token) {
  return std::string(job_id) + "/" + std::to_string(index) + ".result." + std::to_string(lease_token);
}

std::string ResultMaskBlob(std::string_view job_id, int index, std::int64_t lease_token) {
  return std::string(job_id) + "/" + std::to_string(index) + ".mask." + std::to_string(lease_token);
}

std::string HandMaskBlob(std::string_view job_id, int index) {
  return std::string(job_id) + "/" + std::to_string(index) + ".painted";
}

std::string TemplateBlob(std::string_view job_id) { return std::string(job_id) + "/template"; }

}  // namespace removr::job
