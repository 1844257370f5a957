// A template's placements on a photograph.
#pragma once

#include <vector>

#include "base/result.h"
#include "engine/image/image.h"
#include "engine/owner/refine.h"

namespace removr::owner {

// All placements on an upright image, in its px, the surest first; none where it has none. `threads` is a bound; the
// answer doesn't depend on it. kEngineFailure where memory runs out.
Result<std::vector<Fit>> Find(const image::Image& upright, const Template& overlay, int threads);

// Whether any of the placements still shows on the image that they were taken off.
bool Remains(const image::Image& cleaned, const Template& overlay, const std::vector<Fit>& placements);

}  // namespace removr::owner
