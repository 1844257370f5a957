#include "service/job/admission.h"

#include <algorithm>

#include "base/probe.h"

namespace removr::job {
namespace {

using store::Transaction;

constexpr std::chrono::seconds kShortest{1};
constexpr std::chrono::seconds kLongest{600};

// A photograph's JPEG has two to six pixels a byte.
constexpr std::int64_t kPixelsPerByte = 6;

Result<Load> ReadLoad(Transaction& transaction, std::string_view where, store::Values values) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne("SELECT count(*), coalesce(sum(pixels), 0), coalesce(sum(original_bytes), 0) "
                                        "FROM images WHERE " +
                                            std::string(where),
                                        values));
  return Load{row->Int(0), row->Int(1), row->Int(2)};
}

}  // namespace

bool IsWithin(const Load& load, const Load& bound) {
  return load.images <= bound.images && load.pixels <= bound.pixels && load.bytes <= bound.bytes;
}

std::chrono::seconds DrainTime(const Load& excess, const Load& drained, std::chrono::seconds span) {
  const auto time = [&](std::int64_t too_much, std::int64_t gone) {
    if (too_much <= 0) return kShortest;
    if (gone <= 0) return span;
    const double seconds =
        static_cast<double>(span.count()) * static_cast<double>(too_much) / static_cast<double>(gone);
    return std::chrono::seconds(static_cast<std::int64_t>(std::min<double>(seconds, kLongest.count()))) + kShortest;
  };
  const auto longest = std::max(
      {time(excess.images, drained.images), time(excess.pixels, drained.pixels), time(excess.bytes, drained.bytes)});
  return std::min(longest, kLongest);
}

std::int64_t PixelsExpected(std::span<const std::uint8_t> head, std::int64_t size_bytes, const Limits& limits) {
  if (const auto probe = ProbeImage(head))
    return std::min(std::int64_t{probe->width} * probe->height, limits.pixels_max);
  const bool is_hidden = SniffFormat(head) && size_bytes > static_cast<std::int64_t>(head.size());
  return is_hidden ? std::min(size_bytes * kPixelsPerByte, limits.pixels_max) : 0;
}

Result<Load> ReadWaiting(Transaction& transaction) { return ReadLoad(transaction, "state = 'waiting'", {}); }

Result<Load> ReadDrained(Transaction& transaction, Timestamp since) {
  return ReadLoad(transaction, "finished_ms > :since", {since.unix_ms});
}

}  // namespace removr::job
