// Changes a part of what a zlib stream holds, and keeps the compressed bits of all the rest: the file stays as well
// packed as its author packed it, and the time goes with the size of the change.
//
//   stream   | block | block | block | block | block | block |     (RFC 1951)
//   change                       ####
//   result   |  kept | kept  | compressed anew  ...  | kept  |
//
// What is kept behind a change begins a whole window later, so that no reference reaches back into what is no longer
// there.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/codec/formats.h"

namespace removr::codec {

// A place in a deflate stream between two blocks.
struct BlockStart {
  std::size_t data = 0;    // bytes inflated so far
  std::size_t bit = 0;     // of the stream
  bool is_stored = false;  // the block that begins here is not compressed, and lies on a byte border
};

struct Inflated {
  Bytes data;
  std::vector<BlockStart> blocks;  // in order; the last one is the end
};

// Inflates a whole zlib stream (RFC 1950), which must hold `size` bytes. kCorruptImage where it does not, or
// has far more blocks than any encoder writes.
Result<Inflated> Inflate(ByteView stream, std::size_t size);

struct ByteRange {
  std::size_t begin = 0, end = 0;  // half-open
};

// The stream anew, after the data of `changed`, which Inflate made of it, was changed in `changes` alone (ordered,
// disjoint, none empty). kEngineFailure where zlib can't.
Result<Bytes> SpliceDeflate(ByteView stream, const Inflated& changed, const std::vector<ByteRange>& changes);

}  // namespace removr::codec
