// Which findings, or which of the parts that they fall into, are erased.
#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "engine/image/finding.h"

namespace removr::erase {

struct Judgement {
  float probability = 0;  // that it is an overlay
  bool trusted = false;   // alone, whatever lies beside it
};

using JudgeThem = std::function<Result<std::vector<Judgement>>(const image::Findings&)>;

struct Chosen {
  image::Findings trusted;  // their confidence is that they are overlays
  float doubt = 0;          // the largest probability among the others
};

// Where a finding is not trusted, the parts that it falls into are judged. Beside a part that is trusted others of the
// same finding need less (kTrustedBeside): what one finding held is mostly one overlay.
Result<Chosen> Choose(const image::Findings& findings, const JudgeThem& judge);

}  // namespace removr::erase
