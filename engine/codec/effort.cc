#include "engine/codec/effort.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace removr::codec {
namespace {

static_assert(kSearch.strategy == Z_DEFAULT_STRATEGY && kRuns.strategy == Z_RLE);

// The compressed size, or more than any where zlib fails.
std::size_t PackedSize(ByteView data, const Effort& effort) {
  constexpr std::size_t kFailed = std::numeric_limits<std::size_t>::max() / 2;
  z_stream z{};
  if (deflateInit2(&z, effort.level, Z_DEFLATED, -MAX_WBITS, 8, effort.strategy) != Z_OK) return kFailed;
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> end(&z, deflateEnd);
  Bytes packed(deflateBound(&z, static_cast<uLong>(data.size())));
  z.next_in = const_cast<Bytef*>(data.data());
  z.avail_in = static_cast<uInt>(data.size());
  z.next_out = packed.data();
  z.avail_out = static_cast<uInt>(packed.size());
  return deflate(&z, Z_FINISH) == Z_STREAM_END ? packed.size() - z.avail_out : kFailed;
}

}  // namespace

Effort ChooseEffort(ByteView data) {
  constexpr std::size_t kSampleBytes = 128 * 1024;
  if (data.size() < 4 * kSampleBytes) return kSearch;
  const ByteView sample = data.subspan(data.size() / 2, kSampleBytes);
  return NearlyAsSmall(PackedSize(sample, kRuns), PackedSize(sample, kSearch)) ? kRuns : kSearch;
}

}  // namespace removr::codec
