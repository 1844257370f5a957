// Where a template may lie: a matched filter over all places, scales and angles.
//
// At its pose p, and with opacity g, the template changes the picture by g s, s = aW - aB. For B stands the picture's
// local mean, so that white on black and white on white are told apart. With the photograph's detail as noise of local
// variance v (a high pass makes it nearly white), the best estimate of g and its significance are
//
//     g = <I, s> / <s, s>,    z = <I, s> / sqrt(<s, s>),    <f, h> = sum f h / v
//
// both of which are sums of correlations of fixed planes of the picture with fixed planes of the template: everything
// is done by FFT, for each size and angle. Compare North 1943 (Turin, "An introduction to matched filters", IRE 1960).
#pragma once

#include <vector>

#include "engine/image/image.h"
#include "engine/owner/pose.h"

namespace removr::owner {

struct Candidate {
  Pose pose;  // in px of the full picture
  double opacity = 0;
  double score = 0;  // z
};

// The picture and what it becomes when it is halved again and again.
std::vector<image::Image> Octaves(const image::Image& upright);

// How closely is looked, and how far turned. Evidence grows with the side, and time with its fourth power: so at twice
// the side only what is level is looked for.
struct Grain {
  double side_px = 0;    // of a square of the template's area, in the picture as it is searched
  double angle_max = 0;  // radians
  int most = 0;          // candidates
};
inline constexpr Grain kTurned{34, 15 * CV_PI / 180, 120}, kLevel{72, 0, 20};

// Scales are .25 to 4 of the template's file. Best first, no two alike.
// `threads`: a bound; the answer doesn't depend on it.
Result<std::vector<Candidate>> Search(const std::vector<image::Image>& octaves, const Template& overlay,
                                      const Grain& grain, int threads);

// The places of one size and angle, as of tiles, from `score_min` on.
std::vector<Candidate> SearchSame(const std::vector<image::Image>& octaves, const Template& overlay, const Pose& pose,
                                  double score_min, int most);

}  // namespace removr::owner
