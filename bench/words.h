// What the bench's overlays and signs say. Invented names only, and other words than training's.
#pragma once

#include <string>

#include "bench/random.h"

namespace removr::bench {

std::string MarkText(Rng& rng, int letters_max);    // a watermark: a studio, a credit, an address; shorter where asked
std::string CaptionText(Rng& rng);                  // two to six words
std::string StampText(Rng& rng, bool digits_only);  // a date or time; digits_only: what a segment display can show
std::string SignText(Rng& rng);                     // what stands on shops, shirts and walls
std::string Initials(Rng& rng);                     // one or two capitals

}  // namespace removr::bench
