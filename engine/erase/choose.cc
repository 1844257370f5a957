#include "engine/erase/choose.h"

#include <algorithm>
#include <utility>

#include "engine/erase/trust.h"

namespace removr::erase {
namespace {

struct Asked {
  image::Finding finding;
  std::size_t root = 0;  // the finding that it fell out of
};

bool Overlap(const image::Finding& a, const image::Finding& b) {
  const cv::Rect both = a.box & b.box;
  return !both.empty() && cv::countNonZero(a.region(both - a.box.tl()) & b.region(both - b.box.tl())) > 0;
}

}  // namespace

Result<Chosen> Choose(const image::Findings& findings, const JudgeThem& judge) {
  Chosen chosen;
  std::vector<bool> trusted_in(findings.size());  // by root: whether anything is
  std::vector<Asked> doubted;
  image::Findings asked = findings;
  std::vector<std::size_t> roots(findings.size());
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i] = i;
  while (!asked.empty()) {
    ASSIGN_OR_RETURN(const std::vector<Judgement> judgements, judge(asked));
    image::Findings next;
    std::vector<std::size_t> next_roots;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      asked[i].confidence = judgements[i].probability;
      if (judgements[i].trusted) {
        trusted_in[roots[i]] = true;
        chosen.trusted.push_back(std::move(asked[i]));
        continue;
      }
      std::ranges::move(std::exchange(asked[i].parts, {}), std::back_inserter(next));
      next_roots.resize(next.size(), roots[i]);
      doubted.push_back({std::move(asked[i]), roots[i]});
    }
    asked = std::move(next);
    roots = std::move(next_roots);
  }
  for (Asked& one : doubted) {  // the larger first, so that none is chosen with what it falls into
    const bool beside = trusted_in[one.root] && one.finding.confidence >= kTrustedBeside;
    const auto overlaps = [&](const image::Finding& trusted) { return Overlap(trusted, one.finding); };
    if (beside && std::ranges::none_of(chosen.trusted, overlaps)) {
      chosen.trusted.push_back(std::move(one.finding));
    } else {
      chosen.doubt = std::max(chosen.doubt, one.finding.confidence);
    }
  }
  return chosen;
}

}  // namespace removr::erase
