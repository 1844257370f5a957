#include "base/choices.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace removr {
namespace {

auto Wrong(const std::string& text) { return Fail(ErrorCode::kBadRequest, text, text); }

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

// The pieces of `text` between any of `separators`, without empty ones.
std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) pieces.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Kinds> ParseKinds(std::string_view text) {
  Kinds kinds;
  for (const std::string_view piece : Split(text, ",")) {
    int index = 0;
    while (index < kKindCount && Name(static_cast<Kind>(index)) != Trimmed(piece)) ++index;
    if (index == kKindCount) {
      return Wrong("kinds: \"" + std::string(Trimmed(piece)) + "\" is none of watermark, logo, text, timestamp.");
    }
    kinds.set(static_cast<std::size_t>(index));
  }
  if (kinds.none()) return Wrong("kinds: name at least one of watermark, logo, text, timestamp.");
  return kinds;
}

Result<Region> ParseRegion(std::string_view text) {
  constexpr char kForm[] = "roi: four numbers are needed, x1 y1 x2 y2, in px or all with a % sign.";
  const auto pieces = Split(text, " ,\t");
  if (pieces.size() != 4) return Wrong(kForm);
  std::array<double, 4> numbers{};
  std::size_t percents = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    std::string_view piece = pieces[i];
    if (piece.ends_with('%')) {
      piece.remove_suffix(1);
      ++percents;
    }
    const auto number = ParseNumber<double>(piece);
    if (!number || !std::isfinite(*number)) return Wrong(kForm);
    numbers[i] = *number;
  }
  if (percents != 0 && percents != 4) return Wrong(kForm);
  const Region region{numbers[0], numbers[1], numbers[2], numbers[3], percents == 4};
  const double most = region.percent ? 100 : 1e9;
  if (region.x1 < 0 || region.y1 < 0 || region.x2 > most || region.y2 > most || region.x1 >= region.x2 ||
      region.y1 >= region.y2) {
    return Wrong("roi: it must hold 0 <= x1 < x2 and 0 <= y1 < y2" + std::string(region.percent ? " <= 100%." : "."));
  }
  return region;
}

Result<std::optional<Format>> ParseFormat(std::string_view text) {
  if (text == "same") return std::optional<Format>();
  for (const Format format : {Format::kJpeg, Format::kPng, Format::kWebp}) {
    if (Name(format) == text) return std::optional<Format>(format);
  }
  return Wrong("format: \"" + std::string(text) + "\" is none of same, jpg, png, webp.");
}

Result<int> ParseQuality(std::string_view text) {
  const auto quality = ParseNumber<int>(text);
  if (!quality || *quality < 1 || *quality > 100) return Wrong("quality: a whole number from 1 to 100 is needed.");
  return *quality;
}

std::string SpellKinds(const Kinds& kinds) {
  std::string list;
  for (int i = 0; i < kKindCount; ++i) {
    if (kinds.test(static_cast<std::size_t>(i)))
      list += (list.empty() ? "" : ",") + std::string(Name(static_cast<Kind>(i)));
  }
  return list;
}

std::string SpellRegion(const Region& region) {
  const char* const unit = region.percent ? "%" : "";
  return fmt::format("{}{} {}{} {}{} {}{}", region.x1, unit, region.y1, unit, region.x2, unit, region.y2, unit);
}

}  // namespace

Status SetChoice(std::string_view name, std::string_view value, Choices& choices) {
  const std::string_view text = Trimmed(value);
  if (name == "kinds") {
    ASSIGN_OR_RETURN(choices.kinds, ParseKinds(text));
  } else if (name == "roi") {
    ASSIGN_OR_RETURN(choices.roi, ParseRegion(text));
  } else if (name == "format") {
    ASSIGN_OR_RETURN(choices.format, ParseFormat(text));
  } else if (name == "quality") {
    ASSIGN_OR_RETURN(choices.quality, ParseQuality(text));
  } else {
    return Fail(ErrorCode::kNotFound, "no choice is called " + std::string(name));
  }
  return {};
}

bool IsChoice(std::string_view name) {
  return name == "kinds" || name == "roi" || name == "format" || name == "quality";
}

Status CheckChoices(const Choices& choices, bool has_mask, bool has_template) {
  if (has_template && (has_mask || choices.roi || !choices.kinds.all())) {
    return Wrong("With a template nothing else is looked for or removed: it goes with no mask, roi or kinds.");
  }
  if ((has_mask || choices.roi) && !choices.kinds.all()) {
    return Wrong("kinds chooses among what is found; with a mask or a roi nothing is looked for.");
  }
  return {};
}

std::string Spell(const Choices& choices) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ";", name, value);
  };
  if (!choices.kinds.all()) add("kinds", SpellKinds(choices.kinds));
  if (choices.roi) add("roi", SpellRegion(*choices.roi));
  if (choices.format) add("format", std::string(Name(*choices.format)));
  if (choices.quality) add("quality", std::to_string(*choices.quality));
  return text;
}

Result<Choices> ParseChoices(std::string_view text) {
  Choices choices;
  for (const std::string_view piece : Split(text, ";")) {
    const std::size_t sign = piece.find('=');
    if (sign == std::string_view::npos) return Fail(ErrorCode::kBadRequest, "a choice without a value");
    TRY(SetChoice(piece.substr(0, sign), piece.substr(sign + 1), choices));
  }
  return choices;
}

}  // namespace removr
