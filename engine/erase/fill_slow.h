// The plain versions of what the fill is made of: what the fast ones are checked against. For tests alone.
#pragma once

#include <opencv2/core.hpp>

#include "engine/erase/patch_match.h"
#include "engine/erase/patch_vote.h"

namespace removr::erase {

// Each as its namesake without "Slow" says.
cv::Mat FindSourcesSlow(const cv::Mat& banned);
int PatchDistanceSlow(const Scene& scene, cv::Point target, cv::Point source);
// Every source is tried: no search finds better matches.
void SearchSlow(const Scene& scene, Field& field);
cv::Mat VoteSlow(const cv::Mat& picture, const Field& field, const cv::Rect& part, const Ballot& ballot);
// Laplace's equation, by sweeps until nothing moves.
cv::Mat ContinueSmoothlySlow(const cv::Mat& values, const cv::Mat& known);

}  // namespace removr::erase
