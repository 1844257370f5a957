#include "service/store/blob_name.h"

#include <string>

namespace removr::store {
namespace {

constexpr std::size_t kNameMaxChars = 200;

}  // namespace

bool IsBlobName(std::string_view name) {
  if (name.empty() || name.size() > kNameMaxChars || name.back() == '/') return false;
  char before = '/';
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!is_plain && (before == '/' || (c != '.' && c != '/'))) return false;
    before = c;
  }
  return true;
}

Status CheckBlobName(std::string_view name) {
  if (!IsBlobName(name)) return Fail(ErrorCode::kInternal, "not a blob name: " + std::string(name));
  return {};
}

}  // namespace removr::store
