// The scan script of a JPEG file: which coefficients come in which order, so that a rewritten file unfolds as before.
#pragma once

#include <vector>

#include "engine/codec/jpeg.h"

namespace removr::codec {

// The scans of `bytes`, whose header `info` has read, from its SOS segments (ITU-T T.81, B.2.3). Empty where the
// default script says the same, or where the scans make no sense.
std::vector<jpeg_scan_info> ReadScanScript(ByteView bytes, const jpeg_decompress_struct& info, const Limits& limits);

}  // namespace removr::codec
