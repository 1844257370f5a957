// What a user may ask for beside the image itself, read from the texts that people write on a command line or in a
// form. The engine acts on it; the service keeps it with the job.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "base/probe.h"
#include "base/result.h"

namespace removr {

enum class Kind { kWatermark, kLogo, kText, kTimestamp };
inline constexpr int kKindCount = 4;

constexpr std::string_view Name(Kind kind) {
  constexpr std::string_view names[kKindCount] = {"watermark", "logo", "text", "timestamp"};
  return names[static_cast<int>(kind)];
}

// A set of kinds: bit i stands for Kind(i).
using Kinds = std::bitset<kKindCount>;

// A rectangle of the image as a viewer shows it, from (x1, y1) to but not including (x2, y2).
struct Region {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;  // 0 <= x1 < x2, 0 <= y1 < y2, finite
  bool percent = false;                   // of the width and height, at most 100; else px
  bool operator==(const Region&) const = default;
};

struct Choices {
  Kinds kinds = Kinds().set();   // only findings of these kinds are removed
  std::optional<Region> roi;     // removed by hand, as a mask of this rectangle
  std::optional<Format> format;  // of the result; nullopt: the original's
  std::optional<int> quality;    // 1 to 100, where the whole picture is encoded anew and not without loss
  bool operator==(const Choices&) const = default;
};

// Sets one choice by its name in the interfaces:
//   kinds    a comma list of watermark, logo, text, timestamp
//   roi      "x1 y1 x2 y2", four numbers in px or, each followed by a % sign, in per cent
//   format   same, jpg, png, webp
//   quality  1 to 100
// kBadRequest with a public text that says what is wrong; kNotFound where no choice is called so.
Status SetChoice(std::string_view name, std::string_view value, Choices& choices);
bool IsChoice(std::string_view name);

// kBadRequest where choices contradict each other; `has_mask`: a hand-made mask was given beside them, `has_template`:
// the overlay itself was.
Status CheckChoices(const Choices& choices, bool has_mask, bool has_template = false);

// One fixed spelling: equal choices give equal texts, "" for the defaults.
std::string Spell(const Choices& choices);
// What Spell wrote. kBadRequest for anything else.
Result<Choices> ParseChoices(std::string_view text);

}  // namespace removr
