#include "bench/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace removr::bench {
namespace {

constexpr std::array kShort = {"HQ", "QX", "RAW", "©", "K9", "4K", "ZED", "no1", "VIP", "Uno"};
constexpr std::array kMarks = {"Wrenfield",         "Quillmoor",         "UNLICENSED",         "Evaluation",
                               "Juniper & Vale",    "kestrel-lane.eu",   "© Thaddeus Quist",   "Foxglove Imaging",
                               "www.plumbago.info", "Shot by Imogen W.", "Not for resale",     "SPECIMEN",
                               "Lumenhaus",         "@octavia.hobb",     "Comp image",         "Ziegler + Finch",
                               "NORTHQUAY",         "screening copy",    "© Bramblewick 2019", "Halcyon Files"};
constexpr std::array kCaptions = {"When the ferry leaves without you",
                                  "Chapter three: the orchard",
                                  "DAY 14",
                                  "He said it would not rain",
                                  "Ursula, head of research",
                                  "NEW EPISODE",
                                  "Swipe for the recipe",
                                  "Best view in the valley?",
                                  "Nobody:",
                                  "Greetings from Kettlebridge",
                                  "Live from the quayside",
                                  "Only 9.99 this week",
                                  "Part 2 of 5",
                                  "I have never been so early",
                                  "Kitchen, before",
                                  "WOW",
                                  "Day 2",
                                  "#7",
                                  "so hot"};
constexpr std::array kSigns = {"OPEN",     "BAKERY",      "Platform 4", "HOTEL",     "EXIT 12",  "Cafe Lila",
                               "No Entry", "FISH",        "27",         "POLICE",    "Antiques", "EST. 1894",
                               "JUSTICE",  "Ticket Hall", "SLOW",       "Market St", "LIONS",    "AUGUST",
                               "Chemist",  "Gate B",      "MUSEUM",     "Ices",      "Tailor",   "STOP"};

std::string Cased(std::string text, Rng& rng) {
  if (rng.Chance(.25))
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return c < 128 ? std::toupper(c) : c; });
  return text;
}

template <typename... Args>
std::string Format(const char* format, Args... args) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, args...);
  return buffer;
}

}  // namespace

std::string MarkText(Rng& rng, int letters_max) {
  if (letters_max <= 6) return rng.Pick(kShort);
  std::string text = rng.Pick(kMarks);
  for (int tries = 0; static_cast<int>(text.size()) > letters_max && tries < 20; ++tries) text = rng.Pick(kMarks);
  return static_cast<int>(text.size()) > letters_max ? rng.Pick(kShort) : Cased(text, rng);
}

std::string CaptionText(Rng& rng) { return Cased(rng.Pick(kCaptions), rng); }

std::string StampText(Rng& rng, bool digits_only) {
  const int year = 1991 + rng.Below(35), month = 1 + rng.Below(12), day = 1 + rng.Below(28);
  const int hour = rng.Below(24), minute = rng.Below(60);
  switch (rng.Below(digits_only ? 4 : 6)) {
    case 0: return Format("%02d-%02d-%02d", year % 100, month, day);
    case 1: return Format("%02d.%02d.%04d", day, month, year);
    case 2: return Format("%04d-%02d-%02d %02d:%02d", year, month, day, hour, minute);
    case 3: return Format("%02d %2d %2d", year % 100, month, day);
    case 4: return Format("%d/%d/'%02d", month, day, year % 100);
    default: return Format("%02d:%02d  %d/%02d/%04d", hour, minute, day, month, year);
  }
}

std::string SignText(Rng& rng) { return rng.Pick(kSigns); }

std::string Initials(Rng& rng) {
  std::string letters;
  for (int i = 0, count = 1 + rng.Below(2); i < count; ++i) letters += static_cast<char>('A' + rng.Below(26));
  return letters;
}

}  // namespace removr::bench
