#include "engine/codec/jpeg_script.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace removr::codec {
namespace {

constexpr std::uint8_t kStartOfImage = 0xD8, kEndOfImage = 0xD9, kStartOfScan = 0xDA;

// Calls `visit(marker, segment)` for every marker; entropy-coded data between is skipped, since FF is followed by 0 or
// by a restart marker (D0 to D7) there. `visit` says whether to go on.
template <typename Visit>
void ForEachSegment(ByteView bytes, Visit visit) {
  std::size_t at = 0;
  while (at + 1 < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, 0xFF, bytes.size() - 1 - at);
    if (found == nullptr) return;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    at += 2;
    if (marker == kEndOfImage) return;
    if (marker <= 0x01 || (marker >= 0xD0 && marker <= kStartOfImage)) continue;
    if (at + 2 > bytes.size()) return;
    const std::size_t length = static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]);
    if (length < 2 || at + length > bytes.size()) return;
    if (!visit(marker, bytes.subspan(at + 2, length - 2))) return;
    at += length;
  }
}

// Segment: component count; per component its id and tables; first and last coefficient; high and low bit.
std::optional<jpeg_scan_info> ParseScan(ByteView segment, const jpeg_decompress_struct& info) {
  const std::size_t count = segment.empty() ? 0 : segment[0];
  if (count < 1 || count > MAX_COMPS_IN_SCAN || segment.size() < 1 + 2 * count + 3) return std::nullopt;
  jpeg_scan_info scan{};
  scan.comps_in_scan = static_cast<int>(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto* end = info.comp_info + info.num_components;
    const auto* component = std::find_if(info.comp_info, const_cast<jpeg_component_info*>(end),
                                         [&](const auto& c) { return c.component_id == segment[1 + 2 * i]; });
    if (component == end) return std::nullopt;
    scan.component_index[i] = component->component_index;
  }
  const ByteView spectrum = segment.subspan(1 + 2 * count);
  scan.Ss = spectrum[0];
  scan.Se = spectrum[1];
  scan.Ah = spectrum[2] >> 4;
  scan.Al = spectrum[2] & 15;
  return scan;
}

}  // namespace

std::vector<jpeg_scan_info> ReadScanScript(ByteView bytes, const jpeg_decompress_struct& info, const Limits& limits) {
  std::vector<jpeg_scan_info> script;
  bool sound = true;
  ForEachSegment(bytes, [&](std::uint8_t marker, ByteView segment) {
    if (marker != kStartOfScan) return true;
    const auto scan = ParseScan(segment, info);
    sound = scan.has_value() && script.size() < static_cast<std::size_t>(limits.jpeg_scans_max);
    if (sound) script.push_back(*scan);
    return sound;
  });
  const bool default_script = !info.progressive_mode && script.size() == 1;
  if (!sound || default_script) script.clear();
  return script;
}

}  // namespace removr::codec
