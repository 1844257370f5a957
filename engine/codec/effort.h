// How hard zlib should try.
#pragma once

#include <cstddef>

#include "engine/codec/formats.h"

namespace removr::codec {

struct Effort {
  int level, strategy;  // zlib's
};
inline constexpr Effort kSearch{6, 0};  // for repetitions, with Z_DEFAULT_STRATEGY
// Z_RLE, for runs of one byte alone. On filtered photographs within a few per cent of the search, in an eighth of the
// time; on drawings several times larger.
inline constexpr Effort kRuns{1, 3};
constexpr bool NearlyAsSmall(std::size_t runs_bytes, std::size_t search_bytes) {
  return runs_bytes < search_bytes + search_bytes / 12;
}

// kRuns where it comes out nearly as small on a sample from the middle of `data`, else kSearch.
Effort ChooseEffort(ByteView data);

}  // namespace removr::codec
