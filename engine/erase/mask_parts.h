// A hand-made mask as findings: what lies close together is one of them.
#pragma once

#include "engine/image/finding.h"
#include "engine/image/image.h"

namespace removr::erase {

// The parts of `mask` (CV_8UC1, not 0 where painted), top to bottom; together they are all of it, and none shares a
// pixel with another. Parts nearer than 16 px to each other are one; where that gives more than 64, farther ones are
// as well. Confidence 1; the kind says nothing.
image::Findings MaskParts(const image::Mask& mask);

}  // namespace removr::erase
