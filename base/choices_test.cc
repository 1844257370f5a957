#include "base/choices.h"

#include <gtest/gtest.h>

namespace removr {
namespace {

Result<Choices> Set(std::string_view name, std::string_view value) {
  Choices choices;
  TRY(SetChoice(name, value, choices));
  return choices;
}

ErrorCode Refusal(std::string_view name, std::string_view value) {
  const auto choices = Set(name, value);
  EXPECT_FALSE(choices) << name << " " << value;
  return choices ? ErrorCode::kInternal : choices.error().code;
}

TEST(Choices, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(Set("kinds", "text, logo")->kinds.to_ulong(), 0b0110U);
  EXPECT_EQ(Set("roi", "10 20.5 30 40")->roi, (Region{10, 20.5, 30, 40, false}));
  EXPECT_EQ(Set("roi", " 0%,0%,50%,12.5% ")->roi, (Region{0, 0, 50, 12.5, true}));
  EXPECT_EQ(Set("format", "webp")->format, Format::kWebp);
  EXPECT_EQ(Set("format", "same")->format, std::nullopt);
  EXPECT_EQ(Set("quality", "85")->quality, 85);
}

TEST(Choices, RefuseWhatMeansNothing) {
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{{"kinds", ""},
                                                                                              {"kinds", ","},
                                                                                              {"kinds", "txt"},
                                                                                              {"roi", ""},
                                                                                              {"roi", "1 2 3"},
                                                                                              {"roi", "1 2 3 4 5"},
                                                                                              {"roi", "1 2 nan 4"},
                                                                                              {"roi", "1 2 inf 4"},
                                                                                              {"roi", "10 20 10 40"},
                                                                                              {"roi", "-1 2 3 4"},
                                                                                              {"roi", "1% 2% 3% 4"},
                                                                                              {"roi", "0% 0% 101% 5%"},
                                                                                              {"roi", "1e99 0 2e99 1"},
                                                                                              {"format", "gif"},
                                                                                              {"format", ""},
                                                                                              {"quality", "0"},
                                                                                              {"quality", "101"},
                                                                                              {"quality", "9.5"},
                                                                                              {"quality", "best"}}) {
    EXPECT_EQ(Refusal(name, value), ErrorCode::kBadRequest) << name << "=" << value;
  }
  EXPECT_EQ(Refusal("kind", "text"), ErrorCode::kNotFound);
}

TEST(Choices, OfKindsAreRefusedBesideAHandMadeMask) {
  Choices choices;
  EXPECT_TRUE(CheckChoices(choices, true));
  choices.kinds = Kinds(0b0001);
  EXPECT_TRUE(CheckChoices(choices, false));
  EXPECT_FALSE(CheckChoices(choices, true));
  choices.roi = Region{0, 0, 1, 1, false};
  EXPECT_FALSE(CheckChoices(choices, false));
}

TEST(Choices, ComeBackFromTheirSpelling) {
  Choices choices;
  EXPECT_EQ(Spell(choices), "");
  choices.kinds = Kinds(0b1001);
  choices.roi = Region{0, 12.25, 33.3, 100, true};
  choices.format = Format::kPng;
  choices.quality = 7;
  EXPECT_EQ(Spell(choices), "kinds=watermark,timestamp;roi=0% 12.25% 33.3% 100%;format=png;quality=7");
  EXPECT_EQ(ParseChoices(Spell(choices)), choices);
  EXPECT_EQ(ParseChoices(""), Choices());
  EXPECT_FALSE(ParseChoices("nonsense"));
  EXPECT_FALSE(ParseChoices("quality=1;mask=2"));
}

}  // namespace
}  // namespace removr
