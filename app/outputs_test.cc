#include "app/outputs.h"

#include <gtest/gtest.h>

namespace removr::app {
namespace {

Input Jpeg(const char* path, const char* subfolder = "") { return {path, subfolder, Format::kJpeg}; }

TEST(PlanOutputs, WritesBesideTheInputWithTheFormatsExtension) {
  const auto outputs = PlanOutputs({Jpeg("shots/a.JPG"), {"b.jpg", "", Format::kPng}}, {});
  EXPECT_EQ(outputs[0].image, "shots/a-clean.jpg");
  EXPECT_EQ(outputs[0].mask, "");
  EXPECT_EQ(outputs[1].image, "b-clean.png");  // a PNG that is called .jpg
}

TEST(PlanOutputs, KeepsTheTreeBelowTheFolders) {
  const auto outputs = PlanOutputs({Jpeg("shots/2024/may/a.jpg", "2024/may")}, {.images = "out", .masks = "masks"});
  EXPECT_EQ(outputs[0].image, "out/2024/may/a-clean.jpg");
  EXPECT_EQ(outputs[0].mask, "masks/2024/may/a-mask.png");
}

TEST(PlanOutputs, KeepsTheExtensionWhereTwoInputsWouldHaveOneOutput) {
  const auto outputs = PlanOutputs({Jpeg("a.jpeg"), Jpeg("a.jpg"), Jpeg("x/a.jpg")}, {.images = "out", .masks = {}});
  EXPECT_EQ(outputs[0].image, "out/a-clean.jpg");
  EXPECT_EQ(outputs[1].image, "out/a.jpg-clean.jpg");
  EXPECT_EQ(outputs[2].image, "out/a.jpg-2-clean.jpg");
}

TEST(PlanOutputs, KeepsTheExtensionWhereOnlyTheMasksWouldMeet) {
  const auto outputs = PlanOutputs({Jpeg("a.jpg"), {"a.png", "", Format::kPng}}, {.images = {}, .masks = "masks"});
  EXPECT_EQ(outputs[0].mask, "masks/a-mask.png");
  EXPECT_EQ(outputs[1].mask, "masks/a.png-mask.png");
  EXPECT_EQ(outputs[1].image, "a.png-clean.png");
}

TEST(PlanOutputs, NeverNamesAnInput) {
  const auto outputs = PlanOutputs({Jpeg("a.jpg"), Jpeg("./sub/../a-clean.jpg")}, {});
  EXPECT_EQ(outputs[0].image, "a.jpg-clean.jpg");
  EXPECT_EQ(outputs[1].image, "./sub/../a-clean-clean.jpg");
}

TEST(PlanOutputs, GivesNoNameToWhatIsNoImage) {
  const auto outputs = PlanOutputs({{"notes.txt", "", std::nullopt}}, {.images = "out", .masks = "masks"});
  EXPECT_EQ(outputs[0].image, "");
  EXPECT_EQ(outputs[0].mask, "");
}

}  // namespace
}  // namespace removr::app
