// Turns scores into the tables of docs/quality.md and into JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/score.h"

namespace removr::bench {

struct Run {
  std::uint64_t seed = 0;
  std::string photos;  // where they come from, in words
  std::string fonts;   // how many hold-out fonts, in words
  int threads = 1;
  bool with_peers = true;
  double peak_memory_mib = 0;  // of the whole process, the bench's own images included
  std::vector<Score> scores;
  std::vector<CleanScore> clean;
};

// Everything that a person reads.
std::string Report(const Run& run, bool markdown);

// One object: the run, and each case with its numbers. `photos` names the photographs.
std::string Json(const Run& run, const Photos& photos);

}  // namespace removr::bench
